// What of an open thread stands in the Inbox: it is done with, or put out of the way, from here too.
import { IconCheck, IconClock } from "@tabler/icons-react";
import { useRef, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import type { Undo } from "../../ui/useUndo";
import wish from "../../ui/Wishes.module.css";
import { useDoneKeys, useInboxActs } from "../inbox/useInboxActs";
import { useMyHours } from "../inbox/useMyHours";

/** Two buttons where there is something of it, and the bar that undoes what is done in the thread. */
export function Arrived({ space, root, undo }: { space: Id; root: Id; undo: Undo }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.inbox(), []);
  const hours = useMyHours();
  const later = useRef<HTMLButtonElement>(null);
  const rows = [...(view?.waitsForMe ?? []), ...(view?.toRead ?? [])].filter(
    (row) => row.thread === root && row.space === space,
  );
  const [acts, shows] = useInboxActs(hours, undo);
  useDoneKeys(
    acts,
    () => rows,
    () => {
      // One is through with the thread: what is asked may open at its top.
      later.current?.scrollIntoView({ block: "nearest" });
      return later.current;
    },
  );
  return (
    <>
      {rows.length > 0 && (
        <>
          <button type="button" className={wish.wish} onClick={() => acts.done(rows)}>
            <IconCheck size={16} stroke={1.7} aria-hidden="true" />
            {t("inbox.done")}
          </button>
          <button
            ref={later}
            type="button"
            className={wish.wish}
            aria-haspopup="dialog"
            aria-expanded={acts.asking !== null}
            onClick={(event) => acts.later(rows, event.currentTarget)}
          >
            <IconClock size={16} stroke={1.7} aria-hidden="true" />
            {t("inbox.snooze")} …
          </button>
        </>
      )}
      {shows}
    </>
  );
}
