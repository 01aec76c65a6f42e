// Deciding: two people in two browsers begin a decision, vote, object, end it and find it again; with and without a network.
import { readFileSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { atAnyHour, send, works } from "../support/ask";
import type { Device } from "../support/browser";
import type { Server, TestPerson } from "../support/server";
import { setTheStage, sitDown, strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let yuki: TestPerson;
let space: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo Lindqvist", "Yuki Tanaka");
  ({ browser, server } = stage);
  [ana, bo, yuki] = stage.people;
  space = await server.space("Release", ana, bo, yuki);
  await works(server, ana, atAnyHour());
  await works(server, bo, atAnyHour("Europe/Stockholm"));
  await works(server, yuki, atAnyHour("Asia/Tokyo"));
  [hers, his] = await sitDown(browser, server, ana, bo);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

const head = (device: Device): Locator => device.page.getByRole("region", { name: "The decision" });
const options = (device: Device): Locator => device.page.getByRole("list", { name: "Options" });
const option = (device: Device, title: string): Locator =>
  options(device).getByRole("listitem").filter({ hasText: title });

/** In light, in dark, and in the width of a phone, each with a picture. */
async function looks(device: Device, name: string): Promise<void> {
  const { page } = device;
  await device.isAccessible();
  await device.picture(`decision-${name}-light`);
  await device.turns("dark");
  await device.isAccessible();
  await device.picture(`decision-${name}-dark`);
  await device.turns("light");
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await device.fits();
  await device.picture(`decision-${name}-phone`);
  if (wide) await page.setViewportSize(wide);
}

it(
  "one asks two colleagues to vote, who see by name who chose what, until it is ended",
  { timeout: 240_000 },
  async () => {
    const { page } = hers;
    await page.goto(`/s/${space}/write`);
    await page
      .getByRole("navigation", { name: "What do you begin?" })
      .getByRole("link", { name: "A decision" })
      .click();
    await page.getByRole("heading", { name: "New decision" }).waitFor();
    await page.getByRole("textbox", { name: "Title" }).fill("When do we release?");
    await page.getByRole("textbox", { name: "What you have to say" }).fill("Both dates work for the shop.");
    await hers.press("Send");
    await page.getByRole("alert").getByText("Nobody decides yet. Add who does.").waitFor();
    const add = page.getByRole("combobox", { name: "Add somebody" });
    for (const name of ["Bo Lindqvist", "Yuki Tanaka"]) {
      await add.fill(name);
      await add.press("Enter");
    }
    await page.getByText(/^Agreed unless someone objects by .*, the last one, has had 8 working hours\.$/).waitFor();
    await page.getByRole("radio", { name: "A vote" }).check();
    await page.getByRole("textbox", { name: "Option 1" }).fill("On Thursday");
    await page.getByRole("textbox", { name: "Option 2" }).fill("On Monday");
    await page.getByRole("radio", { name: "At a date" }).check();
    await page.getByRole("radio", { name: "In a week" }).check();
    await looks(hers, "write");
    // It is kept, with all that was chosen.
    const me = await hers.me();
    const kept = async () => (await hers.asks([["Draft/get", { accountId: me, ids: null }, "0"]]))[0]?.[1]["list"];
    const chosen = [{ title: "On Thursday" }, { title: "On Monday" }];
    await expect.poll(kept).toMatchObject([{ item: { rule: "vote", workingMinutes: null, options: chosen } }]);
    await page.reload();
    await expect.poll(() => page.getByRole("textbox", { name: "Option 2" }).inputValue()).toBe("On Monday");
    await hers.press("Send");
    await page.getByRole("heading", { name: "When do we release?" }).waitFor();
    await head(hers)
      .getByText(/^Open for votes until/)
      .waitFor();
    await page.getByText("Waits for Bo Lindqvist and Yuki Tanaka").waitFor();

    await his.page.goto(`/s/${space}`);
    await his.page.getByRole("link", { name: /When do we release/ }).click();
    await option(his, "On Thursday").getByRole("button", { name: "Vote for this: On Thursday" }).click();
    await option(his, "On Monday").getByRole("button", { name: "Vote for this: On Monday" }).click();
    await option(his, "On Monday").getByRole("button", { name: "Your vote: On Monday" }).waitFor();
    await option(hers, "On Monday").getByRole("link", { name: "Bo Lindqvist" }).waitFor();
    expect(await option(hers, "On Thursday").getByRole("link").count()).toBe(0);
    await page.getByText("Waits for Yuki Tanaka").waitFor();
    await looks(his, "open");

    await hers.press("End it now");
    await page.getByText("End it now with what was said so far?").waitFor();
    await page.locator("form").getByRole("button", { name: "End it now" }).click();
    await head(hers).getByText("Decided: On Monday").waitFor();
    await head(his).getByText("Decided: On Monday").waitFor();
    expect(await his.page.getByRole("button", { name: /Vote for this/ }).count()).toBe(0);
    const downloading = page.waitForEvent("download");
    await hers.press("Calendar file");
    const file = readFileSync(await (await downloading).path(), "utf8");
    expect(file).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*SUMMARY:When do we release\?\r\n[\s\S]*END:VCALENDAR\r\n$/);
    await looks(hers, "ended");

    // Another one takes its place, once that is agreed.
    await page.getByRole("link", { name: "Decide anew …" }).click();
    await page.getByText("In place of When do we release?").waitFor();
    await page.getByRole("textbox", { name: "Title" }).fill("We release on Friday");
    await add.fill("Bo Lindqvist");
    await add.press("Enter");
    await hers.isAccessible();
    await hers.press("Send");
    await page.getByRole("heading", { name: "We release on Friday" }).waitFor();
    await hers.press("End it now");
    await page.locator("form").getByRole("button", { name: "End it now" }).click();
    await head(hers).getByText("Agreed").waitFor();
    await page.getByRole("link", { name: "When do we release?" }).click();
    await head(hers).getByRole("link", { name: "We release on Friday" }).waitFor();
  },
);

it(
  "an objection without a network stands there at once, and reaches the others when there is one",
  { timeout: 120_000 },
  async () => {
    const title = "We stop the old form in March";
    const expects = { what: "decision", of: [bo.id, yuki.id] };
    const proposal = { kind: "decision", title, text: "Nobody has used it since summer.", rule: "consent" };
    const id = await send(server, ana, space, { ...proposal, expects, workingMinutes: 480 });
    await his.reads(space, id, title);
    await hers.reads(space, id, title);
    await head(his)
      .getByText(/^Agreed unless someone objects by .*the last one, has had 8 working hours\.$/)
      .waitFor();
    await his.context.setOffline(true);
    await his.press("I agree");
    await his.page.getByRole("button", { name: "I agree", pressed: true }).waitFor();
    await his.press("Object …");
    await his.page.getByRole("textbox", { name: "What would have to be otherwise?" }).fill("Two partners still do.");
    await his.page.getByRole("button", { name: "Object", exact: true }).click();
    const objections = (device: Device) => device.page.getByRole("list", { name: "Objections" });
    await objections(his).getByText("Two partners still do.").waitFor();
    await his.context.setOffline(false);
    await objections(hers).getByText("Bo Lindqvist objects").waitFor();
    await hers.page.getByText("Waits for Yuki Tanaka").waitFor();
    await looks(hers, "objection");
    // Its author gives them longer.
    await hers.press("Change …");
    await hers.page.getByRole("spinbutton", { name: "Working hours that each has" }).fill("16");
    await hers.isAccessible();
    await hers.picture("decision-change-light");
    await hers.press("Change");
    await head(hers)
      .getByText(/the last one, has had 16 working hours\.$/)
      .waitFor();
    await head(his)
      .getByText(/the last one, has had 16 working hours\.$/)
      .waitFor();
  },
);

it("a vote that comes after the end is told to its author with the reason", { timeout: 120_000 }, async () => {
  const title = "A quick one";
  const by = new Date(Date.now() + 15_000).toISOString().replace(/\.\d+Z$/, "Z");
  const pair = ["Yes", "No"].map((one) => ({ id: one.toLowerCase(), title: one }));
  const expects = { what: "decision", of: [bo.id], by };
  const id = await send(server, ana, space, {
    kind: "decision",
    title,
    text: "?",
    rule: "vote",
    options: pair,
    expects,
  });
  await his.reads(space, id, title);
  await hers.reads(space, id, title);
  await his.context.setOffline(true);
  await option(his, "Yes").getByRole("button", { name: "Vote for this: Yes" }).click();
  await option(his, "Yes").getByRole("button", { name: "Your vote: Yes" }).waitFor();
  await head(hers).getByText("Undecided: nobody has voted").waitFor({ timeout: 60_000 });
  await his.context.setOffline(false);
  await his.page.getByText("You had voted: Yes").waitFor({ timeout: 60_000 });
  await his.page.getByText(/takes no vote since; say what you think in a reply/).waitFor();
  await his.isAccessible();
  await his.picture("decision-late-light");
});

it("the decisions of a Space stand on a page of their own, the open ones first", { timeout: 120_000 }, async () => {
  const { page } = hers;
  await page.goto(`/s/${space}`);
  await page.getByRole("link", { name: "Decisions", exact: true }).waitFor();
  await looks(hers, "space");
  await page.getByRole("link", { name: "Decisions", exact: true }).click();
  await page.getByRole("heading", { name: "Decisions" }).waitFor();
  const rows = page.locator("main [data-row]");
  await expect.poll(() => rows.allInnerTexts()).toHaveLength(4);
  const [first, ...others] = await rows.allInnerTexts();
  expect(first).toContain("We stop the old form in March");
  expect(others.join()).toContain("Decided: On Monday");
  await looks(hers, "log");
});
