// A key as it is written beside what it does. Not for readers of the screen: they are told by the list of all keys.
import type { ReactElement } from "react";
import { useT } from "./i18n";
import css from "./Kbd.module.css";
import { KEYS, useSingleKeys, type Act } from "./keys";

/** Whether a key needs no Ctrl or ⌘. */
const isSingle = (keys: string) => !keys.startsWith("mod+");

/** Gives the keys of an act that work now. */
export function useKeysOf(): (act: Act) => string[] {
  const single = useSingleKeys();
  return (act) => KEYS[act].keys.filter((keys) => single || !isSingle(keys) || /^(enter|escape)$/.test(keys));
}

/** One stroke, or two after another. */
export function Strokes({ keys }: { keys: string }): ReactElement {
  const t = useT();
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const name = (key: string): string => {
    if (key === "mod") return mac ? "⌘" : t("keys.cap.mod");
    if (key === "shift") return t("keys.cap.shift");
    if (key === "escape") return t("keys.cap.escape");
    if (key === "enter") return t("keys.cap.enter");
    return key.toUpperCase();
  };
  return (
    <span className={css.strokes}>
      {keys.split(" ").map((stroke, i) => (
        <span key={i} className={css.stroke}>
          {stroke.split("+").map((key) => (
            <kbd key={key} className={css.key}>
              {name(key)}
            </kbd>
          ))}
        </span>
      ))}
    </span>
  );
}

/** The first key of an act, where single keys are on or it is none. */
export function Kbd({ act }: { act: Act }): ReactElement | null {
  const [keys] = useKeysOf()(act);
  return keys ? (
    <span aria-hidden="true" className={css.beside}>
      <Strokes keys={keys} />
    </span>
  ) : null;
}
