// A list of what was said, in calm rows of two lines: whose, what it is called, how it begins, and beside it when.
import type { Icon } from "@tabler/icons-react";
import { createContext, useContext, type HTMLAttributes, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { Id } from "../generated/types";
import { Avatar } from "./Avatar";
import { useT } from "./i18n";
import css from "./Rows.module.css";

/** Where a row stands in a list of which only a part is on the page. */
export interface Place {
  at: number;
  /** Rows of the whole list; -1: nobody here knows. */
  count: number;
  /** It is the first under its heading. */
  begins: boolean;
  measure(row: HTMLElement | null): void;
}

/** Given to each row of such a list. */
export const RowPlace = createContext<Place | undefined>(undefined);

/** The element of a row. */
export function RowItem(props: HTMLAttributes<HTMLLIElement> & { "data-unread"?: boolean }): ReactElement {
  const place = useContext(RowPlace);
  if (!place) return <li {...props} />;
  const { at, count, begins, measure } = place;
  return (
    <li
      {...props}
      ref={measure}
      data-index={at}
      data-begins={begins || undefined}
      aria-setsize={count}
      aria-posinset={at + 1}
    />
  );
}

/**
 * A part of the list, with a heading where there is one. `quiet`: it is not of interest now. `cut`: it goes on above or
 * below what is on the page.
 */
export function RowGroup(props: {
  name: string;
  quiet?: boolean;
  cut?: { above: boolean; below: boolean };
  children: ReactNode;
}): ReactElement {
  const { name, quiet, cut, children } = props;
  return (
    <section
      className={css.group}
      data-quiet={quiet || undefined}
      data-cut-above={cut?.above || undefined}
      data-cut-below={cut?.below || undefined}
    >
      {name && !cut?.above && <h2>{name}</h2>}
      <ul className={css.rows} aria-label={cut?.above && name ? name : undefined}>
        {children}
      </ul>
    </section>
  );
}

/** A row; a link. `side` stands at its end, on a phone below it where `sideBelow` is set. */
export function Row(props: {
  href: string;
  author: { id: Id; name: string };
  /** What it is, unless that goes without saying. */
  kind?: { icon: Icon; label?: string };
  title: ReactNode;
  /** How it begins. */
  text?: ReactNode;
  side: ReactNode;
  sideBelow?: boolean;
  /** One of what was found, which is walked over by keys. */
  hit?: boolean;
  /** A thread, by its id: a row that the keys of lists know. */
  thread?: Id;
  /** There is something new in it. */
  unread?: boolean;
  onClick?(): void;
}): ReactElement {
  const { href, author, kind, title, text, side, sideBelow, hit, thread, unread, onClick } = props;
  const t = useT();
  return (
    <RowItem>
      <Link
        href={href}
        className={css.row}
        data-side-below={sideBelow || undefined}
        data-unread={unread || undefined}
        data-hit={hit || undefined}
        data-row={thread}
        data-thread={thread}
        onClick={onClick}
      >
        <Avatar id={author.id} name={author.name} size={32} />
        <span className={css.main}>
          <span className={css.title} dir="auto">
            {kind && (
              <kind.icon
                size={15}
                role={kind.label ? "img" : undefined}
                aria-label={kind.label}
                aria-hidden={kind.label ? undefined : true}
                className={css.kind}
              />
            )}
            {title}
          </span>
          <span className={css.second}>
            <span className={css.author} dir="auto">
              {author.name}
            </span>
            {text && (
              <span className={css.text} dir="auto">
                {text}
              </span>
            )}
          </span>
        </span>
        <span className={css.side}>
          {unread && <span className={css.dot} role="img" aria-label={t("inbox.unread")} />}
          {side}
        </span>
      </Link>
    </RowItem>
  );
}
