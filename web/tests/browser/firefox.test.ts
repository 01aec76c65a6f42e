// The commonest tasks in the other engine: Debian's Firefox, driven by WebDriver BiDi. What is pressed and typed is real;
// what it shows is asked for by the same names as in Chromium.
import { mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type ElementHandle, type Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { atAnyHour, send, works } from "../support/ask";
import { PICTURES } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let home: string;
let browser: Browser;
let server: Server;
let page: Page;
let ana: TestPerson;
let bo: TestPerson;
let space: string;

/** Milliseconds for anything on a busy machine. */
const PATIENCE = 20_000;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "meanwhile-firefox-"));
  [browser, server] = await Promise.all([
    puppeteer.launch({
      browser: "firefox",
      executablePath: process.env.MEANWHILE_FIREFOX ?? "/usr/bin/firefox-esr",
      userDataDir: join(home, "profile"),
      env: { ...process.env, HOME: home },
      args: ["--width=1360", "--height=900"],
      // It looks for nobody but the server.
      extraPrefsFirefox: {
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
      },
    }),
    Server.start(),
  ]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo Lindqvist");
  const members = [ana, bo].flatMap(({ email }) => ["--member", email]);
  space = String((await server.order("space", "add", "--name", "Desk", ...members))["spaceId"]);
  for (const who of [ana, bo]) await works(server, who, atAnyHour());
  page = await browser.newPage();
  await page.setViewport({ width: 1360, height: 900 });
  page.setDefaultTimeout(PATIENCE);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await picture(`failed-firefox-${task.name.slice(0, 24)}`).catch(() => {});
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
  if (home) await rm(home, { recursive: true, force: true });
});

/** What is called so, by its role where two things are. */
const named = (name: string, role = "") => page.locator(`::-p-aria(${name}${role && `[role="${role}"]`})`);
const press = (name: string, role = "button") => named(name, role).click();
const says = (text: string) => page.locator(`::-p-text(${text})`).wait();

async function picture(name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const go = (path: string) => page.goto(`${server.url}${path}`);

it("in Firefox one comes in by a link and begins a thread", async () => {
  await page.goto(ana.link);
  // A browser that tells no week of a country has Monday to Friday.
  await says("Monday to Friday");
  await page.locator('input[type="password"]').fill("correct horse battery");
  await page.locator('button[type="submit"]').click();
  await page.locator("#main h1").wait();
  await go(`/s/${space}/write`);
  await named("Title", "textbox").fill("Which train?");
  await named("What you have to say", "textbox").click();
  await page.keyboard.type("The one at seven, or the one at nine?");
  await says("The one at seven, or the one at nine?");
  await press("Send");
  await says("Leaves in");
  await press("Undo");
  await named("Title", "textbox").wait();
  await press("Send");
  await says("Leaves in");
});

it("in Firefox one reads, answers and reacts", async () => {
  const thread = await send(server, bo, space, { kind: "topic", title: "The key", text: "Who has **it**?" });
  await go(`/s/${space}/t/${thread}`);
  await says("Who has");
  await named("Your reply", "textbox").click();
  await page.keyboard.type("I have, and I bring it.");
  await press("Send");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("article")].some((one) => one.textContent?.includes("I bring it")),
  );
  await picture("firefox-thread");
});

it("in Firefox what is asked stands in Today, is answered and is done", async () => {
  const expects = { what: "acknowledgement", of: [ana.id] };
  const id = await send(server, bo, space, {
    kind: "topic",
    title: "New hours of the desk",
    text: "From Monday.",
    expects,
  });
  await go("/");
  await says("New hours of the desk");
  await picture("firefox-today");
  await go(`/s/${space}/t/${id}`);
  await press("Got it");
  await page.waitForFunction(() => document.querySelector('button[aria-pressed="true"]'));
  await go("/inbox");
  await page.locator("#main h1").wait();
  await expect
    .poll(() => page.evaluate(() => document.querySelector("#main")?.textContent ?? ""), { timeout: PATIENCE })
    .not.toContain("New hours of the desk");
});

it("in Firefox one finds a word, and what one has read is there after a reload", async () => {
  await go("/search");
  await named("What are you looking for?", "combobox").fill("key");
  await page.keyboard.press("Enter");
  await page.locator("#main a[data-hit]").click();
  await says("Who has");
  await page.reload();
  await says("Who has");
});

it("in Firefox time off is planned", async () => {
  await go("/hours");
  await press("Plan time off");
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await page.locator('[role="dialog"] input[type="date"]').wait();
  const fields = await page.$$eval('[role="dialog"] input[type="date"]', (all) => all.map(({ id }) => id));
  for (const [i, id] of fields.entries()) {
    const [year, month, date] = day(20 + 10 * i).split("-");
    // With the keyboard at its first part.
    await page.focus(`[id="${id}"]`);
    await page.keyboard.type(`${month}${date}${year}`);
  }
  await page.locator('[role="dialog"] button[type="submit"]').click();
  await page.waitForFunction(() => !document.querySelector('[role="dialog"]'));
  await picture("firefox-hours");
});

it("in Firefox holidays are listed, and a calendar file is read beside the page", async () => {
  await go("/hours");
  await page.locator('section input[type="checkbox"]').wait();
  const path = join(home, "team.ics");
  const day = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  const event = ["BEGIN:VEVENT", `DTSTART;VALUE=DATE:${day}`, "DURATION:P9D", "SUMMARY:Ski\\, at last", "END:VEVENT"];
  await writeFile(path, ["BEGIN:VCALENDAR", "VERSION:2.0", ...event, "END:VCALENDAR"].join("\r\n"));
  const input = (await page.waitForSelector('section input[type="file"]')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
  await says("Ski, at last");
  await press("Plan one");
  await says("One more is planned as time off.");
  await picture("firefox-holidays");
});
