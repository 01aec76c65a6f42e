// One's hours while they are edited: what they begin with, what can't be, and what is written of them. Pure.
import type { PersonRhythm, PersonRhythmHourSpan, PersonRhythmTimeOff } from "../../generated/types";
import { Rhythm } from "../../sync";

/** Hours of one day, as times of day: `09:00` to `17:00`. */
export type DaySpan = PersonRhythmHourSpan;

/** What one says of one's hours; days off stand elsewhere. */
export interface MyHours {
  zone: string;
  /** From Monday; a day without any is off. */
  week: DaySpan[][];
  /** Times of day at which things arrive; none: at any time of one's hours. */
  times: string[];
  /** What is urgent arrives at any hour. */
  urgent?: boolean;
  /** Within how many minutes of these hours one usually answers; left out: one does not say. */
  within?: number | undefined;
}

/** What in it can't be, and on which day (0 is Monday). */
export interface Fault {
  what: "none" | "time" | "order" | "over";
  day?: number;
}

const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const MINUTES = 1440;
/** The server takes no more spans a day, and no more times. */
export const MOST = 8;
/** Where nothing else says what the hours of a day are. */
const USUAL: DaySpan = { from: "09:00", to: "17:00" };

/** What a Person bears; what was never said is as the law has it, in that zone. */
export function hoursOf(rhythm: PersonRhythm | null | undefined, zone: string): MyHours {
  const law = new Rhythm(rhythm, zone);
  const week = law.week.map((spans) => spans.map(([from, to]) => ({ from: clock(from), to: clock(to) })));
  const { arrivals, urgent, answersWithin } = rhythm ?? {};
  return {
    zone: law.zone,
    week,
    times: [...(arrivals ?? [])].sort(),
    ...(urgent && { urgent }),
    ...(answersWithin && { within: answersWithin }),
  };
}

/** The Person's rhythm with these hours, as it will be. */
export function withHours(
  { zone, week, times, urgent, within }: MyHours,
  rhythm: PersonRhythm | null | undefined,
): PersonRhythm {
  const days = WEEKDAYS.map((weekday, day) => ({ weekday, spans: inOrder(week[day] ?? []) }));
  const hours = days.filter(({ spans }) => spans.length > 0);
  const more = {
    ...((rhythm?.urgent ?? false) !== (urgent ?? false) && { urgent: urgent ?? false }),
    ...((rhythm?.answersWithin ?? null) !== (within ?? null) && { answersWithin: within ?? null }),
  };
  return { ...rhythm, zone, hours, arrivals: [...new Set(times)].sort(), ...more };
}

/** The change of a Person that says so. It touches nothing else that the Person bears. */
export function written(said: MyHours, rhythm: PersonRhythm | null | undefined): Record<string, unknown> {
  const next = withHours(said, rhythm);
  if (!rhythm) return { rhythm: next };
  const more = (["urgent", "answersWithin"] as const).filter((name) => next[name] !== rhythm[name]);
  return {
    "rhythm/zone": next.zone,
    "rhythm/hours": next.hours,
    "rhythm/arrivals": next.arrivals,
    ...Object.fromEntries(more.map((name) => [`rhythm/${name}`, next[name]])),
  };
}

/** What in it can't be; the first of it. */
export function faultOf({ week, times }: MyHours): Fault | undefined {
  if (week.every((spans) => spans.length === 0)) return { what: "none" };
  for (const [day, spans] of week.entries()) {
    if (spans.some(({ from, to }) => !from || !to)) return { what: "time", day };
    if (spans.some(({ from, to }) => from >= to)) return { what: "order", day };
    const sorted = inOrder(spans);
    if (sorted.some(({ from }, i) => i > 0 && from < (sorted[i - 1]?.to ?? ""))) return { what: "over", day };
  }
  return times.some((time) => !time) ? { what: "time" } : undefined;
}

/** Whether two say the same. */
export function same(a: MyHours, b: MyHours): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function plain({ zone, week, times, urgent = false, within = 0 }: MyHours): unknown {
  const spans = week.map((day) => inOrder(day).map(({ from, to }) => [from, to]));
  return [zone, spans, [...times].sort(), urgent, within];
}

/** Whether all days that have hours have the same. */
export function isAlike(week: readonly DaySpan[][]): boolean {
  const working = week.filter((spans) => spans.length > 0).map((spans) => JSON.stringify(inOrder(spans)));
  return new Set(working).size <= 1;
}

/** The hours of the first day that has some. */
export function commonOf(week: readonly DaySpan[][]): DaySpan[] {
  return week.find((spans) => spans.length > 0) ?? [USUAL];
}

/** The same hours on all days that have some. */
export function allAlike(week: readonly DaySpan[][], spans: DaySpan[]): DaySpan[][] {
  return week.map((day) => (day.length > 0 ? spans : []));
}

/** Other hours on a day (0 is Monday); days that are alike stay so. */
export function onDay(week: readonly DaySpan[][], day: number, spans: DaySpan[]): DaySpan[][] {
  return isAlike(week) ? allAlike(week, spans) : week.map((old, i) => (i === day ? spans : old));
}

/** Hours with one end of one of them moved, as far as it can go. */
export function moved(all: readonly DaySpan[], place: number, edge: keyof DaySpan, minute: number): DaySpan[] {
  const spans = inOrder(all);
  const span = spans[place];
  if (!span) return spans;
  const [before, after] = [spans[place - 1]?.to ?? "00:00", spans[place + 1]?.from ?? "24:00"];
  const least = edge === "from" ? minutesOf(before) : minutesOf(span.from) + 15;
  const most = edge === "from" ? minutesOf(span.to) - 15 : minutesOf(after);
  const time = clock(Math.max(least, Math.min(most, minute)));
  return spans.map((one, i) => (i === place ? { ...one, [edge]: time } : one));
}

/** One more span, behind those of a day; undefined if there is no time left for it. */
export function oneMore(spans: readonly DaySpan[]): DaySpan | undefined {
  const last = inOrder(spans).at(-1);
  if (!last) return USUAL;
  const from = minutesOf(last.to) + 60;
  if (spans.length >= MOST || !last.to || from >= MINUTES) return undefined;
  return { from: clock(from), to: clock(Math.min(from + 240, MINUTES)) };
}

/** One more time at which things arrive. */
export function oneMoreTime(times: readonly string[], week: readonly DaySpan[][]): string {
  const last = [...times].sort().at(-1);
  if (!last) return commonOf(week)[0]?.from || USUAL.from;
  const next = minutesOf(last) + 240;
  return next < MINUTES ? clock(next) : "12:00";
}

/** Days off with one of them changed, put in (`old` left out) or taken out (`next` left out); all else stays. */
export function withTimeOff(
  all: readonly PersonRhythmTimeOff[],
  old: PersonRhythmTimeOff | undefined,
  next: PersonRhythmTimeOff | undefined,
): PersonRhythmTimeOff[] {
  const isOld = (one: PersonRhythmTimeOff) => Boolean(old) && keyOf(one) === keyOf(old as PersonRhythmTimeOff);
  const rest = all.filter((one) => !isOld(one));
  // What else it bears, a deputy say, goes along; it may have been said since this was opened.
  const there = all.find(isOld) ?? old;
  return next ? inOrder([...rest, { ...there, ...next }]) : rest;
}

/** Tells days off apart. */
export function keyOf({ from, to, note }: PersonRhythmTimeOff): string {
  return [from, to, note ?? ""].join(" ");
}

/** The change of a Person that has these days off. */
export function writtenOff(
  timeOff: PersonRhythmTimeOff[],
  rhythm: PersonRhythm | null | undefined,
  zone: string,
): Record<string, unknown> {
  return rhythm ? { "rhythm/timeOff": timeOff } : { rhythm: { zone, timeOff } };
}

/** By their beginning. */
export function inOrder<S extends { from: string }>(spans: readonly S[]): S[] {
  return spans.toSorted((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)));
}

/** `09:30` in minutes since midnight. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The other way round, up to 24:00. */
export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
