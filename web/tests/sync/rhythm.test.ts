// The law of the web app and the law of the server say the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { PersonRhythm } from "../../src/generated/types";
import { knownRhythm, loadTime, Rhythm } from "../../src/sync";

type Asked = [from: string, due: string, now: string, late: string, minutes: number, worked: string];
type Cases = { persons: Array<{ rhythm: PersonRhythm; asked: Asked[] }> };

beforeAll(loadTime);

test("all cases of the server's law hold here too", () => {
  const path = join(import.meta.dirname, "../../../crates/model/fixtures/rhythm.json");
  const { persons } = JSON.parse(readFileSync(path, "utf8")) as Cases;
  const wrong: object[] = [];
  let count = 0;
  for (const { rhythm, asked } of persons) {
    const law = new Rhythm(rhythm);
    for (const [from, due, now, late, minutes, worked] of asked) {
      const [at, later] = [Date.parse(from), Date.parse(now)];
      const said = [law.arrival(at), law.late(Date.parse(due), later), law.worked(at, minutes)];
      const told = said.map((ms) => Date.parse(new Date(ms).toISOString()));
      const right = [due, late, worked].map((instant) => Date.parse(instant));
      if (told.some((ms, i) => ms !== right[i])) wrong.push({ rhythm, from, now, told, right });
      count += 1;
    }
  }
  expect([count, wrong.slice(0, 3)]).toEqual([5000, []]);
});

test("what is urgent arrives at any hour of whoever lets it, but not on days off, as the server has it", () => {
  const at = (text: string) => Date.parse(text);
  const timeOff = [{ from: "2026-12-01", to: "2026-12-01" }];
  const lets = new Rhythm({ zone: "Europe/Lisbon", urgent: true, timeOff });
  expect(lets.urgentArrival(at("2026-11-30T23:30:00Z"))).toBe(at("2026-11-30T23:30:00Z"));
  expect(lets.urgentArrival(at("2026-12-01T10:00:00Z"))).toBe(at("2026-12-02T09:00:00Z"));
  expect(new Rhythm(null).urgentArrival(at("2026-11-30T23:30:00Z"))).toBe(at("2026-12-01T09:00:00Z"));
});

test("a zone that this device does not know stops nothing", () => {
  const at = Date.parse("2026-11-25T08:00:00Z");
  expect(knownRhythm({ zone: "Mars/Olympus" }).arrival(at)).toBe(Date.parse("2026-11-25T09:00:00Z"));
});

test("a deputy stands in for what days off keep from arriving, as the server has it", () => {
  const away = new Rhythm({
    zone: "Europe/Berlin",
    timeOff: [
      { from: "2026-12-07", to: "2026-12-08", coveredBy: "bo" },
      { from: "2026-12-09", to: "2026-12-11", coveredBy: "cy" },
      { from: "2026-12-24", to: "2026-12-24" },
    ],
  });
  const cover = (at: string) => away.cover(Date.parse(at));
  expect([
    cover("2026-12-04T15:00:00Z"),
    cover("2026-12-04T17:00:00Z"),
    cover("2026-12-08T22:59:00Z"),
    cover("2026-12-08T23:00:00Z"),
    cover("2026-12-11T23:00:00Z"),
    cover("2026-12-24T12:00:00Z"),
  ]).toEqual([null, "bo", "bo", "cy", null, null]);
});
