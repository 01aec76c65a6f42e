// What the pages of the settings are made of: headed parts, rows of a sheet, choices, and a question before what can't
// be taken back.
import { Button, Modal } from "@mantine/core";
import { useId, type ReactElement, type ReactNode } from "react";
import { useT } from "../../ui/i18n";
import css from "./parts.module.css";

/** A part with a heading, a sentence, and at most one action. */
export function Section(props: {
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const { title, hint, action, children } = props;
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <div className={css.sectionHead}>
        <div>
          <h2 id={id} dir="auto">
            {title}
          </h2>
          {hint && <p className={css.hint}>{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

/** A sheet of rows. */
export function Sheet({ children }: { children: ReactNode }): ReactElement {
  return <div className={css.sheet}>{children}</div>;
}

/** A label at the left, what it is about at the right; on a phone below it. `field`: the id of the control. */
export function Row(props: {
  label: ReactNode;
  hint?: ReactNode;
  field?: string;
  /** The id that the label gets, for `aria-labelledby`. */
  labelId?: string;
  wide?: boolean;
  children: ReactNode;
}): ReactElement {
  const { label, hint, field, labelId, wide, children } = props;
  return (
    <div className={css.row} data-wide={wide || undefined}>
      <div className={css.label}>
        {field ? <label htmlFor={field}>{label}</label> : <strong id={labelId}>{label}</strong>}
        {hint && <span id={field && `${field}-hint`}>{hint}</span>}
      </div>
      <div className={css.control}>{children}</div>
    </div>
  );
}

/** What is only read. */
export function Value({ children }: { children: ReactNode }): ReactElement {
  return <div className={css.value}>{children}</div>;
}

/** One of few. `row`: beside each other, without marks. */
export function Choice<V extends string>(props: {
  labelledBy: string;
  value: V;
  options: ReadonlyArray<{ value: V; label: string; hint?: string; lang?: string }>;
  onChange: (value: V) => void;
  row?: boolean;
}): ReactElement {
  const { labelledBy, value, options, onChange, row } = props;
  const name = useId();
  return (
    <div className={css.choices} data-row={row || undefined} role="radiogroup" aria-labelledby={labelledBy}>
      {options.map((option) => (
        <label key={option.value} className={css.choice} lang={option.lang}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.hint && <small>{option.hint}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}

/** What went wrong, beside what it is about; announced. */
export function Wrong({ children, id }: { children?: ReactNode; id?: string }): ReactElement | null {
  if (!children) return null;
  return (
    <p className={css.wrong} role="alert" id={id}>
      {children}
    </p>
  );
}

/** What was done, above the page's parts; announced when it changes. */
export function Done({ children }: { children?: ReactNode }): ReactElement {
  return <div role="status">{children && <p className={css.done}>{children}</p>}</div>;
}

/** Asks before something. The first button in order is the safe one, and has the focus. */
export function Confirm(props: {
  opened: boolean;
  title: string;
  children: ReactNode;
  yes: string;
  no?: string;
  busy?: boolean;
  wrong?: string;
  onYes: () => void;
  onNo: () => void;
}): ReactElement {
  const { opened, title, children, yes, no, busy, wrong, onYes, onNo } = props;
  const t = useT();
  return (
    <Modal
      opened={opened}
      onClose={onNo}
      title={title}
      closeButtonProps={{ "aria-label": t("settings.close"), size: 44, iconSize: 20 }}
      classNames={{ title: css.dialogTitle, content: css.dialog, header: css.dialog, overlay: css.veil }}
    >
      <div className={css.dialogText}>{children}</div>
      <Wrong>{wrong}</Wrong>
      <div className={css.dialogButtons}>
        <Button variant="default" onClick={onNo} data-autofocus>
          {no ?? t("settings.cancel")}
        </Button>
        <Button onClick={onYes} loading={busy}>
          {yes}
        </Button>
      </div>
    </Modal>
  );
}
