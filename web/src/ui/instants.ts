// The instants until which something can be put off, in one's own hours. Pure.
import type { Rhythm } from "../sync";

/** One that is offered. */
export interface Choice {
  name: "today" | "tomorrow" | "week";
  /** Milliseconds. */
  until: number;
}

const HOUR = 3_600_000;

/** Later today, while one's hours of today go on for that long; in the first hours after today; in those of next week. */
export function instants(hours: Pick<Rhythm, "dayOf" | "hoursOf" | "instant" | "arrival">, now: number): Choice[] {
  const today = hours.dayOf(now);
  const out: Choice[] = [];
  const quarter = 15 * 60_000;
  const later = Math.ceil((now + 3 * HOUR) / quarter) * quarter;
  if (hours.hoursOf(today).some(([from, to]) => from <= later && later < to)) out.push({ name: "today", until: later });
  out.push({ name: "tomorrow", until: hours.arrival(hours.instant(today + 1, 0)) });
  // Weeks begin on Monday, and the first of all days was a Thursday.
  const monday = today + 7 - ((today + 3) % 7);
  const week = hours.arrival(hours.instant(monday, 0));
  if (week !== out.at(-1)?.until) out.push({ name: "week", until: week });
  return out;
}

/** On a day of the calendar (2026-12-24): at the beginning of its hours, or at nine where it has none. Null if it is over. */
export function onDay(day: string, hours: Pick<Rhythm, "hoursOf" | "instant">, now: number): number | null {
  const number = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  if (!Number.isInteger(number)) return null;
  const at = hours.hoursOf(number)[0]?.[0] ?? hours.instant(number, 9 * 60);
  return at > now ? at : null;
}

/** On a day of the calendar at a time of the clock there (14:30). Null if that is over, or is none. */
export function atTime(day: string, time: string, hours: Pick<Rhythm, "instant">, now: number): number | null {
  const number = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const [hour, minute] = time.split(":").map(Number);
  if (!Number.isInteger(number) || hour === undefined || !Number.isInteger(hour) || !Number.isInteger(minute))
    return null;
  const at = hours.instant(number, hour * 60 + minute!);
  return at > now ? at : null;
}
