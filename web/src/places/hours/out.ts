// Out for a day, and back: days off with one more, or without one. Pure.
import type { Person, PersonRhythmTimeOff } from "../../generated/types";
import { inOrder } from "./week";
import { dayNumber } from "./wording";

const DAY = 86_400_000;

/** "2026-12-24" of a day since 1970. */
export function dayName(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The days off that a day is one of. */
export function offOn(all: readonly PersonRhythmTimeOff[], day: number): PersonRhythmTimeOff | undefined {
  return all.find(({ from, to }) => dayNumber(from) <= day && day <= dayNumber(to));
}

/** Days off that meet those from one day to another, as they are written. */
export function offIn(
  all: readonly PersonRhythmTimeOff[],
  first: string,
  last: string,
): PersonRhythmTimeOff | undefined {
  return all.find(({ from, to }) => from <= last && first <= to);
}

/** Whether somebody can cover for another: a member who is there. */
export function isThere({ role, placeholder, deactivatedAt }: Person): boolean {
  return role !== "guest" && !placeholder && !deactivatedAt;
}

/** Out on that day too. */
export function outOn(all: readonly PersonRhythmTimeOff[], day: number): PersonRhythmTimeOff[] {
  if (offOn(all, day)) return [...all];
  return inOrder([...all, { from: dayName(day), to: dayName(day) }]);
}

/** Back on that day: what was planned before and after it stays. */
export function backOn(all: readonly PersonRhythmTimeOff[], day: number): PersonRhythmTimeOff[] {
  return inOrder(
    all.flatMap((one) => {
      const [first, last] = [dayNumber(one.from), dayNumber(one.to)];
      if (day < first || last < day) return [one];
      return [
        ...(first < day ? [{ ...one, to: dayName(day - 1) }] : []),
        ...(day < last ? [{ ...one, from: dayName(day + 1) }] : []),
      ];
    }),
  );
}
