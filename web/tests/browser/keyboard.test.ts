// The main tasks by keyboard alone: nothing is clicked, and where the keyboard is can be seen at every step. What asking,
// reacting, editing, hours, answering one by one and the single keys are like without a mouse stands in their own tests.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { atAnyHour, send, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Hands } from "../support/hands";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let space: string;
let device: Device;
let hands: Hands;

const path = () => new URL(device.page.url()).pathname;
const role = (...of: Parameters<Device["page"]["getByRole"]>) => device.page.getByRole(...of);
const button = (name: string | RegExp) => role("button", { name, exact: true });
const heading = (name: string) => role("heading", { name, level: 1 });
const dialog = () => role("dialog");

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana Ribeiro", "admin");
  bo = await server.person("Bo Lindqvist");
  const flags = [ana, bo].flatMap(({ email }) => ["--member", email]);
  space = String((await server.order("space", "add", "--name", "Release", ...flags))["spaceId"]);
  await server.order("space", "add", "--name", "Handbook", ...flags);
  for (const one of [ana, bo]) await works(server, one, atAnyHour());
  const asks = (title: string, days: number) =>
    send(server, bo, space, {
      kind: "topic",
      title,
      text: "There are two ways.",
      expects: { what: "reply", of: [ana.id], by: utcDate(Date.now() + days * 86_400_000) },
    });
  await asks("Which of the two?", 1);
  await asks("When do we begin?", 2);
  await asks("Who tells the others?", 3);
  device = await Device.open(browser, server);
  hands = new Hands(device);
});

afterEach(async () => {
  await device.context.setOffline(false);
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it("one comes in by an invitation, signs out, and signs in", async () => {
  const { page } = device;
  await page.goto(ana.link);
  await hands.goesTo(page.locator('input[type="password"]'));
  await hands.types("correct horse battery");
  await hands.press("Enter");
  await heading("Three people wait for you").or(heading("One person waits for you")).waitFor();
  await device.undoes(0);
  await hands.press("Control+k");
  await hands.isOn(role("combobox", { name: "Go to" }));
  await hands.types("settings");
  await role("option", { name: /Settings/, selected: true }).waitFor();
  await hands.press("Enter");
  await hands.uses(button("Sign out"));
  await hands.isOn(page.locator('input[type="email"]'));
  await hands.types(ana.email);
  await hands.press("Tab");
  await hands.types("correct horse battery");
  await hands.press("Enter");
  await role("link", { name: "Release" }).first().waitFor();
});

it("one begins a thread, names somebody, asks for a reply by a date, and sends it", async () => {
  await hands.press("c");
  await hands.isOn(role("textbox", { name: "Title" }));
  await hands.types("Where do the keys hang?");
  await hands.press("Tab");
  await hands.types("I looked everywhere, @bo");
  await role("option", { name: "Bo Lindqvist" }).waitFor();
  await hands.press("Enter");
  await hands.uses(button("No reply needed"));
  await hands.goesTo(role("radio", { name: "No reply needed" }));
  await hands.press("ArrowDown");
  await hands.goesTo(role("radio", { name: "No date" }));
  await hands.press("ArrowRight", "Escape");
  await hands.isOn(button(/^Asks Bo Lindqvist for a reply/));
  await hands.press("Control+Enter");
  await heading("Where do the keys hang?").waitFor();
  await device.letter("I looked everywhere").getByText("@Bo Lindqvist").waitFor();
  await role("group", { name: "What is asked" }).getByText("of Bo Lindqvist").waitFor();
});

it("one opens a question, answers it and replies; is done with the next, puts the third off, and undoes it", async () => {
  const { page } = device;
  await hands.press("g", "i");
  await expect.poll(path).toBe("/inbox");
  const row = (title: string) => page.locator("[data-row]").filter({ hasText: title });
  await row("Which of the two?").waitFor();
  await hands.press("j");
  await hands.isOn(row("Which of the two?"));
  await hands.press("Enter");
  await heading("Which of the two?").waitFor();
  await hands.uses(button("Answer"));
  await hands.isOn(device.reply());
  await hands.types("The second.");
  await hands.press("Control+Enter");
  await device.arrived("The second.");
  await role("group", { name: "What is asked" }).getByText("Answered").waitFor();
  await hands.press("Escape", "r");
  await hands.isOn(device.reply());
  await hands.types("And soon.");
  await hands.press("Control+Enter");
  await device.arrived("And soon.");
  await hands.press("Escape", "g", "i");
  await row("When do we begin?").waitFor();
  await row("Which of the two?").waitFor({ state: "detached" });
  await hands.press("j");
  await hands.isOn(row("When do we begin?"));
  await hands.press("e");
  await row("When do we begin?").waitFor({ state: "detached" });
  await hands.isOn(row("Who tells the others?"));
  await hands.press("h");
  await hands.uses(dialog().getByRole("button", { name: /Tomorrow/ }));
  await row("Who tells the others?").waitFor({ state: "detached" });
  await hands.press("z");
  await row("Who tells the others?").waitFor();
});

it("one finds a word, opens what was found, and keeps the search", async () => {
  const { page } = device;
  await hands.press("/");
  await hands.isOn(role("combobox", { name: "What are you looking for?" }));
  await hands.types("everywhere");
  const hit = page.locator("#main a[data-hit]");
  await hit.first().waitFor();
  await hands.press("ArrowDown", "Enter");
  await heading("Where do the keys hang?").waitFor();
  await page.goBack();
  await hit.first().waitFor();
  await hands.uses(button("Save this search"));
  await hands.isOn(role("textbox", { name: "Name" }));
  await hands.types("Keys");
  await hands.press("Enter");
  await page.getByText("Saved as “Keys”").waitFor();
});

it("one jumps to a person, and begins a conversation", async () => {
  await hands.press("Control+k");
  await hands.isOn(role("combobox", { name: "Go to" }));
  await hands.types("bo lind");
  await role("option", { name: /Write to Bo Lindqvist/, selected: true }).waitFor();
  await hands.press("Enter");
  await heading("Write to Bo Lindqvist").waitFor();
  await hands.goesTo(role("textbox", { name: "Title" }));
  await hands.types("Lunch");
  await hands.press("Tab");
  await hands.types("When you are here.");
  await hands.press("Control+Enter");
  await heading("Lunch").waitFor();
});

it("one follows a thread, mutes it, and moves it to another Space", async () => {
  const { page } = device;
  await hands.press("Control+k");
  await hands.isOn(role("combobox", { name: "Go to" }));
  await hands.types("where do the keys");
  await role("option", { name: /Where do the keys hang/, selected: true }).waitFor();
  await hands.press("Enter");
  await heading("Where do the keys hang?").waitFor();
  await hands.goesTo(role("button", { name: /^Follow/ }));
  const follows = (await role("button", { name: /^Follow/ }).getAttribute("aria-pressed")) === "true";
  await hands.press("Enter");
  await role("button", { name: /^Follow/, pressed: !follows }).waitFor();
  await hands.goesTo(role("combobox", { name: "Mute" }));
  await hands.types("For a week");
  await expect
    .poll(() => role("combobox", { name: "Mute" }).evaluate((one: HTMLSelectElement) => one.selectedOptions[0]?.text))
    .toMatch(/^Muted until/);
  await hands.uses(button("More for this thread"));
  await role("menuitem").first().waitFor();
  await hands.goesTo(role("menuitem", { name: /Move to another Space/ }));
  await hands.press("Enter");
  await hands.goesTo(dialog().getByRole("combobox", { name: "Where to" }));
  await hands.types("rel");
  await dialog()
    .getByRole("option", { name: /Release/ })
    .waitFor();
  await hands.press("Enter");
  await dialog()
    .getByText(/can read it/)
    .waitFor();
  await hands.uses(dialog().getByRole("button", { name: "Move", exact: true }));
  await page.getByText("This was in “Handbook” before.").waitFor();
});

it("one leaves a draft, comes back to it, and sends it later", async () => {
  await hands.press("c");
  await hands.isOn(role("textbox", { name: "Title" }));
  await hands.types("Notes on the trip");
  await hands.press("Tab");
  await hands.types("All went well.");
  await device.page.getByText("Draft kept").waitFor();
  await hands.press("Escape", "g", "d");
  await expect.poll(path).toBe("/drafts");
  await hands.uses(role("link", { name: /Notes on the trip/ }));
  await role("textbox", { name: "Title" }).waitFor();
  await hands.goesTo(role("textbox", { name: "What you have to say" }));
  await hands.press("Control+Shift+Enter");
  await hands.uses(dialog().getByRole("button", { name: /Tomorrow/ }));
  await device.page.getByText(/Leaves tomorrow/).waitFor();
});

it("an admin makes a Space, invites somebody, and chooses a file to bring in", async () => {
  const { page } = device;
  const jumps = async (typed: string, name: RegExp) => {
    await hands.press("Control+k");
    await hands.isOn(role("combobox", { name: "Go to" }));
    await hands.types(typed);
    await role("option", { name, selected: true }).waitFor();
    await hands.press("Enter");
  };
  await jumps("make or join", /Make or join a Space/);
  await hands.uses(role("link", { name: "Make a Space" }));
  await hands.goesTo(role("textbox", { name: "Name" }));
  await hands.types("Garden");
  await hands.press("Enter");
  await role("link", { name: "Garden" }).first().waitFor();
  await jumps("people", /People/);
  await hands.uses(role("link", { name: "Invite people" }));
  await hands.goesTo(role("textbox", { name: "Who" }));
  await hands.types("Maja Novak");
  await hands.uses(button("Make one invitation"));
  await page.locator('input[value*="/join#"]').waitFor();
  await hands.uses(button("Copy the link of Maja Novak"));
  await page.getByText("Copied", { exact: true }).first().waitFor();
  await hands.uses(role("link", { name: "Import" }));
  const chosen = page.waitForEvent("filechooser");
  await hands.uses(role("button", { name: /Choose/ }));
  await (await chosen).setFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
  await page.getByText("notes.txt is no zip file.").waitFor();
});

it("without a network one writes, sees what waits, and it leaves when there is one", async () => {
  const { page, context } = device;
  await page.goto(`/s/${space}`);
  await role("link", { name: /Which of the two/ }).waitFor();
  await hands.uses(role("link", { name: /Which of the two/ }));
  await heading("Which of the two?").waitFor();
  await device.editor();
  await context.setOffline(true);
  await hands.press("r");
  await hands.isOn(device.reply());
  await hands.types("From the train.");
  await hands.press("Control+Enter");
  await device.letter("From the train.").getByText("Leaves when you are online").waitFor();
  // The dialog is loaded when it is asked for; the data stays out of reach.
  await page.route("**/jmap/**", (route) => route.abort());
  await context.setOffline(false);
  await hands.uses(button("Look").filter({ visible: true }));
  await dialog().getByText("From the train.").waitFor();
  await hands.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await hands.isOn(button("Look").filter({ visible: true }));
  await page.unroute("**/jmap/**");
  await device.arrived("From the train.");
});
