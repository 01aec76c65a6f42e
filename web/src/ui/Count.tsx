// How many wait: the only number the app shows of people's own. Nothing where there are none.
import type { ReactElement } from "react";
import css from "./Count.module.css";

/** `label` is what is heard; without it the number is. */
export function Count({ count, label }: { count: number; label?: string }): ReactElement | null {
  if (count === 0) return null;
  return (
    <span className={css.count} data-count role={label ? "img" : undefined} aria-label={label}>
      {count}
    </span>
  );
}
