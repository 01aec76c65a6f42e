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

test("a zone that this device does not know stops nothing", () => {
  const at = Date.parse("2026-11-25T08:00:00Z");
  expect(knownRhythm({ zone: "Mars/Olympus" }).arrival(at)).toBe(Date.parse("2026-11-25T09:00:00Z"));
});
