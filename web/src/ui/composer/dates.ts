// Days that somebody says in a text, in English or German: "by Friday", "until 3 December", "bis 3.12.", "morgen". What
// could mean something else counts as none: a missed day costs nothing, a wrong one disturbs. Pure.

/** A day in days since 1970, and the time of day where one is said. */
export interface Said {
  day: number;
  /** Since midnight. */
  minutes?: number;
}

/** What stands in a text where. */
interface Found extends Said {
  from: number;
  to: number;
  /** By its number, and not by what it is called. */
  exact: boolean;
}

const DAY = 86_400_000;
/** A day without a year lies so far ahead at most; else it is one that has passed. */
const AHEAD = 200;

const MONTHS = [
  ["january", "jan", "januar", "jän", "jänner"],
  ["february", "feb", "februar"],
  ["march", "mar", "märz", "mär", "mrz"],
  ["april", "apr"],
  ["may", "mai"],
  ["june", "jun", "juni"],
  ["july", "jul", "juli"],
  ["august", "aug"],
  ["september", "sep", "sept"],
  ["october", "oct", "oktober", "okt"],
  ["november", "nov"],
  ["december", "dec", "dezember", "dez"],
];
const WEEKDAYS = [
  ["monday", "mon", "montag"],
  ["tuesday", "tue", "tues", "dienstag"],
  ["wednesday", "wed", "mittwoch"],
  ["thursday", "thu", "thur", "thurs", "donnerstag"],
  ["friday", "fri", "freitag"],
  ["saturday", "sat", "samstag", "sonnabend"],
  ["sunday", "sun", "sonntag"],
];
/** Only behind a word that leads to a day, and only as they are written: `so` and `do` are words. */
const SHORT = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
/** Words that mean something else in small letters. */
const CAPITAL = /^(may|march|mar)$/i;

const any = (words: readonly (readonly string[])[]) =>
  words
    .flat()
    .toSorted((a, b) => b.length - a.length)
    .join("|");
const GERMAN = "bis(?: spätestens)?(?: zum| am)?|am|zum|vor(?: dem)?|spätestens(?: am| bis)?";
const LEAD = `by|until|till|before|due(?: on| by)?|on|no later than|${GERMAN}`;
const NEXT = "next|nächste[nrm]?";
const THIS = "this|coming|the coming|kommende[nrm]?|diese[nrm]?";
const MONTH = any(MONTHS);
const WEEKDAY = any(WEEKDAYS);
const BEGIN = "(?<![\\p{L}\\p{N}@#/_.:-])";
const END = "(?![\\p{L}\\p{N}]|-\\p{L})";
const YEAR = "(?:,?\\s+(?<year>20\\d\\d)(?!\\d))?";

const expression = (text: string, flags = "giu") => new RegExp(BEGIN + text, flags);

type Groups = Partial<Record<string, string>>;
type Form = readonly [RegExp, exact: boolean, day: (groups: Groups, today: number) => number | undefined];

const FORMS: readonly Form[] = [
  [expression("(?<year>20\\d\\d)-(?<month>\\d\\d)-(?<day>\\d\\d)(?![\\p{N}/_-])"), true, byNumbers],
  [expression(`(?<day>\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+)?(?<name>${MONTH})${END}\\.?${YEAR}`), true, byName],
  [
    expression(`(?<name>${MONTH})\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?(?![\\p{L}\\p{N}:]|[.,]\\d)${YEAR}`),
    true,
    byName,
  ],
  [expression("(?<day>\\d{1,2})\\.\\s?(?<month>\\d{1,2})\\.\\s?(?<year>20\\d\\d)(?!\\d)"), true, byNumbers],
  [
    expression(
      `(?:${GERMAN})\\s+(?:(?:${WEEKDAY}|${SHORT.join("|")})\\.?,?\\s+(?:de[mnr]\\s+)?)?(?<day>\\d{1,2})\\.\\s?(?<month>\\d{1,2})\\.(?!\\d)`,
    ),
    true,
    byNumbers,
  ],
  [
    expression(`(?:${LEAD})\\s+(?:(?<next>${NEXT})\\s+|(?:${THIS})\\s+)?(?<weekday>${WEEKDAY})${END}`),
    false,
    byWeekday,
  ],
  [expression(`(?:(?<next>${NEXT})|coming|kommende[nrm]?)\\s+(?<weekday>${WEEKDAY})${END}`), false, byWeekday],
  [expression(`(?:[Bb]is|[Aa]m|[Vv]or)\\s+(?<weekday>${SHORT.join("|")})${END}`, "gu"), false, byWeekday],
  [expression(`(?:the )?day after tomorrow${END}|übermorgen${END}`), false, (_, today) => today + 2],
  [expression(`(?<!day after )tomorrow${END}|bis morgen${END}`), false, (_, today) => today + 1],
  [
    expression(`(?<!(?:guten|am|heute|gestern|jeden|diesen|der|dieser|eines) )morgen${END}`, "gu"),
    false,
    (_, today) => today + 1,
  ],
  [
    expression(
      `(?:(?:by|until|till|before|bis)\\s+(?:today|heute)|(?:by\\s+)?(?:the\\s+)?end of (?:the day|today)|noch heute|heute noch)${END}`,
    ),
    false,
    (_, today) => today,
  ],
];

/** From Monday, 0: 1970 began on a Thursday. */
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7;
const placeIn = (words: readonly (readonly string[])[], word: string) =>
  words.findIndex((names) => names.includes(word.toLowerCase()));

/** The day of that date; undefined if there is none. Without a year it is the next one. */
function dayOf(year: number | undefined, month: number, day: number, today: number): number | undefined {
  const now = new Date(today * DAY).getUTCFullYear();
  const at = (of: number) => {
    const date = new Date(Date.UTC(of, month - 1, day));
    const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    return real ? date.getTime() / DAY : undefined;
  };
  if (year !== undefined) return at(year);
  const days = [at(now), at(now + 1)].filter((one) => one !== undefined);
  return days.find((one) => one >= today && one <= today + AHEAD) ?? days[0];
}

function byNumbers({ year, month, day }: Groups, today: number): number | undefined {
  return dayOf(year === undefined ? undefined : Number(year), Number(month), Number(day), today);
}

function byName({ year, name = "", day }: Groups, today: number): number | undefined {
  if (CAPITAL.test(name) && name[0] === name[0]?.toLowerCase()) return undefined;
  return dayOf(year === undefined ? undefined : Number(year), placeIn(MONTHS, name) + 1, Number(day), today);
}

/** The first one after today; "next" is one of the next week. */
function byWeekday({ next, weekday = "" }: Groups, today: number): number {
  const short = SHORT.indexOf(weekday);
  const wanted = short >= 0 ? short : placeIn(WEEKDAYS, weekday);
  if (next) return today - weekdayOf(today) + 7 + wanted;
  return today + ((wanted - weekdayOf(today) + 6) % 7) + 1;
}

const TIME = /^,?\s*(?:(?:at|by|um|gegen|@)\s+)?(\d{1,2})(?::(\d{2}))?\s?(am|pm|uhr|h)?(?![\p{L}\p{N}:.])/iu;

/** A time of day that follows at once; a bare number is none. */
function timeAt(rest: string): number | undefined {
  const [, hour, minute, half] = TIME.exec(rest) ?? [];
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined;
  const [hours, minutes, word] = [Number(hour), Number(minute ?? 0), half?.toLowerCase()];
  const twelve = word === "am" || word === "pm";
  if (minutes > 59 || hours > (twelve ? 12 : 23) || (twelve && hours === 0)) return undefined;
  return ((twelve ? hours % 12 : hours) + (word === "pm" ? 12 : 0)) * 60 + minutes;
}

/** What is quoted, code, or an address is not said by who writes it. */
function ownWords(text: string): string {
  return text
    .replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, " ")
    .replaceAll(/^ {0,3}>.*$/gm, " ")
    .replaceAll(/\[#(?:\\.|[^\]\\\n])*\]\([^)\s]*\)|\]\([^)\n]*\)|\w+:\/\/\S+/g, " ");
}

/** Behind a weekday, what says which one is meant: "last week", "letzter Woche". */
const PAST = /^\s+(?:last|letzte[nr]?|vergangene[nr]?)(?![\p{L}\p{N}])/iu;

/** The days that a text says, as it says them, today (days since 1970) and later. */
export function datesIn(text: string, today: number): Said[] {
  const words = ownWords(text);
  const found: Found[] = [];
  for (const [form, exact, day] of FORMS) {
    for (const match of words.matchAll(form)) {
      const to = match.index + match[0].length;
      const at = day(match.groups ?? {}, today);
      if (at === undefined || PAST.test(words.slice(to))) continue;
      const minutes = timeAt(words.slice(to));
      found.push({ day: at, from: match.index, to, exact, ...(minutes !== undefined && { minutes }) });
    }
  }
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const said = found.filter((one, i) => {
    const next = found[i + 1];
    // "Friday, the 4th of December" is one day.
    if (!one.exact && next?.exact && next.from - one.to <= 6) return false;
    return !found.slice(0, i).some((other) => other.from <= one.from && one.to <= other.to);
  });
  return said
    .filter((one) => one.day >= today)
    .map(({ day, minutes }) => ({ day, ...(minutes !== undefined && { minutes }) }));
}
