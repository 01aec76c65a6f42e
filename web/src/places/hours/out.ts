// Out for a day, and back: days off with one more, or without one. Pure.
import type { Id, PersonRhythmTimeOff } from "../../generated/types";
import { dayName } from "../../ui/time";
import { inOrder } from "./week";
import { dayNumber } from "./wording";

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

/** Out on that day too. `saidBy`: somebody else says so. */
export function outOn(all: readonly PersonRhythmTimeOff[], day: number, saidBy?: Id): PersonRhythmTimeOff[] {
  if (offOn(all, day)) return [...all];
  return inOrder([...all, { from: dayName(day), to: dayName(day), ...(saidBy && { saidBy }) }]);
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
