// The holidays of the next twelve months in a country, and in which country somebody is. Pure.
import type { CountryHolidays, HolidayIndex } from "../../../sync";
import { dayName } from "../../../ui/time";
import { dayNumber } from "../wording";
import { joined, type DaysOff } from "./daysOff";

const YEAR = 365;

/** Where somebody is by the zone, else by the language and country of the browser; "" if neither says. */
export function countryOf(zone: string, locale: string | undefined, { countries, zones }: HolidayIndex): string {
  const lies = zones[zone];
  if (lies) return lies;
  try {
    const region = new Intl.Locale(locale ?? "").maximize().region ?? "";
    return countries.includes(region) ? region : "";
  } catch {
    return "";
  }
}

/** Countries by their names, in the order of these; by their codes where the browser has no names. */
export function countryNames(codes: readonly string[], language: string): Array<{ value: string; label: string }> {
  let names: Intl.DisplayNames | undefined;
  try {
    names = new Intl.DisplayNames(language, { type: "region" });
  } catch {
    // An old browser.
  }
  const { compare } = new Intl.Collator(language);
  const all = codes.map((value) => ({ value, label: names?.of(value) ?? value }));
  return all.sort((a, b) => compare(a.label, b.label));
}

/** From a day (since 1970) on, for a year, in a region; "" is where none is chosen. Called as in that language. */
export function upcoming(country: CountryHolidays, region: string, today: number, language: string): DaysOff[] {
  const last = today + YEAR;
  const years = [0, 1].map((more) => new Date(today * 86_400_000).getUTCFullYear() + more);
  const spoken = language.split("-")[0] ?? "";
  const found = country.holidays.flatMap((one) => {
    if (one.in && !one.in.includes(region)) return [];
    const days = typeof one.days === "string" ? years.map((year) => `${year}-${String(one.days)}`) : one.days;
    const note = one.names[spoken] ?? one.names[""] ?? "";
    return days.map((day) => ({ day: dayNumber(day), note }));
  });
  const within = found.filter(({ day }) => today <= day && day <= last);
  return joined(within.map(({ day, note }) => ({ from: dayName(day), to: dayName(day), note })));
}

/** The last day that the data knows lies before a year from now: then some may be missing. */
export function endsEarly({ last }: CountryHolidays, today: number): boolean {
  return Date.UTC(last, 11, 31) < (today + YEAR) * 86_400_000;
}
