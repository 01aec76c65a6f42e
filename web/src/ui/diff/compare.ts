// What came and what went between two texts: lines first, and within lines that are much alike their words. Pure.
import { diffArrays } from "diff";
import { keyOf, linesOf, words, type Line, type Piece } from "./lines";

/** What is compared. */
export interface Side {
  title?: string | null;
  text?: string | null;
  /** What it asks, in words. */
  asks?: string | null;
  files?: ReadonlyArray<{ key: string; name: string }>;
}

/** Whether something is in both, in the earlier one alone, or in the later one alone. */
export type How = "same" | "gone" | "new";

/** Pieces that belong together. */
export interface Run {
  how: How;
  pieces: readonly Piece[];
}

/** A line of the comparison. */
export interface Row {
  line: Line;
  how: How | "changed";
  runs: readonly Run[];
}

/** All of it. */
export interface Difference {
  rows: readonly Row[];
  files: ReadonlyArray<{ how: How; name: string }>;
  /** Nothing came and nothing went. */
  isNone: boolean;
}

/** Lines that share less than this part of their words are others. */
const ALIKE = 0.35;
/** So many lines are compared with so many others; more are taken as they come. */
const MOST_PAIRS = 4000;
/** Milliseconds after which two texts count as wholly different. */
const PATIENCE = 800;
/** So much that is the same between two changes is too little to be read by itself. */
const LITTLE = 1;

type Part<T> = { how: How; value: T[] };

function parts<T>(before: T[], after: T[], key: (one: T) => string): Part<T>[] {
  const comparator = (a: T, b: T) => key(a) === key(b);
  const found = diffArrays(before, after, { comparator, timeout: PATIENCE }) as
    Array<{ added?: boolean; removed?: boolean; value: T[] }> | undefined;
  if (!found) return [part("gone", before), part("new", after)];
  return found.map(({ added, removed, value }) => part(added ? "new" : removed ? "gone" : "same", value));
}

const part = <T>(how: How, value: T[]): Part<T> => ({ how, value });

/** The difference between two sides. */
export function compare(before: Side, after: Side): Difference {
  const rows = compareLines(allLines(before), allLines(after));
  const old = before.files ?? [];
  const files = [
    ...old.map(({ key, name }): Difference["files"][number] => {
      const stays = !after.files || after.files.some((one) => one.key === key);
      return { how: stays ? "same" : "gone", name };
    }),
    ...(after.files ?? [])
      .filter(({ key }) => !old.some((one) => one.key === key))
      .map(({ name }) => ({ how: "new" as const, name })),
  ];
  return { rows, files, isNone: [...rows, ...files].every(({ how }) => how === "same") };
}

function allLines({ title, text, asks }: Side): Line[] {
  const single = (kind: Line["kind"], says: string | null | undefined): Line[] =>
    says ? [{ kind, level: 0, quotes: 0, pieces: words(says) }] : [];
  return [...single("title", title), ...linesOf(text ?? ""), ...single("asks", asks)];
}

const lineKey = (line: Line) => `${lookOf(line)} ${line.pieces.map(keyOf).join("\u0001")}`;
/** Lines that look otherwise are others; the number of an entry does not count. */
const lookOf = ({ kind, level, quotes, mark }: Line) => `${kind} ${level} ${quotes} ${mark === "•"}`;

function compareLines(before: Line[], after: Line[]): Row[] {
  const rows: Row[] = [];
  let gone: Line[] = [];
  const flush = (fresh: Line[]) => {
    rows.push(...pair(gone, fresh));
    gone = [];
  };
  // Where lines go and others come at once, they may be the same ones with other words.
  for (const { how, value } of parts(before, after, lineKey)) {
    if (how === "gone") gone = [...gone, ...value];
    else if (how === "new") flush(value);
    else {
      flush([]);
      rows.push(...value.map((line): Row => ({ line, how, runs: [{ how, pieces: line.pieces }] })));
    }
  }
  flush([]);
  return rows;
}

/** Finds which lines became which, in order, so that as much as possible is kept. */
function pair(gone: Line[], fresh: Line[]): Row[] {
  const whole = (line: Line, how: "gone" | "new"): Row => ({ line, how, runs: [{ how, pieces: line.pieces }] });
  if (gone.length * fresh.length > MOST_PAIRS) {
    return [...gone.map((line) => whole(line, "gone")), ...fresh.map((line) => whole(line, "new"))];
  }
  const bags = [gone, fresh].map((lines) => lines.map(bagOf)) as [Bag[], Bag[]];
  const like = gone.map((a, i) =>
    fresh.map((b, j) => (lookOf(a) === lookOf(b) ? alike(a, b, bags[0][i]!, bags[1][j]!) : 0)),
  );
  const best: number[][] = Array.from({ length: gone.length + 1 }, () => Array<number>(fresh.length + 1).fill(0));
  for (let i = gone.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const with_ = like[i]![j]! >= ALIKE ? like[i]![j]! + best[i + 1]![j + 1]! : 0;
      best[i]![j] = Math.max(with_, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  const rows: Row[] = [];
  let [i, j] = [0, 0];
  while (i < gone.length && j < fresh.length) {
    const here = like[i]![j]!;
    if (here >= ALIKE && best[i]![j] === here + best[i + 1]![j + 1]!) {
      rows.push({ line: fresh[j]!, how: "changed", runs: compareWords(gone[i]!.pieces, fresh[j]!.pieces) });
      [i, j] = [i + 1, j + 1];
    } else if (best[i]![j] === best[i + 1]![j]) rows.push(whole(gone[i++]!, "gone"));
    else rows.push(whole(fresh[j++]!, "new"));
  }
  rows.push(...gone.slice(i).map((line) => whole(line, "gone")));
  rows.push(...fresh.slice(j).map((line) => whole(line, "new")));
  return rows;
}

type Bag = Map<string, number>;
const isWord = ({ text }: Piece) => /[\p{L}\p{N}]/u.test(text);

function bagOf({ pieces }: Line): Bag {
  const bag: Bag = new Map();
  for (const piece of pieces) if (isWord(piece)) bag.set(piece.text, (bag.get(piece.text) ?? 0) + 1);
  return bag;
}

/** Which part of their words two lines share; a title is always the title. */
function alike(a: Line, b: Line, left: Bag, right: Bag): number {
  if (a.kind === "title" || a.kind === "asks") return 1;
  let [shared, all] = [0, 0];
  for (const count of [...left.values(), ...right.values()]) all += count;
  for (const [word, count] of left) shared += Math.min(count, right.get(word) ?? 0);
  if (all === 0) return keyOfAll(a) === keyOfAll(b) ? 1 : 0;
  return (2 * shared) / all;
}

const keyOfAll = ({ pieces }: Line) => pieces.map(({ text }) => text).join("");

/** What came and went within a line. */
export function compareWords(before: readonly Piece[], after: readonly Piece[]): Run[] {
  const found = parts([...before], [...after], keyOf);
  const runs: Run[] = [];
  let [gone, fresh]: [Piece[], Piece[]] = [[], []];
  const flush = () => {
    if (gone.length > 0) runs.push({ how: "gone", pieces: gone });
    if (fresh.length > 0) runs.push({ how: "new", pieces: fresh });
    [gone, fresh] = [[], []];
  };
  found.forEach(({ how, value }, at) => {
    if (how === "gone") gone.push(...value);
    else if (how === "new") fresh.push(...value);
    else if (isLittle(value) && gone.length + fresh.length > 0 && at < found.length - 1) {
      gone.push(...value);
      fresh.push(...value);
    } else {
      flush();
      runs.push({ how, pieces: value });
    }
  });
  flush();
  return runs;
}

/** Islands of a space or a comma between changes are harder to read than the whole. */
function isLittle(pieces: readonly Piece[]): boolean {
  return pieces.map(({ text }) => text.trim()).join("").length <= LITTLE;
}
