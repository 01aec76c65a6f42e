// The words of a search and where they stand in a text: folded, so that case and accents do not matter. Pure.

/** A word, a phrase, the beginning of a word, or what must not be there. */
export interface Term {
  /** Folded. */
  needle: string;
  /** It may go on. */
  prefix: boolean;
  excluded: boolean;
}

/** A piece of a text, from its first character on; in UTF-16 code units. */
export type Mark = [start: number, length: number];

/** More terms than people type are left out. */
const MOST_TERMS = 32;
/** A word so long is also found inside another: German writes `Postleitzahlenfeld`. */
const INSIDE = 5;

const PLAIN = /^[\u0020-\u007e\n\t]*$/;
const NO_LETTER = /[\p{M}\u0640]/gu;

/** One form for all ways to write the same word. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(NO_LETTER, "").toLowerCase().replaceAll("ß", "ss");
}

const blank = (text: string) => text.replace(/\s+/g, " ").trim();

/** What is looked for. `prefixLast`: the last word is still being typed. */
export function termsOf(text: string, prefixLast: boolean): Term[] {
  const terms: Term[] = [];
  const pieces = [...text.matchAll(/(-?)"([^"]*)(?:"|$)|(\S+)/g)];
  for (const [i, [, minus, phrase, word = ""]] of pieces.entries()) {
    const last = prefixLast && i === pieces.length - 1 && !/\s$/.test(text);
    if (phrase !== undefined) {
      const needle = blank(fold(phrase));
      if (needle) terms.push({ needle, prefix: last && !text.endsWith('"'), excluded: minus === "-" });
      continue;
    }
    const excluded = /^-./.test(word);
    const prefix = last || /.\*$/.test(word);
    const needle = fold(word)
      .replace(/^[-"([{]+(?=[^-])/, "")
      .replace(/[*"',.;:!?)\]}]+$/, "");
    if (/[\p{L}\p{N}\p{S}#]/u.test(needle)) terms.push({ needle, prefix, excluded });
  }
  return terms.slice(0, MOST_TERMS);
}

const WORD = /[\p{L}\p{N}_]/u;
/** Scripts that put no blanks between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** The character that ends before a place, whole. */
function before(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(at - 2, at) : text.slice(at - 1, at);
}

const after = (text: string, at: number) => String.fromCodePoint(text.codePointAt(at) ?? 32);

/** How well a word fits: 3 as a whole, 2 where it begins one, 1 inside of one; 0 not at all. */
function fits(hay: string, at: number, { needle, prefix }: Term): 0 | 1 | 2 | 3 {
  const end = at + needle.length;
  const first = after(needle, 0);
  const begins = !WORD.test(first) || UNSPACED.test(first) || at === 0 || !WORD.test(before(hay, at));
  const last = before(needle, needle.length);
  const ends = !WORD.test(last) || UNSPACED.test(last) || end >= hay.length || !WORD.test(after(hay, end));
  if (begins && ends) return 3;
  if (begins && prefix) return 2;
  return needle.length >= INSIDE ? 1 : 0;
}

/** How well a term fits a folded text at its best place; 0 if it does not. */
export function quality(hay: string, term: Term): 0 | 1 | 2 | 3 {
  let best: 0 | 1 | 2 | 3 = 0;
  for (let at = hay.indexOf(term.needle); at >= 0; at = hay.indexOf(term.needle, at + 1)) {
    const how = fits(hay, at, term);
    if (how > best) best = how;
    if (best === 3) return 3;
  }
  return best;
}

/** A text folded, and for each of its code units the place in the text that it came from. */
function mapped(text: string): { hay: string; from: number[] } {
  let hay = "";
  const from: number[] = [];
  let at = 0;
  for (const char of text) {
    const folded = fold(char);
    for (let i = 0; i < folded.length; i++) from.push(at);
    hay += folded;
    at += char.length;
  }
  from.push(text.length);
  return { hay, from };
}

/** Where the terms stand in a text, in order and without overlaps. */
export function marksIn(text: string, terms: readonly Term[]): Mark[] {
  const { hay, from } = mapped(text);
  const found: Mark[] = [];
  for (const term of terms) {
    if (term.excluded) continue;
    for (let at = hay.indexOf(term.needle); at >= 0; at = hay.indexOf(term.needle, at + term.needle.length)) {
      if (fits(hay, at, term) === 0) continue;
      const start = from[at] as number;
      let end = from[at + term.needle.length] as number;
      // Accents that belong to the last letter go along.
      while (end < text.length && /^\p{M}/u.test(text.slice(end))) end++;
      if (end > start) found.push([start, end - start]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const out: Mark[] = [];
  for (const [start, length] of found) {
    const last = out.at(-1);
    if (last && start <= last[0] + last[1]) last[1] = Math.max(last[1], start + length - last[0]);
    else out.push([start, length]);
  }
  return out;
}

/** Characters of a snippet, and how many of them stand before the first found word. */
const SNIPPET = 180;
const LEAD = 50;

/** The part of a text around what was found, on one line. */
export function snippet(text: string, terms: readonly Term[]): { snippet: string; marks: Mark[] } {
  const line = blank(text);
  const first = marksIn(line, terms)[0]?.[0] ?? 0;
  let from = first > LEAD + 20 ? line.lastIndexOf(" ", first - LEAD) + 1 : 0;
  if (first - from > 2 * LEAD) from = first - LEAD;
  if (from > 0 && isInside(line, from)) from--;
  let to = Math.min(line.length, from + SNIPPET);
  if (to < line.length) to = Math.max(line.lastIndexOf(" ", to), from + SNIPPET / 2);
  if (isInside(line, to)) to--;
  const part = `${from > 0 ? "… " : ""}${line.slice(from, to)}${to < line.length ? " …" : ""}`;
  return { snippet: part, marks: marksIn(part, terms) };
}

/** True between the halves of a character. */
function isInside(text: string, at: number): boolean {
  const low = text.charCodeAt(at);
  return low >= 0xdc00 && low <= 0xdfff;
}

/** What Markdown is made of. */
const MARKED = /[*_`~#>|[\]]|^\s*(?:[-+]|\d+[.)])\s/m;

/** The words of a Markdown text, roughly: enough to be searched and read in a line. */
export function plain(markdown: string): string {
  if (!MARKED.test(markdown)) return markdown;
  return markdown
    .replace(/!?\[([^\]\n]*)\]\([^)\s]*(?:\s+"[^"]*")?\)/g, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>+|[-*+](?: \[[ xX]\])?|\d+[.)])[ \t]+/gm, "")
    .replace(/^[ \t]*(?:```|~~~).*$/gm, "")
    .replace(/^[ \t]*\|?[ \t]*:?-{3,}.*$/gm, "")
    .replace(/(\*\*|__|~~|`+)/g, "")
    .replace(/(^|[\s(])[*_](\S(?:[^*_\n]*\S)?)[*_](?=[\s).,;:!?]|$)/gm, "$1$2");
}

/** The first words of a text, as they are read. */
export function beginning(markdown: string): string {
  return plain(markdown.slice(0, 2000)).replace(/\s+/g, " ").trim().slice(0, 200);
}
