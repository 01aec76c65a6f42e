// One sentence about the connection and what waits on this device; nothing while all is well.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { TYPES, type TypeName } from "../../generated/types";
import type { OutboxEntry } from "../../sync/api";
import { usePlainHttp } from "../../ui/device";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { part } from "../../ui/part";
import { takeNewVersion, useNewVersion } from "../../ui/worker";
import css from "./Shell.module.css";

/** Whether others would notice that it leaves. What one keeps for oneself, such as drafts, goes along and is no news. */
export function leaves({ type, act, how }: OutboxEntry): boolean {
  const own = TYPES[type as TypeName].account === "personal";
  // What was taken back goes nowhere.
  return how !== "refused" && (type === "Submission" ? act === "create" : !own);
}

const Outbox = part(() => import("./Outbox").then((module) => module.Outbox));

/** Says how things stand, if there is anything to say. */
export function Standing(): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const status = useLive((s) => s.status(), []);
  const leaving = (useLive((s) => s.outbox(), []) ?? []).filter(leaves).length;
  const newer = useNewVersion();
  const http = usePlainHttp();
  const [open, setOpen] = useState(false);
  if (!status) return null;
  const offline = status.connection === "offline";
  const says: string[] = [];
  // Where there is a network, it is the server that does not answer.
  if (offline) says.push(t(navigator.onLine ? "standing.away" : "standing.offline"));
  if (leaving > 0 && offline) says.push(t("standing.waiting", { waiting: leaving }));
  if (status.refused > 0) says.push(t("standing.refused", { refused: status.refused }));
  if (status.storage === "memory") says.push(t("standing.memory"));
  if (newer) says.push(t("standing.newer"));
  if (http.says) says.push(t("standing.http"));
  if (says.length === 0 && !open) return null;
  return (
    <div className={css.standing} data-tone={status.refused > 0 ? "wrong" : undefined} role="status">
      {says.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <div className={css.standingActs}>
        {leaving + status.refused > 0 && (
          <Button variant="default" h={30} onClick={() => setOpen(true)}>
            {t("standing.look")}
          </Button>
        )}
        {newer && (
          <Button variant="default" h={30} onClick={takeNewVersion}>
            {t("standing.takeNewer")}
          </Button>
        )}
        {http.says && (
          <Button variant="subtle" h={30} onClick={http.known}>
            {t("standing.known")}
          </Button>
        )}
        {offline && (
          <Button variant="subtle" h={30} onClick={() => sync.wake()}>
            {t("standing.try")}
          </Button>
        )}
      </div>
      {open && <Outbox close={() => setOpen(false)} />}
    </div>
  );
}
