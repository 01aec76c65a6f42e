// When something comes again: the rule of a Schedule. The same law as the server's (crates/model/src/schedule/rule.rs), so
// that what is set up offline can say when it comes; one file of cases holds both to it.
import type { Schedule } from "../generated/types";
import { dayOfWeek, minutes, Rhythm } from "./rhythm";

const DAY = 86_400_000;
const WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
/** A rule that has not come for so many years does not come. */
const YEARS = 100;

/** What decides when it comes. */
export type Rule = Pick<Schedule, "recurrenceRule" | "start" | "timeZone"> & Partial<Pick<Schedule, "excluded">>;

/** One time at which it comes. */
export interface Occurrence {
  /** In local time, by which it is named: 2026-11-30T09:00:00. */
  local: string;
  /** The instant, in ms. */
  at: number;
}

/** What gives the next times of a rule. */
export type Next = typeof nextTimes;

/** The first times behind an instant (ms) that are not skipped; none in a zone that this device does not know. */
export function nextTimes(rule: Rule, after: number, most: number): Occurrence[] {
  const out: Occurrence[] = [];
  try {
    for (const time of timesOf(rule)) {
      if (time.at > after && !rule.excluded?.[time.local]) out.push(time);
      if (out.length >= most) break;
    }
  } catch {
    return [];
  }
  return out;
}

/** The instant of a local time of the rule, in ms. */
export function instantOf({ timeZone }: Pick<Rule, "timeZone">, local: string): number {
  try {
    return new Rhythm(null, timeZone).instant(numberOf(local.slice(0, 10)), minutes(local.slice(11)));
  } catch {
    return Date.parse(`${local}Z`);
  }
}

/** All times by the rule, those that are skipped among them. */
export function* timesOf({ recurrenceRule: rule, start, timeZone }: Rule): Generator<Occurrence> {
  const zone = new Rhythm(null, timeZone);
  const [first, clock] = [numberOf(start.slice(0, 10)), start.slice(11)];
  const [minute, rest] = [minutes(clock), (Number(clock.slice(6)) || 0) * 1000];
  const last = yearOf(first) + YEARS;
  let left = rule.count ?? Infinity;
  for (let round = 0; ; round++) {
    const { days, year } = roundOf(rule, first, round);
    if (year > last) return;
    for (const day of days) {
      const local = `${nameOf(day)}T${clock}`;
      if (day < first) continue;
      if ((rule.until && local > rule.until) || left-- <= 0) return;
      yield { local, at: zone.instant(day, minute) + rest };
    }
  }
}

/** The days (since 1970) of the nth period that counts, and its year. */
function roundOf(rule: Schedule["recurrenceRule"], first: number, round: number): { days: number[]; year: number } {
  const steps = round * (rule.interval ?? 1);
  const byDay = rule.byDay ?? [];
  const has = (day: number) => byDay.length === 0 || byDay.some((one) => one.day === WEEK[dayOfWeek(day)]);
  if (rule.frequency === "daily") {
    const day = first + steps;
    return { days: has(day) ? [day] : [], year: yearOf(day) };
  }
  if (rule.frequency === "weekly") {
    const monday = first - dayOfWeek(first) + steps * 7;
    const days = WEEK.map((_, at) => monday + at);
    const own = byDay.length === 0 ? (day: number) => dayOfWeek(day) === dayOfWeek(first) : has;
    return { days: days.filter(own), year: yearOf(monday) };
  }
  const begin = new Date(first * DAY);
  const month = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + steps, 1));
  return { days: daysOf(month, begin.getUTCDate(), byDay), year: month.getUTCFullYear() };
}

/** The days of a month on which it comes; one that the month lacks is left out. */
function daysOf(month: Date, date: number, byDay: NonNullable<Schedule["recurrenceRule"]["byDay"]>): number[] {
  const begins = month.getTime() / DAY;
  const ends = Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1) / DAY;
  if (byDay.length === 0) return begins + date - 1 < ends ? [begins + date - 1] : [];
  const all = Array.from({ length: ends - begins }, (_, at) => begins + at);
  const named = byDay.flatMap(({ day, nthOfPeriod }) => {
    const those = all.filter((one) => WEEK[dayOfWeek(one)] === day);
    if (nthOfPeriod === null || nthOfPeriod === undefined) return those;
    const one = those.at(nthOfPeriod > 0 ? nthOfPeriod - 1 : nthOfPeriod);
    return one === undefined ? [] : [one];
  });
  return [...new Set(named)].sort((a, b) => a - b);
}

/** A day (2026-11-30) since 1970. */
function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

function nameOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

const yearOf = (day: number) => new Date(day * DAY).getUTCFullYear();
