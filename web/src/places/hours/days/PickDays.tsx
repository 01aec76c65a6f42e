// Days with a box each: which of them become days off. What can't is told why.
import type { ReactElement } from "react";
import { rangeWords, type Reader } from "../wording";
import css from "./Days.module.css";
import type { Offer } from "./taking";

/** `left`: the keys of those that are not chosen. */
export function PickDays(props: {
  label: string;
  offers: readonly Offer[];
  left: ReadonlySet<string>;
  leave: (left: ReadonlySet<string>) => void;
  reader: Reader;
}): ReactElement {
  const { label, offers, left, leave, reader } = props;
  const { t } = reader;
  const turn = (key: string) => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    leave(next);
  };
  return (
    <ul className={css.pick} aria-label={label}>
      {offers.map(({ key, from, to, note, standing }) => (
        <li key={key} data-standing={standing}>
          <label>
            <input
              type="checkbox"
              checked={standing === "new" && !left.has(key)}
              disabled={standing !== "new"}
              onChange={() => turn(key)}
            />
            <span className={css.when}>{rangeWords(from, to, reader)}</span>
            <span className={css.name} dir="auto">
              {note || t("days.unnamed")}
              {(standing === "planned" || standing === "idle") && <small>{t(`days.${standing}`)}</small>}
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}
