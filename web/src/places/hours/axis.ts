// One day as an axis, and everybody's hours on it. It goes by instants: on a day on which the clocks change it has 23 or 25
// hours. Pure.
import type { Id, Person } from "../../generated/types";
import { rhythmOf, type Rhythm } from "../../sync";
import type { Hours } from "../../ui/due";
import { dayName } from "../../ui/time";

/** From an instant up to another; ms. */
export type Span = readonly [from: number, to: number];

/** A part of the axis: from where to where, of 1. */
export interface Piece {
  from: number;
  to: number;
}

/** A line below the axis: a person, or those of a zone. */
export interface Line {
  key: string;
  zone: string;
  /** One, or all of the zone. */
  people: Person[];
  mine: boolean;
  /** Whole hours that touch the day; of several persons from the first to the last of them. None: off. */
  spans: Span[];
  /** When the next hours of any of them begin, if they have none on the day. */
  back?: number;
  /** How many of several persons are off on the day. */
  off: number;
  /** What the person said about being off. */
  note?: string;
  /** Nothing was said of it: these are the hours that go for everybody then. */
  unsaid: boolean;
  /** This browser does not know the zone. */
  unknown: boolean;
  /** The lines of several persons. */
  within: Line[];
}

/** A day as it is drawn. */
export interface Drawn {
  lines: Line[];
  /** The hours that all have who have some on that day. */
  shared: Span[];
  /** How many have some. */
  working: number;
}

/** So many people have a line each; more are told by zone. */
export const MOST_LINES = 12;
/** So far is looked ahead for the next hours; days off are two years at most. */
const AHEAD = 3 * 366;

/** The day, in days since 1970, as one has it where one is. */
export function dayAxis(here: Rhythm, day: number): Span {
  return [here.instant(day, 0), here.instant(day, 1440)];
}

/** Where an instant is on the axis. */
export function at(instant: number, [start, end]: Span): number {
  return (instant - start) / (end - start);
}

/** The full hours of the day and where they are; one that the clocks leave out is not among them. */
export function hourMarks(here: Rhythm, day: number): Array<{ hour: number; instant: number; at: number }> {
  const axis = dayAxis(here, day);
  const all = Array.from({ length: 25 }, (_, hour) => ({ hour, instant: here.instant(day, hour * 60) }));
  const real = all.filter(({ instant }, hour) => hour === 24 || instant !== all[hour + 1]?.instant);
  return real.map((mark) => ({ ...mark, at: at(mark.instant, axis) }));
}

/** Where on the axis every quarter of an hour of the day is. */
export function quarters(here: Rhythm, day: number): number[] {
  const axis = dayAxis(here, day);
  return Array.from({ length: 97 }, (_, quarter) => at(here.instant(day, quarter * 15), axis));
}

/** The minute of the day, in quarters of an hour, that is nearest to a place on the axis. */
export function minuteAt(place: number, places: readonly number[]): number {
  const away = places.map((one) => Math.abs(one - place));
  return away.indexOf(Math.min(...away)) * 15;
}

/** Somebody's hours that touch the axis, whole; what goes on past a midnight of theirs is one. */
export function spansOn(hours: Hours, [start, end]: Span): Span[] {
  const found: Span[] = [];
  for (let day = hours.dayOf(start) - 1; day <= hours.dayOf(end) + 1; day++) found.push(...hours.hoursOf(day));
  return union([found]).filter(([from, to]) => from < end && to > start);
}

/** The parts of the axis that hours take. */
export function pieces(spans: readonly Span[], axis: Span): Piece[] {
  return spans.map(([from, to]) => ({ from: Math.max(0, at(from, axis)), to: Math.min(1, at(to, axis)) }));
}

/** All hours of all, what overlaps or meets as one. */
export function union(all: ReadonlyArray<readonly Span[]>): Span[] {
  const joined: Array<[number, number]> = [];
  for (const [from, to] of all.flat().sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** The hours that all of them have within the axis; of nobody, none. */
export function shared(all: ReadonlyArray<readonly Span[]>, axis: Span): Span[] {
  if (all.length === 0) return [];
  let common: Span[] = [axis];
  for (const spans of all) {
    common = common.flatMap(([from, to]) =>
      spans
        .map(([begin, end]): Span => [Math.max(from, begin), Math.min(to, end)])
        .filter(([begin, end]) => begin < end),
    );
  }
  return common;
}

/** When the next hours begin, or that they are now; undefined if there are none for years. */
export function backAt(hours: Hours, from: number): number | undefined {
  for (let [day, last] = [hours.dayOf(from), hours.dayOf(from) + AHEAD]; day < last; day++) {
    const next = hours.hoursOf(day).find(([, to]) => to > from);
    if (next) return Math.max(from, next[0]);
  }
  return undefined;
}

interface Known {
  person: Person;
  /** Null: in a zone that this browser does not know. */
  rhythm: Rhythm | undefined;
  spans: Span[];
}

/** Whose hours are shown: who is in, and is no guest. */
export function hasHours({ role, placeholder, deactivatedAt }: Person): boolean {
  return role !== "guest" && !placeholder && !deactivatedAt;
}

/** Everybody's lines: oneself first, then as their hours begin, then who is off. */
export function linesOf(people: readonly Person[], me: Id, axis: Span): Drawn {
  const known = people.map((person): Known => {
    const rhythm = rhythmOf(person.rhythm);
    return { person, rhythm, spans: rhythm ? spansOn(rhythm, axis) : [] };
  });
  const working = known.filter(({ spans }) => spans.length > 0).map(({ spans }) => spans);
  const groups = known.length > MOST_LINES ? byZone(known, me) : known.map((one) => [one]);
  const lines = groups.map((group) => lineOf(group, me, axis)).toSorted((a, b) => order(a, b, axis));
  return { lines, shared: working.length > 1 ? shared(working, axis) : [], working: working.length };
}

function byZone(known: readonly Known[], me: Id): Known[][] {
  const zones = new Map<string, Known[]>();
  for (const one of known) {
    const key = one.person.id === me ? me : (one.person.rhythm?.zone ?? "UTC");
    zones.set(key, [...(zones.get(key) ?? []), one]);
  }
  return [...zones.values()];
}

function lineOf(group: readonly Known[], me: Id, axis: Span): Line {
  const [first] = group as readonly [Known, ...Known[]];
  const spans = union(group.map((one) => one.spans));
  const alone = group.length === 1 ? first : undefined;
  const backs = spans.length > 0 ? [] : group.map(({ rhythm }) => (rhythm ? backAt(rhythm, axis[0]) : undefined));
  const back = Math.min(...backs.filter((one) => one !== undefined));
  return {
    key: alone?.person.id ?? first.person.rhythm?.zone ?? "UTC",
    zone: first.person.rhythm?.zone ?? "UTC",
    people: group.map(({ person }) => person),
    mine: first.person.id === me,
    spans,
    back: Number.isFinite(back) ? back : undefined,
    off: group.filter((one) => one.spans.length === 0).length,
    note: alone && spans.length === 0 ? noteOf(alone, axis) : undefined,
    unsaid: Boolean(alone && !alone.person.rhythm),
    unknown: group.every(({ rhythm }) => !rhythm),
    within: alone ? [] : group.map((one) => lineOf([one], me, axis)).toSorted((a, b) => order(a, b, axis)),
  };
}

/** What was said about the days off in which the middle of the axis is. */
function noteOf({ person, rhythm }: Known, [start, end]: Span): string | undefined {
  if (!rhythm) return undefined;
  const day = dayName(rhythm.dayOf((start + end) / 2));
  return person.rhythm?.timeOff?.find(({ from, to }) => from <= day && day <= to)?.note ?? undefined;
}

function order(a: Line, b: Line, [start]: Span): number {
  if (a.mine !== b.mine) return a.mine ? -1 : 1;
  const begin = ({ spans: [first] }: Line) => (first ? Math.max(first[0], start) : Number.MAX_SAFE_INTEGER);
  const end = ({ spans }: Line) => spans.at(-1)?.[1] ?? 0;
  const name = ({ people: [one] }: Line) => one?.name ?? "";
  return begin(a) - begin(b) || end(a) - end(b) || name(a).localeCompare(name(b));
}
