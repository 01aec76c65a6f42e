// Markdown as a document of the editor, from the same tokens that Markdown.tsx makes a page of. What the editor can't hold
// is never bent to fit: it is said so, and the text stays what it is. Pure.
import type { JSONContent } from "@tiptap/core";
import type { Token, Tokens } from "marked";
import { parse } from "../Markdown";
import { piecesOf, type Piece } from "./pieces";

const DEEPEST = 40;

/** Something that the editor can't hold. */
class Unheld extends Error {}

/** The document of a text; null if the editor can't hold all of it. */
export function read(text: string): JSONContent | null {
  const tokens = parse(text);
  if (!tokens) return null;
  try {
    const content = blocks(tokens, 0);
    return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
  } catch (error) {
    if (error instanceof Unheld) return null;
    throw error;
  }
}

/** How each block of a text is spelled; null where that is not one block each. */
export function sourcesOf(text: string): Array<string | null> {
  const tokens = (parse(text) ?? []).filter(({ type }) => type !== "space");
  return tokens.map(({ type, raw }) => (type === "html" || type === "code" ? null : raw.trimEnd()));
}

/** Words as content of a node. */
function content(pieces: readonly Piece[]): JSONContent[] {
  return pieces.map(({ text, marks }) =>
    text === "\n"
      ? { type: "hardBreak" }
      : { type: "text", text, ...(marks.length > 0 && { marks: marks.map((mark) => ({ ...mark })) }) },
  );
}

function words(tokens: readonly Token[] | undefined, oneLine = false): { content?: JSONContent[] } {
  const pieces = piecesOf(tokens);
  if (!pieces || (oneLine && pieces.some(({ text }) => text === "\n"))) throw new Unheld();
  return pieces.length > 0 ? { content: content(pieces) } : {};
}

function blocks(tokens: readonly Token[], depth: number): JSONContent[] {
  if (depth > DEEPEST) throw new Unheld();
  return tokens.flatMap((token) => block(token, depth));
}

function block(token: Token, depth: number): JSONContent[] {
  switch (token.type) {
    case "space":
    case "checkbox":
      return [];
    // An address that is named elsewhere has no place in the document.
    case "def":
      throw new Unheld();
    case "heading":
      return [{ type: "heading", attrs: { level: (token as Tokens.Heading).depth }, ...words(token.tokens, true) }];
    case "code": {
      const { lang, text } = token as Tokens.Code;
      const attrs = { language: lang || null };
      return [{ type: "codeBlock", attrs, ...(text && { content: [{ type: "text", text }] }) }];
    }
    case "blockquote": {
      const inside = blocks(token.tokens ?? [], depth + 1);
      return [{ type: "blockquote", content: inside.length > 0 ? inside : [{ type: "paragraph" }] }];
    }
    case "hr":
      return [{ type: "horizontalRule" }];
    case "list":
      return [list(token as Tokens.List, depth)];
    case "table":
      return [table(token as Tokens.Table)];
    case "html":
    case "text":
      return [{ type: "paragraph", ...words([token]) }];
    default:
      return [{ type: "paragraph", ...words((token as Tokens.Paragraph).tokens) }];
  }
}

function list({ ordered, start, loose, items }: Tokens.List, depth: number): JSONContent {
  const content = items.map((item): JSONContent => {
    const inside = blocks(item.tokens, depth + 1);
    if (inside.length === 0) inside.push({ type: "paragraph" });
    if (inside[0]?.type !== "paragraph") throw new Unheld();
    return { type: "listItem", attrs: { checked: item.task ? Boolean(item.checked) : null }, content: inside };
  });
  return ordered
    ? { type: "orderedList", attrs: { start: start === "" ? 1 : start, loose }, content }
    : { type: "bulletList", attrs: { loose }, content };
}

function table({ header, rows, align }: Tokens.Table): JSONContent {
  const row = (type: string, cells: Tokens.TableCell[]): JSONContent => ({
    type: "tableRow",
    content: cells.map((cell, i) => ({
      type,
      attrs: { align: align[i] ?? null },
      content: [{ type: "paragraph", ...words(cell.tokens, true) }],
    })),
  });
  return { type: "table", content: [row("tableHeader", header), ...rows.map((cells) => row("tableCell", cells))] };
}
