// The one grid: a reading column of 720 px, and a rail of 280 px beside it where the window is wide enough.
import { useEffect, type ReactElement, type ReactNode } from "react";
import css from "./Page.module.css";

/** A page in the column. `rail` stands beside it from 1200 px up and under it below that. */
export function Page(props: {
  /** Of the browser's tab. */
  name: string;
  /** Above the title: where this is. */
  above?: ReactNode;
  title?: ReactNode;
  /** One or two sentences under the title. */
  lede?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  rail?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const { name, above, title, lede, actions, rail, children } = props;
  useEffect(() => {
    document.title = name ? `${name} – Meanwhile` : "Meanwhile";
  }, [name]);
  return (
    <div className={css.page}>
      <div className={css.column}>
        {(above || title) && (
          <header className={css.head}>
            {above && <div className={css.above}>{above}</div>}
            {title && (
              <div className={css.line}>
                <h1 className={css.title} dir="auto">
                  {title}
                </h1>
                {actions && <div className={css.actions}>{actions}</div>}
              </div>
            )}
            {lede && <div className={css.lede}>{lede}</div>}
          </header>
        )}
        {children}
      </div>
      {rail && <aside className={css.rail}>{rail}</aside>}
    </div>
  );
}

/** A headed part of the rail. */
export function RailPart({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className={css.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
