// Asking and answering: two people in two browsers, with a network and without one, by mouse and by keyboard.
import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { atAnyHour, send, works } from "../support/ask";
import { Device } from "../support/browser";
import type { Server, TestPerson } from "../support/server";
import { setTheStage, sitDown, strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let yuki: TestPerson;
let gil: TestPerson;
let space: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo Lindqvist", "Yuki Tanaka");
  ({ browser, server } = stage);
  [ana, bo, yuki] = stage.people;
  gil = await server.person("Gil", "guest");
  space = await server.space("Release", ana, bo, yuki, gil);
  // Yuki is away.
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await works(server, ana, atAnyHour());
  await works(server, bo, atAnyHour("Europe/Stockholm"));
  await works(server, yuki, { ...atAnyHour("Asia/Tokyo"), timeOff: [{ from: day(-3), to: day(40) }] });
  [hers, his] = await sitDown(browser, server, ana, bo);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

/** Somebody asks Bo, from elsewhere; both have it open. */
async function asked(title: string, what: string, of = [bo.id], by = ana): Promise<string> {
  const expects = { what, of };
  const id = await send(server, by, space, { kind: "topic", title, text: "Tell me, please.", expects });
  for (const device of [hers, his]) await device.reads(space, id, title);
  return id;
}

/** Nothing that is being written is kept any more. */
async function keepsNothing(device: Device): Promise<void> {
  const me = await device.me();
  const drafts = async () => (await device.asks([["Draft/get", { accountId: me, ids: null }, "0"]]))[0]?.[1]["list"];
  await expect.poll(drafts).toEqual([]);
}

const question = (device: Device): Locator => device.page.getByRole("group", { name: "What is asked" }).first();
const control = (device: Device): Locator => device.page.locator("form button[aria-expanded]").first();

it("one asks a colleague with a date, who answers, and both see who has", { timeout: 180_000 }, async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Which date?");
  await page.getByRole("textbox", { name: "What you have to say" }).fill("The second or the ninth, @Bo Lindqvist?");
  await page.getByText("Reaches Bo Lindqvist now.").waitFor();
  await hers.press("No reply needed");
  await page.getByRole("radio", { name: "A reply" }).check();
  // Whom the text names is proposed.
  await page.getByRole("list", { name: "Of whom" }).getByText("Bo Lindqvist").waitFor();
  await page.getByRole("radio", { name: "In a week" }).check();
  await hers.isAccessible();
  await page.emulateMedia({ colorScheme: "dark" });
  await hers.isAccessible();
  await page.emulateMedia({ colorScheme: "light" });
  await hers.press("Done");
  await expect.poll(() => control(hers).innerText()).toMatch(/Asks Bo Lindqvist for a reply by the end of \d+ \w+/);
  await page.reload();
  await expect.poll(() => control(hers).innerText()).toMatch(/Asks Bo Lindqvist for a reply by the end of/);
  await hers.press("Send");
  await page.getByRole("heading", { name: "Which date?" }).waitFor();
  await question(hers).getByText("of Bo Lindqvist").waitFor();

  await his.page.goto(`/s/${space}`);
  await his.page.getByRole("link", { name: /Which date/ }).click();
  await question(his)
    .getByText(/^Reply by/)
    .waitFor();
  expect(await question(his).locator("[data-strong]").count()).toBe(1);
  expect(await question(hers).locator("[data-what=reply]:not([data-strong])").count()).toBe(1);
  await his.isAccessible();
  await his.page.emulateMedia({ colorScheme: "dark" });
  await his.isAccessible();
  await his.page.emulateMedia({ colorScheme: "light" });
  await question(his).getByRole("button", { name: "Answer" }).click();
  await his.page.getByText("In answer to: Which date?").waitFor();
  await expect.poll(() => his.reply().evaluate((field) => field === document.activeElement)).toBe(true);
  await his.reply().fill("The second.");
  await his.press("Send");
  await his.arrived("The second.");
  await question(his).getByText("Answered").waitFor();

  await question(hers).getByText("Answered").waitFor();
  await question(hers).getByRole("link", { name: "Bo Lindqvist" }).click();
  await page.locator("[data-marked]").getByText("The second.").waitFor();
  await hers.isAccessible();
});

it("what one writes where one question waits for one answers it, unless one says otherwise", async () => {
  await asked("Say when", "reply");
  await his.reply().fill("Soon,");
  await his.page.getByText("In answer to: Say when").waitFor();
  await his.press("It is no answer");
  await his.reply().pressSequentially(" but this is a remark.");
  await expect.poll(() => his.page.getByText("In answer to: Say when").count()).toBe(0);
  await his.press("Send");
  await his.arrived("but this is a remark.");
  expect(await question(his).locator("[data-strong]").count()).toBe(1);
  await his.reply().fill("On Tuesday.");
  await his.page.getByText("In answer to: Say when").waitFor();
  await his.press("Send");
  await question(his).getByText("Answered").waitFor();
  await question(hers).getByText("Answered").waitFor();
});

it("an answer that is deleted opens the question again", async () => {
  await asked("Which room?", "decision");
  await question(his).getByRole("button", { name: "Answer" }).click();
  await his.reply().fill("The small one.");
  await his.press("Send");
  await question(hers).getByText("Decided").waitFor();
  await his.arrived("The small one.");
  await his.letter("The small one.").hover();
  await his.letter("The small one.").getByRole("button", { name: "More" }).click();
  await his.page.getByRole("menuitem", { name: "Delete" }).click();
  await his.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await question(his).getByRole("button", { name: "Answer" }).waitFor();
  await question(hers).getByText("Decide", { exact: true }).waitFor();
});

it("a Got it is given and taken back by the same button, without a network too", async () => {
  const id = await asked("New hours of the desk", "acknowledgement", [bo.id, yuki.id]);
  const button = question(his).getByRole("button", { name: "Got it" });
  await his.context.setOffline(true);
  await button.click();
  await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
  await question(his).getByText("You", { exact: true }).waitFor();
  await button.click();
  await expect.poll(() => button.getAttribute("aria-pressed")).toBe("false");
  await button.click();
  await his.context.setOffline(false);
  const given = async () => {
    const [got] = await hers.asks([["Item/get", { accountId: space, ids: [id] }, "0"]]);
    const [item] = (got?.[1]["list"] ?? []) as Array<{ answers: object }>;
    return Object.keys(item?.answers ?? {});
  };
  await expect.poll(given, { timeout: 40_000 }).toEqual([bo.id]);
  await question(hers).getByText("Yuki Tanaka").last().waitFor();
  await button.click();
  await expect.poll(given).toEqual([]);
});

it("an answer without a network counts for its author at once, and for all when it has left", async () => {
  await asked("On the train", "reply");
  await his.context.setOffline(true);
  await question(his).getByRole("button", { name: "Answer" }).click();
  await his.reply().fill("I am on it.");
  await his.press("Send");
  await question(his).getByText("Answered").waitFor();
  await his.letter("I am on it.").getByText("Leaves when you are online").waitFor();
  expect(await question(hers).getByText("Answered").count()).toBe(0);
  await his.context.setOffline(false);
  await question(hers).getByText("Answered").waitFor({ timeout: 40_000 });
});

it("who asks can say that it is no longer needed, and ask again", async () => {
  await asked("A name for the ship", "reply");
  await question(hers).getByRole("button", { name: "No longer needed" }).click();
  await question(his).getByText("Closed by Ana, no longer needed").waitFor();
  expect(await question(his).getByRole("button").count()).toBe(0);
  await hers.isAccessible();
  await question(hers).getByRole("button", { name: "Ask again" }).click();
  await question(his).getByRole("button", { name: "Answer" }).waitFor();
});

it("nobody can be asked nothing, and no time that has passed", async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Who can look?");
  await hers.press("No reply needed");
  await page.getByRole("radio", { name: "A decision" }).check();
  await page.getByText("Nobody is asked yet.").waitFor();
  await hers.press("Done");
  await hers.press("Send");
  await page.getByRole("alert").getByText("Nobody is asked. Add whom you ask").waitFor();
  const field = page.getByRole("combobox", { name: "Add somebody" });
  await field.fill("nob");
  await page.getByText("Nobody else here has that name.").waitFor();
  await field.fill("bo");
  await page.getByRole("option", { name: "Bo Lindqvist" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByRole("radio", { name: "Another day" }).check();
  await page.getByLabel("Day", { exact: true }).fill("2026-01-05");
  await page.getByText("That time has passed.").waitFor();
  await hers.isAccessible();
  await hers.press("Send");
  expect(new URL(page.url()).pathname).toBe(`/s/${space}/write`);
  await page.getByLabel("Day", { exact: true }).fill("2031-01-07");
  await page.getByLabel("Time", { exact: true }).fill("11:00");
  await expect.poll(() => control(hers).innerText()).toContain("by 7 January 11:00");
  // What is taken off is off.
  await hers.press("Ask nothing");
  await expect.poll(() => control(hers).innerText()).toBe("No reply needed");
  await page.getByRole("textbox", { name: "Title" }).fill("");
  await keepsNothing(hers);
});

it("a date that leaves somebody no time is told, and a better one is ready", async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("The plan");
  await hers.press("No reply needed");
  await page.getByRole("radio", { name: "A reply" }).check();
  const field = page.getByRole("combobox", { name: "Add somebody" });
  for (const name of ["Bo Lindqvist", "Yuki Tanaka"]) {
    await field.fill(name);
    await page.getByRole("option", { name }).click();
  }
  await page.getByText(/^Reaches Bo Lindqvist now\. Yuki Tanaka is off until \d+ \w+\.$/).waitFor();
  await page.getByRole("radio", { name: "Tomorrow" }).check();
  await page.getByText("Yuki Tanaka has less than one working hour until then.").waitFor();
  await hers.isAccessible();
  await page.emulateMedia({ colorScheme: "dark" });
  await hers.isAccessible();
  await page.emulateMedia({ colorScheme: "light" });
  const use = page.getByRole("button", { name: /^Use \d+ \w+$/ });
  const day = (await use.innerText()).replace("Use ", "");
  await use.click();
  await page.getByText("has less than one working hour").waitFor({ state: "detached" });
  await expect.poll(() => control(hers).innerText()).toContain(`by the end of ${day}`);
  // It helps, and does not force: with the early date it can be sent as well.
  await page.getByRole("radio", { name: "Tomorrow" }).check();
  await hers.press("Send");
  await page.getByRole("heading", { name: "The plan" }).waitFor();
});

it("a draft asks the same on another device, and what is taken back asks as before", async () => {
  const id = await send(server, ana, space, { kind: "topic", title: "Two devices", text: "To begin with." });
  await hers.reads(space, id, "Two devices");
  await hers.reply().fill("Who was it?");
  await hers.press("No reply needed");
  await hers.page.getByRole("radio", { name: "A “Got it”" }).check();
  await hers.page.getByRole("combobox", { name: "Add somebody" }).fill("Yuki");
  await hers.page.keyboard.press("Enter");
  const phone = await Device.open(browser, server, { width: 390, height: 844 });
  await phone.signsIn(ana.email);
  await phone.reads(space, id, "Two devices");
  await expect.poll(() => control(phone).innerText()).toBe("Asks Yuki Tanaka for a “Got it”");
  await control(phone).click();
  await phone.fits();
  await phone.isAccessible();
  await phone.undoes(60);
  await phone.press("Send");
  await phone.letter("Who was it?").getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => control(phone).innerText()).toBe("Asks Yuki Tanaka for a “Got it”");
  await expect.poll(() => control(hers).innerText()).toBe("Asks Yuki Tanaka for a “Got it”");
  await phone.undoes(0);
  await phone.reply().fill("");
  await phone.press("Ask nothing");
  await keepsNothing(phone);
  await phone.close();
});

it("without a mouse: asked by keyboard, and answered by keyboard", async () => {
  const id = await send(server, ana, space, { kind: "topic", title: "No mouse", text: "To begin with." });
  await hers.reads(space, id, "No mouse");
  const { keyboard } = hers.page;
  await hers.reply().focus();
  await keyboard.type("Is it done?");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  // From "No reply needed" to "A reply".
  await hers.page.getByRole("radio", { name: "No reply needed" }).focus();
  await keyboard.press("ArrowDown");
  await hers.page.getByRole("radio", { name: "A reply" }).and(hers.page.locator(":checked")).waitFor();
  await keyboard.press("Tab");
  await keyboard.type("bo");
  await hers.page.getByRole("option", { name: "Bo Lindqvist" }).waitFor();
  await keyboard.press("Enter");
  await keyboard.press("Escape");
  await expect.poll(() => control(hers).evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await control(hers).innerText()).toBe("Asks Bo Lindqvist for a reply");
  await keyboard.press("Control+Enter");
  await hers.arrived("Is it done?");
  await his.reads(space, id, "No mouse");
  await question(his).getByRole("button", { name: "Answer" }).focus();
  await his.page.keyboard.press("Enter");
  await his.page.keyboard.type("It is.");
  await his.page.keyboard.press("Control+Enter");
  await question(hers).getByText("Answered").waitFor();
});

it("a guest asks and answers, and is told nobody's hours", async () => {
  const id = await asked("For the customer", "reply", [gil.id]);
  const guest = await Device.open(browser, server, { width: 390, height: 844 });
  await guest.joins(gil.link);
  await guest.reads(space, id, "For the customer");
  await guest.undoes(0);
  await question(guest).getByRole("button", { name: "Answer" }).click();
  await guest.reply().fill("Thank you, @Ana.");
  await guest.page.getByText("In answer to: For the customer").waitFor();
  expect(await guest.page.getByText(/Reaches/).count()).toBe(0);
  await guest.fits();
  await guest.press("Send");
  await question(hers).getByText("Answered").waitFor();
  await guest.close();
});
