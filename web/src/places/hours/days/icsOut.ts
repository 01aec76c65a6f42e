// One's days off as a calendar file (RFC 5545) with one event. Pure.
import { utcDate } from "../../../ui/time";
import { dayNumber } from "../wording";

/** Octets of a line; longer ones are folded (RFC 5545, 3.1). */
const WIDTH = 75;

/** Says an event of whole days. `uid` is the same whenever the same days are told of. */
export function calendarFile(event: { from: string; to: string; summary: string; uid: string; now: number }): string {
  const { from, to, summary, uid, now } = event;
  const plain = (day: string) => day.replaceAll("-", "");
  // The end is the day behind the last one (3.6.1).
  const behind = utcDate((dayNumber(to) + 1) * 86_400_000).slice(0, 10);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Meanwhile//Time off//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${escaped(uid)}`,
    `DTSTAMP:${utcDate(now).replaceAll(/[-:]/g, "")}`,
    `DTSTART;VALUE=DATE:${plain(from)}`,
    `DTEND;VALUE=DATE:${plain(behind)}`,
    `SUMMARY:${escaped(summary)}`,
    "TRANSP:OPAQUE",
    // What Outlook goes by.
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

/** A text (3.3.11); what no text may have is left out. */
function escaped(text: string): string {
  return (
    text
      .replaceAll(/[\\;,]/g, (mark) => `\\${mark}`)
      .replaceAll(/\r\n|\r|\n/g, "\\n")
      // eslint-disable-next-line no-control-regex -- they are what is taken out
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
  );
}

/** In lines of at most 75 octets; no letter is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let [out, width] = ["", 0];
  for (const letter of line) {
    const size = encoder.encode(letter).length;
    if (width + size > WIDTH) [out, width] = [`${out}\r\n `, 1];
    out += letter;
    width += size;
  }
  return out;
}
