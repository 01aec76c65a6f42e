// A sheet like a letter in the middle of warm paper: what people see before they are in.
import type { ReactElement, ReactNode } from "react";
import css from "./Letter.module.css";

/** `from` is written where a sender stands; the brand is the stamp. */
export function Letter(props: { from: string; title: ReactNode; children: ReactNode; foot?: ReactNode }): ReactElement {
  const { from, title, children, foot } = props;
  return (
    <main className={css.ground}>
      <article className={css.sheet}>
        <header className={css.head}>
          <address className={css.from} dir="auto">
            <strong>{from}</strong>
            <span>{window.location.host}</span>
          </address>
          <Postmark />
          <span className={css.stamp}>
            <img src="/favicon.svg" alt="Meanwhile" width={44} height={44} />
          </span>
        </header>
        <h1 className={css.title} dir="auto" tabIndex={-1}>
          {title}
        </h1>
        {children}
      </article>
      {foot && <p className={css.foot}>{foot}</p>}
    </main>
  );
}

/** What the letter says, before anything is asked. */
export function LetterText({ children }: { children: ReactNode }): ReactElement {
  return <p className={css.text}>{children}</p>;
}

/** Three waves, as a post office cancels a stamp: the wave of the brand. */
function Postmark(): ReactElement {
  const wave = "q6 -7 12 0 t12 0 t12 0 t12 0 t12 0 t12 0";
  return (
    <svg className={css.postmark} viewBox="0 0 76 44" width={76} height={44} aria-hidden="true">
      <path d={`M2 12 ${wave} M2 22 ${wave} M2 32 ${wave}`} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
