// What Today says of what waits for one: headline, bands and chips come of one list, in one's own hours.
import { beforeAll, expect, it } from "vitest";
import { i18n } from "@lingui/core";
import { instants, onDay } from "../../src/ui/instants";
import { agendaOf } from "../../src/places/today/agenda";
import { awayOf } from "../../src/places/today/away";
import { loadTime, Rhythm } from "../../src/sync";
import type { InboxRow } from "../../src/sync/api";
import { en } from "../../src/locales/en";
import { dueIn, dueWords } from "../../src/ui/due";

const at = (text: string) => Date.parse(text);
/** Monday, 23 November 2026, ten in the morning in Lisbon. */
const NOW = at("2026-11-23T10:00:00Z");

let lisbon: Rhythm;

beforeAll(async () => {
  await loadTime();
  i18n.loadAndActivate({ locale: "en", messages: en });
  lisbon = new Rhythm(null, "Europe/Lisbon");
});

const words = (by: string, hours = lisbon, now = NOW) =>
  dueWords(dueIn(at(by), hours, now), { zone: hours.zone, today: hours.dayOf(now), language: "en-GB" }, (id, values) =>
    i18n._(id, values),
  );

const row = (id: string, by: string | null, createdBy = "pana") =>
  ({
    id,
    ids: [id],
    at: NOW,
    item: { createdBy },
    question: { what: "reply", by, of: ["pme"], open: ["pme"], item: id },
  }) as unknown as InboxRow;

it("a date at night or on a day off is said by the hours around it", () => {
  expect({
    "in hours": words("2026-11-24T11:00:00Z"),
    "today in hours": words("2026-11-23T15:30:00Z"),
    "their end": words("2026-11-27T17:00:00Z"),
    "at night": words("2026-11-28T01:49:00Z"),
    "after work": words("2026-11-24T22:00:00Z"),
    "on Sunday": words("2026-11-29T14:45:00Z"),
    "early on Monday": words("2026-11-30T06:26:00Z"),
    "at the end of today": words("2026-11-23T19:00:00Z"),
    "far away": words("2026-12-18T11:00:00Z"),
    passed: words("2026-11-20T11:00:00Z"),
  }).toMatchInlineSnapshot(`
    {
      "after work": "by the end of tomorrow",
      "at night": "by the end of Friday",
      "at the end of today": "by the end of today",
      "early on Monday": "before 30 November starts",
      "far away": "by 18 December 11:00",
      "in hours": "by tomorrow 11:00",
      "on Sunday": "by the end of Friday",
      "passed": "was due Friday",
      "their end": "by the end of Friday",
      "today in hours": "by 15:30 today",
    }
  `);
});

it("a date that leaves no hours at all is said as it stands", () => {
  const evening = at("2026-11-27T18:00:00Z");
  expect(words("2026-11-28T12:00:00Z", lisbon, evening)).toBe("by tomorrow 12:00");
});

it("days off are no working days", () => {
  const off = new Rhythm({ zone: "Europe/Lisbon", timeOff: [{ from: "2026-11-24", to: "2026-11-27" }] });
  expect(words("2026-11-26T12:00:00Z", off)).toBe("by the end of today");
});

it("bands, people and order come of one list", () => {
  const rows = [
    row("none", null, "pdan"),
    row("friday", "2026-11-28T01:49:00Z"),
    row("passed", "2026-11-20T11:00:00Z", "pcy"),
    row("today", "2026-11-23T16:00:00Z", "pbo"),
    row("december", "2026-12-18T11:00:00Z"),
    row("tuesday", "2026-11-24T08:00:00Z", "pbo"),
  ];
  const { asked, people } = agendaOf(rows, lisbon, NOW);
  expect(asked.map(({ row: one, band }) => `${band} ${one.id}`)).toEqual([
    "late passed",
    // Before Tuesday starts is to be done on Monday.
    "next today",
    "next tuesday",
    "week friday",
    "after december",
    "none none",
  ]);
  // Who waits is counted once, in the order of the list.
  expect(people).toEqual(["pcy", "pbo", "pana", "pdan"]);
  const instants = asked.flatMap(({ due, band }) => (due && band !== "late" ? [due.until] : []));
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
});

it("in the evening the next working day is tomorrow's, on Friday evening it is Monday's", () => {
  const bands = (now: string) =>
    agendaOf([row("monday", "2026-11-30T12:00:00Z")], lisbon, at(now)).asked.map(({ band }) => band);
  expect(bands("2026-11-23T19:00:00Z")).toEqual(["after"]);
  expect(bands("2026-11-27T19:00:00Z")).toEqual(["next"]);
});

it("what is put out of the way comes back in one's hours", () => {
  const offered = (now: string, hours = lisbon) =>
    instants(hours, at(now)).map(({ name, until }) => `${name} ${new Date(until).toISOString().slice(5, 16)}`);
  expect(offered("2026-11-23T10:02:00Z")).toEqual(["today 11-23T13:15", "tomorrow 11-24T09:00", "week 11-30T09:00"]);
  expect(offered("2026-11-23T15:00:00Z")).toEqual(["tomorrow 11-24T09:00", "week 11-30T09:00"]);
  // On a Friday tomorrow and next week are the same.
  expect(offered("2026-11-27T16:00:00Z")).toEqual(["tomorrow 11-30T09:00"]);
  // Over the change of the clocks it is nine by the clock.
  const berlin = new Rhythm(null, "Europe/Berlin");
  expect(offered("2026-10-23T15:00:00Z", berlin)).toEqual(["tomorrow 10-26T08:00"]);
  expect(onDay("2026-12-24", lisbon, NOW)).toBe(at("2026-12-24T09:00:00Z"));
  expect(onDay("2026-12-26", lisbon, NOW)).toBe(at("2026-12-26T09:00:00Z"));
  expect([onDay("2026-11-20", lisbon, NOW), onDay("", lisbon, NOW)]).toEqual([null, null]);
});

it("one was away until the first day back, and only then", () => {
  const off = (...timeOff: Array<{ from: string; to: string }>) => new Rhythm({ zone: "Europe/Lisbon", timeOff });
  const day = (number: number) => new Date(number * 86_400_000).toISOString().slice(5, 10);
  const was = (hours: Rhythm, now: string) => {
    const away = awayOf(hours, at(now));
    return away && `${day(away.first)} to ${day(away.last)}, since ${new Date(away.from).toISOString()}`;
  };
  const week = off({ from: "2026-11-23", to: "2026-11-27" });
  const told = "11-23 to 11-27, since 2026-11-23T00:00:00.000Z";
  expect(was(week, "2026-11-27T12:00:00Z")).toBeNull();
  // On the weekend after it, and on all of the Monday.
  expect(was(week, "2026-11-28T12:00:00Z")).toBe(told);
  expect(was(week, "2026-11-30T08:00:00Z")).toBe(told);
  expect(was(week, "2026-11-30T23:00:00Z")).toBe(told);
  expect(was(week, "2026-12-01T08:00:00Z")).toBeNull();
  expect(was(lisbon, "2026-11-30T08:00:00Z")).toBeNull();
  // Several in a row are one; a weekend that was off is no time off.
  const two = off({ from: "2026-11-19", to: "2026-11-20" }, { from: "2026-11-23", to: "2026-11-24" });
  expect(was(two, "2026-11-25T09:00:00Z")).toBe("11-19 to 11-24, since 2026-11-19T00:00:00.000Z");
  expect(was(off({ from: "2026-11-21", to: "2026-11-22" }), "2026-11-23T09:00:00Z")).toBeNull();
  expect(was(off({ from: "2026-11-24", to: "2026-11-24" }), "2026-11-25T09:00:00Z")).toBe(
    "11-24 to 11-24, since 2026-11-24T00:00:00.000Z",
  );
});
