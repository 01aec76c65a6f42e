// Small answers: an emoji, and whose it is. One's own is taken back by pressing it again.
import { useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { useDesk } from "./desk";
import css from "./Reactions.module.css";

/** How many emoji are shown before "more". */
const SHOWN = 12;
/** How many names stand in a title. */
const NAMED = 12;

/** The emoji of a post with the persons behind each. */
export function Reactions({ item }: { item: ItemView }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const { space, members, readOnly } = useDesk();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const entries = Object.entries(item.reactions)
    .map(([emoji, by]) => ({ emoji, persons: Object.keys(by).filter((id) => by[id]) }))
    .filter(({ persons }) => persons.length > 0);
  if (entries.length === 0) return null;
  const names = (persons: Id[]) => {
    const known = persons
      .slice(0, NAMED)
      .map((id) => (id === sync.me ? t("you") : members.get(id)?.name || t("person.unknown")));
    const rest = persons.length - known.length;
    return new Intl.ListFormat(language).format(rest > 0 ? [...known, t("reactions.others", { rest })] : known);
  };
  const shown = all ? entries : entries.slice(0, SHOWN);
  return (
    <ul className={css.reactions} aria-label={t("reactions")}>
      {shown.map(({ emoji, persons }) => {
        const mine = persons.includes(sync.me);
        return (
          <li key={emoji}>
            <button
              type="button"
              className={css.reaction}
              aria-pressed={mine}
              disabled={readOnly}
              aria-label={t("reactions.by", { emoji, names: names(persons) })}
              title={names(persons)}
              onClick={() => void sync.react(space, item.id, emoji, !mine)}
            >
              <span className={css.emoji}>{emoji}</span>
              <span className={css.names} dir="auto">
                {persons.length <= 2 ? names(persons) : persons.length}
              </span>
            </button>
          </li>
        );
      })}
      {entries.length > shown.length && (
        <li>
          <button type="button" className={css.reaction} onClick={() => setAll(true)}>
            {t("reactions.more", { more: entries.length - shown.length })}
          </button>
        </li>
      )}
    </ul>
  );
}
