// When something leaves that its author has sent for later, and what he can still do about it.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import type { ItemView } from "../../sync/api";
import { ChooseTime } from "../../ui/ChooseTime";
import { laterChoice } from "../../ui/composer/SendLater";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { whenReached } from "../../ui/reach";
import { useHours } from "../hours/useHours";
import css from "./Drafts.module.css";

/** `back` takes it back. */
export function LaterActs({ item, back }: { item: ItemView; back(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { mine } = useHours();
  const now = useNow(30_000);
  const [at, choose] = useState<HTMLElement | null>(null);
  const until = item.waiting?.until ?? now;
  const when = whenReached(until, mine, now, language, t);
  return (
    <div className={css.later} data-how="later">
      <span>{t(item.waiting?.here ? "later.here" : "later.told", { when })}</span>
      <span className={css.acts}>
        <Button
          variant="default"
          h={32}
          aria-haspopup="dialog"
          aria-expanded={at !== null}
          onClick={(event) => choose(event.currentTarget)}
        >
          {t("later.change")}
        </Button>
        <Button variant="default" h={32} onClick={() => void sync.reschedule(item.id, sync.now())}>
          {t("later.now")}
        </Button>
        <Button variant="default" h={32} onClick={back}>
          {t("later.back")}
        </Button>
      </span>
      {at && (
        <ChooseTime
          of={laterChoice(mine, sync.now(), language, t)}
          at={at}
          close={() => choose(null)}
          choose={(instant) => void sync.reschedule(item.id, instant)}
        />
      )}
    </div>
  );
}
