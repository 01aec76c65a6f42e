// Every screen in its states, as gallery.test.ts: Hours & time off.
import { afterAll, beforeAll, describe, it } from "vitest";
import type { PersonRhythm } from "../../src/generated/types";
import { works } from "../support/ask";
import { Gallery, LOOKS } from "../support/gallery";
import type { TestPerson } from "../support/server";

let gallery: Gallery;

/** A day that many days from now. */
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

/** The same hours on all days, so that the pictures of a Sunday have something to show. */
const daily = (...spans: Array<[string, string]>): PersonRhythm["hours"] =>
  (["mo", "tu", "we", "th", "fr", "sa", "su"] as const).map((weekday) => ({
    weekday,
    spans: spans.map(([from, to]) => ({ from, to })),
  }));

const ANA: PersonRhythm = {
  zone: "Europe/Lisbon",
  hours: daily(["09:00", "17:00"]),
  timeOff: [
    { from: day(-90), to: day(-80), note: "Azores" },
    { from: day(25), to: day(35), note: "With my sister in Porto, without a computer. Kofi knows the build." },
    { from: day(60), to: day(60) },
  ],
};

const OTHERS: Record<string, PersonRhythm> = {
  "Yuki Tanaka": { zone: "Asia/Tokyo", hours: daily(["16:00", "24:00"]) },
  "Kofi Mensah": { zone: "Africa/Accra", hours: daily(["08:00", "16:00"]) },
  "Maja Novak": { zone: "Europe/Zagreb", hours: daily(["08:30", "12:00"], ["13:00", "16:30"]) },
  "Bo Lindqvist": { zone: "Europe/Stockholm", timeOff: [{ from: day(-2), to: day(9), note: "Skiing" }] },
  "Priya Raman": { zone: "America/Los_Angeles", hours: daily(["09:00", "17:00"]) },
};

beforeAll(async () => {
  gallery = await Gallery.open();
  for (const [name, rhythm] of Object.entries({ "Ana Ribeiro": ANA, ...OTHERS })) await says(name, rhythm);
});

afterAll(() => gallery?.close());

const says = (name: string, rhythm: PersonRhythm | null) =>
  works(gallery.office.server, gallery.office.people.get(name) as TestPerson, rhythm);

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("hours as they are, changed, by day, and refused", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/hours");
    await page.getByText(/Yuki Tanaka, Tokyo/).waitFor();
    await visit.shows("hours");
    await page
      .getByRole("region", { name: visit.says("hours.all"), exact: true })
      .evaluate((one) => one.scrollIntoView());
    await visit.draws("hours-everybody");
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await visit.draws("hours-end");
    const mine = page.getByRole("region", { name: visit.says("hours.mine") });
    await mine.getByRole("radio", { name: visit.says("hours.times.chosen") }).check();
    await visit.button("hours.timeMore", mine).click();
    await visit.button("hours.byDay", mine).click();
    await mine
      .getByRole("button", { name: /Wed|Mitt/ })
      .first()
      .click();
    await mine.getByLabel(visit.says("hours.to"), { exact: true }).first().fill("08:00");
    await page.evaluate(() => window.scrollTo(0, 0));
    await visit.shows("hours-by-day");
    await visit.button("hours.save", mine).click();
    await mine.getByRole("alert").waitFor();
    await visit.shows("hours-refused");
    await visit.close();
  });

  it("planning time off", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/hours");
    await visit.button("hours.off.plan").click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await visit.shows("time-off-plan");
    await visit.button("hours.off.plan", dialog).click();
    await dialog.getByRole("alert").waitFor();
    await visit.draws("time-off-wrong");
    await dialog.getByLabel(visit.says("hours.off.first")).fill(day(90));
    await dialog.getByLabel(visit.says("hours.off.last")).fill(day(103));
    await dialog.getByLabel(visit.says("hours.off.note")).fill("Far away");
    await visit.shows("time-off-planned");
    await visit.close();
  });
});

// After the others: from here on she has said nothing.
describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("hours that were never said", async () => {
    await says("Ana Ribeiro", null);
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/hours");
    await visit.button("hours.save").waitFor();
    await visit.shows("hours-unsaid");
    await visit.close();
  });
});
