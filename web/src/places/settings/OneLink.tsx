// A link that is shown now and never again, to be copied, scanned or printed.
import { Button } from "@mantine/core";
import { useRef, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { copyText } from "../../ui/copy";
import { LinkSheet } from "./LinkSheet";
import css from "./list.module.css";

/** The link in a field that selects itself, a button that says that it has copied, and the way to a sheet of it. */
export function OneLink(props: { name: string; link: string; onCopied?: () => void }): ReactElement {
  const { name, link, onCopied } = props;
  const t = useT();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const [shown, sheet] = useState(false);
  const copy = async () => {
    if (await copyText(link)) {
      setCopied(true);
      onCopied?.();
    } else {
      // The person can still press the keys for it.
      field.current?.focus();
      field.current?.select();
    }
  };
  return (
    <div className={css.link}>
      <input
        ref={field}
        readOnly
        value={link}
        aria-label={t("people.link.label", { name })}
        onFocus={(event) => event.currentTarget.select()}
        onCopy={() => onCopied?.()}
      />
      <Button
        variant="default"
        aria-label={copied ? undefined : t("people.link.copyNamed", { name })}
        onClick={() => void copy()}
      >
        {t(copied ? "people.link.copied" : "people.link.copy")}
      </Button>
      <Button
        variant="subtle"
        aria-label={t("qr.showNamed", { name })}
        onClick={() => {
          sheet(true);
          // What is scanned or printed is passed on.
          onCopied?.();
        }}
      >
        {t("qr.show")}
      </Button>
      {shown && <LinkSheet name={name} link={link} close={() => sheet(false)} />}
      <span role="status" className={css.heard}>
        {copied ? t("people.link.copied") : ""}
      </span>
    </div>
  );
}
