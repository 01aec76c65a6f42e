// Words with their marks, as the editor and the parser both have them. Pure.
import type { Token, Tokens } from "marked";
import { characters } from "../Markdown";

/** A mark of the editor. */
export interface Mark {
  type: string;
  attrs?: Record<string, unknown>;
}

/** Words of one look; a line break is a piece of its own, "\n". */
export interface Piece {
  text: string;
  marks: readonly Mark[];
  /** A link that the parser saw in bare words. */
  bare?: boolean;
}

/** Deeper nesting than people write is not taken apart. */
const DEEPEST = 40;

const EMPHASIS: Record<string, string> = { strong: "bold", em: "italic", del: "strike" };

/** The words of a text; null if the editor has no way to hold one of them. */
export function piecesOf(tokens: readonly Token[] | undefined): Piece[] | null {
  const pieces: Piece[] = [];
  return collect(tokens ?? [], [], pieces, 0) ? trimmed(pieces) : null;
}

function collect(
  tokens: readonly Token[],
  marks: readonly Mark[],
  into: Piece[],
  depth: number,
  bare = false,
): boolean {
  if (depth > DEEPEST) return false;
  return tokens.every((token) => {
    const inner = (mark?: Mark, auto = bare) => {
      const all = mark && !marks.some((one) => one.type === mark.type) ? [...marks, mark] : marks;
      return collect((token as Tokens.Generic).tokens ?? [], all, into, depth + 1, auto);
    };
    const say = (text: string, all = marks) => {
      text.split("\n").forEach((line, i) => {
        if (i) into.push({ text: "\n", marks: [] });
        if (line) into.push({ text: line, marks: all, ...(bare && { bare }) });
      });
      return true;
    };
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return inner({ type: EMPHASIS[token.type] as string });
      case "codespan":
        return say((token as Tokens.Codespan).text, [...marks, { type: "code" }]);
      case "br":
        return say("\n");
      case "link":
      case "image": {
        // A picture in a link has no place.
        if (marks.some((mark) => mark.type === "link")) return false;
        const { href, title, type } = token as Tokens.Link | Tokens.Image;
        const link = { type: "link", attrs: { href, title: title || null, image: type === "image" } };
        if (type === "image") return say((token as Tokens.Image).text || href, [...marks, link]);
        return inner(link, (token as { autolink?: boolean }).autolink === true);
      }
      case "checkbox":
        return true;
      case "escape":
        return say(characters((token as Tokens.Escape).text));
      case "html":
        return say(token.raw);
      default:
        if ((token as Tokens.Generic).tokens?.length) return inner();
        return say(characters(((token as Tokens.Text).text as string | undefined) ?? token.raw));
    }
  });
}

const isCode = ({ marks }: Piece) => marks.some((mark) => mark.type === "code");

/** Without blanks at the ends of lines, and without twins side by side. */
export function trimmed(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  const clean = () => {
    const last = out.at(-1);
    if (!last || last.text === "\n" || isCode(last)) return;
    last.text = last.text.replace(/[ \t]+$/, "");
    if (!last.text) {
      out.pop();
      clean();
    }
  };
  for (const piece of pieces) {
    const last = out.at(-1);
    if (piece.text === "\n") {
      clean();
      if (out.length > 0) out.push({ text: "\n", marks: [] });
      continue;
    }
    const begins = (!last || last.text === "\n") && !isCode(piece);
    const text = begins ? piece.text.replace(/^[ \t]+/, "") : piece.text;
    if (!text) continue;
    if (last && last.text !== "\n" && keyOf(last.marks) === keyOf(piece.marks) && last.bare === piece.bare) {
      last.text += text;
    } else out.push({ ...piece, text });
  }
  clean();
  while (out.at(-1)?.text === "\n") {
    out.pop();
    clean();
  }
  return out;
}

/** What tells two looks apart. */
export function keyOf(marks: readonly Mark[]): string {
  return marks
    .map(({ type, attrs }) =>
      type === "link" ? `link ${JSON.stringify([attrs?.["href"], attrs?.["title"], attrs?.["image"]])}` : type,
    )
    .toSorted()
    .join(" ");
}

/** What an address in bare words leads to. */
export function addressOf(words: string): string {
  if (/^www\./i.test(words)) return `http://${words}`;
  return /^[^\s@/]+@[^\s@/]+$/.test(words) ? `mailto:${words}` : words;
}

/** One line per look: blanks have no emphasis, and what is only there to keep marks apart is left out. */
function normal(pieces: readonly Piece[], forgets: (mark: Mark, piece: Piece) => boolean): string {
  const runs: Piece[] = [];
  for (const piece of trimmed(pieces)) {
    for (const [text] of piece.text.replaceAll("\u200b", "").matchAll(/\s+|\S+/g)) {
      const blank = /^\s/.test(text);
      const marks = piece.marks.filter((mark) => !forgets(mark, piece) && (!blank || /link|code/.test(mark.type)));
      runs.push({ text, marks });
    }
  }
  const merged: Array<[string, string]> = [];
  for (const { text, marks } of runs) {
    const key = keyOf(marks);
    const last = merged.at(-1);
    if (last?.[1] === key) last[0] += text;
    else merged.push([text, key]);
  }
  return JSON.stringify(merged);
}

const links = (pieces: readonly Piece[]) =>
  pieces.filter(({ marks }) => marks.some((mark) => mark.type === "link")).length;

/** Whether what was read says what was meant. An address in bare words may have become a link. */
export function says(read: readonly Piece[], meant: readonly Piece[]): boolean {
  if (normal(read, () => false) === normal(meant, () => false)) return true;
  const bare = (mark: Mark, piece: Piece) => mark.type === "link" && mark.attrs?.["href"] === addressOf(piece.text);
  return links(read) >= links(meant) && normal(read, bare) === normal(meant, bare);
}
