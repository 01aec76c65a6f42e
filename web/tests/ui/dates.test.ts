// Days that are said in a text, in two languages; and texts that say none.
import { describe, expect, it } from "vitest";
import { datesIn } from "../../src/ui/composer/dates";

const DAY = 86_400_000;
const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY;
/** A Monday. */
const TODAY = dayOf("2026-11-30");

/** The first day that is said, with its time; empty if none is. */
function said(text: string, today = TODAY): string {
  const first = datesIn(text, today)[0];
  if (!first) return "";
  const clock = (minutes: number) => new Date(minutes * 60_000).toISOString().slice(11, 16);
  const time = first.minutes === undefined ? "" : ` ${clock(first.minutes)}`;
  return new Date(first.day * DAY).toISOString().slice(0, 10) + time;
}

describe("a day is found", () => {
  it.each([
    ["Can you look at it by Friday?", "2026-12-04"],
    ["I need this until 3 December.", "2026-12-03"],
    ["by the 3rd of December, please", "2026-12-03"],
    ["due December 3rd", "2026-12-03"],
    ["Tell me tomorrow", "2026-12-01"],
    ["the day after tomorrow", "2026-12-02"],
    ["Let us decide next Monday", "2026-12-07"],
    ["next Friday", "2026-12-11"],
    ["this is due on Wednesday", "2026-12-02"],
    ["by 2026-12-04", "2026-12-04"],
    ["by Friday, 11 December", "2026-12-11"],
    ["by Friday 15:00", "2026-12-04 15:00"],
    ["by Friday at 3pm", "2026-12-04 15:00"],
    ["before 15 January", "2027-01-15"],
    ["by the end of the day", "2026-11-30"],
    ["**by Friday**", "2026-12-04"],
  ])("in English: %s", (text, day) => expect(said(text)).toBe(day));

  it.each([
    ["Schaffst du das bis Freitag?", "2026-12-04"],
    ["am Freitag", "2026-12-04"],
    ["bis 3.12.", "2026-12-03"],
    ["Bitte bis zum 3. Dezember", "2026-12-03"],
    ["bis Montag, 7.12. wäre gut", "2026-12-07"],
    ["bis Montag, den 7.12.", "2026-12-07"],
    ["am 03.12.2026", "2026-12-03"],
    ["Sag es mir morgen", "2026-12-01"],
    ["Bis morgen brauche ich das", "2026-12-01"],
    ["bis übermorgen", "2026-12-02"],
    ["nächsten Montag", "2026-12-07"],
    ["kommenden Montag", "2026-12-07"],
    ["bis Mi", "2026-12-02"],
    ["bis Freitag 15 Uhr", "2026-12-04 15:00"],
    ["bis Freitag um 9:30", "2026-12-04 09:30"],
    ["spätestens am Donnerstag", "2026-12-03"],
    ["bis Sonnabend", "2026-12-05"],
    ["das muss noch heute sein", "2026-11-30"],
  ])("auf Deutsch: %s", (text, day) => expect(said(text)).toBe(day));

  it("on the same weekday is the one of next week, and the first of several is offered", () => {
    expect(said("by Monday")).toBe("2026-12-07");
    expect(datesIn("by Friday or by 2026-12-10", TODAY).length).toBe(2);
    expect(said("not 2020-01-01 but by 2026-12-10")).toBe("2026-12-10");
  });
});

describe("nothing is found", () => {
  it.each([
    "Guten Morgen zusammen",
    "am Morgen und morgens",
    "Version 3.12 ist da, und 1.2.3 auch",
    "it is supported by 3.12.",
    "we may 3 times march 4 miles",
    "last Friday we shipped",
    "on Friday last week",
    "am Freitag letzter Woche",
    "der Mai war gut, und Friday is a name",
    "24/7, 12/24, 1-800-555",
    "by so much, bis so bald, am do",
    "> by Friday",
    "`by Friday` and ```\nuntil 3 December\n```",
    "[the plan](https://x.example/2026-12-04) https://x.example/2026-12-05/plan",
    "[#Ready by Friday](/s/saaaaaaaaaaaaaaaaaaaaaaaaaa)",
    "31 February, bis 31.2., 2026-02-30",
    "Friday",
    "in Dec 2026",
    "build-2026-12-04.zip",
  ])("in %s", (text) => expect(said(text)).toBe(""));

  it("in a day that has passed, however it is said", () => {
    const months = ["January", "March", "May", "December"];
    for (let back = 1; back < 160; back += 7) {
      const date = new Date((TODAY - back) * DAY);
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
      const name = (language: string) =>
        new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(date);
      for (const text of [
        `by ${date.toISOString().slice(0, 10)}`,
        `until ${day} ${name("en")}`,
        `by ${name("en")} ${day}, ${year}`,
        `bis zum ${day}. ${name("de")}`,
        `bis ${day}.${month + 1}.`,
        `am ${day}.${month + 1}.${year}`,
      ])
        expect(said(text), text).toBe("");
    }
    expect(months.map((month) => said(`until 3 ${month} 2020`))).toEqual(["", "", "", ""]);
  });

  it("in whatever is said of words and numbers without a day", () => {
    const bits =
      "we the Mai Morgen May so do am by bis until next 3 3.12 1.0.2 12:30 15 Uhr 100% week Woche #12 @Bo über code-review on at sun-dried second Monitor Fritz".split(
        " ",
      );
    let state = 7;
    const roll = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let run = 0; run < 3000; run++) {
      const text = Array.from({ length: 2 + roll(8) }, () => bits[roll(bits.length)]).join(" ");
      // These say one.
      if (/\b\d+\.? (Mai|May)\b|\b(Mai|May) \d+|bis morgen/i.test(text)) continue;
      expect(said(text), text).toBe("");
    }
  });
});
