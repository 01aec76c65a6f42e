// What is worth parsing of a calendar file: of each event the few lines that say when it is and what it is called. Everything
// else, guests, alarms and pictures, is passed over in one walk, so that a parser never sees it. Pure; it trusts nothing.

/** Bytes of a file; a larger one is not read. */
export const MOST_BYTES = 5_000_000;
/** Events of a file; those behind them are left out. */
export const MOST_EVENTS = 10_000;
/** Characters of one line with what belongs to it, and of all lines of an event. */
const MOST_LINE = 4_000;
const MOST_OF_EVENT = 20_000;

const KEPT = new Set([
  "DTSTART",
  "DTEND",
  "DURATION",
  "SUMMARY",
  "RRULE",
  "RDATE",
  "EXDATE",
  "UID",
  "RECURRENCE-ID",
  "STATUS",
]);

/** What is left of a file. */
export interface Slim {
  /** The kept lines of each event, whole ones. */
  events: string[][];
  /** There were more events than are read. */
  more: boolean;
}

/** Undefined for what is no calendar. */
export function slim(text: string): Slim | undefined {
  const body = text.replace(/^\uFEFF/, "").trimStart();
  if (!/^BEGIN:VCALENDAR[ \t]*[\r\n]/i.test(body)) return undefined;
  const events: string[][] = [];
  let event: string[] | undefined;
  let size = 0;
  /** How deep inside an event: what is nested in it (an alarm) is no part of it. */
  let deep = 0;
  for (const line of lines(body)) {
    const name = /^[A-Za-z-]+/.exec(line)?.[0].toUpperCase();
    if (name === "BEGIN") {
      if (event) deep++;
      else if (/^BEGIN:VEVENT\s*$/i.test(line)) {
        if (events.length >= MOST_EVENTS) return { events, more: true };
        [event, size] = [[], 0];
      }
    } else if (name === "END") {
      if (deep > 0) deep--;
      else if (event) {
        events.push(event);
        event = undefined;
      }
    } else if (event && deep === 0 && name && KEPT.has(name)) {
      size += line.length;
      if (size <= MOST_OF_EVENT) event.push(line);
    }
  }
  // Of a file that was cut off the last event may be whole all the same.
  if (event && event.length > 0) events.push(event);
  return { events, more: false };
}

/** Whole lines: those that begin with a blank go on with the one before. At the end of its room a line is cut. */
function* lines(text: string): Generator<string> {
  let whole = "";
  let at = 0;
  while (at < text.length) {
    let end = at;
    while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
    const goesOn = text[at] === " " || text[at] === "\t";
    if (!goesOn) {
      if (whole) yield whole;
      whole = "";
    }
    const from = goesOn ? at + 1 : at;
    const room = MOST_LINE - whole.length;
    if (room > 0) whole += text.slice(from, Math.min(end, from + room));
    at = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
  }
  if (whole) yield whole;
}
