// Which days off lie between two hours: those of whose own hours nothing is left. Pure.
import { knownRhythm, rhythmOf, type Rhythm } from "../../../sync";
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
  const week = knownRhythm({ zone: law.zone });
  const [from, to] = [instantOf(stretch.from, law), instantOf(stretch.to, law)];
  const days: number[] = [];
  for (let day = law.dayOf(from); day <= law.dayOf(to); day++) {
    // Days off that are planned have no hours left; their usual ones count.
    const spans = law.isOff(day) ? week.hoursOf(day) : law.hoursOf(day);
    if (spans.length > 0 && spans.every(([begin, end]) => from <= begin && end <= to)) days.push(day);
  }
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { from: dayName(first), to: dayName(last), note: stretch.note };
}
