// A text of Markdown as lines of words, so that two of them can be compared as one reads them: what is bold is a word that
// is bold, not one between stars. Pure; it knows nothing of comparing.
import type { Token, Tokens } from "marked";
import { characters, parse } from "../Markdown";

/** A word, or what stands between two. */
export interface Piece {
  text: string;
  /** How it looks: `strong`, `em`, `del`, `code`, `link`. */
  looks: readonly string[];
  /** Where it leads; another address is another piece. */
  href?: string;
}

/** A line, as a paragraph, an entry of a list or a row of a table is one. */
export interface Line {
  kind: "title" | "asks" | "text" | "heading" | "entry" | "code" | "row" | "rule";
  /** Of a heading 1 to 6; of an entry how deep it is. */
  level: number;
  /** How many quotes it stands in. */
  quotes: number;
  /** What stands before an entry. */
  mark?: string;
  pieces: readonly Piece[];
}

/** Longer texts are compared as they are written: taking them apart would hold up the screen. */
const MOST = 100_000;
const DEEPEST = 40;
const PLAIN: readonly string[] = [];
const NEWLINE: Piece = { text: "\n", looks: PLAIN };

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text, and what stands between them. */
export function words(text: string, looks: readonly string[] = PLAIN, href?: string): Piece[] {
  const out: Piece[] = [];
  for (const { segment } of segmenter.segment(text)) out.push({ text: segment, looks, ...(href && { href }) });
  return out;
}

/** What tells one piece from another. */
export const keyOf = ({ text, looks, href }: Piece): string => `${looks.join(" ")}|${href ?? ""}|${text}`;

/** Lines of a text. */
export function linesOf(text: string): Line[] {
  const tokens = text.length > MOST ? null : parse(text);
  if (!tokens) return text.split("\n").map((line) => ({ kind: "text", level: 0, quotes: 0, pieces: words(line) }));
  const out: Line[] = [];
  blocks(tokens, { quotes: 0, level: 0 }, out, 0);
  return out;
}

interface Place {
  quotes: number;
  level: number;
  /** Of the entry that begins here. */
  mark?: string;
  task?: string;
}

function blocks(tokens: readonly Token[], place: Place, out: Line[], depth: number): void {
  let { mark, task } = place;
  const { quotes, level } = place;
  const add = (line: Pick<Line, "kind" | "pieces"> & { level?: number }) => {
    const inList = level > 0 && line.kind === "text";
    const begins = inList && task ? [...words(`${task} `), ...line.pieces] : line.pieces;
    out.push({
      level: inList ? level : 0,
      quotes,
      ...line,
      kind: inList ? "entry" : line.kind,
      pieces: begins,
      ...(mark && inList && { mark }),
    });
    [mark, task] = [undefined, undefined];
  };
  for (const token of tokens) {
    if (depth > DEEPEST) {
      add({ kind: "text", pieces: words(token.raw) });
      continue;
    }
    switch (token.type) {
      case "space":
      case "def":
      case "checkbox": // Told by its entry.
        break;
      case "heading":
        add({ kind: "heading", level: (token as Tokens.Heading).depth, pieces: inline(token.tokens) });
        break;
      case "code":
        for (const line of (token as Tokens.Code).text.split("\n")) add({ kind: "code", pieces: words(line) });
        break;
      case "blockquote":
        blocks(token.tokens ?? [], { ...place, quotes: quotes + 1, mark, task }, out, depth + 1);
        break;
      case "list":
        list(token as Tokens.List, { quotes, level: level + 1 }, out, depth);
        break;
      case "table":
        for (const row of [(token as Tokens.Table).header, ...(token as Tokens.Table).rows]) {
          const cells = row.flatMap((cell, i) => [...(i ? words(" | ") : []), ...inline(cell.tokens)]);
          add({ kind: "row", pieces: cells });
        }
        break;
      case "hr":
        add({ kind: "rule", pieces: words("———") });
        break;
      default: {
        const { tokens: inner } = token as Tokens.Generic;
        const pieces = inner && inner.length > 0 ? inline(inner) : words(characters(token.raw.trim()));
        add({ kind: "text", pieces });
      }
    }
  }
}

function list({ ordered, start, items }: Tokens.List, place: Place, out: Line[], depth: number): void {
  items.forEach((item, i) => {
    const mark = ordered ? `${(start === "" ? 1 : start) + i}.` : item.task ? undefined : "•";
    const task = item.task ? (item.checked ? "☑" : "☐") : undefined;
    blocks(item.tokens, { ...place, mark, task }, out, depth + 1);
  });
}

function inline(tokens: readonly Token[] | undefined, looks = PLAIN, href?: string, depth = 0): Piece[] {
  return (tokens ?? []).flatMap((token): Piece[] => {
    const { tokens: inner } = token as Tokens.Generic;
    const within = (more: string, to = href) => inline(inner, [...looks, more], to, depth + 1);
    if (depth > DEEPEST) return words(token.raw, looks, href);
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return within(token.type);
      case "link":
        return within("link", (token as Tokens.Link).href);
      case "image":
        return words(token.text || token.href, [...looks, "link"], (token as Tokens.Image).href);
      case "codespan":
        return words((token as Tokens.Codespan).text, [...looks, "code"], href);
      case "br":
        return [NEWLINE];
      case "checkbox":
        return [];
      case "html":
        return broken(token.raw, looks, href);
      default:
        if (inner && inner.length > 0) return inline(inner, looks, href, depth + 1);
        return broken(characters(((token as Tokens.Text).text as string | undefined) ?? token.raw), looks, href);
    }
  });
}

/** A new line in the text is a new line on the screen. */
function broken(text: string, looks: readonly string[], href?: string): Piece[] {
  return text.split("\n").flatMap((line, i) => [...(i ? [NEWLINE] : []), ...words(line, looks, href)]);
}
