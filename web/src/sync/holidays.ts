// What is free in which country, as files of the server's own app (made by scripts/free-days.py): a small one a country,
// fetched when somebody looks at it. Knows no person and no hours.

/** A holiday, of one day each year or of several. */
export interface Holiday {
  /** By language; "" is the country's own. */
  names: Record<string, string>;
  /** `12-25` where it is that day each year, else the days. */
  days: string | string[];
  /** The regions in which it is one, "" for where none is chosen; everywhere if left out. */
  in?: string[];
}

/** What is free in a country. */
export interface CountryHolidays {
  /** The last year that is known. */
  last: number;
  /** Regions with days of their own: code and name. */
  regions: Array<[code: string, name: string]>;
  holidays: Holiday[];
}

/** Which countries are known, and which zone lies in which. */
export interface HolidayIndex {
  countries: string[];
  zones: Record<string, string>;
}

/** All that are known. Rejects without a network. */
export const holidayIndex = (): Promise<HolidayIndex> => fetched("index");

/** Those of a country. Rejects without a network. */
export const holidaysOf = (country: string): Promise<CountryHolidays> => fetched(country);

async function fetched<T>(name: string): Promise<T> {
  const answer = await fetch(`/holidays/${name}.json`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return (await answer.json()) as T;
}
