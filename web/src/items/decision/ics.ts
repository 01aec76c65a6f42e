// A calendar file with one event (RFC 5545), made on this device. Pure.
import type { UTCDate } from "../../generated/types";

/** What stands in it. */
export interface Event {
  /** The same for the same thing, so that a calendar has it once. */
  uid: string;
  at: UTCDate;
  /** When the file was made; ms. */
  made: number;
  title: string;
  text: string;
  url: string;
}

/** Octets of a line, without its end. */
const MOST = 75;
const encoder = new TextEncoder();

/** `20261124T120000Z`. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Text as a value: what has a meaning there is escaped, and control characters go. */
function escaped(text: string): string {
  return (
    text
      .replace(/\r\n?/g, "\n")
      // oxlint-disable-next-line no-control-regex -- they are what must not be in it
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
      .replace(/[\\;,]/g, "\\$&")
      .replace(/\n/g, "\\n")
  );
}

/** In lines of 75 octets, each further one begun with a blank; no character is cut in two. */
export function folded(line: string): string {
  const lines: string[] = [];
  let [now, room] = ["", MOST];
  for (const letter of line) {
    const size = encoder.encode(letter).length;
    if (size > room) {
      lines.push(now);
      [now, room] = ["", MOST - 1];
    }
    now += letter;
    room -= size;
  }
  return [...lines, now].join("\r\n ");
}

/** The whole file. */
export function calendarFile({ uid, at, made, title, text, url }: Event): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Meanwhile//Decisions//EN",
    "BEGIN:VEVENT",
    `UID:${escaped(uid)}`,
    `DTSTAMP:${stamp(made)}`,
    `DTSTART:${stamp(Date.parse(at))}`,
    `SUMMARY:${escaped(title)}`,
    ...(text ? [`DESCRIPTION:${escaped(text)}`] : []),
    `URL:${url}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}
