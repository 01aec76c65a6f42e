// What a person's page says of hours, and which square of a picture is shown: the pure parts.
import { beforeAll, describe, expect, it } from "vitest";
import { en, type MessageId } from "../../src/locales/en";
import { hoursOf } from "../../src/places/hours/week";
import type { Reader } from "../../src/places/hours/wording";
import { languageName, reachesWords, weekWords } from "../../src/places/persons/words";
import { squareOf, within } from "../../src/places/settings/square";
import { loadTime, Rhythm } from "../../src/sync";

beforeAll(loadTime);

const t = (id: MessageId, values: Record<string, string | number> = {}) =>
  en[id].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
const reader = (now: string): Reader => ({
  t,
  language: "en-GB",
  here: new Rhythm(null, "Europe/Lisbon"),
  now: Date.parse(now),
});

describe("the words of a page", () => {
  it("put days with the same hours together, and say the others by themselves", () => {
    const said = (hours: object[]) =>
      weekWords(
        hoursOf({ zone: "Asia/Tokyo", hours } as Parameters<typeof hoursOf>[0], "UTC").week,
        reader("2026-11-30T13:00:00Z"),
      );
    const span = { from: "09:00", to: "17:00" };
    const days = (names: string[], ...spans: object[]) => names.map((weekday) => ({ weekday, spans }));
    expect(said([])).toEqual(["Monday to Friday 09:00 to 17:00"]);
    expect(said(days(["mo", "tu", "th"], span))).toEqual([
      "Monday to Tuesday 09:00 to 17:00",
      "Thursday 09:00 to 17:00",
    ]);
    const two = days(["su"], { from: "08:00", to: "10:00" }, { from: "20:00", to: "22:00" });
    expect(said([...days(["sa"], span), ...two])).toEqual([
      "Saturday 09:00 to 17:00",
      "Sunday 08:00 to 10:00 and 20:00 to 22:00",
    ]);
  });

  it("say when what one writes arrives by both clocks, with the day where it is another", () => {
    const reaches = (now: string, zone: string) => reachesWords("Yuki", new Rhythm(null, zone), reader(now));
    expect(reaches("2026-11-30T04:00:00Z", "Asia/Tokyo")).toBe("What you write now reaches Yuki at once.");
    expect(reaches("2026-11-30T13:00:00Z", "Asia/Tokyo")).toBe(
      "What you write now reaches Yuki tomorrow 09:00 in Tokyo. For you that is 00:00.",
    );
    expect(reaches("2026-11-30T20:00:00Z", "Europe/Lisbon")).toBe("What you write now reaches Yuki tomorrow 09:00.");
    expect(reaches("2026-11-30T20:00:00Z", "Pacific/Auckland")).toBe("What you write now reaches Yuki at once.");
    expect(reaches("2026-11-30T10:00:00Z", "Pacific/Auckland")).toMatch(
      /reaches Yuki tomorrow 09:00 in Auckland. For you that is today 20:00/,
    );
  });

  it("name a language, and leave alone what is none", () => {
    expect(languageName("ja", "en")).toBe("Japanese");
    expect(languageName("not a language", "en")).toBe("not a language");
  });
});

describe("the square of a picture", () => {
  it("is as large as it can be at first, and never leaves the picture", () => {
    expect(squareOf({ x: 0.5, y: 0.5, closer: 1 }, 900, 600)).toEqual({ x: 150, y: 0, side: 600 });
    for (const view of [
      { x: -1, y: 2, closer: 1 },
      { x: 0.99, y: 0.01, closer: 2.5 },
      { x: 0.5, y: 0.5, closer: 99 },
      { x: 0.5, y: 0.5, closer: 0 },
    ]) {
      const held = within(view, 900, 600);
      const { x, y, side } = squareOf(held, 900, 600);
      expect(held.closer).toBeGreaterThanOrEqual(1);
      expect(held.closer).toBeLessThanOrEqual(4);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(-1e-9);
      expect(x + side).toBeLessThanOrEqual(900 + 1e-9);
      expect(y + side).toBeLessThanOrEqual(600 + 1e-9);
    }
  });
});
