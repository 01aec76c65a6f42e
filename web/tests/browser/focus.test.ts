// Answering one by one, without the list; and rows that are swiped away by a finger.
import type { Browser, CDPSession, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { atAnyHour, send, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { LOOKS, Visit } from "../support/gallery";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let people: Record<"ana" | "bo" | "cy", TestPerson>;
let space: string;
let desk: Device;
let phone: Device;
let finger: CDPSession | undefined;

const DAY = 86_400_000;
const asks = (by: TestPerson, title: string, days: number, what = "reply") =>
  send(server, by, space, {
    kind: "topic",
    title,
    text: "There are **two** ways, and I would take the second.",
    expects: { what, of: [people.bo.id], by: utcDate(Date.now() + days * DAY) },
  });

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  people = {
    ana: await server.person("Ana Ribeiro", "admin"),
    bo: await server.person("Bo Lindqvist"),
    cy: await server.person("Cy Okafor"),
  };
  const { ana, bo, cy } = people;
  const flags = [ana, bo, cy].flatMap(({ email }) => ["--member", email]);
  space = String((await server.order("space", "add", "--name", "Release 4.2", ...flags))["spaceId"]);
  for (const one of [ana, bo, cy]) await works(server, one, atAnyHour());
  const first = await asks(ana, "Should the card form keep the postcode?", 1);
  for (const text of ["One.", "Two.", "Three.", "It works with last month's cards."])
    await send(server, cy, space, { kind: "post", parentId: first, text });
  await asks(cy, "The nightly export misses rows with a comma", 2, "decision");
  await asks(ana, "Read the new rules for the freeze, please", 3, "acknowledgement");
  await asks(cy, "Which two of the four logos go to print?", 4);
  desk = await Device.open(browser, server);
  await desk.joins(bo.link);
  phone = await Device.open(browser, server, { width: 390, height: 844, language: "de-DE" });
  await phone.signsIn(bo.email);
});

picturesOfFailures(() => ({ desk, phone }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const line = (device: Device, title: string) => device.page.locator("[data-row]").filter({ hasText: title });
const heading = (title: string) => desk.page.getByRole("heading", { name: title, level: 1 });

describe.each(LOOKS)("in $name", (look) => {
  it("a question, with what was said last around it, and what comes then", async () => {
    const device = await Device.open(browser, server, look);
    await device.signsIn(people.bo.email);
    const visit = new Visit(device, look);
    await visit.page.goto("/inbox");
    await visit.page.getByRole("link", { name: visit.says("keys.answer") }).click();
    await visit.page.getByText("It works with last month's cards.").waitFor();
    await visit.shows("one-by-one");
    await visit.close();
  });
});

it("one answers, is done, skips and puts off, one after the other, and comes back to what one undoes", async () => {
  const { page } = desk;
  await page.goto("/inbox");
  await line(desk, "postcode").waitFor();
  await page.locator("body").press("a");
  await heading("Should the card form keep the postcode?").waitFor();
  await page.getByText("It works with last month's cards.").waitFor();
  // The question and the latest, not the whole thread.
  const said = await page.getByRole("article").allInnerTexts();
  expect(said.map((text) => text.split("\n").at(-1))).toHaveLength(4);
  expect(await page.getByText("One.", { exact: true }).count()).toBe(0);
  const ways = page.getByRole("group", { name: "Ways on" });
  await ways.getByText("Then: Cy Okafor, about “The nightly export misses rows with a comma”").waitFor();
  await page.keyboard.press("r");
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Your reply");
  await page.keyboard.type("Keep it.");
  await page.keyboard.press("Control+Enter");
  /** What is answered leaves the keyboard where one goes on. */
  const goesOn = () => page.evaluate(() => document.activeElement?.textContent === "Next");
  await expect.poll(goesOn).toBe(true);
  // It stays until one goes on, and can be taken back here.
  await page.getByText("Keep it.").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await heading("The nightly export misses rows with a comma").waitFor();
  await page.keyboard.press("e");
  await heading("Read the new rules for the freeze, please").waitFor();
  await page.getByText("Done: The nightly export").waitFor();
  await desk.isAccessible();
  await desk.picture("one-by-one-undo");
  await page.keyboard.press("z");
  await heading("The nightly export misses rows with a comma").waitFor();
  await page.keyboard.press("n");
  await heading("Read the new rules for the freeze, please").waitFor();
  await page.getByRole("button", { name: "Got it" }).click();
  await expect.poll(goesOn).toBe(true);
  await page.keyboard.press("Enter");
  await heading("Which two of the four logos go to print?").waitFor();
  await ways.getByText("This is the last one.").waitFor();
  await page.keyboard.press("h");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Tomorrow/ })
    .click();
  await heading("That was all for now").waitFor();
  await page.getByText("What you skipped still waits in your Inbox.").waitFor();
  await desk.isAccessible();
  await desk.picture("one-by-one-end");
  await page.getByRole("link", { name: "To the Inbox" }).click();
  await line(desk, "nightly export").waitFor();
  expect(await line(desk, "logos").or(line(desk, "postcode")).or(line(desk, "freeze")).count()).toBe(0);
  await page.keyboard.press("a");
  await heading("The nightly export misses rows with a comma").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("nightly export");
});

/** What a finger does, as the browser's own input. */
async function touch(type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Array<{ x: number; y: number }> = []) {
  finger ??= await phone.context.newCDPSession(phone.page);
  await finger.send("Input.dispatchTouchEvent", { type, touchPoints });
}

/** Moves a finger over the row, from one place to another, in px from its middle; with `lift` it lets go. */
async function drags(row: Locator, by: { x: number; y?: number; from?: number }, lift = true): Promise<void> {
  const box = await row.boundingBox();
  if (!box) throw new Error("there is no such row");
  const [x, y] = [by.from ?? box.x + box.width / 2, box.y + box.height / 2];
  await touch("touchStart", [{ x, y }]);
  for (let step = 1; step <= 8; step++) {
    await touch("touchMove", [{ x: x + (by.x * step) / 8, y: y + ((by.y ?? 0) * step) / 8 }]);
  }
  if (lift) await touch("touchEnd");
}

it("a row is swiped away to be done, or for later, and comes back by Undo", async () => {
  const { page } = phone;
  await asks(people.ana, "Which day suits the party?", 2);
  await page.goto("/inbox");
  const row = line(phone, "Which day suits");
  await row.waitFor();
  await drags(row, { x: 130 }, false);
  await page.locator("[data-swipe=done][data-enough]").waitFor();
  await phone.isAccessible();
  await phone.picture("swipe-done.phone");
  await phone.turns("dark");
  await phone.picture("swipe-done.phone-dark");
  await phone.turns("light");
  await touch("touchEnd");
  await row.waitFor({ state: "detached" });
  await page.getByText("Erledigt: Which day suits the party?").waitFor();
  await page.getByRole("button", { name: "Rückgängig" }).click();
  await row.waitFor();
  await drags(row, { x: -130 }, false);
  await page.locator("[data-swipe=later][data-enough]").waitFor();
  await phone.picture("swipe-later.phone");
  await touch("touchEnd");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Morgen/ })
    .click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Rückgängig" }).click();
  await row.waitFor();
});

it("a short swipe, one from the edge, and one that scrolls do nothing, and a tap opens", async () => {
  const { page } = phone;
  const row = line(phone, "Which day suits");
  const undo = page.getByRole("button", { name: "Rückgängig" });
  await page.goto("/inbox");
  await row.waitFor();
  await drags(row, { x: 60 });
  await drags(row, { x: 200, from: 10 });
  await drags(row, { x: 40, y: -160 });
  await expect.poll(() => page.locator("[data-swipe]").count()).toBe(0);
  expect(await undo.count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe("/inbox");
  await row.tap();
  await page.getByRole("heading", { name: "Which day suits the party?" }).waitFor();
  // What a swipe does is there without it too.
  await page.getByRole("button", { name: "Erledigt" }).waitFor();
  await phone.picture("thread-arrived.phone");
  await page.getByRole("button", { name: "Erledigt" }).click();
  await page.getByText("Erledigt: Which day suits the party?").waitFor();
});
