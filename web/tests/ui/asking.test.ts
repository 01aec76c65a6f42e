// The words for dates that one asks for, and for when something reaches others: over zones, week-ends and days off.
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonRhythm } from "../../src/generated/types";
import { de } from "../../src/locales/de";
import { en, type MessageId } from "../../src/locales/en";
import { loadTime, Rhythm } from "../../src/sync";
import { asWriting } from "../../src/ui/composer/useDraft";
import { askWords, choices, faultOf, namesInLine, withDue, type Ask } from "../../src/ui/composer/asks";
import {
  allReached,
  deputyOf,
  fairFor,
  reached,
  reachWords,
  tooSoonFor,
  whenReached,
  type Reached,
} from "../../src/ui/reach";

/** The words of a catalogue, as a screen says them. */
function saysIn(language: string, catalogue: Record<MessageId, string>) {
  const compiled = Object.entries(catalogue).map(([id, text]) => [id, compileMessage(text)]);
  const i18n = setupI18n({ locale: language, messages: { [language]: Object.fromEntries(compiled) } });
  return (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
}

const t = saysIn("en", en);
const at = (text: string) => Date.parse(text);
const FRIDAY_EVENING = at("2026-11-27T17:30:00Z");

beforeAll(loadTime);

const lisbon = () => new Rhythm({ zone: "Europe/Lisbon" });

/** Whom it reaches, with the rest of their rhythm as given. */
function people(rhythms: Record<string, PersonRhythm>, now: number): Reached[] {
  const ids = Object.keys(rhythms).map((name) => ({ id: `p${name}`, name }));
  const of = (id: string) => new Rhythm(rhythms[id.slice(1)]);
  return reached(ids, { mine: lisbon(), of }, now);
}

const sentence = (rhythms: Record<string, PersonRhythm>, now: number) =>
  reachWords(people(rhythms, now), lisbon(), now, "en-GB", t);

const everyDay = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const always = (zone: string): PersonRhythm => ({
  zone,
  hours: everyDay.map((weekday) => ({ weekday, spans: [{ from: "00:00", to: "24:00" }] })),
});
const from = (zone: string, weekday: (typeof everyDay)[number], hour: string): PersonRhythm => ({
  zone,
  hours: [{ weekday, spans: [{ from: hour, to: "20:00" }] }],
});

describe("when it reaches others", () => {
  it("is now for whoever works now", () => {
    expect(sentence({ Bo: { zone: "Europe/Lisbon" } }, at("2026-11-27T10:00:00Z"))).toBe("Reaches Bo now.");
    expect(sentence({}, FRIDAY_EVENING)).toBe("");
  });

  it("is told one by one, over a week-end, in the reader's own time", () => {
    expect(sentence({ Ana: { zone: "Europe/Lisbon" } }, FRIDAY_EVENING)).toBe("Reaches Ana on Monday at 09:00.");
    const two = { Ana: { zone: "Europe/Lisbon" }, Yuki: from("Asia/Tokyo", "tu", "11:00") };
    expect(sentence(two, FRIDAY_EVENING)).toBe(
      "Reaches Ana on Monday at 09:00 and Yuki on Tuesday at 02:00 your time.",
    );
    const three = { ...two, Kofi: { zone: "Africa/Accra" } };
    expect(sentence(three, FRIDAY_EVENING)).toBe(
      "Reaches Ana and Kofi on Monday at 09:00 and Yuki on Tuesday at 02:00 your time.",
    );
  });

  it("says today and tomorrow where it is so, and now beside it", () => {
    const now = at("2026-11-25T08:00:00Z");
    const some = { Bo: { zone: "Europe/Stockholm" }, Ana: { zone: "Europe/Lisbon" }, Yuki: { zone: "Asia/Tokyo" } };
    expect(sentence(some, now)).toBe("Reaches Bo now, Ana today at 09:00 and Yuki tomorrow at 00:00 your time.");
  });

  it("is one span for more than three", () => {
    const zones = { Ana: "Europe/Lisbon", Bo: "Europe/Stockholm", Kofi: "Africa/Accra", Maja: "Europe/Zagreb" };
    const four = Object.fromEntries(Object.entries(zones).map(([name, zone]) => [name, { zone }]));
    expect(sentence(four, FRIDAY_EVENING)).toBe("Reaches 4 people between Monday 08:00 and Monday 09:00 your time.");
    const many = Object.fromEntries(
      Array.from({ length: 14 }, (_, i) => {
        const [day, hour] = i < 7 ? (["mo", "08:00"] as const) : (["tu", "10:00"] as const);
        return [`N${i}`, from("Europe/Lisbon", day, hour)];
      }),
    );
    expect(sentence(many, FRIDAY_EVENING)).toBe("Reaches 14 people between Monday 08:00 and Tuesday 10:00.");
    const together = Object.fromEntries(Object.keys(many).map((name) => [name, always("Europe/Lisbon")]));
    expect(sentence(together, FRIDAY_EVENING)).toBe("Reaches 14 people now.");
  });

  it("names who is off, until the day on which the person is back", () => {
    const off = { zone: "Europe/Zagreb", timeOff: [{ from: "2026-12-19", to: "2027-01-03" }] };
    const now = at("2026-12-18T10:00:00Z");
    expect(sentence({ Maja: off }, at("2026-12-18T18:00:00Z"))).toBe("Maja is off until 4 January.");
    expect(sentence({ Maja: off, Bo: always("Europe/Lisbon") }, at("2026-12-22T10:00:00Z"))).toBe(
      "Reaches Bo now. Maja is off until 4 January.",
    );
    // It is there before the days off begin.
    expect(sentence({ Maja: off }, now)).toBe("Reaches Maja now.");
    // A week-end is no time off, even if it is written down as such.
    const weekend = { zone: "Europe/Zagreb", timeOff: [{ from: "2026-11-28", to: "2026-11-29" }] };
    expect(sentence({ Maja: weekend }, FRIDAY_EVENING)).toBe("Reaches Maja on Monday at 08:00 your time.");
    const five = Object.fromEntries(["A", "B", "C", "D", "E"].map((name) => [name, off]));
    expect(sentence(five, at("2026-12-22T10:00:00Z"))).toBe("5 people are off.");
  });

  it("is over when the last of all can have it, and is not asked of whom nothing is known", () => {
    const rhythms: Record<string, Rhythm> = { ana: lisbon(), yuki: new Rhythm(from("Asia/Tokyo", "tu", "11:00")) };
    const known = { mine: lisbon(), of: (id: string) => rhythms[id] };
    const last = at("2026-12-01T02:00:00Z");
    expect(allReached(["ana", "yuki", "gil"], known, FRIDAY_EVENING, FRIDAY_EVENING)).toBe(last);
    expect(allReached(["ana", "yuki"], known, FRIDAY_EVENING, last - 1)).toBe(last);
    expect(allReached(["ana", "yuki"], known, FRIDAY_EVENING, last)).toBeNull();
    expect(allReached([], known, FRIDAY_EVENING, FRIDAY_EVENING)).toBeNull();
    expect(allReached(["gil"], known, FRIDAY_EVENING, FRIDAY_EVENING)).toBeNull();
    expect(allReached(["ana", "yuki"], known, FRIDAY_EVENING, last - 1, true), "who lets nothing urgent").toBe(last);
  });

  it("reaches the deputy of a deputy who is away too, and nobody where they are away for each other", () => {
    const away = (coveredBy?: string) =>
      new Rhythm({ zone: "UTC", timeOff: [{ from: "2026-11-23", to: "2026-12-04", coveredBy: coveredBy ?? null }] });
    const deputy = (rhythms: Record<string, Rhythm>) =>
      deputyOf("bo", { mine: lisbon(), of: (id) => rhythms[id] }, FRIDAY_EVENING);
    const there = lisbon();
    expect(deputy({ bo: there })).toBeNull();
    expect(deputy({ bo: away() })).toBeNull();
    expect(deputy({ bo: away("cy"), cy: there })).toBe("cy");
    expect(deputy({ bo: away("cy"), cy: away("di"), di: there })).toBe("di");
    // Nobody after her: she finds it when she is back.
    expect(deputy({ bo: away("cy"), cy: away() })).toBe("cy");
    expect(deputy({ bo: away("cy"), cy: away("bo") })).toBeNull();
    // Out for good.
    expect(deputy({ bo: away("cy") })).toBeNull();
    const many = Object.fromEntries([...Array(20).keys()].map((n) => [n ? `p${n}` : "bo", away(`p${n + 1}`)]));
    expect(deputy(many)).toBeNull();
  });

  it("is nothing where hours are not known", () => {
    const known = { mine: lisbon(), of: () => undefined };
    expect(reached([{ id: "pbo", name: "Bo" }], known, FRIDAY_EVENING)).toEqual([]);
  });

  it("is said in German too", () => {
    const german = saysIn("de", de);
    const two = { Ana: { zone: "Europe/Lisbon" }, Yuki: from("Asia/Tokyo", "tu", "11:00") };
    const words = reachWords(people(two, FRIDAY_EVENING), lisbon(), FRIDAY_EVENING, "de-DE", german);
    expect(words).toBe("Erreicht Ana am Montag um 09:00 und Yuki am Dienstag um 02:00 deiner Zeit.");
    const late = at("2026-12-20T09:00:00Z");
    expect(whenReached(late, lisbon(), FRIDAY_EVENING, "de-DE", german)).toBe("am 20. Dezember um 09:00");
  });
});

describe("a date that is asked", () => {
  const two = { Ana: { zone: "Europe/Lisbon" }, Yuki: from("Asia/Tokyo", "tu", "11:00") };

  it("leaves too little time to whom it leaves less than an hour of work", () => {
    const asked = people(two, FRIDAY_EVENING);
    const names = (by: string) => tooSoonFor(asked, at(by)).map(({ name }) => name);
    expect(names("2026-11-30T09:59:00Z")).toEqual(["Ana", "Yuki"]);
    expect(names("2026-11-30T10:00:00Z")).toEqual(["Yuki"]);
    expect(names("2026-12-01T03:00:00Z")).toEqual([]);
  });

  it("is fair by the end of a day of one's own that leaves everybody four hours of work", () => {
    const fair = (rhythms: Record<string, PersonRhythm>) =>
      new Date(fairFor(people(rhythms, FRIDAY_EVENING), lisbon(), FRIDAY_EVENING).by).toISOString();
    expect(fair({ Ana: { zone: "Europe/Lisbon" } })).toBe("2026-11-30T17:00:00.000Z");
    expect(fair(two)).toBe("2026-12-01T17:00:00.000Z");
    // Their four hours end when one's own day is over: then it is the next on which one works.
    expect(fair({ Night: always("Europe/Lisbon") })).toBe("2026-11-30T17:00:00.000Z");
    expect(fair({ Lou: { zone: "America/Los_Angeles" } })).toBe("2026-11-30T17:00:00.000Z");
    expect(fair({ Lou: from("America/Los_Angeles", "mo", "09:00") })).toBe("2026-12-01T17:00:00.000Z");
  });

  it("is chosen among days on which one works", () => {
    const days = (now: string, mine = lisbon()) => choices(mine, at(now)).map(({ word, by }) => `${word} ${by}`);
    expect(days("2026-11-25T10:00:00Z")).toEqual([
      "tomorrow 2026-11-26T17:00:00Z",
      "friday 2026-11-27T17:00:00Z",
      "week 2026-12-02T17:00:00Z",
    ]);
    // On Thursday tomorrow is Friday; on Friday the next one is in a week, and the next day of work is Monday.
    expect(days("2026-11-26T10:00:00Z")).toEqual(["tomorrow 2026-11-27T17:00:00Z", "week 2026-12-03T17:00:00Z"]);
    expect(days("2026-11-27T10:00:00Z")).toEqual(["tomorrow 2026-11-30T17:00:00Z", "week 2026-12-04T17:00:00Z"]);
    const off = new Rhythm({ zone: "Asia/Tokyo", timeOff: [{ from: "2026-11-27", to: "2026-12-06" }] });
    expect(days("2026-11-25T01:00:00Z", off)).toEqual(["tomorrow 2026-11-26T08:00:00Z", "week 2026-12-07T08:00:00Z"]);
  });

  it("is said in one's own hours: no time at night is a time at which anybody works", () => {
    const now = at("2026-11-25T10:00:00Z");
    const says = (by: string | null) => withDue("Reply", by, lisbon(), now, "en-GB", t);
    expect(says("2026-11-27T17:00:00Z")).toBe("Reply by the end of Friday");
    expect(says("2026-11-28T01:49:00Z")).toBe("Reply by the end of Friday");
    expect(says("2026-11-27T11:00:00Z")).toBe("Reply by Friday 11:00");
    expect(says("2026-11-25T11:00:00Z")).toBe("Reply by 11:00 today");
    expect(says("2026-11-24T11:00:00Z")).toBe("Reply: was due yesterday");
    expect(says(null)).toBe("Reply");
    // Hours until midnight end on their own day.
    const night = new Rhythm(always("Europe/Lisbon"));
    expect(withDue("Reply", "2026-11-28T00:00:00Z", night, now, "en-GB", t)).toBe("Reply by the end of Friday");
  });

  const ask = (change: Partial<Ask>): Ask => ({ what: "reply", of: ["pbo"], by: null, ...change });

  it("is named with those whom it asks", () => {
    const now = at("2026-11-25T10:00:00Z");
    const says = (one: Ask, names: string[]) => askWords(one, names, lisbon(), now, "en-GB", t);
    expect(says(ask({ by: "2026-11-27T17:00:00Z" }), ["Bo"])).toBe("Asks Bo for a reply by the end of Friday");
    expect(says(ask({ what: "acknowledgement" }), ["Bo", "@support"])).toBe("Asks Bo and @support for a “Got it”");
    expect(says(ask({ what: "decision", of: [] }), [])).toBe("Asks for a decision");
    expect(namesInLine(["A", "B", "C", "D"], "en-GB", t)).toBe("A, B, C and D");
    expect(namesInLine(["A", "B", "C", "D", "E"], "en-GB", t)).toBe("A, B, C and 2 others");
  });

  it("can't have passed, nor be asked of nobody or of somebody who is not here", () => {
    const now = at("2026-11-25T10:00:00Z");
    const members = [
      { id: "pana", name: "Ana" },
      { id: "pbo", name: "Bo" },
      { id: "gempty", name: "empty", people: [] },
      { id: "gmine", name: "mine", people: ["pana"] },
      { id: "gunknown", name: "unknown" },
    ];
    const fault = (change: Partial<Ask>) => faultOf(ask(change), members, "pana", now);
    expect(fault({})).toBeNull();
    expect(fault({ of: [] })).toBe("asking.nobody");
    expect(fault({ of: ["gempty"] })).toBe("asking.nobody");
    expect(fault({ of: ["gmine", "pana"] })).toBe("asking.nobody");
    // A guest is not told who is in a group.
    expect(fault({ of: ["gunknown"] })).toBeNull();
    expect(fault({ of: ["pbo", "pgone"] })).toBe("asking.notHere");
    expect(fault({ by: "2026-11-25T10:00:00Z" })).toBe("asking.past");
    expect(fault({ by: "2026-11-25T10:00:01Z" })).toBeNull();
  });
});

it("a draft keeps what it asks and what it answers, and what makes no sense asks nothing", () => {
  const expects = { what: "decision", of: ["pbo"] };
  const written = asWriting({ kind: "post", text: "Which?", expects, inAnswerTo: "iq" });
  expect(written).toMatchObject({ asks: { what: "decision", of: ["pbo"], by: null }, answers: "iq" });
  expect(asWriting({ inAnswerTo: null }).answers).toBeNull();
  for (const strange of [undefined, null, 7, {}, { what: "money" }]) {
    expect(asWriting({ expects: strange }).asks).toBeNull();
  }
  expect("answers" in asWriting({})).toBe(false);
});
