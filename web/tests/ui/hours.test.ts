// Hours on an axis of a day, what of a week can't be, and how it is said: the pure parts of Hours & time off.
import { beforeAll, describe, expect, it } from "vitest";
import type { Person, PersonRhythm } from "../../src/generated/types";
import { en, type MessageId } from "../../src/locales/en";
import {
  backAt,
  dayAxis,
  hourMarks,
  linesOf,
  minuteAt,
  MOST_LINES,
  pieces,
  quarters,
  shared,
  spansOn,
  union,
} from "../../src/places/hours/axis";
import { backOn, offIn, offOn, outOn } from "../../src/places/hours/out";
import { faultOf, hoursOf, isAlike, moved, onDay, oneMore, withTimeOff, written } from "../../src/places/hours/week";
import {
  lineWords,
  offWords,
  rangeWords,
  reachWords,
  sharedWords,
  timesToSay,
  type Reader,
} from "../../src/places/hours/wording";
import { loadTime, Rhythm } from "../../src/sync";

beforeAll(loadTime);

const dayOf = (text: string) => Date.parse(text) / 86_400_000;
const hour = (at: number, axis: readonly [number, number]) => axis[0] + at * 3_600_000;
const t = (id: MessageId, values: Record<string, string | number> = {}) =>
  en[id].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
const reader = (now: string, zone = "Europe/Lisbon"): Reader => ({
  t,
  language: "en-GB",
  here: new Rhythm(null, zone),
  now: Date.parse(now),
});
const person = (id: string, name: string, rhythm?: PersonRhythm | null): Person => ({
  id,
  name,
  role: "member",
  placeholder: false,
  rhythm,
  createdBy: id,
  createdAt: "2026-01-01T00:00:00Z",
});

describe("a day as an axis", () => {
  const here = () => new Rhythm(null, "Europe/Lisbon");
  const onDay = (day: string, zone: string) => {
    const axis = dayAxis(here(), dayOf(day));
    return pieces(spansOn(new Rhythm(null, zone), axis), axis).map(({ from, to }) => [from * 24, to * 24]);
  };

  it("has the hours of others at the time of day that one has then", () => {
    expect(onDay("2026-12-01", "Europe/Lisbon")).toEqual([[9, 17]]);
    expect(onDay("2026-12-01", "Asia/Tokyo")).toEqual([[0, 8]]);
    expect(onDay("2026-12-01", "Asia/Kolkata")).toEqual([[3.5, 11.5]]);
  });

  it("has hours that go over midnight at both its ends, and on a Monday only those that begin then", () => {
    expect(onDay("2026-12-01", "America/Los_Angeles")).toEqual([
      [0, 1],
      [17, 24],
    ]);
    expect(onDay("2026-11-30", "America/Los_Angeles")).toEqual([[17, 24]]);
    expect(onDay("2026-12-05", "America/Los_Angeles")).toEqual([[0, 1]]);
    expect(onDay("2026-12-06", "America/Los_Angeles")).toEqual([]);
  });

  it("has 23 hours when the clocks go forward, and all is where its hour is", () => {
    const day = dayOf("2027-03-28");
    const axis = dayAxis(here(), day);
    expect((axis[1] - axis[0]) / 3_600_000).toBe(23);
    const marks = hourMarks(here(), day);
    expect(marks.map((mark) => mark.hour)).toEqual([0, ...Array.from({ length: 23 }, (_, i) => i + 2)]);
    const sundays = new Rhythm({ zone: "UTC", hours: [{ weekday: "su", spans: [{ from: "09:00", to: "17:00" }] }] });
    const [piece] = pieces(spansOn(sundays, axis), axis);
    expect(piece?.from).toBeCloseTo(9 / 23);
    expect(piece?.from).toBe(marks.find((mark) => mark.hour === 10)?.at);
  });

  it("has 25 hours when they go back, the one that comes twice among them", () => {
    const day = dayOf("2026-10-25");
    const axis = dayAxis(here(), day);
    expect((axis[1] - axis[0]) / 3_600_000).toBe(25);
    const marks = hourMarks(here(), day);
    expect(marks).toHaveLength(25);
    expect(marks[2]?.at).toBeCloseTo(3 / 25);
    expect(marks.at(-1)?.at).toBe(1);
  });

  it("leads from a place to the nearest quarter of an hour", () => {
    const usual = quarters(here(), dayOf("2026-12-01"));
    expect([0, 0.5, 9.1 / 24, 2, -1].map((place) => minuteAt(place, usual))).toEqual([0, 720, 540, 1440, 0]);
    const long = quarters(here(), dayOf("2026-10-25"));
    expect(minuteAt(3 / 25, long)).toBe(120);
  });

  it("takes hours that meet as one, over midnight too", () => {
    const night = new Rhythm({
      zone: "Europe/Lisbon",
      hours: [
        { weekday: "mo", spans: [{ from: "22:00", to: "24:00" }] },
        { weekday: "tu", spans: [{ from: "00:00", to: "06:00" }] },
      ],
    });
    const axis = dayAxis(here(), dayOf("2026-12-01"));
    expect(spansOn(night, axis)).toEqual([[hour(-2, axis), hour(6, axis)]]);
    expect(union([[[1, 3]], [[2, 4]], [[6, 7]]])).toEqual([
      [1, 4],
      [6, 7],
    ]);
  });

  it("knows the hours that all have", () => {
    expect(
      shared(
        [
          [
            [1, 4],
            [6, 9],
          ],
          [[3, 7]],
        ],
        [0, 10],
      ),
    ).toEqual([
      [3, 4],
      [6, 7],
    ]);
    expect(shared([[[1, 2]], [[2, 3]]], [0, 10])).toEqual([]);
    expect(shared([], [0, 10])).toEqual([]);
  });

  it("says when somebody's hours begin again", () => {
    const away = new Rhythm({ zone: "UTC", timeOff: [{ from: "2026-12-01", to: "2026-12-20" }] });
    expect(backAt(away, Date.parse("2026-12-05T12:00:00Z"))).toBe(Date.parse("2026-12-21T09:00:00Z"));
  });
});

describe("the lines of everybody", () => {
  const now = "2026-12-01T10:00:00Z";
  const drawn = (people: Person[]) => linesOf(people, "pana", dayAxis(reader(now).here, dayOf("2026-12-01")));
  const ana = () => person("pana", "Ana", { zone: "Europe/Lisbon" });
  const yuki = () => person("pyuki", "Yuki", { zone: "Asia/Tokyo" });
  const kofi = () =>
    person("pkofi", "Kofi", {
      zone: "Africa/Accra",
      hours: [{ weekday: "tu", spans: [{ from: "07:00", to: "12:00" }] }],
    });
  const bo = () =>
    person("pbo", "Bo", {
      zone: "Europe/Stockholm",
      timeOff: [{ from: "2026-11-30", to: "2026-12-04", note: "Skiing" }],
    });

  it("begin with oneself, go on as hours begin, and end with who is off", () => {
    expect(drawn([bo(), kofi(), yuki(), ana()]).lines.map(({ people }) => people[0]?.name)).toEqual([
      "Ana",
      "Yuki",
      "Kofi",
      "Bo",
    ]);
  });

  it("say to those who hear them what a bar shows", () => {
    const said = drawn([ana(), yuki(), kofi(), bo(), person("pnew", "Maja")]).lines.map(
      (line) => lineWords(line, reader(now)).spoken,
    );
    expect(said).toEqual([
      "Ana, Lisbon: 09:00 to 17:00",
      "Yuki, Tokyo: 09:00 to 17:00 there, 00:00 to 08:00 here",
      "Kofi, Accra: 07:00 to 12:00",
      "Maja, UTC: 09:00 to 17:00; has not said any hours",
      "Bo, Stockholm: off until Monday: Skiing",
    ]);
  });

  it("share what those have who work that day, whoever is off", () => {
    expect(sharedWords(drawn([ana(), kofi(), bo()]), reader(now))).toContain("09:00 to 12:00");
    expect(sharedWords(drawn([ana(), yuki(), bo()]), reader(now))).toBe("No hour is shared by all who work that day.");
    expect(sharedWords(drawn([ana(), bo()]), reader(now))).toBe("");
  });

  it("are of zones where there are many, each with the lines of its people", () => {
    const many = Array.from({ length: MOST_LINES }, (_, i) => person(`pb${i}`, `B${i}`, { zone: "Europe/Berlin" }));
    const { lines } = drawn([...many, ana(), yuki()]);
    expect(lines.map(({ people }) => people.length)).toEqual([1, 1, MOST_LINES]);
    expect(lines[2]?.within).toHaveLength(MOST_LINES);
    expect(drawn(many).lines).toHaveLength(MOST_LINES);
  });

  it("leave out nobody whose zone this browser does not know", () => {
    const far = person("pfar", "Far", { zone: "Moon/Tranquillity" });
    const [, line] = drawn([ana(), far]).lines;
    expect(line && lineWords(line, reader(now)).spoken).toBe(
      "Far, Tranquillity: this browser does not know Moon/Tranquillity",
    );
  });
});

describe("a week that is edited", () => {
  const usual = () => hoursOf(null, "Europe/Lisbon");
  const spans = (...all: Array<[string, string]>) => all.map(([from, to]) => ({ from, to }));
  const on = (day: number, ...all: Array<[string, string]>) => ({
    ...usual(),
    week: usual().week.map((old, i) => (i === day ? spans(...all) : old)),
  });

  it("begins with Monday to Friday, nine to five", () => {
    expect(usual().week.map((day) => day.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(usual().week[0]).toEqual(spans(["09:00", "17:00"]));
    expect(isAlike(usual().week)).toBe(true);
    expect(faultOf(usual())).toBeUndefined();
  });

  it("is refused before the server would", () => {
    expect(faultOf({ ...usual(), week: usual().week.map(() => []) })).toEqual({ what: "none" });
    expect(faultOf(on(2, ["17:00", "09:00"]))).toEqual({ what: "order", day: 2 });
    expect(faultOf(on(2, ["13:00", "17:00"], ["09:00", "13:30"]))).toEqual({ what: "over", day: 2 });
    expect(faultOf(on(2, ["13:00", "17:00"], ["09:00", "13:00"]))).toBeUndefined();
    expect(faultOf(on(2, ["", "17:00"]))).toEqual({ what: "time", day: 2 });
    expect(faultOf(on(2, ["22:00", "24:00"]))).toBeUndefined();
    expect(faultOf({ ...usual(), times: [""] })).toEqual({ what: "time" });
  });

  it("is written as the server has it, and touches nothing else", () => {
    const rhythm: PersonRhythm = {
      zone: "UTC",
      timeOff: [{ from: "2026-12-24", to: "2026-12-27" }],
      languages: ["pt"],
    };
    const change = written(
      { ...on(0, ["13:00", "17:00"], ["09:00", "12:00"]), times: ["14:00", "09:00", "14:00"] },
      rhythm,
    );
    expect(Object.keys(change)).toEqual(["rhythm/zone", "rhythm/hours", "rhythm/arrivals"]);
    expect(change["rhythm/arrivals"]).toEqual(["09:00", "14:00"]);
    const said = { ...rhythm, answersWithin: 480 };
    const more = { ...usual(), urgent: true, within: 960 };
    expect(written(more, said)).toMatchObject({ "rhythm/urgent": true, "rhythm/answersWithin": 960 });
    expect(written({ ...usual(), within: undefined }, said)["rhythm/answersWithin"]).toBeNull();
    expect(hoursOf(said, "UTC").within).toBe(480);
    expect(timesToSay(90)).toEqual([90, 120, 240, 480, 960, 2400]);
    expect((change["rhythm/hours"] as unknown[])[0]).toEqual({
      weekday: "mo",
      spans: spans(["09:00", "12:00"], ["13:00", "17:00"]),
    });
    expect(Object.keys(written(usual(), null))).toEqual(["rhythm"]);
  });

  it("has ends that can be moved as far as the hours beside them", () => {
    const all = spans(["09:00", "12:00"], ["13:00", "17:00"]);
    expect(moved(all, 0, "to", 15 * 60)).toEqual(spans(["09:00", "13:00"], ["13:00", "17:00"]));
    expect(moved(all, 0, "from", -30)).toEqual(spans(["00:00", "12:00"], ["13:00", "17:00"]));
    expect(moved(all, 1, "from", 18 * 60)).toEqual(spans(["09:00", "12:00"], ["16:45", "17:00"]));
    expect(moved(all, 1, "to", 25 * 60)).toEqual(spans(["09:00", "12:00"], ["13:00", "24:00"]));
    expect(onDay(usual().week, 0, all).map((day) => day.length)).toEqual([2, 2, 2, 2, 2, 0, 0]);
    expect(onDay(on(4, ["10:00", "11:00"]).week, 0, all).map((day) => day.length)).toEqual([2, 1, 1, 1, 1, 0, 0]);
  });

  it("offers more hours as long as there is time for them", () => {
    expect(oneMore(spans(["09:00", "12:00"]))).toEqual({ from: "13:00", to: "17:00" });
    expect(oneMore(spans(["09:00", "21:00"]))).toEqual({ from: "22:00", to: "24:00" });
    expect(oneMore(spans(["09:00", "23:00"]))).toBeUndefined();
  });
});

describe("days off", () => {
  const winter = { from: "2026-12-24", to: "2027-01-03", note: "Snow", coveredBy: "pbo" };
  const autumn = { from: "2026-10-01", to: "2026-10-02" };

  it("keep their deputy when they are changed, and stand in order", () => {
    const next = { from: "2026-09-01", to: "2026-09-02", note: null };
    expect(withTimeOff([autumn, winter], winter, next)).toEqual([{ ...next, coveredBy: "pbo" }, autumn]);
    expect(withTimeOff([winter], undefined, autumn)).toEqual([autumn, winter]);
    expect(withTimeOff([autumn, winter], autumn, undefined)).toEqual([winter]);
  });

  it("are said with the year only where they are far", () => {
    const said = (from: string, to: string) => rangeWords(from, to, reader("2026-12-01T10:00:00Z"));
    expect(said(winter.from, winter.to)).toBe("Thu 24 December – Sun 3 January");
    expect(said(winter.from, winter.from)).toBe("Thu 24 December");
    expect(said("2028-05-01", "2028-05-02")).toContain("2028");
  });

  it("say what they mean", () => {
    const law = new Rhythm({ zone: "Europe/Lisbon", timeOff: [winter] });
    expect(offWords(winter.from, winter.to, law, reader("2026-12-01T10:00:00Z"))).toBe(
      "Nothing reaches you from Thursday 24 December to Sunday 3 January; what comes meanwhile arrives Monday 4 January 09:00.",
    );
  });
});

describe("when things reach one", () => {
  const said = (now: string, rhythm: PersonRhythm) => reachWords(new Rhythm(rhythm), reader(now));
  const lisbon = { zone: "Europe/Lisbon" };

  it("is now within one's hours, and else when they next begin", () => {
    expect(said("2026-12-01T10:00:00Z", lisbon)).toBe("Things reach you now, until 17:00.");
    expect(said("2026-12-01T07:00:00Z", lisbon)).toBe(
      "Next arrival time: today 09:00. Until then nothing asks for you.",
    );
    expect(said("2026-12-04T18:00:00Z", lisbon)).toBe(
      "Next arrival time: Monday 09:00. Until then nothing asks for you.",
    );
  });

  it("is at the times that one has chosen", () => {
    expect(said("2026-12-01T10:00:00Z", { ...lisbon, arrivals: ["09:00", "14:00"] })).toBe(
      "Next arrival time: today 14:00. Until then nothing asks for you.",
    );
  });

  it("goes on where hours meet", () => {
    const hours = (["tu", "we"] as const).map((weekday) => ({
      weekday,
      spans: [
        { from: "00:00", to: "12:00" },
        { from: "12:00", to: weekday === "tu" ? "24:00" : "18:00" },
      ],
    }));
    expect(said("2026-12-01T10:00:00Z", { ...lisbon, hours })).toBe("Things reach you now, until tomorrow 18:00.");
    expect(said("2026-11-30T10:00:00Z", { ...lisbon, hours: hours.slice(0, 1) })).toBe(
      "Next arrival time: tomorrow 00:00. Until then nothing asks for you.",
    );
    expect(said("2026-12-01T10:00:00Z", { ...lisbon, hours: hours.slice(0, 1) })).toBe(
      "Things reach you now, until 00:00.",
    );
    const always = (["mo", "tu", "we", "th", "fr", "sa", "su"] as const).map((weekday) => ({
      weekday,
      spans: [{ from: "00:00", to: "24:00" }],
    }));
    expect(said("2026-12-01T10:00:00Z", { ...lisbon, hours: always })).toBe("Things reach you at any time.");
  });
});

describe("out for a day", () => {
  const day = dayOf("2026-12-02");
  const trip = { from: "2026-12-01", to: "2026-12-04", note: "A trip", coveredBy: "pyuki" };

  it("is one day off more, unless that day is off already", () => {
    expect(outOn([{ from: "2026-12-24", to: "2026-12-26" }], day)).toEqual([
      { from: "2026-12-02", to: "2026-12-02" },
      { from: "2026-12-24", to: "2026-12-26" },
    ]);
    expect(outOn([trip], day)).toEqual([trip]);
    expect([offOn([trip], day), offOn([trip], day + 3)]).toEqual([trip, undefined]);
  });

  it("and back is that day alone: what was planned around it stays, with its deputy", () => {
    expect(backOn(outOn([], day), day)).toEqual([]);
    expect(backOn([trip], day)).toEqual([
      { ...trip, to: "2026-12-01" },
      { ...trip, from: "2026-12-03" },
    ]);
    expect(backOn([trip], dayOf("2026-12-01"))).toEqual([{ ...trip, from: "2026-12-02" }]);
    expect(backOn([trip], dayOf("2026-12-04"))).toEqual([{ ...trip, to: "2026-12-03" }]);
  });

  it("a deputy who is off in between is found", () => {
    expect(offIn([trip], "2026-12-04", "2026-12-09")).toBe(trip);
    expect(offIn([trip], "2026-12-05", "2026-12-09")).toBeUndefined();
  });
});
