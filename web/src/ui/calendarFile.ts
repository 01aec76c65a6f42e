// A calendar file with one event (RFC 5545), made on this device, and given to it. Pure but for the giving.
import type { UTCDate } from "../generated/types";
import { utcDate } from "./time";

/** What stands in it. */
export interface CalendarEvent {
  /** The same for the same thing, so that a calendar has it once. */
  uid: string;
  /** When the file is made; ms. */
  now: number;
  summary: string;
  /** An instant, or whole days from the first to the last, on which one is away. */
  at: UTCDate | { from: string; to: string };
  text?: string;
  url?: string;
}

/** Octets of a line, without its end (3.1). */
const MOST = 75;
const DAY = 86_400_000;
const encoder = new TextEncoder();
const plain = (date: string) => date.replaceAll(/[-:]/g, "");

/** Text as a value (3.3.11): what has a meaning there is escaped, and control characters go. */
function escaped(text: string): string {
  return (
    text
      .replaceAll(/\r\n?/g, "\n")
      // oxlint-disable-next-line no-control-regex -- they are what must not be in it
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
      .replaceAll(/[\\;,]/g, "\\$&")
      .replaceAll("\n", "\\n")
  );
}

/** In lines of 75 octets, each further one begun with a blank; no letter is cut in two. */
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

function timeOf(at: CalendarEvent["at"]): string[] {
  if (typeof at === "string") return [`DTSTART:${plain(utcDate(Date.parse(at)))}`];
  // The end is the day behind the last one (3.6.1).
  const behind = utcDate(Date.parse(`${at.to}T00:00:00Z`) + DAY).slice(0, 10);
  return [
    `DTSTART;VALUE=DATE:${plain(at.from)}`,
    `DTEND;VALUE=DATE:${plain(behind)}`,
    "TRANSP:OPAQUE",
    // What Outlook goes by.
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
  ];
}

/** The whole file. */
export function calendarFile({ uid, now, summary, at, text, url }: CalendarEvent): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Meanwhile//Meanwhile//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${escaped(uid)}`,
    `DTSTAMP:${plain(utcDate(now))}`,
    ...timeOf(at),
    `SUMMARY:${escaped(summary)}`,
    ...(text ? [`DESCRIPTION:${escaped(text)}`] : []),
    ...(url ? [`URL:${url}`] : []),
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** Milliseconds for which browsers may take to begin with it. */
const STAYS = 60_000;

/** Gives a file that was made here to the device, as a download. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), STAYS);
}
