// Instants as people say them. Knows nothing of anybody's hours.
import type { UTCDate } from "../generated/types";
import { dates } from "./formats";

const DAY = 86_400_000;

/** The calendar day of an instant in a zone, as a number that grows by one a day. */
function dayNumber(at: Date, zone?: string): number {
  if (zone === undefined) return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY);
  return Math.round(Date.parse(dates("en-CA", { timeZone: zone, dateStyle: "short" }).format(at)) / DAY);
}

/** How many calendar days lie between an instant and now: 0 is today, 1 yesterday. */
export function daysAgo(at: Date, now: Date, zone?: string): number {
  return dayNumber(now, zone) - dayNumber(at, zone);
}

/** `14:05` for today, `Tuesday 14:05` within a week, `12 Nov, 14:05` this year, else with the year. */
export function when(at: Date, now: Date, language: string, zone?: string): string {
  const days = daysAgo(at, now, zone);
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  const far: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...time };
  if (days === 0) return dates(language, time).format(at);
  if (days > 0 && days < 7) return dates(language, { weekday: "long", ...time }).format(at);
  const sameYear = Math.abs(days) < 330;
  return dates(language, sameYear ? far : { ...far, year: "numeric" }).format(at);
}

/** Since when something is: `14:05` for today, `yesterday`, `Tuesday` within a week, else `12 November`. */
export function since(at: Date, now: Date, language: string): string {
  const days = daysAgo(at, now);
  if (days <= 0) return dates(language, { hour: "2-digit", minute: "2-digit" }).format(at);
  if (days === 1) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");
  return days < 7 ? dates(language, { weekday: "long" }).format(at) : day(at, now, language);
}

/** What their clock said at an instant: the weekday too if it was another than here. Null where it said the same. */
export function elsewhere(at: Date, language: string, zone: string): string | null {
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const say = (style: Intl.DateTimeFormatOptions) => dates(language, style).format(at);
  try {
    if (say({ weekday: "long" }) !== say({ weekday: "long", timeZone: zone })) {
      return say({ weekday: "long", ...clock, timeZone: zone });
    }
    const there = say({ ...clock, timeZone: zone });
    return there === say(clock) ? null : there;
  } catch {
    return null; // A zone that this browser does not know.
  }
}

/** The whole of it, for a tooltip: `Tuesday, 24 November 2026 at 14:05`. */
export function exactly(at: Date, language: string, zone?: string): string {
  return dates(language, { dateStyle: "full", timeStyle: "short", timeZone: zone }).format(at);
}

/** `24 November`, with the year if it is another. */
export function day(at: Date, now: Date, language: string): string {
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return dates(language, { day: "numeric", month: "long", year }).format(at);
}

/** The place of an IANA zone: `Europe/Lisbon` is `Lisbon`. */
export function place(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

/** `1.4 MB`, in powers of ten, as files are sold. */
export function bytes(size: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
  const style: Intl.NumberFormatOptions = { style: "unit", unit: units[step], unitDisplay: "short" };
  return new Intl.NumberFormat(language, { ...style, maximumFractionDigits: step === 0 ? 0 : 1 }).format(
    size / 1000 ** step,
  );
}

/** An instant in ms as the server writes it: `2026-11-24T14:05:00Z`. */
export function utcDate(at: number): UTCDate {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A full hour, as short as the language has it: `14:00`, or `2 PM`. */
export function fullHour(at: number, language: string, zone: string): string {
  const short = dates(language, { hour: "numeric", timeZone: zone });
  return short.resolvedOptions().hour12 ? short.format(at) : clock(at, language, zone);
}

/** `14:05`, in a zone. */
export function clock(at: number, language: string, zone: string): string {
  return dates(language, { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at);
}

/** "2026-12-24" of a day since 1970. */
export function dayName(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
