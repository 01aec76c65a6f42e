// What asks those for whom one stands in, in Spaces that one is not in: that it asks, and until when; no more is told.
import { IconCheck } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { CoveredElsewhere } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useSync } from "../../ui/live";
import { RowGroup, RowItem } from "../../ui/Rows";
import type { Undo } from "../../ui/useUndo";
import css from "./Line.module.css";
import type { Known } from "./useKnown";
import type { MyHours } from "./useMyHours";

/** The rows; nothing where there are none. */
export function Elsewhere(props: {
  all: readonly CoveredElsewhere[];
  known: Known;
  hours: MyHours;
  undo: Undo;
}): ReactElement | null {
  const { all, known, hours, undo } = props;
  const t = useT();
  const sync = useSync();
  if (all.length === 0) return null;
  const done = (id: string, says: string) => {
    void sync.done([id], true);
    undo.offer(t("undo.done", { title: says }), () => void sync.done([id], false));
  };
  return (
    <RowGroup name={t("inbox.elsewhere")}>
      {all.map(({ id, covers, by }) => {
        const name = known.name("", covers);
        const due = by && hours.due(Date.parse(by));
        const says = due
          ? t("inbox.elsewhere.by", { name, due: hours.words(due) })
          : t("inbox.elsewhere.asked", { name });
        return (
          <RowItem key={id} className={css.line}>
            <span className={css.told}>
              <Avatar id={covers} name={name} size={28} />
              <span dir="auto">{says}</span>
            </span>
            <span className={css.acts} role="group" aria-label={t("inbox.act", { title: says })}>
              <IconButton icon={IconCheck} label={t("inbox.done")} onClick={() => done(id, says)} />
            </span>
          </RowItem>
        );
      })}
    </RowGroup>
  );
}
