// A key as it is written beside what it does. Not for readers of the screen: they are told by the list of all keys.
import type { ReactElement } from "react";
import { useT } from "./i18n";
import css from "./Kbd.module.css";
import type { Act } from "./keyTable";
import { keysOf, useOwnKeys, useSingleKeys } from "./ownKeys";

/** Whether a key needs no Ctrl or ⌘. */
const isSingle = (keys: string) => !keys.startsWith("mod+");

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Gives the keys of an act that work now. */
export function useKeysOf(): (act: Act) => string[] {
  const single = useSingleKeys();
  useOwnKeys();
  return (act) => keysOf(act).filter((keys) => single || !isSingle(keys) || /^(enter|escape)$/.test(keys));
}

/** Gives what stands on each key of a stroke, in the language of the screen. */
function useCaps(): (stroke: string) => string[] {
  const t = useT();
  const name = (key: string): string => {
    if (key === "mod") return isMac() ? "⌘" : t("keys.cap.mod");
    if (key === "shift") return t("keys.cap.shift");
    if (key === "escape") return t("keys.cap.escape");
    if (key === "enter") return t("keys.cap.enter");
    return key.toUpperCase();
  };
  return (stroke) => stroke.split("+").map(name);
}

/** Gives a stroke as it is written in a line of text. */
export function useStroke(): (stroke: string) => string {
  const caps = useCaps();
  return (stroke) => caps(stroke).join(isMac() ? "" : "+");
}

/** One stroke, or two after another. */
export function Strokes({ keys }: { keys: string }): ReactElement {
  const caps = useCaps();
  return (
    <span className={css.strokes}>
      {keys.split(" ").map((stroke, i) => (
        <span key={i} className={css.stroke}>
          {caps(stroke).map((cap) => (
            <kbd key={cap} className={css.key}>
              {cap}
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
