// What was done last, and the way back, at the foot of the window for a while.
import type { ReactElement } from "react";
import { useT } from "./i18n";
import { useSingleKeys } from "./ownKeys";
import css from "./UndoBar.module.css";

/** `says` null: nothing was done. The region stays, so that readers of the screen hear what comes into it. */
export function UndoBar({ says, undo }: { says: string | null; undo: (() => void) | null }): ReactElement {
  const t = useT();
  const single = useSingleKeys();
  return (
    <div className={css.place} role="status">
      {says !== null && (
        <div className={css.bar}>
          <span dir="auto">{says}</span>
          {undo && (
            <button type="button" onClick={undo}>
              {t("undo.undo")}
              {single && <kbd aria-hidden="true">z</kbd>}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
