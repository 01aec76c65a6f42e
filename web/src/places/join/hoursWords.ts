// The words of the sentence about hours. Pure.
import type { PersonRhythm } from "../../generated/types";
import type { Say } from "../../ui/i18n";
import { clock, place } from "../../ui/time";

const WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const DAY = 86_400_000;

/** What stands in the sentence: `Lisbon`, `Monday to Friday`, `09:00`, `17:00`; of hours that are alike on all days. */
export function hoursWords(
  { zone, hours }: PersonRhythm,
  language: string,
  t: Say,
): { where: string; days: string; from: string; to: string } {
  const working = (hours ?? []).map(({ weekday }) => WEEK.indexOf(weekday));
  const span = hours?.[0]?.spans[0];
  const time = (text = "00:00") => clock(Date.parse(`1970-01-01T${text}:00Z`), language, "UTC");
  return { where: place(zone), days: weekWords(working, language, t), from: time(span?.from), to: time(span?.to) };
}

/** `Sunday to Thursday` of days in a row (0 is Monday), also over the end of a week; others one by one. */
export function weekWords(days: readonly number[], language: string, t: Say): string {
  const format = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  // The fifth of January 1970 was a Monday.
  const name = (day: number) => format.format((4 + (day % 7)) * DAY);
  const first = days.find((day) => !days.includes((day + 6) % 7));
  const inRow = first !== undefined && days.length > 2 && days.every((_, at) => days.includes((first + at) % 7));
  if (inRow) return t("hours.all.range", { from: name(first), to: name(first + days.length - 1) });
  const names = [...days].sort((a, b) => a - b).map(name);
  return new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}
