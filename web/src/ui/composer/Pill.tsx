// One of several choices that exclude each other.
import type { ReactElement, ReactNode } from "react";
import choice from "../Choice.module.css";
import css from "./Asking.module.css";

/** A radio button that looks like a chip. */
export function Pill(props: {
  name: string;
  checked: boolean;
  choose(): void;
  title?: string;
  disabled?: boolean;
  children: ReactNode;
}): ReactElement {
  const { name, checked, choose, title, disabled, children } = props;
  return (
    <label className={css.pill} title={title}>
      <input type="radio" name={name} checked={checked} disabled={disabled} onChange={choose} />
      <span className={choice.choice}>{children}</span>
    </label>
  );
}
