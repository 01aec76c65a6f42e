// Markdown as it is shown, everywhere the same: posts, previews, earlier versions. The parser gives tokens and this file
// makes elements of them, never HTML, so nothing that somebody wrote can run. Addresses other than http, https and mailto
// are no links, and pictures of other servers are not loaded.
import { Lexer, type Token, type Tokens } from "marked";
import { createElement, memo, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import { CurrentName } from "./names";
import { PersonLink } from "./PersonLink";
import { ReferenceLink } from "./Reference";
import { referenceTo, standsForName } from "./references";
import css from "./prose.module.css";

/** Longer texts are shown as they are written: parsing them would hold up the screen. */
const MOST = 300_000;

/** Deeper nesting than people write is shown as it is written. */
const DEEPEST = 40;

/** The path of one of our own pages, if the address is one. */
function ownPath(url: string): string | null {
  if (!/^(\/|#|https?:)/i.test(url) || !URL.canParse(url, location.origin)) return null;
  const { origin, pathname, search, hash } = new URL(url, location.origin);
  return origin === location.origin ? pathname + search + hash : null;
}

/** What an address in a text may be; of anything else nothing is left. */
export function safeAddress(url: string): string {
  if (/^(https?:|mailto:|mw:[pg])/i.test(url)) return url;
  // `//host` and `/\host` look like paths and are none.
  return /^[/#]/.test(url) && ownPath(url) !== null ? url : "";
}

function anchor(
  url: string,
  title: string | null | undefined,
  key: number,
  children: ReactNode,
  words = "",
): ReactNode {
  const href = safeAddress(url.trim());
  if (!href) return <span key={key}>{children}</span>;
  if (href.toLowerCase().startsWith("mw:")) {
    const id = href.slice(3).toLowerCase();
    return (
      <span key={key} className={css.mention}>
        {id.startsWith("g") ? (
          <CurrentName of={id}>{children}</CurrentName>
        ) : (
          <PersonLink id={id}>{children}</PersonLink>
        )}
      </span>
    );
  }
  const to = standsForName(words) && referenceTo(href);
  if (to) {
    return (
      <ReferenceLink key={key} to={to} words={words}>
        {children}
      </ReferenceLink>
    );
  }
  const own = ownPath(href);
  if (own) {
    return (
      <Link key={key} href={own}>
        {children}
      </Link>
    );
  }
  return (
    <a key={key} href={href} title={title ?? undefined} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The parser leaves character references to HTML; here they become the characters. */
export function characters(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,31});/gi, (whole, name: string) => {
    const known = ENTITIES[name.toLowerCase()];
    if (known) return known;
    if (!name.startsWith("#")) return NAMED[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
  });
}

/** The references that people type; all others are shown as they are. */
const NAMED: Record<string, string> = {
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  euro: "€",
  times: "×",
  rarr: "→",
  larr: "←",
  deg: "°",
};

/** Words with their line breaks: a new line in the text is a new line on the screen. */
function words(text: string, key: number): ReactNode {
  if (!text.includes("\n")) return text;
  return (
    <span key={key}>{text.split("\n").flatMap((line, i) => (i ? [<br key={i} />, line.trimStart()] : [line]))}</span>
  );
}

function inline(tokens: readonly Token[] | undefined, depth: number): ReactNode[] {
  return (tokens ?? []).map((token, key) => inlineOne(token, key, depth));
}

function inlineOne(token: Token, key: number, depth: number): ReactNode {
  if (depth > DEEPEST) return token.raw;
  const inner = () => inline((token as Tokens.Generic).tokens, depth + 1);
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return createElement(token.type, { key }, inner());
    case "codespan":
      return <code key={key}>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br key={key} />;
    case "link":
      return anchor((token as Tokens.Link).href, (token as Tokens.Link).title, key, inner(), token.text as string);
    case "image":
      return anchor((token as Tokens.Image).href, (token as Tokens.Image).title, key, token.text || token.href);
    case "checkbox":
      return null;
    case "escape":
      return characters((token as Tokens.Escape).text);
    case "html":
      return words(token.raw, key);
    default: {
      const { tokens } = token as Tokens.Generic;
      if (tokens && tokens.length > 0) return <span key={key}>{inner()}</span>;
      return words(characters(((token as Tokens.Text).text as string | undefined) ?? token.raw), key);
    }
  }
}

function blocks(tokens: readonly Token[], depth: number): ReactNode[] {
  return tokens.map((token, key) => block(token, key, depth));
}

function block(token: Token, key: number, depth: number): ReactNode {
  if (depth > DEEPEST) return <p key={key}>{token.raw}</p>;
  switch (token.type) {
    case "space":
    case "def":
    case "checkbox": // Drawn by its item.
      return null;
    case "heading": {
      // The page has its title; what is headed in a text stands below that.
      const level = Math.min(6, (token as Tokens.Heading).depth + (token.depth === 1 ? 2 : 1));
      return createElement(`h${level}`, { key, dir: "auto" }, inline(token.tokens, depth + 1));
    }
    case "code":
      return (
        <pre key={key} tabIndex={0} dir="ltr">
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote key={key}>{blocks(token.tokens ?? [], depth + 1)}</blockquote>;
    case "hr":
      return <hr key={key} />;
    case "list":
      return list(token as Tokens.List, key, depth);
    case "table":
      return table(token as Tokens.Table, key, depth);
    case "html":
      return (
        <p key={key} dir="auto">
          {words(token.raw.trim(), 0)}
        </p>
      );
    case "text":
      return <span key={key}>{inlineOne(token, 0, depth + 1)}</span>;
    default:
      return (
        <p key={key} dir="auto">
          {(token as Tokens.Paragraph).tokens ? inline((token as Tokens.Paragraph).tokens, depth + 1) : token.raw}
        </p>
      );
  }
}

function list({ ordered, start, items }: Tokens.List, key: number, depth: number): ReactNode {
  const children = items.map((item, i) => (
    <li key={i} dir="auto" className={item.task ? css.task : undefined}>
      {item.task && (
        <span
          className={css.check}
          data-on={item.checked || undefined}
          role="img"
          aria-label={item.checked ? "☑" : "☐"}
        />
      )}
      {blocks(item.tokens, depth + 1)}
    </li>
  ));
  return ordered ? (
    <ol key={key} start={start === "" ? undefined : start}>
      {children}
    </ol>
  ) : (
    <ul key={key}>{children}</ul>
  );
}

function table({ header, rows, align }: Tokens.Table, key: number, depth: number): ReactNode {
  const style = (at: number) => (align[at] ? { textAlign: align[at] } : undefined);
  return (
    <div key={key} className={css.scroll} tabIndex={0} role="group">
      <table>
        <thead>
          <tr>
            {header.map((cell, i) => (
              <th key={i} dir="auto" style={style(i)}>
                {inline(cell.tokens, depth + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              {row.map((cell, i) => (
                <td key={i} dir="auto" style={style(i)}>
                  {inline(cell.tokens, depth + 1)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Null if the text is nested so deeply that the parser gives up. */
export function parse(text: string): Token[] | null {
  try {
    return new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Renders a text of Markdown. */
export const Markdown = memo(function Markdown({ text }: { text: string }): ReactElement {
  const tokens = text.length > MOST ? null : parse(text);
  if (!tokens) {
    return (
      <div className={css.prose} data-raw dir="auto">
        {text}
      </div>
    );
  }
  return <div className={css.prose}>{blocks(tokens, 0)}</div>;
});
