// Where a link leads: asked for below the text, which stays in sight.
import { useState, type ReactElement } from "react";
import { useT } from "../i18n";
import { safeAddress } from "../Markdown";
import css from "./editor.module.css";

/** What was typed as an address; null if it leads nowhere. */
export function addressTyped(typed: string): string | null {
  const words = typed.trim();
  if (!words || /\s/.test(words)) return null;
  const mail = /^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(words);
  const full = mail ? `mailto:${words}` : /^[\w-]+(\.[\w-]+)+([/?#:]|$)/.test(words) ? `https://${words}` : words;
  return safeAddress(full) && !/^mw:/i.test(full) ? full : null;
}

/** `href`: where it leads now; "" if there is none yet. */
export function LinkBar(props: { href: string; set(href: string): void; remove(): void; close(): void }): ReactElement {
  const { href, set, remove, close } = props;
  const t = useT();
  const [typed, type] = useState(href);
  const [wrong, setWrong] = useState(false);
  const done = () => {
    const address = addressTyped(typed);
    if (address) set(address);
    else setWrong(true);
  };
  return (
    <div
      className={css.bar}
      role="group"
      aria-label={t("composer.link")}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || !["Enter", "Escape"].includes(event.key)) return;
        event.stopPropagation();
        if (event.key === "Escape") close();
        else if (event.target instanceof HTMLInputElement) {
          event.preventDefault();
          done();
        }
      }}
    >
      <label>
        {t("composer.address")}
        <input
          value={typed}
          onChange={(event) => {
            type(event.target.value);
            setWrong(false);
          }}
          type="url"
          dir="ltr"
          placeholder="https://"
          aria-invalid={wrong || undefined}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by opening it
          autoFocus
        />
      </label>
      <button type="button" onClick={done}>
        {t("composer.linkSet")}
      </button>
      {href && (
        <button type="button" onClick={remove}>
          {t("composer.linkRemove")}
        </button>
      )}
      <button type="button" onClick={close}>
        {t("cancel")}
      </button>
      {wrong && (
        <p className={css.wrong} role="alert">
          {t("composer.linkWrong")}
        </p>
      )}
    </div>
  );
}
