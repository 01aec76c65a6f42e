// The days off that have just ended, if this is the first day back. Pure.
import type { Rhythm } from "../../sync";

/** Weekends and holidays between: so many days are looked back over. */
const MOST_BEFORE = 14;
/** Days off in one piece, at most: the server takes no longer ones. */
const MOST_OFF = 3 * 366;

/** From the first to the last day off, in days since 1970, and the instant when they began. */
export interface Away {
  first: number;
  last: number;
  from: number;
}

/** What has ended, on the first day on which one works again; null on all others. */
export function awayOf(hours: Pick<Rhythm, "dayOf" | "isOff" | "isWorkday" | "instant">, now: number): Away | null {
  const today = hours.dayOf(now);
  if (hours.isOff(today)) return null;
  let last = today - 1;
  while (!hours.isOff(last)) {
    // One has worked since.
    if (hours.isWorkday(last) || today - last > MOST_BEFORE) return null;
    last -= 1;
  }
  // Several in a row are one, with the days between them on which one does not work.
  let first = last;
  let worked = hours.isWorkday(last);
  for (let day = last - 1; last - day < MOST_OFF && (hours.isOff(day) || !hours.isWorkday(day)); day -= 1) {
    if (!hours.isOff(day)) continue;
    first = day;
    worked ||= hours.isWorkday(day);
  }
  return worked ? { first, last, from: hours.instant(first, 0) } : null;
}
