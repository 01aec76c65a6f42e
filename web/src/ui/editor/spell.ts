// Words with marks as Markdown. Whatever is written is read again by the parser that everybody reads with, and marks of
// ours are hidden from it only where it would mistake them. Pure.
import type { Token, Tokens } from "marked";
import { parse } from "../Markdown";
import { addressOf, keyOf, piecesOf, says, trimmed, type Mark, type Piece } from "./pieces";

/** Where words stand, which decides what their beginning means. */
export type Where = "paragraph" | "item" | "task" | "heading" | "cell";

interface Way {
  /** Addresses stand as they are. */
  bare: boolean;
  /** What is hidden: nothing, what begins a line, all that could be a mark, or that and what makes an address. */
  hides: "nothing" | "starts" | "marks" | "addresses";
  /** Marks are kept apart from the words beside them: never, where "**重要。**次" would not end where it is meant to, or always. */
  apart: "never" | "needed" | "always";
}

const WAYS: Way[] = [true, false].flatMap((bare) =>
  (["never", "needed", "always"] as const).flatMap((apart) =>
    (["nothing", "starts", "marks", "addresses"] as const).map((hides) => ({ bare, hides, apart })),
  ),
);
const SAFEST: Way = { bare: false, hides: "addresses", apart: "never" };
/** If there is no way to say all of it, so much of the looks is given up, that the words stay what they are. */
const GIVEN_UP = [[], ["strike"], ["strike", "italic"], ["strike", "italic", "bold"]];

/** The plainest spelling that is read as it is meant. */
export function spell(meant: readonly Piece[], where: Where): string {
  const pieces = trimmed(meant);
  if (pieces.length === 0) return "";
  const parts = apartAtGaps(pieces);
  if (parts.length > 1) return attempt(pieces, where) ?? parts.map((part) => spell(part, where)).join(GAPS[where]);
  for (const given of GIVEN_UP) {
    const kept = pieces.map((piece) => ({ ...piece, marks: piece.marks.filter(({ type }) => !given.includes(type)) }));
    const text = attempt(trimmed(kept), where);
    if (text !== null) return text;
  }
  return write(trimmed(pieces.map(({ text }) => ({ text, marks: [] }))), SAFEST, where);
}

/** Two line breaks in a row end a paragraph. */
const GAPS: Record<Where, string> = { paragraph: "\n\n", item: "\n", task: "\n", heading: " ", cell: " " };

function apartAtGaps(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]];
  pieces.forEach((piece, i) => {
    if (piece.text === "\n" && pieces[i + 1]?.text === "\n") parts.push([]);
    else parts.at(-1)?.push(piece);
  });
  return parts;
}

function attempt(pieces: readonly Piece[], where: Where): string | null {
  const tried = new Set<string>();
  for (const way of WAYS) {
    const text = write(pieces, way, where);
    if (tried.has(text)) continue;
    tried.add(text);
    const read = reads(text, where);
    if (read && says(read, pieces)) return text;
  }
  return null;
}

/** What the parser makes of it where it stands; null if it is something else. */
function reads(text: string, where: Where): Piece[] | null {
  // What would swallow the words below it is not what it seems.
  const lex = (words: string) => parse(`${words}\n\nx`)?.filter(({ type }) => type !== "space") ?? [];
  const one = (tokens: Token[], type: string) => (tokens.length === 2 && tokens[0]?.type === type ? tokens[0] : null);
  if (where === "paragraph") {
    const tokens = lex(text);
    const token = one(tokens, "paragraph") ?? one(tokens, "html");
    return token && piecesOf((token as Tokens.Paragraph).tokens ?? [token]);
  }
  if (where === "heading") {
    const token = one(lex(`# ${text}`), "heading");
    return token && piecesOf((token as Tokens.Heading).tokens);
  }
  if (where === "cell") {
    const token = one(lex(`| ${text} | |\n| --- | --- |`), "table") as Tokens.Table | null;
    return token && token.header.length === 2 ? piecesOf(token.header[0]?.tokens) : null;
  }
  const task = where === "task";
  const list = one(lex(`${task ? "- [ ] " : "- "}${text.replaceAll("\n", "\n  ")}`), "list") as Tokens.List | null;
  const item = list?.items[0];
  const inside = item?.tokens.filter(({ type }) => type !== "checkbox") ?? [];
  if (!item || list.items.length > 1 || item.task !== task || inside.length !== 1) return null;
  const token = inside[0] as Token;
  return /^(text|paragraph|html)$/.test(token.type) ? piecesOf((token as Tokens.Text).tokens ?? [token]) : null;
}

function write(pieces: readonly Piece[], way: Way, where: Where): string {
  const text = run(pieces, new Set(), way);
  const oneLine = where === "cell" || where === "heading";
  const lines = oneLine ? [text.replaceAll("\n", " ")] : text.split("\n");
  if (where === "cell") return lines.join("").replaceAll("|", "\\|");
  return (way.hides === "nothing" ? lines : lines.map(hideStart)).join("\n");
}

/** A backslash before what would begin a heading, a list, a quote and the like. */
function hideStart(line: string): string {
  const bullet = line.replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  return bullet.replace(/^(?=[-+*](?:\s|$)|#{1,6}(?:\s|$)|[>|<]|~~~|```|=+\s*$|-+\s*$|(?:[*_-]\s*){3,}$)/, "\\");
}

function hide(text: string, { hides }: Way): string {
  if (hides === "nothing" || hides === "starts") return text;
  const marks = text.replaceAll(/[\\`*[\]<>~#]|&(?=[#\w]+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&");
  // A backslash in an address is a part of it.
  return hides === "marks" ? marks : marks.replaceAll(/(?<=https?|ftp):(?=\/)|(?<=www)\.|(?<=\w)@(?=\w)/gi, "\\$&");
}

/** Pieces one after the other; of their marks, the one that goes farthest is outside. */
function run(pieces: readonly Piece[], done: ReadonlySet<string>, way: Way): string {
  let out = "";
  for (let i = 0; i < pieces.length;) {
    const piece = pieces[i] as Piece;
    const open = piece.text === "\n" ? [] : piece.marks.filter((mark) => !done.has(keyOf([mark])));
    const outside = farthest(open, pieces, i);
    if (!outside) {
      out += piece.text === "\n" ? "\n" : hide(piece.text, way);
      i += 1;
      continue;
    }
    const segment = pieces.slice(i, outside.end);
    const spelled = around(outside.mark, segment, done, way);
    const next = pieces[outside.end]?.text[0] ?? "";
    const begins = out && apart(out.at(-1) as string, /^([*~]+)(.)/su.exec(spelled), way);
    const ends = next && apart(next, /([*~]+)(.)/su.exec([...spelled].toReversed().join("")), way);
    out += `${begins ? APART : ""}${spelled}${ends ? APART : ""}`;
    i = outside.end;
  }
  return out;
}

/** A blank that nobody sees, so written that the parser takes it for a sign. */
const APART = "&#8203;";

/** Whether marks need something between them and what stands beside them. */
function apart(beside: string, marks: RegExpExecArray | null, way: Way): boolean {
  if (!marks || way.apart === "never" || /\s/.test(beside)) return false;
  return way.apart === "always" || (/[\p{L}\p{N}]/u.test(beside) && /[\p{P}\p{S}]/u.test(marks[2] ?? ""));
}

/** Code is always inside. */
function farthest(open: readonly Mark[], pieces: readonly Piece[], from: number): { mark: Mark; end: number } | null {
  let best: { mark: Mark; end: number } | null = null;
  const wanted = open.some(({ type }) => type !== "code") ? open.filter(({ type }) => type !== "code") : open;
  for (const mark of wanted) {
    const key = keyOf([mark]);
    const has = (piece: Piece | undefined) => piece?.marks.some((one) => keyOf([one]) === key);
    let end = from;
    while (end < pieces.length && (has(pieces[end]) || (pieces[end]?.text === "\n" && has(pieces[end + 1])))) end += 1;
    if (!best || end > best.end) best = { mark, end };
  }
  return best;
}

const DELIMITERS: Record<string, string> = { bold: "**", italic: "*", strike: "~~" };

function around(mark: Mark, segment: readonly Piece[], done: ReadonlySet<string>, way: Way): string {
  if (mark.type === "code") return code(segment.map(({ text }) => text).join(""));
  const inside = new Set([...done, keyOf([mark])]);
  if (mark.type === "link") return link(mark, segment, inside, way);
  const delimiter = DELIMITERS[mark.type];
  const text = run(segment, inside, way);
  if (!delimiter) return text;
  // Emphasis can neither begin nor end with a blank.
  const [, before = "", words = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return words ? `${before}${delimiter}${words}${delimiter}${after}` : text;
}

function link({ attrs }: Mark, segment: readonly Piece[], done: ReadonlySet<string>, way: Way): string {
  const href = String(attrs?.["href"] ?? "");
  const title = attrs?.["title"] ? ` "${String(attrs["title"]).replaceAll(/["\\]/g, "\\$&")}"` : "";
  const plain = segment.map(({ text }) => text).join("");
  if (way.bare && !title && !attrs?.["image"] && segment.length === 1 && addressOf(plain) === href) return plain;
  const to = /[\s()<>]/.test(href) || !href ? `<${href.replaceAll(/[<>]/g, "\\$&")}>` : href;
  const words = attrs?.["image"] ? hide(plain, way) : run(segment, done, way);
  return `${attrs?.["image"] ? "!" : ""}[${words}](${to}${title})`;
}

function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(text) || (/^ .* $/.test(text) && text.trim()) ? " " : "";
  return `${ticks}${pad}${text}${pad}${ticks}`;
}
