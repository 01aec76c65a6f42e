// When what one writes reaches others, in words of one's own hours. Pure; whose hours are which it is told.
import type { Id } from "../generated/types";
import type { Rhythm } from "../sync";
import { dayWords } from "./due";
import type { Say } from "./i18n";
import { clock } from "./time";
import { dates } from "./formats";

/** The hours of those whom one may know. */
export interface KnownHours {
  mine: Rhythm;
  /** Undefined: nobody may know them, or nothing reaches that person. */
  of(id: Id): Rhythm | undefined;
}

/** Somebody whom it reaches. */
export interface Reached {
  id: Id;
  name: string;
  hours: Rhythm;
  /** When; ms. Not after now: at once. */
  at: number;
  /** Days off lie before that. */
  off: boolean;
}

/** Working time that a date should leave everybody, and less than which is too little; minutes of their own hours. */
const FAIR = 4 * 60;
const LEAST = 60;
/** Of so many it is told one by one when it reaches them. */
const FEW = 3;
/** So many days are looked through for hours of one's own. */
const MOST_DAYS = 400;

/** When it reaches each of these, the first at first; `urgent`: outside their hours too, where they let it. */
export function reached(
  people: ReadonlyArray<{ id: Id; name: string }>,
  known: KnownHours,
  now: number,
  urgent = false,
): Reached[] {
  const all = people.flatMap(({ id, name }): Reached[] => {
    const hours = known.of(id);
    if (!hours) return [];
    const at = urgent ? hours.urgentArrival(now) : hours.arrival(now);
    return [{ id, name, hours, at, off: waitsForDaysOff(hours, now, at) }];
  });
  return all.sort((a, b) => a.at - b.at || a.name.localeCompare(b.name));
}

/** Who is away for whom, and for whom again: so many are asked, as the server does. */
const MOST_DEPUTIES = 8;

/** Who stands in for somebody now; for a deputy who is away too, his own. Null where they are all away for each other. */
export function deputyOf(person: Id, known: KnownHours, now: number): Id | null {
  const chain = [person];
  for (let last = person; chain.length <= MOST_DEPUTIES; chain.push(last)) {
    const hours = known.of(last);
    if (!hours) return null;
    const next = hours.cover(now);
    if (next === null) return last === person ? null : last;
    if (chain.includes(next)) return null;
    last = next;
  }
  return null;
}

/** When the last of these has what is there since an instant; null if all have it by now. */
export function allReached(
  ids: readonly Id[],
  known: KnownHours,
  since: number,
  now: number,
  urgent = false,
): number | null {
  const when = (hours: Rhythm | undefined) => (urgent ? hours?.urgentArrival(since) : hours?.arrival(since));
  const last = Math.max(...ids.map((id) => when(known.of(id)) ?? -Infinity));
  return last > now ? last : null;
}

/** Whether days off take away hours before it is there. */
function waitsForDaysOff(hours: Rhythm, now: number, at: number): boolean {
  const last = hours.dayOf(at);
  for (let day = hours.dayOf(now); day < last; day++) {
    if (hours.isOff(day) && hours.isWorkday(day)) return true;
  }
  return false;
}

/** Who has too little working time left before a date. */
export function tooSoonFor(asked: readonly Reached[], by: number): Reached[] {
  return asked.filter(({ hours, at }) => hours.worked(at, LEAST) > by);
}

/** A date that leaves everybody some hours of his own: the end of a day on which one works oneself. */
export function fairFor(asked: readonly Reached[], mine: Rhythm, now: number): { day: number; by: number } {
  const fair = Math.max(now, ...asked.map(({ hours, at }) => hours.worked(at, FAIR)));
  const first = mine.dayOf(fair);
  for (let day = first; day < first + MOST_DAYS; day++) {
    const by = mine.hoursOf(day).at(-1)?.[1];
    if (by !== undefined && by >= fair) return { day, by };
  }
  return { day: first, by: fair };
}

/** When it reaches somebody: "now", "tomorrow at 09:00", "on Monday at 09:00". */
export function whenReached(at: number, mine: Rhythm, now: number, language: string, t: Say): string {
  if (at <= now) return t("reach.now");
  const [day, today] = [mine.dayOf(at), mine.dayOf(now)];
  const time = clock(at, language, mine.zone);
  if (day === today) return t("reach.today", { time });
  if (day === today + 1) return t("reach.tomorrow", { time });
  return t("reach.on", { day: dayWords(day, today, language, t), time });
}

/** "now", "today 09:00", "Monday 09:00". */
export function moment(at: number, mine: Rhythm, now: number, language: string, t: Say): string {
  if (at <= now) return t("reach.now");
  const day = dayWords(mine.dayOf(at), mine.dayOf(now), language, t);
  return t("reach.moment", { day, time: clock(at, language, mine.zone) });
}

/** All of it in a sentence or two; empty if it reaches nobody. */
export function reachWords(people: readonly Reached[], mine: Rhythm, now: number, language: string, t: Say): string {
  const off = people.filter((one) => one.off);
  const there = people.filter((one) => !one.off);
  const away = ({ name, at }: Reached) =>
    t("reach.off", { name, day: dayWords(mine.dayOf(at), mine.dayOf(now), language, t) });
  const says = [
    there.length > FEW ? many(there, mine, now, language, t) : few(there, mine, now, language, t),
    ...(off.length > FEW ? [t("reach.manyOff", { count: off.length })] : off.map(away)),
  ];
  return says.filter(Boolean).join(" ");
}

/** "Reaches Ana on Monday at 09:00 and Yuki on Tuesday at 02:00 your time." */
function few(people: readonly Reached[], mine: Rhythm, now: number, language: string, t: Say): string {
  if (people.length === 0) return "";
  const together = new Map<number, string[]>();
  for (const { name, at } of people) {
    const when = Math.max(at, now);
    together.set(when, [...(together.get(when) ?? []), name]);
  }
  const list = new Intl.ListFormat(language);
  const parts = [...together].map(([at, names]) =>
    t("reach.part", { names: list.format(names), when: whenReached(at, mine, now, language, t) }),
  );
  return t(elsewhere(people, mine, now) ? "reach.yourTime" : "reach.few", { parts: list.format(parts) });
}

/** "Reaches 14 people between Monday 08:00 and Tuesday 10:00." */
function many(people: readonly Reached[], mine: Rhythm, now: number, language: string, t: Say): string {
  const count = people.length;
  const [first, last] = [people[0]?.at ?? now, people.at(-1)?.at ?? now];
  const yours = elsewhere(people, mine, now);
  if (Math.max(first, now) === Math.max(last, now)) {
    const parts = t("reach.together", { count, when: whenReached(last, mine, now, language, t) });
    return t(yours ? "reach.yourTime" : "reach.few", { parts });
  }
  const said = (at: number) => moment(at, mine, now, language, t);
  const parts = t("reach.between", { count, first: said(first), last: said(last) });
  return t(yours ? "reach.yourTime" : "reach.few", { parts });
}

/** Whether a clock of theirs says something else than one's own when it comes. */
function elsewhere(people: readonly Reached[], mine: Rhythm, now: number): boolean {
  return people.some(({ hours, at }) => {
    const say = (zone: string) => dates("en", { dateStyle: "short", timeStyle: "short", timeZone: zone });
    return at > now && say(hours.zone).format(at) !== say(mine.zone).format(at);
  });
}
