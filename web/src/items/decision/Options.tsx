// Between what one chooses, with who chose it by name, and the way to choose.
import { IconCheck } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Id } from "../../generated/types";
import { askedBy } from "../../sync";
import type { ItemView } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import css from "./Decision.module.css";
import { Names } from "./Names";
import type { Tally } from "./tally";

/** The list; nothing where there are none. */
export function Options(props: {
  space: Id;
  item: ItemView;
  tally: Tally;
  nameOf(id: Id): string;
  over: boolean;
}): ReactElement | null {
  const { space, item, tally, nameOf, over } = props;
  const t = useT();
  const sync = useSync();
  const closed = useLive((s) => s.space(space), [space])?.archivedAt;
  const options = item.options ?? [];
  if (options.length === 0) return null;
  const may = !over && !closed && !item.waiting && item.rule === "vote" && askedBy(item).includes(sync.me);
  return (
    <ul className={css.options} aria-label={t("decision.options")}>
      {options.map(({ id, title, text }) => {
        const who = tally.chose.get(id) ?? [];
        const mine = who.includes(sync.me);
        return (
          <li key={id} data-won={item.outcome?.option === id || undefined}>
            <div className={css.option}>
              <span dir="auto">
                {item.outcome?.option === id && <IconCheck size={16} stroke={2} aria-hidden="true" />}
                {title}
              </span>
              {may && (
                <button
                  type="button"
                  className={css.choose}
                  aria-pressed={mine}
                  aria-label={`${t(mine ? "decision.chosen" : "decision.choose")}: ${title}`}
                  onClick={() => void sync.decide(space, item.id, { vote: mine ? null : { option: id } })}
                >
                  {mine && <IconCheck size={15} stroke={2} aria-hidden="true" />}
                  {t(mine ? "decision.chosen" : "decision.choose")}
                </button>
              )}
            </div>
            {text && <Markdown text={text} />}
            {who.length > 0 && <Names ids={who} nameOf={nameOf} />}
          </li>
        );
      })}
    </ul>
  );
}
