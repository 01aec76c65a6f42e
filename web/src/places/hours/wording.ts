// What follows from hours, in words: what arrives when, what days off mean, and what a line of the axis says.
import type { Rhythm } from "../../sync";
import { dayWords } from "../../ui/due";
import type { Say } from "../../ui/i18n";
import { place } from "../../ui/time";
import { timeIn } from "../settings/zones";
import type { Drawn, Line, Piece, Span } from "./axis";

const DAY = 86_400_000;
const WEEK = 7;

/** Where and in which language it is read. */
export interface Reader {
  t: Say;
  language: string;
  /** The clock and calendar of whoever reads. */
  here: Rhythm;
  now: number;
}

/** `14:05` in a zone; empty in one that this browser does not know. */
function timeOf(instant: number, zone: string, language: string): string {
  return timeIn(zone, instant, language) ?? "";
}

/** `today`, `Monday` within a week, else `Monday 4 January`, with the year if it is far. */
export function dayOf(day: number, { t, language, here, now }: Reader): string {
  const today = here.dayOf(now);
  const away = Math.abs(day - today);
  if (away < 7) return dayWords(day, today, language, t);
  return dateOf(day, language, away > 330);
}

/** `Monday 4 January`; days since 1970. */
export function dateOf(day: number, language: string, year: boolean): string {
  const style: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, year ? { ...style, year: "numeric" } : style).format(day * DAY);
}

/** `Monday 09:00`, by the clock of whoever reads. */
export function momentOf(instant: number, reader: Reader): string {
  const time = timeOf(instant, reader.here.zone, reader.language);
  return reader.t("hours.moment", { day: dayOf(reader.here.dayOf(instant), reader), time });
}

/** One sentence: whether things reach one now, or when they next do. */
export function reachWords(law: Rhythm, reader: Reader): string {
  const { t, now, here, language } = reader;
  const next = law.arrival(now);
  if (next > now) {
    const urgent = law.urgentArrival(now) <= now;
    return t(urgent ? "hours.reach.nextUrgent" : "hours.reach.next", { moment: momentOf(next, reader) });
  }
  const until = endOf(law, now);
  if (law.dayOf(until) > law.dayOf(now) + WEEK) return t("hours.reach.always");
  // Midnight is the end of the day before.
  const today = here.dayOf(until - 1) === here.dayOf(now);
  return t("hours.reach.now", { until: today ? timeOf(until, here.zone, language) : momentOf(until, reader) });
}

/** Until when the hours go that are now. */
function endOf(law: Rhythm, now: number): number {
  let until = now;
  for (let [day, last] = [law.dayOf(now), law.dayOf(now) + WEEK]; day <= last; day++) {
    for (const [from, to] of law.hoursOf(day)) if (from <= until && to > until) until = to;
  }
  return until;
}

/** `law` has these days off already. */
export function offWords(from: string, to: string, law: Rhythm, reader: Reader): string {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  const moment = momentOf(law.arrival(law.instant(first, 0)), reader);
  const far = last - reader.here.dayOf(reader.now) > 330;
  const date = (day: number) => dateOf(day, reader.language, far);
  if (first === last) return reader.t("hours.off.meansOne", { from: date(first), moment });
  return reader.t("hours.off.means", { from: date(first), to: date(last), moment });
}

/** `Thu 24 December – Sun 3 January`, with the year if it is far. */
export function rangeWords(from: string, to: string, { t, language, here, now }: Reader): string {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  const year = Math.max(...[first, last].map((day) => Math.abs(day - here.dayOf(now)))) > 330 ? "numeric" : undefined;
  const style: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "long", year, timeZone: "UTC" };
  const said = [first, last].map((day) => new Intl.DateTimeFormat(language, style).format(day * DAY)) as [
    string,
    string,
  ];
  return first === last ? said[0] : t("hours.off.range", { from: said[0], to: said[1] });
}

/** "2026-12-24" in days since 1970. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

/** `Monday` of 0. */
export function weekdayOf(day: number, language: string, style: "long" | "short"): string {
  // The fifth of January 1970 was a Monday.
  return new Intl.DateTimeFormat(language, { weekday: style, timeZone: "UTC" }).format((4 + day) * DAY);
}

/** What stands at a line: who, where, and the hours. */
export interface LineWords {
  name: string;
  /** `Tokyo`; empty of those in a zone, whose name says it. */
  place: string;
  /** `09:00–17:00`, by their clock; once, however often it stands on the axis. */
  theirs: string;
  /** Their clock is another than that of whoever reads. */
  other: boolean;
  /** Why there is no bar. */
  off: string;
  /** All of it, to be heard. */
  spoken: string;
}

/** The words of a line. */
export function lineWords(line: Line, reader: Reader): LineWords {
  const { t, here } = reader;
  const [one] = line.people;
  const many = line.people.length > 1;
  const name = many ? t("hours.all.zone", { count: line.people.length, zone: line.zone }) : (one?.name ?? "");
  const where = many ? "" : place(line.zone);
  const theirs = ranges(line.spans, line.zone, "hours.all.range", reader);
  const mine = ranges(line.spans, here.zone, "hours.all.range", reader);
  const other = theirs !== mine;
  const off = line.spans.length > 0 ? "" : offOf(line, reader);
  const hours = other ? t("hours.all.thereHere", { there: theirs, here: mine }) : theirs;
  const some = many && off === "" && line.off > 0 ? t("hours.all.someOff", { count: line.off }) : "";
  const said = [off || hours, line.unsaid ? t("hours.all.unsaid") : "", some].filter(Boolean).join("; ");
  const who = where ? t("hours.all.who", { name, place: where }) : name;
  return {
    name,
    place: where,
    theirs: ranges(line.spans, line.zone, "hours.all.short", reader),
    other,
    off,
    spoken: t("hours.all.line", { who, said }),
  };
}

function offOf(line: Line, reader: Reader): string {
  const { t } = reader;
  if (line.unknown) return t("hours.all.unknown", { zone: line.zone });
  const until = line.back === undefined ? "" : dayOf(reader.here.dayOf(line.back), reader);
  const off = until ? t("hours.all.offUntil", { day: until }) : t("hours.all.off");
  return line.note ? t("hours.all.offNote", { off, note: line.note }) : off;
}

/** Ranges by the clock of a zone, each once. */
function ranges(
  spans: readonly Span[],
  zone: string,
  id: "hours.all.range" | "hours.all.short",
  { t, language }: Reader,
): string {
  const said = spans.map(([from, to]) =>
    to - from >= DAY
      ? t("hours.all.day")
      : t(id, { from: timeOf(from, zone, language), to: timeOf(to, zone, language) }),
  );
  return [...new Set(said)].join(", ");
}

/** The hours that are shared, or that none are; nothing where there is nobody to share them with. */
export function sharedWords({ shared, working }: Drawn, reader: Reader): string {
  const { t, here } = reader;
  if (working < 2) return "";
  if (shared.length === 0) return t("hours.all.sharedNone");
  return t("hours.all.shared", { hours: ranges(shared, here.zone, "hours.all.range", reader) });
}

/** Whether bars are wide enough for their words, on a phone too. */
export function areWide(bars: readonly Piece[]): boolean {
  return bars.every(({ from, to }) => to - from >= 0.3);
}

/** Minutes of working days that one can say: two hours, half a day, a day, two, a week. */
const SAYABLE = [120, 240, 480, 960, 2400];
const WORKING_DAY = 480;

/** What can be said of within when one answers, and what was said by other means. */
export function timesToSay(said: number | undefined): number[] {
  return [...new Set([...SAYABLE, ...(said ? [said] : [])])].sort((a, b) => a - b);
}

/** "Within one working day". */
export function withinWords(minutes: number, t: Reader["t"]): string {
  const days = minutes / WORKING_DAY;
  if (days === 0.5) return t("hours.within.half");
  if (days === 5) return t("hours.within.week");
  if (Number.isInteger(days)) return t("hours.within.days", { days });
  return t("hours.within.hours", { hours: Math.max(1, Math.round(minutes / 60)) });
}
