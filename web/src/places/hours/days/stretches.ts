// Which days off lie between two hours: those of whose own hours nothing is left. Pure.
import { dayOfWeek, rhythmOf, type Rhythm } from "../../../sync";
import { dayName } from "../../../ui/time";
import type { Moment, Stretch } from "./ics";
import type { DaysOff } from "./daysOff";

/** The instant of a moment; what names no zone, or one that nobody knows, is by one's own clock. */
function instantOf({ day, minute, zone }: Moment, own: Rhythm): number {
  const there = zone === undefined ? own : (rhythmOf({ zone }) ?? own);
  return there.instant(day, minute);
}

/** The days off in it; undefined if it takes no whole day of one's hours. */
export function daysIn(stretch: Stretch, law: Rhythm): DaysOff | undefined {
  const [from, to] = [instantOf(stretch.from, law), instantOf(stretch.to, law)];
  const [first, last] = [law.dayOf(from), law.dayOf(to)];
  const isTaken = (day: number) => {
    // Of the week, since days off that are planned have no hours left.
    const spans = law.week[dayOfWeek(day)] ?? [];
    return spans.length > 0 && spans.every(([a, b]) => from <= law.instant(day, a) && law.instant(day, b) <= to);
  };
  // Between the first and the last all of them are.
  let [begin, end] = [first, last];
  while (begin <= last && !isTaken(begin)) begin++;
  if (begin > last) return undefined;
  while (!isTaken(end)) end--;
  return { from: dayName(begin), to: dayName(end), note: stretch.note };
}
