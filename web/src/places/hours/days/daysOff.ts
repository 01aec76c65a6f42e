// Days in a row that somebody may have off. Pure, and leans on nothing: it goes along into the worker.

/** The server takes no longer ones, in days. */
export const LONGEST = 730;

/** Days in a row, and why they are free. */
export interface DaysOff {
  from: string;
  to: string;
  note: string;
}

/** Days of the same name that follow each other, or meet, are one. */
export function joined(days: readonly DaysOff[]): DaysOff[] {
  const open = new Map<string, DaysOff>();
  const all: DaysOff[] = [];
  for (const one of days.toSorted((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)))) {
    const last = open.get(one.note);
    if (last && numberOf(one.from) <= numberOf(last.to) + 1) {
      if (one.to > last.to && numberOf(one.to) - numberOf(last.from) < LONGEST) last.to = one.to;
      if (one.to <= last.to) continue;
    }
    const next = { ...one };
    open.set(one.note, next);
    all.push(next);
  }
  return all;
}

/** Days since 1970. */
function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}
