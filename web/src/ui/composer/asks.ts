// What is asked with something that is written: the days one may choose from, and what stands in the way of asking it.
// Pure.
import type { Id, ItemExpects, UTCDate } from "../../generated/types";
import type { MessageId } from "../../locales/en";
import type { Rhythm } from "../../sync";
import { dueIn, dueWords } from "../due";
import type { Say } from "../i18n";
import { utcDate } from "../time";
import { peopleOf, type Named } from "./mentions";

/** What is asked, of whom, by when. */
export interface Ask {
  by: UTCDate | null;
  of: Id[];
  what: ItemExpects["what"];
  /** One answer of theirs is enough. */
  anyOne?: boolean;
  /** Why it can't wait for their hours; left out: it can. */
  urgent?: string;
}

/** A day to choose: by the end of one's own hours. */
export interface Choice {
  word: "tomorrow" | "friday" | "week";
  day: number;
  by: UTCDate;
}

const KINDS: ReadonlyArray<Ask["what"]> = ["reply", "decision", "acknowledgement"];
/** So many days are looked through for hours. */
const MOST_DAYS = 400;
/** How many names are said. */
const NAMED = 3;

/** What a draft or an Item asks; null if nothing, or nothing that is known here. */
export function askIn(expects: unknown, urgent?: unknown): Ask | null {
  const { what, of, by, anyOne } = (expects ?? {}) as Partial<Ask>;
  const known = KINDS.find((one) => one === what);
  if (!known) return null;
  return {
    by: by ?? null,
    of: Array.isArray(of) ? of : [],
    what: known,
    ...(anyOne === true && { anyOne }),
    ...(typeof urgent === "string" && { urgent }),
  };
}

/** The properties of an Item that asks so. */
export function asked(ask: Ask): { expects: Omit<Ask, "urgent">; urgent?: string } {
  const { urgent, ...expects } = ask;
  return urgent === undefined ? { expects } : { expects, urgent };
}

/** The end of one's hours of a day; of the day itself where it has none. */
export function endOf(day: number, mine: Rhythm): number {
  return mine.hoursOf(day).at(-1)?.[1] ?? mine.instant(day, 24 * 60);
}

/** Days with hours: tomorrow or the next one, Friday, and in a week. */
export function choices(mine: Rhythm, now: number): Choice[] {
  const today = mine.dayOf(now);
  const next = (day: number) => {
    for (let at = day; at < day + MOST_DAYS; at++) if (mine.hoursOf(at).length > 0) return at;
    return day;
  };
  // 1970 began on a Thursday, so its second day was a Friday.
  const friday = today + 7 - ((today + 6) % 7);
  const days: Array<readonly [Choice["word"], number]> = [
    ["tomorrow", next(today + 1)],
    ["friday", friday],
    ["week", next(today + 7)],
  ];
  const other = (day: number, word: Choice["word"]) => days.some((one) => one[0] !== word && one[1] === day);
  const fit = days.filter(([word, day]) => word !== "friday" || (mine.hoursOf(day).length > 0 && !other(day, word)));
  return fit.map(([word, day]) => ({ word, day, by: utcDate(endOf(day, mine)) }));
}

/** Why it can't be asked so; null if it can. */
export function faultOf({ of, by, urgent }: Ask, members: readonly Named[], me: Id, now: number): MessageId | null {
  // Before they are read nobody is known.
  if (members.length > 0 && of.some((id) => !members.some((one) => one.id === id))) return "asking.notHere";
  if (peopleOf(of, members).every((id) => id === me)) return "asking.nobody";
  if (urgent !== undefined && !urgent.trim()) return "asking.urgent.noWhy";
  return by && Date.parse(by) <= now ? "asking.past" : null;
}

/** Names in a line, the first of many; `anyOne`: one or another of them. */
export function namesInLine(names: readonly string[], language: string, t: Say, anyOne = false): string {
  const list = new Intl.ListFormat(language, { type: anyOne ? "disjunction" : "conjunction" });
  const rest = names.length - NAMED;
  // One more name is shorter than "and one other".
  if (rest <= 1) return list.format(names);
  return list.format([...names.slice(0, NAMED), t("asking.others", { rest })]);
}

/** "Asks Bo for a reply by the end of Friday". */
export function askWords(ask: Ask, names: readonly string[], mine: Rhythm, now: number, language: string, t: Say) {
  const who = namesInLine(names, language, t, ask.anyOne);
  const what = names.length > 0 ? t(`asking.of.${ask.what}`, { names: who }) : t(`asking.for.${ask.what}`);
  return withDue(what, ask.by, mine, now, language, t);
}

/** What is asked, with its date in one's own hours. */
export function withDue(what: string, by: UTCDate | null, mine: Rhythm, now: number, language: string, t: Say): string {
  if (!by) return what;
  const due = dueIn(Date.parse(by), mine, now);
  const words = dueWords(due, { zone: mine.zone, today: mine.dayOf(now), language }, t);
  return t(due.how === "was" ? "asks.was" : "asks.when", { what, due: words });
}
