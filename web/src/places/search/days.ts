// Days as people write them, and when they begin in a zone. Pure.
import type { Day, UTCDate } from "../../generated/types";

const DAY = 86_400_000;

const calendars = new Map<string, Intl.DateTimeFormat>();

/** Making one takes long. */
function calendarOf(zone: string): Intl.DateTimeFormat {
  let calendar = calendars.get(zone);
  if (!calendar) {
    const style: Intl.DateTimeFormatOptions = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" };
    calendars.set(zone, (calendar = new Intl.DateTimeFormat("en-US", style)));
  }
  return calendar;
}

/** The day that it is in a zone at an instant. */
export function dayAt(at: number, zone: string): Day {
  const parts = calendarOf(zone).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/** A day so many days later. */
export function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** The first instant of a day in a zone. Where its midnight was left out, the day begins later. */
export function startOf(day: Day, zone: string): UTCDate {
  // Zones are at most 14 hours off, so it lies between these; the clock's day never goes back.
  let [low, high] = [Date.parse(day) - DAY, Date.parse(day) + DAY];
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (dayAt(middle, zone) < day) low = middle;
    else high = middle;
  }
  return new Date(high).toISOString().replace(".000Z", "Z");
}

/** True if there is such a day. */
function isReal(day: Day): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

const written = (year: number, month: number, day: number): Day | null => {
  const full = year < 100 ? 2000 + year : year;
  const text = `${String(full).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return full >= 1970 && full <= 9998 && isReal(text) ? text : null;
};

/** In which order a language writes day and month. */
function monthFirst(language: string): boolean {
  const parts = new Intl.DateTimeFormat(language, { day: "numeric", month: "numeric" }).formatToParts(0);
  return parts.findIndex(({ type }) => type === "month") < parts.findIndex(({ type }) => type === "day");
}

/** The twelve months of a language, in lower case, long and short. */
function months(language: string): string[][] {
  const name = (month: number, style: "long" | "short") =>
    new Intl.DateTimeFormat(language, { month: style, timeZone: "UTC" }).format(Date.UTC(2026, month, 15));
  return Array.from({ length: 12 }, (_, i) =>
    [name(i, "long"), name(i, "short")].map((text) => text.toLocaleLowerCase(language).replace(/\.$/, "")),
  );
}

/** The seven days of a week from Sunday on, in lower case, long and short. */
function weekdays(language: string): string[][] {
  const name = (day: number, style: "long" | "short") =>
    new Intl.DateTimeFormat(language, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2026, 10, 1 + day));
  return Array.from({ length: 7 }, (_, i) =>
    [name(i, "long"), name(i, "short")].map((text) => text.toLocaleLowerCase(language).replace(/\.$/, "")),
  );
}

/** Words for a day, and how many days they are from today. */
export interface DayWords {
  today: string;
  yesterday: string;
}

/**
 * The day that a text means: `2026-11-22`, as the language writes days, `22 November`, a weekday (the last one), today
 * and yesterday, in the language or in English. Null if it means none.
 */
export function readDay(text: string, language: string, today: Day, words?: DayWords): Day | null {
  const typed = text.trim().toLocaleLowerCase(language);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso) return written(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  if (typed === "today" || typed === words?.today.toLocaleLowerCase(language)) return today;
  if (typed === "yesterday" || typed === words?.yesterday.toLocaleLowerCase(language)) return plusDays(today, -1);
  const [year] = today.split("-").map(Number) as [number, number, number];
  const inPast = (month: number, day: number): Day | null => {
    const this_ = written(year, month, day);
    return this_ && this_ > today ? written(year - 1, month, day) : (this_ ?? written(year - 1, month, day));
  };
  const numbers = /^(\d{1,2})([./-])\s?(\d{1,2})(?:\2\s?(\d{4}|\d{2})?)?$/.exec(typed);
  if (numbers) {
    const [first, second] = [Number(numbers[1]), Number(numbers[3])];
    const [month, day] = numbers[2] !== "." && monthFirst(language) ? [first, second] : [second, first];
    return numbers[4] ? written(Number(numbers[4]), month, day) : inPast(month, day);
  }
  for (const tongue of [language, "en"]) {
    const weekday = weekdays(tongue).findIndex((names) => names.includes(typed.replace(/\.$/, "")));
    if (weekday >= 0) {
      const back = (new Date(today).getUTCDay() - weekday + 7) % 7;
      return plusDays(today, -(back || 7));
    }
    const named = /^(?:(\d{1,2})\.?\s+)?(\p{L}+)\.?(?:\s+(\d{1,2})(?:,|$))?(?:,?\s*(\d{4}))?$/u.exec(typed);
    const month = named ? months(tongue).findIndex((names) => names.includes(named[2] as string)) + 1 : 0;
    if (!named || month === 0) continue;
    const day = Number(named[1] ?? named[3] ?? 1);
    return named[4] ? written(Number(named[4]), month, day) : inPast(month, day);
  }
  return null;
}
