// A document of the editor as Markdown. Pure.
import type { Node } from "@tiptap/pm/model";
import { spell, type Where } from "./spell";
import type { Piece } from "./pieces";

/** Nodes are never changed, so what was spelled once is known. */
const known = new WeakMap<Node, Map<Where, string>>();

/** Blocks that were read and not changed since stay as their author spelled them. */
const spelled = new WeakMap<Node, string>();

/** Remembers how the blocks of a document were spelled; null forgets it. */
export function keep(doc: Node, sources: ReadonlyArray<string | null> | null): void {
  doc.forEach((node, _, i) => {
    const source = sources?.[i];
    // What is blank or open at an end would have another meaning beside something else.
    if (
      source &&
      /^\S/.test(source) &&
      /^(paragraph|heading|bulletList|orderedList|blockquote|table)$/.test(node.type.name)
    )
      spelled.set(node, source);
    else spelled.delete(node);
  });
}

function words(node: Node, where: Where): string {
  const of = known.get(node) ?? new Map<Where, string>();
  known.set(node, of);
  const held = of.get(where);
  if (held !== undefined) return held;
  const spelled = spell(piecesIn(node), where);
  of.set(where, spelled);
  return spelled;
}

/** The words of a node. */
function piecesIn(node: Node): Piece[] {
  const pieces: Piece[] = [];
  node.forEach((child) => {
    const marks = child.marks.map((mark) => ({ type: mark.type.name, attrs: mark.attrs }));
    pieces.push(child.isText ? { text: child.text ?? "", marks } : { text: "\n", marks: [] });
  });
  return pieces;
}

/** The document as Markdown; nothing is left of empty paragraphs. */
export function write(doc: Node): string {
  return blocks(doc);
}

const indented = (text: string, by: string) => text.replaceAll(/\n(?!\n|$)/g, `\n${by}`);

/** A blank that nobody sees. */
const NOTHING = "&#8203;";

const isList = (node: Node | null) => node?.type.name === "bulletList" || node?.type.name === "orderedList";

function blocks(parent: Node): string {
  const parts: string[] = [];
  let before: Node | null = null;
  let other = false;
  const said = parent.children.filter((node) => node.type.name !== "paragraph" || node.content.size > 0);
  said.forEach((node, i) => {
    // Two lists of a kind, one below the other, stay two by their bullets.
    const beside = isList(node) && (before?.type === node.type || said[i + 1]?.type === node.type);
    other = beside && before?.type === node.type && !other;
    const text = (beside ? undefined : spelled.get(node)) ?? block(node, other);
    before = node;
    if (text) parts.push(text);
  });
  return parts.join("\n\n");
}

function block(node: Node, other: boolean): string {
  switch (node.type.name) {
    case "heading":
      return `${"#".repeat(Number(node.attrs["level"]))} ${words(node, "heading")}`.trimEnd();
    case "codeBlock":
      return fenced(node);
    case "blockquote":
      return (blocks(node) || "").replaceAll(/^(?=.)/gm, "> ").replaceAll(/^$/gm, ">");
    case "horizontalRule":
      return "---";
    case "bulletList":
    case "orderedList":
      return list(node, other);
    case "table":
      return table(node);
    default:
      return words(node, "paragraph");
  }
}

function fenced(node: Node): string {
  const text = node.textContent;
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${node.attrs["language"] ?? ""}\n${text}${text ? "\n" : ""}${fence}`;
}

function list(node: Node, other: boolean): string {
  const items: Node[] = [];
  node.forEach((item) => void items.push(item));
  const loose = Boolean(node.attrs["loose"]) || items.some(needsRoom);
  const gap = loose ? "\n\n" : "\n";
  const start = Number(node.attrs["start"] ?? 1);
  const lines = items.map((item, i) => {
    const bullet = node.type.name === "orderedList" ? `${start + i}${other ? ")" : "."} ` : other ? "* " : "- ";
    const { checked } = item.attrs as { checked: boolean | null };
    const [first = "", ...rest] = parts(item, checked === null ? "item" : "task");
    // Without words the parser sees no task, and what is below would not belong to it.
    const head = first || (rest.length > 0 ? NOTHING : "");
    const task = checked === null || !head ? "" : checked ? "[x] " : "[ ] ";
    return `${bullet}${task}${indented([head, ...rest].join(gap), " ".repeat(bullet.length))}`.trimEnd();
  });
  return lines.join(gap);
}

/** The words of an item, and what stands below them. */
function parts(item: Node, where: Where): string[] {
  const texts: string[] = [];
  let before: Node | null = null;
  let other = false;
  item.forEach((child, _, i) => {
    other = isList(child) && before?.type === child.type && !other;
    const text = i === 0 ? words(child, where) : block(child, other);
    if (i > 0 && !text) return;
    before = child;
    texts.push(text);
  });
  return texts;
}

/** Only lists and code may stand right below the words of an item; anything else would run into them. */
function needsRoom(item: Node): boolean {
  return item.children.some((child, i) => {
    if (i === 0 || child.type.name === "codeBlock") return false;
    if (!isList(child)) return child.content.size > 0 || child.isLeaf;
    // A list that begins with another number, or with nothing, is only seen below an empty line.
    return Number(child.attrs["start"] ?? 1) !== 1 || child.firstChild?.firstChild?.content.size === 0;
  });
}

const RULES: Record<string, string> = { left: ":--", center: ":-:", right: "--:" };

function table(node: Node): string {
  const rows: string[][] = [];
  const rules: string[] = [];
  node.forEach((row, _, at) => {
    const cells: string[] = [];
    row.forEach((cell) => {
      cells.push(cell.firstChild ? words(cell.firstChild, "cell") : "");
      if (at === 0) rules.push(RULES[String(cell.attrs["align"])] ?? "---");
    });
    rows.push(cells);
  });
  const [head = [], ...body] = rows;
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(rules), ...body.map(line)].join("\n");
}
