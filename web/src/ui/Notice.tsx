// What a place says when it has nothing to show, or when something went wrong.
import type { ReactElement, ReactNode } from "react";
import css from "./Notice.module.css";

/** `quiet`: nothing here, or not yet. `wrong`: something failed; it is announced to screen readers. */
export function Notice(props: {
  tone?: "quiet" | "wrong";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  const { tone = "quiet", title, children, action } = props;
  return (
    <div className={css.notice} data-tone={tone} role={tone === "wrong" ? "alert" : undefined}>
      <p className={css.title}>{title}</p>
      {children && <div className={css.text}>{children}</div>}
      {action && <div className={css.action}>{action}</div>}
    </div>
  );
}

/** Grey lines where something will be; says so to screen readers. */
export function Loading({ label, lines = 3 }: { label: string; lines?: number }): ReactElement {
  return (
    <div className={css.loading} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} style={{ width: `${[92, 78, 60, 85, 70][i % 5]}%` }} />
      ))}
    </div>
  );
}
