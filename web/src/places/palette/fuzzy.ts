// How well a name fits what was typed, in lists from which one jumps: whole beginnings first, then beginnings of words,
// parts, initials, and at last letters in their order. Pure.
import { fold } from "../../sync";

/** Where the letters of a name were found, in UTF-16 code units. */
export interface Fit {
  score: number;
  marks: Array<[start: number, length: number]>;
}

const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/** A name, ready to be compared with whatever is typed. */
export interface Folded {
  name: string;
  /** Letter by letter, so that places stay the same; one that folds into two counts as its first. */
  letters: readonly string[];
}

/** Done once for a name, since all names are compared at every letter. */
export function folded(name: string): Folded {
  return { name, letters: Array.from({ length: name.length }, (_, i) => fold(name[i] as string)[0] ?? "") };
}

/** What is typed, letter by letter. */
export function wantedOf(typed: string): readonly string[] {
  return [...fold(typed.trim().replace(/\s+/g, " "))];
}

/** Null if it does not fit. Everything fits nothing. */
export function fit(wanted: readonly string[], { name, letters: hay }: Folded): Fit | null {
  if (wanted.length === 0) return { score: 0, marks: [] };
  const at = indexOf(hay, wanted, name);
  // Shorter names are nearer to what was typed.
  const near = 10 / (10 + name.length);
  if (at) return { score: at.score + near, marks: [[at.from, wanted.length]] };
  const words = byWords(hay, wanted);
  if (words) return { score: 50 + near, marks: words };
  const loose = inOrder(hay, wanted);
  return loose && { score: loose.score + near, marks: loose.marks };
}

/** The best place at which it stands as it is: 100 at the beginning, 80 at that of a word, 60 inside. */
function indexOf(
  hay: readonly string[],
  wanted: readonly string[],
  name: string,
): { from: number; score: number } | null {
  let best: { from: number; score: number } | null = null;
  for (let from = 0; from + wanted.length <= hay.length; from++) {
    if (!wanted.every((letter, i) => hay[from + i] === letter)) continue;
    const score = from === 0 ? 100 : isWord(name[from - 1]) ? 60 : 80;
    if (!best || score > best.score) best = { from, score };
    if (score === 100) break;
  }
  return best;
}

/** Each typed word begins a word of the name, in any order. */
function byWords(hay: readonly string[], wanted: readonly string[]): Fit["marks"] | null {
  const typed = wanted.join("").split(" ");
  if (typed.length < 2) return null;
  const marks: Fit["marks"] = [];
  for (const word of typed) {
    const from = hay.findIndex((_, i) => {
      const begins = i === 0 || !isWord(hay[i - 1]);
      const free = !marks.some(([start, length]) => i < start + length && i + word.length > start);
      return begins && free && [...word].every((letter, n) => hay[i + n] === letter);
    });
    if (from < 0) return null;
    marks.push([from, word.length]);
  }
  return marks.sort((a, b) => a[0] - b[0]);
}

/** The letters in order, preferably where words begin; at most 45, less for each gap. */
function inOrder(hay: readonly string[], wanted: readonly string[]): Fit | null {
  const marks: Fit["marks"] = [];
  let [at, gaps, begun] = [0, 0, 0];
  for (const letter of wanted.filter((one) => one !== " ")) {
    const beginning = hay.findIndex((other, i) => i >= at && other === letter && (i === 0 || !isWord(hay[i - 1])));
    const next = hay.indexOf(letter, at);
    if (next < 0) return null;
    // The next letter, or the beginning of a later word: but only where the rest may still follow.
    const from = next === at || beginning < 0 ? next : beginning;
    if (from === beginning) begun++;
    const last = marks.at(-1);
    if (last && last[0] + last[1] === from) last[1]++;
    else {
      marks.push([from, 1]);
      if (last) gaps++;
    }
    at = from + 1;
  }
  const score = 20 + 20 * (begun / wanted.length) - 4 * gaps;
  return score > 8 ? { score, marks } : null;
}
