// Hours & time off: one's own hours and days off, what the server says to them, and everybody's hours. On the server it is
// Wednesday, the second of December 2026, ten in the morning in Lisbon.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PersonRhythm } from "../../src/generated/types";
import { rhythmOf, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

const NOW = "@2026-12-02 10:00:00";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let yuki: TestPerson;
let gil: TestPerson;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart(NOW);
  ana = await server.person("Ana", "admin");
  yuki = await server.person("Yuki Tanaka");
  gil = await server.person("Gil", "guest");
  const members = [ana, yuki, gil].flatMap(({ email }) => ["--member", email]);
  await server.order("space", "add", "--name", "Desk", ...members);
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const rhythm = (of: TestPerson) => rhythmOf(server, of);

const says = (of: TestPerson, some: PersonRhythm) => works(server, of, some);

const opens = async (device = hers) => {
  await device.page.goto("/hours");
  await device.page.getByRole("heading", { name: "Hours & time off" }).waitFor();
};

const saves = async () => {
  await hers.press("Save my hours");
  await hers.page.getByText("Saved", { exact: true }).waitFor();
};

const mine = () => hers.page.getByRole("region", { name: "My hours" });

it("usual hours are saved with one press, in the zone of the device", async () => {
  const { page } = hers;
  // Coming in says usual hours; here it is as if somebody had not agreed to them.
  await expect.poll(() => rhythm(ana)).not.toBeNull();
  await works(server, ana, null);
  await opens();
  await page.getByText("You have not said them yet.").waitFor();
  await page.getByText("Things reach you now, until 17:00.").first().waitFor();
  await saves();
  await page.getByText("You have not said them yet.").waitFor({ state: "detached" });
  const said = await rhythm(ana);
  expect([said?.zone, said?.hours?.length, said?.hours?.[0]]).toEqual([
    "Europe/Lisbon",
    5,
    { weekday: "mo", spans: [{ from: "09:00", to: "17:00" }] },
  ]);
});

it("other hours change the sentence: at first what would be, and once they are saved what is", async () => {
  const { page } = hers;
  await opens();
  await mine().getByLabel("To", { exact: true }).fill("09:30");
  const later = "Next arrival time: tomorrow 09:00. Until then nothing asks for you.";
  await mine().getByText(later).waitFor();
  await page.getByText("Things reach you now, until 17:00.").waitFor();
  await saves();
  await page.getByRole("banner").or(page.locator("main header")).getByText(later).waitFor();
  await mine().getByRole("button", { name: "Thursday" }).click();
  await mine().getByText("Next arrival time: Friday 09:00.").waitFor();
  await mine().getByRole("button", { name: "Cancel" }).click();
  await mine().getByText("Next arrival time: Friday 09:00.").waitFor({ state: "detached" });
  expect(await mine().getByRole("button", { name: "Thursday" }).getAttribute("aria-pressed")).toBe("true");
  await mine().getByLabel("To", { exact: true }).fill("17:00");
  await mine().getByRole("radio", { name: "At chosen times" }).check();
  await mine().getByRole("button", { name: "Add a time" }).click();
  await mine().getByLabel("Time", { exact: true }).last().fill("14:00");
  await saves();
  await page.getByText("Next arrival time: today 14:00.").waitFor();
  expect((await rhythm(ana))?.arrivals).toEqual(["09:00", "14:00"]);
  await mine().getByRole("radio", { name: "At any time of my hours" }).check();
  await saves();
  await page.getByText("Things reach you now, until 17:00.").waitFor();
});

it("each day can have hours of its own, with breaks, and all can be alike again", async () => {
  await opens();
  await mine().getByRole("button", { name: "Differ by day" }).click();
  await mine().getByRole("button", { name: "Add hours on Saturday" }).click();
  const wednesday = mine().getByRole("group", { name: "Wednesday" });
  await wednesday.getByLabel("To", { exact: true }).fill("12:00");
  await mine().getByRole("button", { name: "Add hours on Wednesday" }).click();
  await wednesday.nth(1).getByLabel("To", { exact: true }).fill("11:00");
  await hers.press("Save my hours");
  await mine().getByText("Wednesday: These hours end before they begin.").waitFor();
  await wednesday.nth(1).getByLabel("From", { exact: true }).fill("10:00");
  await hers.press("Save my hours");
  await mine().getByText("Wednesday: Two of these hours overlap.").waitFor();
  await wednesday.nth(1).getByLabel("From", { exact: true }).fill("20:00");
  await wednesday.nth(1).getByLabel("To", { exact: true }).fill("00:00");
  await saves();
  const said = await rhythm(ana);
  expect(said?.hours?.map(({ weekday }) => weekday)).toEqual(["mo", "tu", "we", "th", "fr", "sa"]);
  expect(said?.hours?.[2]?.spans).toEqual([
    { from: "09:00", to: "12:00" },
    { from: "20:00", to: "24:00" },
  ]);
  await hers.isAccessible();
  await mine().getByRole("button", { name: "The same on all working days" }).click();
  await mine().getByRole("button", { name: "Saturday" }).click();
  await saves();
  expect((await rhythm(ana))?.hours?.map(({ spans }) => spans)).toEqual(
    Array.from({ length: 5 }, () => [{ from: "09:00", to: "17:00" }]),
  );
});

it("time off is planned, changed and deleted, says what it means, and keeps its deputy", async () => {
  const { page } = hers;
  await opens();
  await hers.press("Plan time off");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First day").fill("2026-12-24");
  await dialog.getByLabel("Last day").fill("2027-01-03");
  await dialog.getByLabel("Note").fill("Snow, I hope");
  const means =
    "Nothing reaches you from Thursday 24 December to Sunday 3 January; what comes meanwhile arrives Monday 4 January 09:00.";
  await dialog.getByText(means).waitFor();
  await hers.isAccessible();
  await dialog.getByRole("button", { name: "Plan time off" }).click();
  await page.getByText(`Saved. ${means}`).waitFor();
  const planned = page.getByRole("complementary").getByRole("listitem");
  await expect.poll(() => planned.count()).toBe(1);
  const said = (await rhythm(ana)) as PersonRhythm;
  await says(ana, {
    ...said,
    timeOff: [
      { from: "2026-03-02", to: "2026-03-03" },
      { ...said.timeOff?.[0], from: "2026-12-24", to: "2027-01-03", coveredBy: yuki.id },
    ],
  });
  await page.getByText("Past (1)").waitFor();
  await page.getByRole("button", { name: /^Change Thu 24 December/ }).click();
  await dialog.getByLabel("Last day").fill("2026-12-23");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("The last day lies before the first.").waitFor();
  await dialog.getByLabel("Last day").fill("2026-12-24");
  await dialog.getByLabel("Note").fill("");
  await dialog.getByText(/Nothing reaches you on Thursday 24 December; .* arrives Friday 25 December 09:00/).waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  const changed = (await rhythm(ana))?.timeOff?.[1];
  expect([changed?.to, changed?.note ?? null, changed?.coveredBy]).toEqual(["2026-12-24", null, yuki.id]);
  await page.getByRole("button", { name: /^Delete Thu/ }).click();
  await page.getByText(/24 December.* is no longer planned\./).waitFor();
  await hers.press("Undo");
  await page.getByText(/24 December.* is planned again\./).waitFor();
  expect((await rhythm(ana))?.timeOff?.[1]?.coveredBy).toBe(yuki.id);
  await page.getByRole("button", { name: /^Delete Thu/ }).click();
  await page.getByText("None is planned.").waitFor();
  expect((await rhythm(ana))?.timeOff).toHaveLength(1);
});

it("what the server refuses is told in its words, and what was typed stays", async () => {
  const { page } = hers;
  await opens();
  await hers.press("Plan time off");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Plan time off" }).click();
  await dialog.getByText("Choose the first day off.").waitFor();
  await dialog.getByLabel("First day").fill("2027-01-01");
  await dialog.getByLabel("Last day").fill("2031-01-01");
  await dialog.getByRole("button", { name: "Plan time off" }).click();
  await dialog
    .getByRole("alert")
    .getByText(/two years at most/)
    .waitFor();
  expect(await dialog.getByLabel("Last day").inputValue()).toBe("2031-01-01");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) {
    await mine().getByRole("button", { name: day }).click();
  }
  await hers.press("Save my hours");
  await mine().getByRole("alert").getByText("Choose at least one day.").waitFor();
  await mine().getByRole("button", { name: "Cancel" }).click();
});

it("without a network nothing is lost: it is said, and can be saved when the network is back", async () => {
  const { page, context } = hers;
  await opens();
  await context.setOffline(true);
  await mine().getByLabel("From", { exact: true }).fill("08:15");
  await hers.press("Save my hours");
  await mine().getByRole("alert").getByText("There is no connection.").waitFor();
  expect(await mine().getByLabel("From", { exact: true }).inputValue()).toBe("08:15");
  await hers.press("Plan time off");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First day").fill("2026-12-24");
  await dialog.getByRole("button", { name: "Plan time off" }).click();
  await dialog.getByRole("alert").getByText("There is no connection.").waitFor();
  expect(await dialog.getByLabel("First day").inputValue()).toBe("2026-12-24");
  await context.setOffline(false);
  await expect
    .poll(async () => {
      const button = dialog.getByRole("button", { name: "Plan time off" });
      if ((await button.count()) > 0) await button.click({ timeout: 2000 }).catch(() => {});
      return (await rhythm(ana))?.timeOff?.map(({ from }) => from);
    })
    .toContain("2026-12-24");
  await dialog.waitFor({ state: "detached" });
  expect(await mine().getByLabel("From", { exact: true }).inputValue()).toBe("08:15");
  await saves();
  expect((await rhythm(ana))?.hours?.[0]?.spans[0]?.from).toBe("08:15");
});

it("all of it works by keyboard alone", async () => {
  const { page } = hers;
  await opens();
  const to = async (name: string) => {
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press("Tab");
      const said = await page.evaluate(() => {
        const focused = document.activeElement;
        return focused?.getAttribute("aria-label") ?? focused?.textContent ?? "";
      });
      if (said.startsWith(name)) return;
    }
    throw new Error(`no way by Tab to ${name}`);
  };
  await to("Plan time off");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.locator("input[type=date]:focus").first().waitFor();
  // Day and month are the same, whichever the browser has first.
  await page.keyboard.type("08082027");
  await page.keyboard.press("Tab");
  // The button for the calendar may come between.
  if (!(await dialog.getByLabel("Last day").evaluate((one) => one === document.activeElement))) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("09092027");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/Saved\. Nothing reaches you from Sunday 8 August to Thursday 9 September/).waitFor();
  await to("Friday");
  await page.keyboard.press("Space");
  await to("Save my hours");
  await page.keyboard.press("Enter");
  await page.getByText("Saved", { exact: true }).waitFor();
  expect((await rhythm(ana))?.hours?.map(({ weekday }) => weekday)).toEqual(["mo", "tu", "we", "th"]);
});

it("everybody's hours are a list by one's own clock, with who is off until when", async () => {
  await says(ana, { zone: "Europe/Lisbon" });
  await says(yuki, { zone: "Asia/Tokyo" });
  await opens();
  const { page } = hers;
  const all = page.getByRole("region", { name: "Everybody" });
  await all.getByText("Yuki Tanaka, Tokyo: 09:00 to 17:00 there, 00:00 to 08:00 here").waitFor();
  await all.getByText("Ana, Lisbon: 09:00 to 17:00").waitFor();
  await all.getByText("No hour is shared by all who work that day.").waitFor();
  await says(yuki, {
    zone: "Asia/Tokyo",
    hours: [
      { weekday: "we", spans: [{ from: "16:00", to: "22:00" }] },
      { weekday: "mo", spans: [{ from: "09:00", to: "17:00" }] },
    ],
  });
  await all.getByText("The tinted band is shared by all who work that day: 09:00 to 13:00.").waitFor();
  // One's own bar follows what one types.
  await mine().getByLabel("From", { exact: true }).fill("10:00");
  await all.getByText("The tinted band is shared by all who work that day: 10:00 to 13:00.").waitFor();
  await mine().getByRole("button", { name: "Cancel" }).click();
  await all.getByRole("radio", { name: "Tomorrow" }).check({ force: true });
  await all.getByText("Yuki Tanaka, Tokyo: off until Monday").waitFor();
  await hers.isAccessible();
  await page.setViewportSize({ width: 820, height: 1180 });
  await hers.fits();
  await hers.picture("hours-820");
  await page.setViewportSize({ width: 1360, height: 900 });
  const dark = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark", language: "de-DE" });
  await dark.signsIn(ana.email);
  await dark.page.goto("/hours");
  await dark.page.getByText("Yuki Tanaka, Tokyo: 16:00 bis 22:00 dort, 07:00 bis 13:00 hier").waitFor();
  await dark.isAccessible();
  await dark.fits();
  await dark.close();
});

it("the ends of one's own bar are moved by pointer and by keys", async () => {
  await opens();
  const { page } = hers;
  const all = page.getByRole("region", { name: "Everybody" });
  const end = all.getByRole("slider", { name: "My hours end" });
  await end.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("PageUp");
  expect(await end.getAttribute("aria-valuetext")).toBe("18:15");
  await all.getByText("Ana, Lisbon: 09:00 to 18:15").waitFor();
  const begin = all.getByRole("slider", { name: "My hours begin" });
  const [from, to] = [await begin.boundingBox(), await end.boundingBox()];
  if (!from || !to) throw new Error("the bar has no ends");
  const hour = (to.x - from.x) / 9.25;
  const y = from.y + from.height / 2;
  await page.mouse.move(from.x + from.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 - 2 * hour, y, { steps: 5 });
  await page.mouse.up();
  expect(await mine().getByLabel("From", { exact: true }).inputValue()).toBe("07:00");
  await all.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  expect((await rhythm(ana))?.hours?.[4]?.spans).toEqual([{ from: "07:00", to: "18:15" }]);
  await says(ana, { zone: "Europe/Lisbon" });
});

it("more than twelve people are told by zone, and can be shown one by one", async () => {
  for (let i = 1; i <= 11; i += 1) {
    const one = await server.person(`Berliner ${i}`);
    await says(one, { zone: "Europe/Berlin" });
  }
  await opens();
  const all = hers.page.getByRole("region", { name: "Everybody" });
  await all.getByText("11 people in Europe/Berlin: 09:00 to 17:00 there, 08:00 to 16:00 here").waitFor();
  expect(await all.getByRole("listitem").count()).toBe(3);
  await all.getByRole("button", { name: "Show each" }).click();
  await all.getByText("Berliner 7, Berlin: 09:00 to 17:00 there, 08:00 to 16:00 here").waitFor();
  await hers.isAccessible();
  await hers.fits();
});

it("within when one usually replies is said if one wishes, and stands on one's page", async () => {
  const { page } = hers;
  await opens();
  const within = page.getByRole("combobox", { name: "I usually reply" });
  expect(await within.inputValue()).toBe("");
  await within.selectOption("within one working day");
  await hers.isAccessible();
  await within.scrollIntoViewIfNeeded();
  await hers.picture("hours-within");
  await saves();
  expect(await rhythm(ana)).toMatchObject({ zone: "Europe/Lisbon", answersWithin: 480 });
  await page.goto(`/p/${ana.id}`);
  await page.getByText("Ana usually replies within one working day.").waitFor();
  await hers.picture("person-within");
  await opens();
  await within.selectOption("Not said");
  await saves();
  expect((await rhythm(ana))?.answersWithin ?? null).toBeNull();
});

it("guests are told that an admin sets their hours", async () => {
  const his = await Device.open(browser, server);
  await his.joins(gil.link);
  await his.page.goto("/hours");
  await his.page.getByText("Guests can’t set their hours themselves").waitFor();
  expect(await his.page.getByRole("button", { name: "Plan time off" }).count()).toBe(0);
  await his.isAccessible();
  await his.close();
});
