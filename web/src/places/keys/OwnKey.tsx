// Gives an act another key: pressed, one hears the new one; two after another are one too.
import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { Strokes } from "../../ui/Kbd";
import { strokeOf, type Act } from "../../ui/keyTable";
import { chooseKey, keysOf, refusal } from "../../ui/ownKeys";
import css from "./Keys.module.css";

/** Milliseconds in which a second stroke belongs to the first. */
const SOON = 1200;

/** The keys of an act, to be pressed. `say` is told what came of it. */
export function OwnKey({ act, say }: { act: Act; say(words: string): void }): ReactElement {
  const t = useT();
  const [listens, listen] = useState(false);
  const [first, begin] = useState("");
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const name = t(`keys.${act}`);
  const [now = ""] = keysOf(act);

  const end = (key: string) => {
    window.clearTimeout(timer.current);
    listen(false);
    begin("");
    const why = key ? refusal(act, key) : null;
    if (!key) say("");
    else if (why === "noKey") say(t("keys.change.noKey"));
    else if (why) say(t("keys.change.taken", { act: t(`keys.${why}`) }));
    else {
      chooseKey(act, key);
      say(t("keys.change.done", { act: name }));
    }
  };
  const hear = (event: KeyboardEvent) => {
    if (!listens || event.altKey || /^(Shift|Control|Meta|Alt|AltGraph)$/.test(event.key)) return;
    // Whoever goes on by Tab leaves it as it is.
    if (event.key === "Tab") return end("");
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return end("");
    if (event.key === "Enter") return end(first);
    const stroke = strokeOf(event);
    if (first) return end(`${first} ${stroke}`);
    begin(stroke);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => end(stroke), SOON);
  };
  return (
    <button
      type="button"
      className={css.own}
      aria-pressed={listens}
      // Nothing else hears what is pressed here.
      data-writes={listens || undefined}
      data-mantine-stop-propagation={listens || undefined}
      onClick={() => {
        if (listens) return;
        listen(true);
        say(t("keys.change.press", { act: name }));
      }}
      onKeyDown={hear}
      onBlur={() => listens && end("")}
    >
      <VisuallyHidden>{t("keys.change.of", { act: name })}</VisuallyHidden>
      {listens ? first ? <Strokes keys={first} /> : t("keys.change.listens") : <Strokes keys={now} />}
    </button>
  );
}
