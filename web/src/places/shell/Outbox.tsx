// What waits on this device, thing by thing, and what the server did not take.
import { Button, Modal } from "@mantine/core";
import type { ReactElement } from "react";
import type { OutboxEntry } from "../../sync/api";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { useFocusBack } from "../../ui/useFocusBack";
import { when } from "../../ui/time";
import { sentence } from "../../ui/wording";
import css from "./Shell.module.css";
import { leaves } from "./Standing";

/** The first words of what is written or changed. */
function words(entry: OutboxEntry): string {
  const item = (entry.value["item"] ?? entry.value) as Record<string, unknown>;
  const text = [item["title"], item["text"], item["name"]].find((value) => typeof value === "string" && value);
  if (typeof text !== "string") return "";
  return text.length > 140 ? `${text.slice(0, 140).replace(/\s+\S*$/, "")} …` : text;
}

/** A dialog with all of it. */
export function Outbox({ close }: { close(): void }): ReactElement {
  const t = useT();
  useFocusBack();
  const sync = useSync();
  const language = useLanguage();
  const entries = (useLive((s) => s.outbox(), []) ?? []).filter((entry) => entry.how === "refused" || leaves(entry));
  return (
    <Modal opened onClose={close} title={t("outbox.title")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      {entries.length === 0 && <Notice title={t("outbox.empty")} />}
      <ul className={css.outbox}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <p>
              <b>{t(`outbox.${entry.act}`)}</b> · {when(new Date(entry.at), new Date(), language)}
            </p>
            <p dir="auto">{words(entry)}</p>
            {entry.how === "refused" && (
              <>
                {entry.reason && <p role="alert">{sentence(entry.reason)}</p>}
                <div className={css.standingActs}>
                  <Button h={32} variant="default" onClick={() => void sync.retry(entry.id)}>
                    {t("outbox.retry")}
                  </Button>
                  <Button h={32} variant="subtle" onClick={() => void sync.discard(entry.id)}>
                    {t("outbox.discard")}
                  </Button>
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
