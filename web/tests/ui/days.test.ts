// Days that become days off: the week of a locale, holidays of a country, and calendar files, also those that mean harm.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { en, type MessageId } from "../../src/locales/en";
import { de } from "../../src/locales/de";
import { joined } from "../../src/places/hours/days/daysOff";
import { countryNames, countryOf, endsEarly, upcoming } from "../../src/places/hours/days/holidays";
import { readCalendar, type Found } from "../../src/places/hours/days/ics";
import { calendarFile } from "../../src/ui/calendarFile";
import { slim } from "../../src/places/hours/days/slim";
import { daysIn } from "../../src/places/hours/days/stretches";
import { MOST_OFF, offers, take } from "../../src/places/hours/days/taking";
import { hoursWords, weekWords } from "../../src/places/join/hoursWords";
import { loadTime, Rhythm, type CountryHolidays, type HolidayIndex } from "../../src/sync";
import { firstHours, localeOf, weekendOf } from "../../src/ui/firstHours";
import { hostile } from "./hostile";

beforeAll(loadTime);

const say =
  (catalogue: Record<MessageId, string>) =>
  (id: MessageId, values: Record<string, string | number> = {}) =>
    catalogue[id].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
const day = (text: string) => Date.parse(text) / 86_400_000;
const TODAY = day("2026-12-02");
const data = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../public/holidays/${name}.json`), "utf8")) as T;
const country = (code: string) => data<CountryHolidays>(code);

describe("the week of who comes in", () => {
  it("has the days of work of the country that the locale names", () => {
    expect(weekendOf("pt-PT")).toEqual([5, 6]);
    expect(weekendOf("he-IL")).toEqual([4, 5]);
    expect(weekendOf("ar-EG")).toEqual([4, 5]);
  });

  it("is Monday to Friday where the browser does not know, or the locale is none", () => {
    const plain = [undefined, "", "not a locale", "x"].map(weekendOf);
    expect(plain).toEqual([
      [5, 6],
      [5, 6],
      [5, 6],
      [5, 6],
    ]);
    const old = vi.spyOn(Intl, "Locale").mockImplementation(function () {
      return {};
    } as never);
    expect(weekendOf("he-IL")).toEqual([5, 6]);
    old.mockRestore();
  });

  it("goes by the first language that names a country", () => {
    expect(localeOf(["en", "de-AT", "de-DE"])).toBe("de-AT");
    expect(localeOf(["en"])).toBe("en");
    expect(localeOf([])).toBeUndefined();
  });

  it("is one sentence: where one is, on which days one works, and from when to when", () => {
    const lisbon = firstHours("Europe/Lisbon", ["pt-PT"]);
    expect(hoursWords(lisbon, "en-GB", say(en))).toEqual({
      where: "Lisbon",
      days: "Monday to Friday",
      from: "09:00",
      to: "17:00",
    });
    const haifa = firstHours("Asia/Jerusalem", ["he-IL", "en"]);
    expect(hoursWords(haifa, "en-GB", say(en)).days).toBe("Sunday to Thursday");
    expect(hoursWords(haifa, "de-DE", say(de)).days).toBe("Sonntag bis Donnerstag");
    expect(haifa.hours?.map(({ weekday }) => weekday)).toEqual(["mo", "tu", "we", "th", "su"]);
    // Nothing is said of arrival times that are not written.
    expect(haifa.arrivals).toBeUndefined();
  });

  it("names days that are not in a row one by one", () => {
    expect(weekWords([0, 1, 2, 3, 5], "en-GB", say(en))).toBe("Monday, Tuesday, Wednesday, Thursday and Saturday");
    expect(weekWords([5, 6], "en-GB", say(en))).toBe("Saturday and Sunday");
    expect(weekWords([0, 1, 2, 3, 4, 5], "en-GB", say(en))).toBe("Monday to Saturday");
  });
});

describe("holidays of a country", () => {
  const index = data<HolidayIndex>("index");

  it("are of the country that the zone lies in, also by an old name of it, else of the locale", () => {
    expect(countryOf("Europe/Lisbon", "en-GB", index)).toBe("PT");
    expect(countryOf("Asia/Calcutta", undefined, index)).toBe("IN");
    expect(countryOf("UTC", "de", index)).toBe("DE");
    expect(countryOf("UTC", undefined, index)).toBe("");
    expect(countryOf("UTC", "xx-not-one", index)).toBe("");
  });

  it("are those of the next twelve months, in the language of who looks where the data has it", () => {
    const german = upcoming(country("DE"), "", TODAY, "en-GB");
    expect(german.map(({ from, note }) => `${from} ${note}`)).toEqual([
      "2026-12-25 Christmas Day",
      "2026-12-26 Second Day of Christmas",
      "2027-01-01 New Year's Day",
      "2027-03-26 Good Friday",
      "2027-03-29 Easter Monday",
      "2027-05-01 Labor Day",
      "2027-05-06 Ascension Day",
      "2027-05-17 Pentecost Monday",
      "2027-10-03 German Unity Day",
    ]);
    expect(upcoming(country("DE"), "", TODAY, "de-DE")[0]?.note).toBe("Erster Weihnachtstag");
    expect(upcoming(country("PT"), "", TODAY, "de-DE")[0]?.note).toBe("Imaculada Conceição");
  });

  it("are more in some regions", () => {
    const bavarian = upcoming(country("DE"), "BY", TODAY, "de");
    const plain = upcoming(country("DE"), "", TODAY, "de");
    expect(bavarian.map(({ note }) => note).filter((note) => !plain.some((one) => one.note === note))).toEqual([
      "Heilige Drei Könige",
      "Fronleichnam",
      "Allerheiligen",
    ]);
  });

  it("of several days are one", () => {
    const spring = upcoming(country("CN"), "", TODAY, "en").find(
      ({ note }) => note === "Chinese New Year (Spring Festival)",
    );
    expect(spring && day(spring.to) - day(spring.from)).toBeGreaterThan(0);
  });

  it("say when the data does not reach far enough", () => {
    expect(endsEarly(country("PT"), TODAY)).toBe(false);
    expect(endsEarly(country("PT"), day("2036-06-01"))).toBe(true);
  });

  it("are there for every country that is offered, and each is a day", () => {
    expect(index.countries.length).toBeGreaterThan(200);
    for (const code of index.countries) {
      const { regions, holidays } = country(code);
      const known = new Set(["", ...regions.map(([region]) => region)]);
      for (const one of holidays) {
        const days = typeof one.days === "string" ? [`2028-${one.days}`] : one.days;
        expect(days.filter((text) => !Number.isFinite(day(text)))).toEqual([]);
        expect(one.names[""] ?? "").not.toBe("");
        expect(one.in?.filter((region) => !known.has(region)) ?? []).toEqual([]);
      }
    }
    const names = countryNames(index.countries, "de-DE").map(({ label }) => label);
    expect(names).toContain("Österreich");
    expect(names.indexOf("Österreich")).toBeLessThan(names.indexOf("Peru"));
  });

  it("that lie on a day without hours take nothing, and those that are planned are not doubled", () => {
    const law = new Rhythm({ zone: "Europe/Berlin", timeOff: [{ from: "2026-12-24", to: "2027-01-03" }] });
    const all = offers(upcoming(country("DE"), "", TODAY, "en"), law, TODAY);
    const of = (standing: string) => all.filter((one) => one.standing === standing).map(({ from }) => from);
    expect(of("planned")).toEqual(["2026-12-25", "2027-01-01"]);
    expect(of("idle")).toEqual(["2026-12-26", "2027-05-01", "2027-10-03"]);
    expect(of("new")).toEqual(["2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17"]);
  });
});

describe("days that are taken", () => {
  const off = (from: string, to = from) => ({ from, to, note: "x" });
  const many = (count: number, from: string) =>
    Array.from({ length: count }, (_, i) => off(new Date((day(from) + 2 * i) * 86_400_000).toISOString().slice(0, 10)));

  it("stand in order among those that are there", () => {
    const { timeOff, taken } = take([off("2027-02-01")], [off("2027-03-01"), off("2027-01-01")], TODAY);
    expect([taken, timeOff.map(({ from }) => from)]).toEqual([2, ["2027-01-01", "2027-02-01", "2027-03-01"]]);
  });

  it("are as many as the server takes, the next first", () => {
    const there = many(48, "2027-01-01");
    const { timeOff, taken, over } = take(there, many(5, "2028-01-01"), TODAY);
    expect([timeOff.length, taken, over, timeOff.at(-1)?.from]).toEqual([MOST_OFF, 2, 3, "2028-01-03"]);
  });

  it("find room in what has long been over, and only there", () => {
    const there = [...many(40, "2025-01-01"), ...many(10, "2026-11-05")];
    const { timeOff, taken, letGo } = take(there, many(3, "2027-01-01"), TODAY);
    expect([timeOff.length, taken, letGo, timeOff[0]?.from]).toEqual([MOST_OFF, 3, 3, "2025-01-07"]);
    const recent = many(50, "2026-10-10");
    expect(take(recent, many(3, "2027-01-01"), TODAY)).toMatchObject({ taken: 0, over: 3, letGo: 0 });
  });

  it("of one name that follow each other are one, as long as the server takes it", () => {
    expect(joined([off("2027-01-02"), off("2027-01-01"), off("2027-01-04")])).toEqual([
      off("2027-01-01", "2027-01-02"),
      off("2027-01-04"),
    ]);
  });
});

const calendar = (...events: string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...events.map((one) => `BEGIN:VEVENT\n${one}\nEND:VEVENT`), "END:VCALENDAR"].join(
    "\n",
  );
const read = (text: string) => readCalendar(text, TODAY) as Found;
const spans = (text: string) => read(text).days.map(({ from, to, note }) => [from, to, note]);

describe("a calendar file", () => {
  it("has whole days, with an end, a duration or neither, by any ends of lines", () => {
    const text = calendar(
      "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270104\nSUMMARY:Snow\\, I\n  hope",
      "DTSTART;VALUE=DATE:20270201\nDURATION:P2D\nSUMMARY:Ski",
      "DTSTART;VALUE=DATE:20270301\nSUMMARY:One",
      "DTSTART;VALUE=DATE:20270302\nDTEND;VALUE=DATE:20270302\nSUMMARY:Its end is its day",
    );
    const expected = [
      ["2026-12-24", "2027-01-03", "Snow, I hope"],
      ["2027-02-01", "2027-02-02", "Ski"],
      ["2027-03-01", "2027-03-01", "One"],
      ["2027-03-02", "2027-03-02", "Its end is its day"],
    ];
    for (const end of ["\n", "\r\n", "\r"]) expect(spans(text.replaceAll("\n", end))).toEqual(expected);
    expect(spans(`\uFEFF${text}`)).toEqual(expected);
  });

  it("repeats what is repeated, for thirteen months, with what was left out and moved", () => {
    const yearly = calendar("DTSTART;VALUE=DATE:20000315\nRRULE:FREQ=YEARLY\nSUMMARY:Founding");
    expect(spans(yearly)).toEqual([
      ["2000-03-15", "2000-03-15", "Founding"],
      ["2027-03-15", "2027-03-15", "Founding"],
    ]);
    const weekly = calendar(
      "UID:a\nDTSTART;VALUE=DATE:20261204\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20261211\nSUMMARY:Friday",
      "UID:a\nRECURRENCE-ID;VALUE=DATE:20261218\nDTSTART;VALUE=DATE:20261217\nSUMMARY:Thursday",
    );
    expect(spans(weekly)).toEqual([
      ["2026-12-04", "2026-12-04", "Friday"],
      ["2026-12-17", "2026-12-17", "Thursday"],
      ["2026-12-25", "2026-12-25", "Friday"],
    ]);
    const last = calendar("DTSTART;VALUE=DATE:20261204\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\nSUMMARY:x");
    expect(spans(last).at(-1)?.[0]).toBe("2027-05-31");
    expect(spans(calendar("DTSTART;VALUE=DATE:20261204\nRRULE:FREQ=DAILY\nSUMMARY:x"))).toEqual([
      ["2026-12-04", "2028-01-02", "x"],
    ]);
  });

  it("leaves out what is cancelled, and appointments of some hours", () => {
    const found = read(
      calendar(
        "DTSTART;VALUE=DATE:20261224\nSTATUS:CANCELLED",
        "DTSTART:20261224T090000Z\nDTEND:20261224T100000Z\nSUMMARY:Call",
        "DTSTART:20261224T090000Z",
      ),
    );
    expect(found).toMatchObject({ days: [], stretches: [], timed: 2, unread: 0 });
  });

  it("has days between two hours, of whose own hours nothing is left, in whatever zone they are told", () => {
    const law = new Rhythm({ zone: "Europe/Lisbon" });
    const inDays = (times: string) => {
      const { stretches } = read(calendar(`${times}\nSUMMARY:Away`));
      return stretches.map((one) => daysIn(one, law)).map((one) => one && `${one.from} ${one.to}`);
    };
    // Thursday at nine until Tuesday at noon: Thursday, Friday and Monday.
    expect(inDays("DTSTART;TZID=Europe/Lisbon:20261203T090000\nDTEND;TZID=Europe/Lisbon:20261208T120000")).toEqual([
      "2026-12-03 2026-12-07",
    ]);
    expect(inDays("DTSTART:20261203T000000Z\nDTEND:20261205T000000Z")).toEqual(["2026-12-03 2026-12-04"]);
    // It is 17:00 in Lisbon when it is two in the morning of the next day in Tokyo.
    expect(inDays("DTSTART;TZID=Asia/Tokyo:20261203T180000\nDTEND;TZID=Asia/Tokyo:20261204T020000")).toEqual([
      "2026-12-03 2026-12-03",
    ]);
    expect(inDays("DTSTART:20261203T220000Z\nDTEND:20261204T060000Z")).toEqual([undefined]);
    // Days off that are planned are so all the same, and a week of one's own is gone by.
    const hours = (["su", "mo"] as const).map((weekday) => ({ weekday, spans: [{ from: "09:00", to: "12:00" }] }));
    const off = new Rhythm({ zone: "Europe/Lisbon", hours, timeOff: [{ from: "2026-12-06", to: "2026-12-06" }] });
    const [long] = read(calendar("DTSTART:20261204T000000Z\nDTEND:20261209T000000Z")).stretches;
    expect(long && daysIn(long, off)).toMatchObject({ from: "2026-12-06", to: "2026-12-07" });
    // A zone that nobody knows is one's own.
    expect(inDays("DTSTART;TZID=Mars/Olympus:20261203T000000\nDTEND;TZID=Mars/Olympus:20261205T000000")).toEqual([
      "2026-12-03 2026-12-04",
    ]);
  });

  it("of two thousand long stretches does not hold up the page", () => {
    const events = Array.from(
      { length: 2_000 },
      (_, i) => `DTSTART:2027010${1 + (i % 9)}T000000Z\nDTEND:20281201T000000Z`,
    );
    const law = new Rhythm({ zone: "Europe/Lisbon" });
    const { stretches } = read(calendar(...events));
    const begun = performance.now();
    const days = stretches.flatMap((one) => daysIn(one, law) ?? []);
    expect(offers(days, law, TODAY).length).toBeGreaterThan(0);
    expect([days.length, days[0]?.from, days[0]?.to]).toEqual([2_000, "2027-01-01", "2028-11-30"]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it("that means harm is read in no time, with what there is of it", () => {
    for (const [what, { text, expected }] of Object.entries(hostile())) {
      const begun = performance.now();
      const found = readCalendar(text, TODAY);
      expect(performance.now() - begun, what).toBeLessThan(8_000);
      expect(found, what).toMatchObject(expected);
    }
  });

  it("keeps nothing of guests, alarms and pictures for the parser", () => {
    const { text } = hostile()["10,000 guests"] as { text: string };
    expect(slim(text)?.events.flat().join("").length).toBeLessThan(100);
  });
});

describe("days off as a calendar file", () => {
  const write = (summary: string, from = "2026-12-24", to = "2027-01-03") =>
    calendarFile({
      at: { from, to },
      summary,
      uid: "p1-2026-12-24@example.org",
      now: Date.parse("2026-12-02T10:00:00Z"),
    });

  it("have one event of whole days, whose end is the day behind them", () => {
    expect(write("Out of office: Snow; ice, I hope\nBye")).toBe(
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Meanwhile//Meanwhile//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:p1-2026-12-24@example.org",
        "DTSTAMP:20261202T100000Z",
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20270104",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "SUMMARY:Out of office: Snow\\; ice\\, I hope\\nBye",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
      ].join("\r\n"),
    );
  });

  it("are read as they were written, whatever their note is, in lines of at most 75 octets", () => {
    let state = 42;
    const below = (most: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * most);
    };
    const letters = [..."abc ÄöÜß,;:\\\"'=\n\t😀👩‍👩‍👧日本語العربية\u0000\u0007END:VEVENT"];
    for (let round = 0; round < 400; round++) {
      const note = Array.from({ length: below(200) }, () => letters[below(letters.length)]).join("");
      const first = day("2026-01-01") + below(900);
      const name = (at: number) => new Date(at * 86_400_000).toISOString().slice(0, 10);
      const [from, to] = [name(first), name(first + below(700))];
      const text = write(note, from, to);
      for (const line of text.split("\r\n")) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
      // eslint-disable-next-line no-control-regex -- they are in no note
      const plain = note.replaceAll(/[\u0000\u0007]/g, "");
      const [days] = read(text).days;
      expect([days?.from, days?.to]).toEqual([from, to]);
      const squeezed = (words = "") => words.replaceAll(/\s+/g, " ").trim();
      expect(squeezed(days?.note)).toBe(squeezed(plain));
    }
  });
});
