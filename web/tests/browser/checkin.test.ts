// Check-ins and what comes again: one asks everybody, who answer in words that nobody else sees before it closes, and sets up
// what comes every week; with and without a network.
import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { atAnyHour, works } from "../support/ask";
import type { Device } from "../support/browser";
import type { Server, TestPerson } from "../support/server";
import { setTheStage, sitDown, strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let [ana, bo, yuki]: TestPerson[] = [];
let space: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo Lindqvist", "Yuki Tanaka");
  ({ browser, server } = stage);
  [ana, bo, yuki] = stage.people;
  space = await server.space("Release", ana!, bo!, yuki!);
  await works(server, ana!, atAnyHour());
  await works(server, bo!, atAnyHour("Europe/Stockholm"));
  await works(server, yuki!, atAnyHour("Asia/Tokyo"));
  [hers, his] = await sitDown(browser, server, ana!, bo!);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

const head = (device: Device): Locator => device.page.getByRole("region", { name: "The check-in" });
const answers = (device: Device): Locator => device.page.getByRole("list", { name: "The replies" });

/** In light, in dark, and in the width of a phone, each with a picture. */
async function looks(device: Device, name: string): Promise<void> {
  const { page } = device;
  await device.isAccessible();
  await device.picture(`checkin-${name}-light`);
  await device.turns("dark");
  await device.isAccessible();
  await device.picture(`checkin-${name}-dark`);
  await device.turns("light");
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await device.fits();
  await device.picture(`checkin-${name}-phone`);
  if (wide) await page.setViewportSize(wide);
}

it(
  "one asks everyone here, answers are sealed until it closes, and then they are read together",
  { timeout: 120_000 },
  async () => {
    const { page } = hers;
    await page.goto(`/s/${space}/write`);
    await page
      .getByRole("navigation", { name: "What do you begin?" })
      .getByRole("link", { name: "A check-in" })
      .click();
    await page.getByRole("heading", { name: "New check-in" }).waitFor();
    await page.getByRole("textbox", { name: "Title" }).fill("What went well this week?");
    await hers.press("Send");
    await page.getByRole("alert").getByText("A check-in closes: choose until when it is open.").waitFor();
    await page.getByRole("radio", { name: "In a week" }).check();
    await page.getByRole("radio", { name: "Sealed until then" }).check();
    await page.getByText(/^Nobody sees a reply before .*, you and admins included/).waitFor();
    await looks(hers, "write");
    await hers.press("Send");
    await page.getByRole("heading", { name: "What went well this week?" }).waitFor();
    await head(hers)
      .getByText(/^Open until .* Nobody sees a reply before that\.$/)
      .waitFor();

    // It closes at another time.
    const before = await head(hers).innerText();
    await hers.press("Another date …");
    await page.getByRole("radio", { name: "Tomorrow" }).check();
    await hers.press("Save");
    await expect.poll(() => head(hers).innerText()).not.toBe(before);

    // It reaches Bo, who answers it on the train.
    await his.page.goto("/inbox");
    await his.page.getByRole("link", { name: /What went well this week/ }).click();
    await head(his).waitFor();
    await his.context.setOffline(true);
    await his.writes("The relaese");
    await his.page.getByText(/^Nobody sees it before /).waitFor();
    await his.press("Send");
    await his.page.getByText("The relaese").waitFor();
    await his.context.setOffline(false);
    await his.page.getByText(/^Sealed: nobody sees it before /).waitFor();
    await his.press("Edit");
    await (await his.editor("Edit")).fill("The release, and that nobody worked at night.");
    await his.press("Save");
    await his.page.getByText("The release, and that nobody worked at night.", { exact: true }).waitFor();
    await looks(his, "sealed");
    await his.page.goto("/drafts");
    await his.page.getByText(/^Sealed: nobody sees it before /).waitFor();

    await page.getByRole("link", { name: "The question and my reply" }).click();
    await page.getByText("Nothing to read yet").waitFor();
    await page.goBack();
    await hers.press("Close now");
    await page.getByText("It closes for everybody, and all replies are seen at once.").waitFor();
    await page.locator("form").getByRole("button", { name: "Close now" }).click();
    await page.getByText("The release, and that nobody worked at night.", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Read all replies" }).click();
    await answers(hers).getByText("The release, and that nobody worked at night.", { exact: true }).waitFor();
    await page.getByText("Nothing from Yuki Tanaka.").waitFor();
    await looks(hers, "collected");
  },
);

it(
  "what comes again is set up, skipped, paused and ended, by keys and without a network",
  { timeout: 120_000 },
  async () => {
    const { page } = hers;
    await page.goto(`/s/${space}/write`);
    await page.getByRole("textbox", { name: "Title" }).fill("What is planned this week?");
    await page.getByRole("button", { name: "Again and again …" }).click();
    await page.getByLabel("First on").fill("2199-01-07");
    await page.getByText(/^Next: .*7 Jan.*14 Jan.*21 Jan/).waitFor();
    await looks(hers, "again-write");
    await hers.press("Set up");
    await page.getByRole("heading", { name: "What comes again" }).waitFor();
    const one = page.getByRole("article", { name: "What is planned this week?" });
    await one.getByText("Every Monday, in your name.").waitFor();
    expect(await one.getByRole("list", { name: "Next times" }).getByRole("listitem").count()).toBe(3);
    await hers.context.setOffline(true);
    await one.getByRole("button", { name: "Skip the next one" }).focus();
    await page.keyboard.press("Enter");
    await one.getByText(/^Skipped: .*7 Jan/).waitFor();
    await one
      .getByRole("list", { name: "Next times" })
      .getByText(/14 Jan/)
      .waitFor();
    await hers.context.setOffline(false);
    await his.page.goto(`/s/${space}`);
    await his.page.getByRole("link", { name: "What comes again" }).click();
    const seen = his.page.getByRole("article", { name: "What is planned this week?" });
    await seen.getByText(/^Skipped: .*7 Jan/).waitFor();
    expect(await seen.getByRole("button").count()).toBe(0);
    await one.getByRole("button", { name: "Pause" }).click();
    await seen.getByText("Paused by Ana.").waitFor();
    await one.getByRole("button", { name: "Go on" }).click();
    await one.getByRole("list", { name: "Next times" }).waitFor();
    await looks(hers, "again");
    await one.getByRole("button", { name: "Change …" }).click();
    const change = page.getByRole("form", { name: "Change …" });
    await change.getByLabel("Title").fill("What is planned this month?");
    await change.getByLabel("How often").selectOption({ label: "Every second Monday of the month" });
    await looks(hers, "again-change");
    await page.keyboard.press("Enter");
    const monthly = page.getByRole("article", { name: "What is planned this month?" });
    await monthly.getByText("Every second Monday of the month, in your name.").waitFor();
    await his.page.getByRole("article", { name: "What is planned this month?" }).waitFor();
    await monthly.getByRole("button", { name: "End it …" }).click();
    await monthly.getByText("It comes no more; what was said stays.").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Nothing comes again here").waitFor();
    await his.page.getByText("Nothing comes again here").waitFor();
  },
);
