// Today and the Inbox: who waits for whom, what there is to read, and what one does with it, by mouse, by keys and on a
// phone, without a network too.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { atAnyHour, send, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let people: Record<"ana" | "bo" | "cy", TestPerson>;
let space: string;
let desk: Device;
let phone: Device;

const DAY = 86_400_000;

const inDays = (days: number) => utcDate(Date.now() + days * DAY);
const asks = (by: TestPerson, title: string, days: number | null, what = "reply") =>
  send(server, by, space, {
    kind: "topic",
    title,
    text: "What do you think of it? There are **two** ways, and I would take the second.",
    expects: { what, of: [people.bo.id], ...(days === null ? {} : { by: inDays(days) }) },
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
  desk = await Device.open(browser, server);
  await desk.joins(bo.link);
  phone = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark" });
  await phone.signsIn(bo.email);
});

picturesOfFailures(() => ({ desk, phone }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const line = (device: Device, title: string) => device.page.locator("[data-row]").filter({ hasText: title });

it("with nothing to do one is told so, and the first thing to do is to write", async () => {
  await desk.page.goto("/");
  await desk.page.getByRole("heading", { name: "Nobody waits for you" }).waitFor();
  await desk.page.locator("#main").getByRole("link", { name: "Write" }).waitFor();
  await desk.isAccessible();
  await desk.picture("today-empty");
  await desk.page.getByRole("link", { name: "Inbox" }).first().click();
  await desk.page.getByText("What others ask you stands here until you have answered.").waitFor();
  await desk.isAccessible();
  await desk.picture("inbox-empty");
});

it("who waits, and by when, is said in one's own hours, and one count says the same everywhere", async () => {
  const { ana, cy } = people;
  await asks(ana, "Should the card form keep the postcode field?", 2.1);
  await asks(cy, "The nightly export misses rows with a comma", 0.9, "decision");
  await asks(ana, "Which two of the four logos go to print?", null);
  const topic = await send(server, ana, space, { kind: "topic", title: "Notes from Porto", text: "Three pages." });
  const named = `[@Bo Lindqvist](mw:${people.bo.id}), page two is for you.`;
  await send(server, cy, space, { kind: "post", parentId: topic, text: named, mentions: [people.bo.id] });
  await desk.page.goto("/");
  await desk.page.getByRole("heading", { name: "Two people wait for you", level: 1 }).waitFor();
  await line(desk, "Notes from Porto").waitFor();
  const titles = await desk.page.locator("[data-row]").allInnerTexts();
  const order = ["export misses", "postcode field", "four logos", "Notes from Porto"];
  expect(order.map((words) => titles.findIndex((text) => text.includes(words)))).toEqual([0, 1, 2, 3]);
  // The headline, the chip and the first band name the same instant.
  const chip = await line(desk, "export misses")
    .locator("span")
    .filter({ hasText: /^Decide by/ })
    .first()
    .innerText();
  await desk.page.getByText(`The first answer is due ${chip.replace("Decide ", "")}.`).waitFor();
  await desk.page.getByRole("navigation").getByRole("img", { name: "3 questions wait for you" }).first().waitFor();
  await desk.isAccessible();
  await desk.picture("today");
  await phone.page.goto("/");
  await line(phone, "Notes from Porto").waitFor();
  await phone.isAccessible();
  await phone.fits();
  await phone.picture("today.phone-dark");
});

it("by keys one walks, is done, and takes it back; it is so on the other device", async () => {
  await desk.page.goto("/inbox");
  await line(desk, "export misses").waitFor();
  await desk.page.locator("body").press("j");
  await desk.page.keyboard.press("j");
  expect(await desk.page.evaluate(() => document.activeElement?.textContent)).toContain("postcode field");
  await desk.page.keyboard.press("e");
  await line(desk, "postcode field").waitFor({ state: "detached" });
  await desk.page.getByText("Done: Should the card form keep the postcode field?").waitFor();
  // The keyboard stands on what is there now.
  expect(await desk.page.evaluate(() => document.activeElement?.textContent)).toContain("four logos");
  await desk.isAccessible();
  await desk.picture("inbox-undo");
  await phone.page.goto("/inbox");
  await line(phone, "export misses").waitFor();
  await expect.poll(() => line(phone, "postcode field").count()).toBe(0);
  await desk.page.keyboard.press("z");
  await line(desk, "postcode field").waitFor();
  await line(phone, "postcode field").waitFor();
  await phone.isAccessible();
  await phone.fits();
  await phone.picture("inbox.phone-dark");
});

it("what is put out of the way says when it comes back, and can be brought back now", async () => {
  await desk.page.goto("/inbox");
  await line(desk, "four logos").focus();
  await desk.page.keyboard.press("h");
  const menu = desk.page.getByRole("dialog", { name: "Bring it back" });
  await menu.getByRole("button", { name: /Tomorrow/ }).waitFor();
  await desk.isAccessible();
  await desk.picture("inbox-snooze");
  await menu.getByRole("button", { name: /On a day/ }).click();
  const day = menu.getByLabel("Day");
  await day.fill("2020-01-01");
  await menu.getByText("That is over. Choose one that is to come.").waitFor();
  await day.fill(inDays(10).slice(0, 10));
  await menu.getByText(/It comes back/).waitFor();
  await menu.getByRole("button", { name: "Bring it back then" }).click();
  await line(desk, "four logos").waitFor({ state: "detached" });
  await desk.page.getByText("Out of the way: one thing").click();
  await line(desk, "four logos").getByText(/^Back/).waitFor();
  await desk.isAccessible();
  await desk.picture("inbox-snoozed");
  await desk.page.locator("li").filter({ hasText: "four logos" }).hover();
  await desk.page.getByRole("button", { name: "Bring back now" }).click();
  await desk.page.getByText("Out of the way: one thing").waitFor({ state: "detached" });
  await line(desk, "four logos").waitFor();
});

it("without a network one is done all the same, and it holds when there is one", async () => {
  await desk.page.goto("/inbox/to-read");
  await line(desk, "Notes from Porto").waitFor();
  await desk.context.setOffline(true);
  await desk.page.locator("li").filter({ hasText: "Notes from Porto" }).hover();
  await desk.page.getByRole("button", { name: "Done" }).click();
  await desk.page.getByText("Nothing to read").waitFor();
  await desk.context.setOffline(false);
  await phone.page.goto("/inbox/to-read");
  await phone.page.getByText("Nothing to read").waitFor();
});

it("what has not arrived is one closed line, and nothing of it asks for one", async () => {
  const off = { from: inDays(-1).slice(0, 10), to: inDays(5).slice(0, 10) };
  await works(server, people.bo, { ...atAnyHour(), timeOff: [off] });
  await asks(people.ana, "When you are back", 9);
  await desk.page.goto("/inbox");
  const closed = desk.page.locator("summary").filter({ hasText: /^Arrives .*: one thing/ });
  await closed.waitFor();
  expect(await line(desk, "When you are back").count()).toBe(0);
  await closed.focus();
  await desk.page.keyboard.press("Enter");
  await line(desk, "When you are back").waitFor();
  await desk.isAccessible();
  await desk.picture("inbox-later");
  await desk.page.goto("/");
  await desk.page.getByText(/The next things arrive .*\. Until then nothing here asks for you\./).waitFor();
  expect(await line(desk, "When you are back").count()).toBe(0);
  await works(server, people.bo, atAnyHour());
  await line(desk, "When you are back").waitFor();
});

it("a row leads to the post, and an answer takes the question off both sides", async () => {
  const hers = await Device.open(browser, server, { zone: "Europe/Lisbon" });
  await hers.joins(people.ana.link);
  await hers.page.goto("/inbox/i-wait-for");
  await line(hers, "postcode field").getByText("of Bo Lindqvist").waitFor();
  await hers.isAccessible();
  await hers.picture("inbox-theirs");
  await desk.page.goto("/inbox");
  await line(desk, "postcode field").click();
  await desk.page.getByRole("heading", { name: "Should the card form keep the postcode field?" }).waitFor();
  const root = desk.page.url().split("/t/")[1] as string;
  await send(server, people.bo, space, { kind: "post", parentId: root, text: "Keep it.", inAnswerTo: root });
  await line(hers, "postcode field").waitFor({ state: "detached" });
  await hers.page.goto("/inbox/to-read");
  await line(hers, "Keep it.").getByText("replied to you").waitFor();
  await hers.picture("inbox-read");
  await desk.page.goto("/inbox");
  await line(desk, "export misses").waitFor();
  await expect.poll(() => line(desk, "postcode field").count()).toBe(0);
  expect([...desk.complaints, ...hers.complaints].filter((text) => !/ERR_INTERNET|Failed to fetch/.test(text))).toEqual(
    [],
  );
});
