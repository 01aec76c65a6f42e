// Calendar files that mean harm, and what is to be made of each: a parser that trusts them would not come back.

/** By what each does. */
export function hostile(): Record<string, { text: string; expected: object }> {
  const file = (...lines: string[]) => ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR"].join("\r\n");
  const event = (...lines: string[]) => ["BEGIN:VEVENT", ...lines, "END:VEVENT"];
  const day = "DTSTART;VALUE=DATE:20261224";
  const christmas = [{ from: "2026-12-24", to: "2026-12-24" }];
  const once = (rule: string) => ({
    text: file(...event(day, `RRULE:${rule}`)),
    expected: { how: "read", once: 1, days: christmas },
  });
  const times = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at));
  return {
    "10,000 guests": {
      text: file(
        ...event(day, ...times(10_000, (at) => `ATTENDEE;CN=Guest ${at};ROLE=REQ-PARTICIPANT:mailto:g${at}@x.org`)),
      ),
      expected: { how: "read", days: christmas, more: false },
    },
    "every second": once("FREQ=SECONDLY"),
    "every second of a day that there is not": once("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "every minute": once("FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5"),
    "every day that there is not": once("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "every fifth Monday of a day": once("FREQ=DAILY;BYDAY=5MO"),
    "every Monday of each seventh day": once("FREQ=DAILY;INTERVAL=7;BYDAY=MO"),
    "the 60th week": once("FREQ=YEARLY;BYWEEKNO=-53;BYDAY=-5SU;BYSETPOS=9"),
    "the 31st of February in a row": once("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-31;BYDAY=MO,TU"),
    "the 30th of February": {
      text: file(...event(day, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
      expected: { how: "read", days: christmas },
    },
    "from long ago, each day": {
      text: file(...event("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY", "SUMMARY:x")),
      expected: { how: "read", once: 1 },
    },
    "2,000 daily ones": {
      text: file(
        ...times(2_000, (at) => event("DTSTART;VALUE=DATE:20100101", "RRULE:FREQ=DAILY", `SUMMARY:${at}`).join("\r\n")),
      ),
      expected: { how: "read", more: false },
    },
    "20,000 events": {
      text: file(...times(20_000, (at) => event(day, `SUMMARY:${at}`).join("\r\n"))),
      expected: { how: "read", more: true },
    },
    "events in events": {
      text: file(...times(50_000, () => "BEGIN:VEVENT"), day, ...times(50_000, () => "END:VEVENT")),
      expected: { how: "read", days: [], unread: 1 },
    },
    "components that never end": {
      text: `BEGIN:VCALENDAR\r\n${times(100_000, () => "BEGIN:VEVENT").join("\r\n")}`,
      expected: { how: "read", days: [] },
    },
    "an alarm with a date of its own": {
      text: file(...event("BEGIN:VALARM", "DTSTART;VALUE=DATE:19990101", "DURATION:P9D", "END:VALARM", day)),
      expected: { how: "read", days: christmas },
    },
    "one line of five million letters": {
      text: file(...event(day, `SUMMARY:${"x".repeat(5_000_000)}`)),
      expected: { how: "read", days: [{ from: "2026-12-24", note: "x".repeat(250) }] },
    },
    "a million folds": {
      text: file(...event(day, `SUMMARY:a${"\r\n b".repeat(1_000_000)}`)),
      expected: { how: "read", days: christmas },
    },
    "a million empty lines": {
      text: file(...event(day, "\r\n".repeat(1_000_000))),
      expected: { how: "read", days: christmas },
    },
    "dates left out without end": {
      text: file(
        ...event(day, "RRULE:FREQ=WEEKLY;COUNT=2", `EXDATE;VALUE=DATE:${"20270101,".repeat(100_000)}20261231`),
      ),
      expected: { how: "read" },
    },
    "days that there are not": {
      text: file(
        ...event("DTSTART;VALUE=DATE:20261399"),
        ...event("DTSTART;VALUE=DATE:20260231"),
        ...event("DTSTART;VALUE=DATE:00000000"),
        ...event("DTSTART;VALUE=DATE:99991231"),
        ...event("DTSTART:tomorrow"),
        ...event("DTSTART"),
        ...event("SUMMARY:no day at all"),
        ...event(day, "DTEND;VALUE=DATE:20260101"),
        ...event(day, "DURATION:P999999999W"),
        ...event(day, "DTEND;VALUE=DATE:20300101"),
      ),
      expected: { how: "read", days: [], unread: 10 },
    },
    "rules that are none": {
      text: file(
        ...event(day, "RRULE:FREQ=OFTEN"),
        ...event(day, "RRULE:INTERVAL=-1;FREQ=DAILY"),
        ...event(day, "RRULE:FREQ=DAILY;COUNT=99999999999999999999;UNTIL=never"),
      ),
      expected: { how: "read" },
    },
    "a note of marks that are no letters": {
      text: file(...event(day, "SUMMARY:a\u0000b\u001bc\\nd\u2028e")),
      expected: { how: "read", days: [{ note: "a b c d e" }] },
    },
    "a property that would be a prototype": {
      text: file(...event(day, "__PROTO__;X=1:2", "CONSTRUCTOR:3", "SUMMARY:__proto__")),
      expected: { how: "read", days: [{ note: "__proto__" }] },
    },
    nothing: { text: "", expected: { how: "none" } },
    "a web page": { text: "<!doctype html><p>BEGIN:VCALENDAR", expected: { how: "none" } },
    "bytes of a picture": { text: "\u0089PNG\r\n\u001a\n\u0000\u0000\uFFFD".repeat(10_000), expected: { how: "none" } },
    "a calendar of nothing": { text: file(), expected: { how: "read", days: [], stretches: [] } },
  };
}
