// Days off that a calendar file (RFC 5545) speaks of. What is repeated is followed for a while and so many times, never to its
// end. Runs in a worker; knows nobody's hours.
import ICAL from "ical.js";
import { joined, LONGEST, type DaysOff } from "./daysOff";
import { slim } from "./slim";

const DAY = 86_400_000;
/** How far ahead what is repeated is followed: thirteen months. */
const AHEAD = 396;
/** Steps of one rule, and of all rules of a file; times that one event is repeated. */
const STEPS = 6_000;
const ALL_STEPS = 60_000;
const TIMES = 400;
/** Days found in a file. */
const MOST_FOUND = 2_000;
/** Characters of a note. */
const NOTE = 250;

/** A clock somewhere: day and minute, by UTC, by a zone, or by one's own clock where neither is said or known. */
export interface Moment {
  day: number;
  minute: number;
  zone?: string;
}

/** From one hour to another, on different days. */
export interface Stretch {
  from: Moment;
  to: Moment;
  note: string;
}

/** What was found. */
export interface Found {
  how: "read";
  days: DaysOff[];
  /** Whose days follow from one's own hours. */
  stretches: Stretch[];
  /** Events that begin and end on one day, at hours: they are no days off. */
  timed: number;
  /** Events that can't be read: without a date, with one that is none, or longer than may be. */
  unread: number;
  /** Events of which only the first time is taken, since their rule is of no days or has no end in sight. */
  once: number;
  /** There was more in it than is read. */
  more: boolean;
}

/** What a file is, if it is no calendar. */
export type Read = Found | { how: "none" };

interface Budget {
  steps: number;
}

/** `today` in days since 1970, by one's own clock. */
export function readCalendar(text: string, today: number): Read {
  const rest = slim(text);
  if (!rest) return { how: "none" };
  const found: Found = { how: "read", days: [], stretches: [], timed: 0, unread: 0, once: 0, more: rest.more };
  const events = rest.events.flatMap((lines) => {
    const event = eventOf(lines);
    if (event === undefined) found.unread++;
    return event ? [event] : [];
  });
  // What was moved or changed once is an event of its own, in the place of that one time.
  const changed = new Map<string, Set<number>>();
  for (const { uid, instead } of events) {
    if (uid && instead !== undefined) changed.set(uid, (changed.get(uid) ?? new Set()).add(instead));
  }
  const budget: Budget = { steps: ALL_STEPS };
  for (const event of events) {
    const { length, note, minutes } = event;
    const times = timesOf(event, today, budget, found);
    const left = event.instead === undefined ? changed.get(event.uid) : undefined;
    for (const day of times) {
      if (left?.has(day)) continue;
      if (found.days.length + found.stretches.length >= MOST_FOUND) return { ...found, days: tidy(found), more: true };
      if (minutes === undefined) found.days.push({ from: nameOf(day), to: nameOf(day + length - 1), note });
      else if (length === 0 || (length === 1 && minutes.to === 0)) {
        found.timed++;
        break;
      } else {
        const { from, to, zone, zoneTo } = minutes;
        found.stretches.push({
          from: { day, minute: from, ...(zone && { zone }) },
          to: { day: day + length, minute: to, ...(zoneTo && { zone: zoneTo }) },
          note,
        });
      }
    }
  }
  return { ...found, days: tidy(found) };
}

const tidy = ({ days }: Found): DaysOff[] => joined(days);

/** An event, as far as it matters here. Days since 1970. */
interface Event {
  uid: string;
  /** The day whose time this one stands for. */
  instead: number | undefined;
  begin: number;
  /** Whole days; of what begins and ends at hours, the days between the first and the last. */
  length: number;
  minutes: { from: number; to: number; zone: string | undefined; zoneTo: string | undefined } | undefined;
  note: string;
  rule: ICAL.Recur | undefined;
  start: ICAL.Time;
  also: number[];
  except: number[];
}

/** Undefined if it can't be read; false if it does not take place. */
function eventOf(lines: readonly string[]): Event | false | undefined {
  try {
    const jcal = ICAL.parse(["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n")) as unknown[];
    const component = new ICAL.Component(jcal as never);
    const value = (name: string) => component.getFirstPropertyValue(name) as unknown;
    if (String(value("status") ?? "").toUpperCase() === "CANCELLED") return false;
    const start = value("dtstart");
    if (!(start instanceof ICAL.Time) || !isDate(component, "dtstart")) return undefined;
    const begin = dayOf(start);
    const end = endOf(component, start);
    if (!end) return undefined;
    const length = dayOf(end) - begin;
    // The end of days is the day behind them; some programs write the day itself.
    const days = start.isDate && length === 0 ? 1 : length;
    if (days < 0 || days >= LONGEST) return undefined;
    const rule = value("rrule");
    return {
      uid: String(value("uid") ?? ""),
      instead: value("recurrence-id") instanceof ICAL.Time ? dayOf(value("recurrence-id") as ICAL.Time) : undefined,
      begin,
      length: days,
      minutes: start.isDate
        ? undefined
        : {
            from: start.hour * 60 + start.minute,
            to: end.hour * 60 + end.minute,
            zone: zoneOf(component, "dtstart", start),
            zoneTo: zoneOf(component, component.hasProperty("dtend") ? "dtend" : "dtstart", end),
          },
      note: noteOf(value("summary")),
      rule: rule instanceof ICAL.Recur ? rule : undefined,
      start,
      also: datesOf(component, "rdate"),
      except: datesOf(component, "exdate"),
    };
  } catch {
    // Whatever a parser says of what is none.
    return undefined;
  }
}

/** A day that exists, of a year that can be meant; the parser would take the 31st of February for the third of March. */
function isDate(component: ICAL.Component, name: string): boolean {
  const raw = String(component.getFirstProperty(name)?.toJSON()[3] ?? "");
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(raw) ?? [];
  if (!year || Number(year) < 1900 || Number(year) > 2200) return false;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return nameOf(at / DAY) === `${year}-${String(month)}-${String(day)}`;
}

/** When it ends; what says nothing of it goes for one day, or for no time. */
function endOf(component: ICAL.Component, start: ICAL.Time): ICAL.Time | undefined {
  const end = component.getFirstPropertyValue("dtend") as unknown;
  if (end instanceof ICAL.Time) return isDate(component, "dtend") ? end : undefined;
  const lasts = component.getFirstPropertyValue("duration") as unknown;
  const until = start.clone();
  if (lasts instanceof ICAL.Duration) {
    const seconds = lasts.toSeconds();
    if (!Number.isFinite(seconds) || seconds < 0 || seconds > LONGEST * 86_400) return undefined;
    until.addDuration(lasts);
  } else if (start.isDate) until.adjust(1, 0, 0, 0);
  return until;
}

/** `UTC`, or the zone that stands there, whether it is one or not. */
function zoneOf(component: ICAL.Component, name: string, time: ICAL.Time): string | undefined {
  if (time.zone === ICAL.Timezone.utcTimezone) return "UTC";
  const said: unknown = component.getFirstProperty(name)?.getParameter("tzid");
  return typeof said === "string" ? said : undefined;
}

/** One line of words that can be read: what the server takes as a note. */
function noteOf(summary: unknown): string {
  const words = typeof summary === "string" ? summary : "";
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  const line = words.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return [...line].slice(0, NOTE).join("");
}

function datesOf(component: ICAL.Component, name: string): number[] {
  const values = component.getAllProperties(name).flatMap((one) => one.getValues() as unknown[]);
  return values.flatMap((one) => (one instanceof ICAL.Time ? [dayOf(one)] : [])).slice(0, TIMES);
}

/** The days on which it begins: once, or as its rule says, as far as that is followed. */
function timesOf(event: Event, today: number, budget: Budget, found: Found): number[] {
  const { begin, rule, also, except, length } = event;
  const days = new Set<number>([begin, ...also]);
  if (rule && !isFollowed(rule)) found.once++;
  else if (rule) {
    // The parser follows a rule over the end of what it can reckon with, or for ever; both end here.
    try {
      const steps = rule.iterator(event.start.clone());
      const first = days.size;
      let done = 0;
      for (let next = steps.next(); next; next = steps.next()) {
        const day = dayOf(next);
        if (day > today + AHEAD || days.size - first >= TIMES) break;
        if (++done > STEPS || --budget.steps < 0) {
          found.once++;
          break;
        }
        // Of what is over only the first is told.
        if (day + length >= today && fits(rule, next)) days.add(day);
      }
    } catch {
      found.once++;
    }
  }
  return [...days].filter((day) => !except.includes(day));
}

/** Which parts a rule may have, so that the parser comes to an end with it: others it would follow for ever. */
const PARTS: Partial<Record<string, readonly string[]>> = {
  DAILY: ["BYDAY"],
  WEEKLY: ["BYDAY"],
  MONTHLY: ["BYDAY", "BYMONTHDAY", "BYSETPOS"],
  YEARLY: ["BYDAY", "BYMONTH", "BYMONTHDAY"],
};

/** Whether a rule is of days that there are: one of seconds has no end, nor has a daily one of a fifth Monday. */
function isFollowed(rule: ICAL.Recur): boolean {
  const parts = Object.entries(rule.parts as Record<string, Array<string | number>>);
  const named = parts.map(([part]) => part);
  if (!PARTS[rule.freq] || (named.includes("BYDAY") && named.includes("BYMONTHDAY"))) return false;
  // Every seventh day is never a Monday, or always.
  if (rule.freq === "DAILY" && named.includes("BYDAY") && rule.interval > 1) return false;
  const inMonth = rule.freq === "MONTHLY" || rule.freq === "YEARLY";
  const place = inMonth && !named.includes("BYSETPOS") ? /^(-?[1-4])?[A-Z]{2}$/ : /^[A-Z]{2}$/;
  return parts.every(([part, values]) => {
    if (!PARTS[rule.freq]?.includes(part)) return false;
    if (part === "BYDAY") return values.every((day) => place.test(String(day)));
    return part !== "BYSETPOS" || values.every((at) => Math.abs(Number(at)) <= 4);
  });
}

/** The parser takes the 30th of February for the second of March. */
function fits(rule: ICAL.Recur, time: ICAL.Time): boolean {
  const days = (rule.parts as Record<string, number[] | undefined>)["BYMONTHDAY"];
  const months = (rule.parts as Record<string, number[] | undefined>)["BYMONTH"];
  if (months && !months.includes(time.month)) return false;
  return !days || days.some((day) => day < 0 || day === time.day);
}

function dayOf(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day) / DAY;
}

function nameOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
