// The hours with which somebody begins: what the browser tells of where one is and of one's week, said on the page behind the
// link, and kept on the device until the workspace has taken them. Knows no screen.
import type { Id, PersonRhythm } from "../generated/types";

const KEY = "meanwhile-first-hours";
const WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const USUAL = { from: "09:00", to: "17:00" };
const WEEKEND = [5, 6];

/** Days without work (0 is Monday) where somebody with that language and country lives; Saturday and Sunday if unknown. */
export function weekendOf(locale: string | undefined): number[] {
  try {
    const known = new Intl.Locale(locale ?? "") as Intl.Locale & {
      getWeekInfo?: () => { weekend?: number[] };
      weekInfo?: { weekend?: number[] };
    };
    // Some browsers have it as a method, some as a property, some not at all.
    const days = (known.getWeekInfo?.() ?? known.weekInfo)?.weekend?.map((day) => day - 1) ?? [];
    const some = days.length > 0 && days.length < 7 && days.every((day) => day >= 0 && day < 7);
    return some ? days : WEEKEND;
  } catch {
    return WEEKEND;
  }
}

/** The locale that says where one lives: the first of those that name a country, else the first. */
export function localeOf(languages: readonly string[]): string | undefined {
  const named = languages.find((one) => {
    try {
      return new Intl.Locale(one).region !== undefined;
    } catch {
      return false;
    }
  });
  return named ?? languages[0];
}

/** The usual hours of somebody in that zone, on the days on which one works there. They arrive at any time of these. */
export function firstHours(zone: string, languages: readonly string[]): PersonRhythm {
  const free = weekendOf(localeOf(languages));
  const hours = WEEK.filter((_, day) => !free.includes(day)).map((weekday) => ({ weekday, spans: [USUAL] }));
  return { zone, hours };
}

/** Somebody who just came in has agreed to these. */
export function keepFirstHours(person: Id, rhythm: PersonRhythm): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ person, rhythm }));
  } catch {
    // Then it is as if nothing had been said.
  }
}

/** What that person has agreed to and the workspace does not have yet. */
export function keptFirstHours(person: Id): PersonRhythm | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as { person?: Id; rhythm?: PersonRhythm } | null;
    return kept?.person === person ? kept.rhythm : undefined;
  } catch {
    return undefined;
  }
}

/** The workspace has them, or others. */
export function dropFirstHours(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was nothing then.
  }
}
