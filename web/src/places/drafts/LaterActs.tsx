// When something leaves that its author has sent for later, and what he can still do about it.
import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import type { ItemView } from "../../sync/api";
import { ChooseTime } from "../../ui/ChooseTime";
import { laterChoice } from "../../ui/composer/SendLater";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { moment, whenReached } from "../../ui/reach";
import { useHours } from "../hours/useHours";
import css from "./Drafts.module.css";

/** `back` takes it back, `edit` opens the words of what is sealed. */
export function LaterActs({ item, back, edit }: { item: ItemView; back(): void; edit?(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { mine } = useHours();
  const now = useNow(30_000);
  const [at, choose] = useState<HTMLElement | null>(null);
  const until = item.waiting?.until ?? now;
  const when = whenReached(until, mine, now, language, t);
  if (item.waiting?.sealed) {
    return (
      <div className={css.later} data-how="sealed">
        <span className={css.sealed}>
          <IconLock size={15} stroke={1.8} aria-hidden="true" />
          <span>{t("checkin.sealedStands", { when: moment(until, mine, now, language, t) })}</span>
        </span>
        <span className={css.acts}>
          {edit && (
            <Button variant="default" h={32} onClick={edit}>
              {t("post.edit")}
            </Button>
          )}
          <Button variant="default" h={32} onClick={back}>
            {t("later.back")}
          </Button>
        </span>
      </div>
    );
  }
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
