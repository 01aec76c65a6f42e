// When something is due, in the words of one's own hours: a time at night is no time at which anybody works.
import type { Rhythm } from "../sync";
import type { Say } from "./i18n";
import { clock } from "./time";
import { dates } from "./formats";

/** A person's hours, as `Rhythm` tells them. */
export type Hours = Pick<Rhythm, "zone" | "dayOf" | "hoursOf">;

/** A date in one's hours. */
export interface Due {
  /**
   * `at`: at that time, within one's hours. `endOf`: by the end of one's hours of that day. `before`: before they begin.
   * `was`: it has passed.
   */
  how: "at" | "endOf" | "before" | "was";
  /** The day meant, in days since 1970. */
  day: number;
  /** The end of the hours that are left for it; ms. What has none left is due at once. */
  until: number;
  /** The date itself; ms. */
  by: number;
}

const DAY = 86_400_000;
/** So far is looked back for hours before a date. */
const MOST_DAYS = 400;

/** What a date comes to in somebody's hours. */
export function dueIn(by: number, hours: Hours, now: number): Due {
  const today = hours.dayOf(by);
  // Midnight ends a day, until which hours may last.
  const eve = hours.dayOf(by - 1);
  if (by <= now) return { how: "was", day: eve, until: by, by };
  if (hours.hoursOf(eve).at(-1)?.[1] === by) return { how: "endOf", day: eve, until: by, by };
  const spans = hours.hoursOf(today);
  const within = spans.find(([from, to]) => from < by && by <= to);
  if (within) {
    const last = within === spans.at(-1) && by === within[1];
    return { how: last ? "endOf" : "at", day: today, until: by, by };
  }
  const until = lastHourBefore(by, hours, now) ?? by;
  const first = spans[0];
  if (first && by <= first[0]) return { how: "before", day: today, until, by };
  if (until === by) return { how: "at", day: today, until, by };
  return { how: "endOf", day: hours.dayOf(until - 1), until, by };
}

/** The end of the last hours that begin before an instant, if any of them lie after now. */
function lastHourBefore(by: number, hours: Hours, now: number): number | undefined {
  const [first, last] = [hours.dayOf(now), hours.dayOf(by)];
  for (let day = last; day >= Math.max(first, last - MOST_DAYS); day--) {
    const span = hours.hoursOf(day).findLast(([from, to]) => from < by && to > now);
    if (span) return Math.min(span[1], by);
  }
  return undefined;
}

/** How it is said: a message and what is put into it. `today` and `tomorrow` are days since 1970 in the same zone. */
export function dueWords(
  { how, day, by }: Due,
  { zone, today, language }: { zone: string; today: number; language: string },
  t: Say,
): string {
  const name = dayWords(day, today, language, t);
  const time = clock(by, language, zone);
  switch (how) {
    case "at":
      return day === today ? t("due.at.today", { time }) : t("due.at", { day: name, time });
    case "endOf":
      return day === today ? t("due.endOf.today") : t("due.endOf", { day: name });
    case "before":
      return t("due.before", { day: name });
    case "was":
      return t("due.was", { day: name });
  }
}

/** `today`, `tomorrow`, a weekday within a week, else a date. */
export function dayWords(day: number, today: number, language: string, t: Say): string {
  if (day === today) return t("due.today");
  if (day === today + 1) return t("due.tomorrow");
  if (day === today - 1) return t("due.yesterday");
  const near = Math.abs(day - today) < 7;
  const style: Intl.DateTimeFormatOptions = near ? { weekday: "long" } : { day: "numeric", month: "long" };
  return dates(language, { ...style, timeZone: "UTC" }).format(day * DAY);
}
