// What people type into the search, and its parts: words, and operators such as `from:` that become chips. A search is
// written down the same way in addresses and saved searches. Pure; knows neither people nor Spaces.

/** What an operator asks. */
export const OPERATORS = ["from", "in", "before", "after", "on", "has", "is", "kind"] as const;

export type Operator = (typeof OPERATORS)[number];

/** An operator with its value: an id, a day, a word, or what was typed where that is not known yet. */
export interface Chip {
  op: Operator;
  value: string;
}

/** A search in its parts. `text` holds words, "phrases", beginnings* and -excluded as they were typed. */
export interface Query {
  chips: Chip[];
  text: string;
}

/** The bytes of a search that can be saved, and followed by an address. */
export const LONGEST = 2000;

/** A phrase, an operator with its value, or any other word. */
const PIECE = /(-?"[^"]*(?:"|$))|([a-z]+):("(?:[^"\\]|\\[^]?)*(?:"|$)|[^\s"]\S*)|(\S+)/giu;

const isOperator = (word: string): word is Operator => (OPERATORS as readonly string[]).includes(word);

/** Takes an input apart. What looks like an operator and is none stays a word. */
export function parse(input: string): Query {
  const chips: Chip[] = [];
  const words: string[] = [];
  for (const [piece, , name, value] of input.matchAll(PIECE)) {
    const op = name?.toLowerCase() ?? "";
    const chip = value !== undefined && isOperator(op) ? { op, value: unquoted(value) } : undefined;
    if (!chip?.value) words.push(piece);
    else if (!chips.some((other) => other.op === chip.op && other.value === chip.value)) chips.push(chip);
  }
  return { chips, text: words.join(" ").trim() };
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  const inner = value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value.slice(1);
  return inner.replaceAll(/\\([^])/g, "$1").trim();
}

/** Writes it down, the chips first, so that an open phrase at the end swallows none. */
export function write({ chips, text }: Query): string {
  return [...chips.map(writeChip), text.trim()].filter(Boolean).join(" ");
}

/** A chip as it is typed. */
export function writeChip({ op, value }: Chip): string {
  const plain = /^[^\s"\\]+$/.test(value);
  return `${op}:${plain ? value : `"${value.replaceAll(/[\\"]/g, "\\$&")}"`}`;
}

/** True if there is nothing to look for. */
export function isEmpty({ chips, text }: Query): boolean {
  return chips.length === 0 && text.trim() === "";
}

/** The operator whose value is being typed at the end of a text; `from` is where it begins. */
export function typing(text: string): { from: number; op: Operator; value: string } | null {
  let last: RegExpMatchArray | undefined;
  for (const piece of text.matchAll(PIECE)) last = piece;
  const open = /(?:^|\s)([a-z]+):$/i.exec(text);
  if (open && isOperator(open[1]!.toLowerCase()) && !last?.[1]) {
    return { from: text.length - open[1]!.length - 1, op: open[1]!.toLowerCase() as Operator, value: "" };
  }
  const op = last?.[2]?.toLowerCase() ?? "";
  const value = last?.[3];
  if (!last || value === undefined || !isOperator(op)) return null;
  const end = (last.index ?? 0) + last[0].length;
  const closed = value.startsWith('"') && value.length > 1 && /(?<!\\)"$/.test(value);
  if (end < text.length || closed) return null;
  // A name that goes on after a blank has to be in quotes, or be chosen.
  return { from: last.index ?? 0, op, value: unquoted(value) };
}

/** Without one of its chips. */
export function without(query: Query, at: number): Query {
  return { ...query, chips: query.chips.filter((_, i) => i !== at) };
}

/** With one more, or without it if it is there. Of days there is one each. */
export function toggled(query: Query, chip: Chip): Query {
  const same = query.chips.findIndex((other) => other.op === chip.op && other.value === chip.value);
  return same >= 0 ? without(query, same) : added(query, chip);
}

/** With one more. Of days there is one each. */
export function added(query: Query, chip: Chip): Query {
  const day = isDay(chip.op);
  const others = query.chips.filter((other) =>
    day ? other.op !== chip.op : other.value !== chip.value || other.op !== chip.op,
  );
  return { ...query, chips: [...others, chip] };
}

/** True for operators whose value is a day. */
export const isDay = (op: Operator): boolean => op === "before" || op === "after" || op === "on";
