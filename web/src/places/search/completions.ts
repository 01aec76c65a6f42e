// What may be meant by an operator that is being typed: persons, Spaces, days and words. Pure.
import { fold } from "../../sync";
import { plusDays, readDay } from "./days";
import { HAS, IS, type Directory, type Known } from "./directory";
import { isDay, OPERATORS, parse, typing, type Chip, type Operator } from "./query";

/** So many are offered. */
const MOST = 8;

/** An operator at the end of what is typed, with what is typed of its value. */
export interface Open {
  from: number;
  op: Operator;
  value: string;
}

/** Names, or words of names, that begin so; those that begin so as a whole first. */
export function named(typed: string, among: readonly Known[]): Known[] {
  const wanted = fold(typed.replace(/^[@#]/, ""));
  const place = ({ name, hint }: Known) => {
    const folded = fold(name);
    if (folded.startsWith(wanted)) return 0;
    if (folded.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 1;
    return folded.includes(` ${wanted}`) ? 1 : fold(hint ?? "").startsWith(wanted) ? 2 : 3;
  };
  return among
    .map((known) => ({ known, place: place(known) }))
    .filter((one) => one.place < 3)
    .sort((a, b) => a.place - b.place || a.known.name.localeCompare(b.known.name))
    .map((one) => one.known);
}

/**
 * The operator that is being typed. A name or a day may go on after a blank, as long as there is one that begins so.
 */
export function opened(text: string, directory: Directory): Open | null {
  const now = typing(text);
  if (now) return now;
  const last = new RegExp(`(^|\\s)(${OPERATORS.join("|")}):([^":\\s][^":]*\\s[^":]*)$`, "i").exec(text);
  if (!last) return null;
  const [, before = "", name = "", value = ""] = last;
  const open: Open = { from: last.index + before.length, op: name.toLowerCase() as Operator, value };
  const among = { from: directory.people, in: directory.spaces }[open.op as string];
  if (among)
    return among.some((known) => fold(known.name).startsWith(fold(value)) && known.name.length > value.trim().length)
      ? open
      : null;
  return isDay(open.op) && /^\d{1,2}\.?\s\p{L}*$/u.test(value) ? open : null;
}

/** What may be meant. */
export function completions({ op, value }: Open, directory: Directory, word: (chip: Chip) => string): Known[] {
  if (op === "from") {
    const me = { id: directory.me, name: directory.myself };
    const mine = named(value, [me]);
    const others = named(value, directory.people);
    return [...mine, ...others.filter(({ id }) => mine.length === 0 || id !== directory.me)].slice(0, MOST);
  }
  if (op === "in") return named(value, directory.spaces).slice(0, MOST);
  if (op === "kind") return named(value, directory.kinds).slice(0, MOST);
  if (op === "has" || op === "is") {
    const words = (op === "has" ? HAS : IS).map((id) => ({ id, name: word({ op, value: id }), hint: id }));
    return named(value, words);
  }
  return days(op, value, directory);
}

function days(op: Operator, value: string, { today, language, words }: Directory): Known[] {
  const read = value ? readDay(value, language, today, words) : null;
  const shown = (day: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" }).format(Date.parse(day));
  if (read) return [{ id: read, name: shown(read) }];
  const near = [today, plusDays(today, -1), plusDays(today, -7), plusDays(today, -30)];
  const choices = near.map((day, i) => ({ id: day, name: [words.today, words.yesterday][i] ?? shown(day), hint: day }));
  return value ? named(value, choices) : choices.slice(op === "before" ? 1 : 0);
}

/** What is typed, with the operators that are complete taken out of it. */
export function taken(text: string, directory: Directory): { text: string; chips: Chip[] } {
  const open = opened(text, directory);
  const [done, rest] = open ? [text.slice(0, open.from), text.slice(open.from)] : [text, ""];
  const { chips, text: words } = parse(done);
  if (chips.length === 0) return { text, chips };
  return { text: [words, rest].filter(Boolean).join(" ") + (!rest && words && /\s$/.test(done) ? " " : ""), chips };
}
