// Markdown as it is shown, everywhere the same: posts, previews, earlier versions. It makes elements and never HTML, so
// nothing that somebody wrote can run; addresses other than http, https and mailto are no links, and pictures of other
// servers are not loaded.
import { memo, type ReactElement, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import { Link } from "wouter";
import css from "./prose.module.css";

/** Longer texts are shown as they are written: parsing them would hold up the screen. */
const MOST = 300_000;

const plugins = [remarkGfm, remarkBreaks];

/** What an address in a text may be; anything else is dropped. */
export function safeAddress(url: string): string {
  if (/^(https?:|mailto:|mw:)/i.test(url) || /^[/#]/.test(url)) return url.startsWith("//") ? "" : url;
  return "";
}

/** The path of one of our own pages, if the address is one. */
function ownPath(url: string): string | null {
  if (url.startsWith("/")) return url;
  return url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : null;
}

function Anchor({ href, children }: { href?: string; children?: ReactNode }): ReactElement {
  if (!href) return <>{children}</>;
  if (href.startsWith("mw:")) return <span className={css.mention}>{children}</span>;
  const own = ownPath(href);
  if (own) return <Link href={own}>{children}</Link>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const components: Components = {
  a: ({ href, children }) => <Anchor href={href}>{children}</Anchor>,
  img: ({ src, alt }) => (typeof src === "string" && src ? <Anchor href={src}>{alt || src}</Anchor> : <>{alt}</>),
  table: ({ children }) => (
    <div className={css.scroll} tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    <pre tabIndex={0} dir="ltr">
      {children}
    </pre>
  ),
  input: ({ checked }) => (
    <span className={css.check} data-on={checked || undefined} aria-label={checked ? "✓" : "☐"} role="img" />
  ),
  p: ({ children }) => <p dir="auto">{children}</p>,
  li: ({ children, className }) => (
    <li dir="auto" className={className}>
      {children}
    </li>
  ),
  h1: ({ children }) => <h3 dir="auto">{children}</h3>,
  h2: ({ children }) => <h3 dir="auto">{children}</h3>,
  h3: ({ children }) => <h4 dir="auto">{children}</h4>,
  h4: ({ children }) => <h5 dir="auto">{children}</h5>,
  h5: ({ children }) => <h6 dir="auto">{children}</h6>,
};

/** True if the text has nothing that Markdown would change: then the parser is spared. */
function isPlain(text: string): boolean {
  return !/[*_`#>[\]<~|\\&@]|^\s*([-+]|\d+[.)])\s|^ {4}|^\t|-{3,}|={3,}|www\.|https?:| {2}$/m.test(text);
}

/** Renders a text of Markdown. */
export const Markdown = memo(function Markdown({ text }: { text: string }): ReactElement {
  if (text.length > MOST)
    return (
      <div className={css.prose} data-raw dir="auto">
        {text}
      </div>
    );
  if (isPlain(text)) {
    const paragraphs = text
      .trim()
      .split(/\n\s*\n/)
      .filter(Boolean);
    return (
      <div className={css.prose}>
        {paragraphs.map((paragraph, i) => (
          <p key={i} dir="auto">
            {paragraph.split("\n").flatMap((line, n) => (n ? [<br key={n} />, line.trim()] : [line.trim()]))}
          </p>
        ))}
      </div>
    );
  }
  return (
    <div className={css.prose}>
      <ReactMarkdown remarkPlugins={plugins} components={components} urlTransform={safeAddress}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
