// All keys: listed as they are heard, and switched off where single ones would be in the way.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { en } from "../../src/locales/en";
import { actsOf, KEYS } from "../../src/ui/keyTable";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { LOOKS, Visit } from "../support/gallery";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let desk: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana Ribeiro", "admin");
  space = String((await server.order("space", "add", "--name", "Release", "--member", ana.email))["spaceId"]);
  for (const title of ["First", "Second"])
    await send(server, ana, space, { kind: "topic", title, text: "To begin with." });
  desk = await Device.open(browser, server);
  await desk.joins(ana.link);
});

picturesOfFailures(() => ({ desk }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const dialog = () => desk.page.getByRole("dialog", { name: "Keys" });
/** What is listed: part, act, and how many ways there are. */
const listed = () =>
  dialog()
    .locator("section")
    .evaluateAll((parts) =>
      parts.flatMap((part) =>
        [...part.querySelectorAll("dl > div")].map((row) =>
          [part.querySelector("h3"), row.querySelector("dt"), row.querySelector("dd")]
            .map((one) => one?.textContent)
            .join(" | "),
        ),
      ),
    );

it("the list says every key of the table, in every part of the app", async () => {
  await desk.page.goto("/");
  await desk.page.locator("#main h1").waitFor();
  await desk.page.keyboard.press("?");
  await dialog().waitFor();
  const parts = ["everywhere", "lists", "thread", "oneByOne", "writing"] as const;
  const wanted = parts.flatMap((part) => actsOf(part).map((act) => [en[`keys.in.${part}`], en[`keys.${act}`]]));
  const told = await listed();
  expect(told.map((row) => row.split(" | ").slice(0, 2))).toEqual(wanted);
  expect(
    Object.keys(KEYS).every((act) => told.some((row) => row.includes(en[`keys.${act as keyof typeof KEYS}`]))),
  ).toBe(true);
  for (const row of ["Everywhere | To the Inbox | GI", "Everywhere | This list | ?orCtrl/", "Everywhere | Undo | Z"]) {
    expect(told).toContain(row);
  }
  // What is behind it is not meant.
  await desk.page.keyboard.press("c");
  expect(new URL(desk.page.url()).pathname).toBe("/");
  await desk.page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

it("keys lead everywhere, walk over a list, open and lead back; where one types they are letters", async () => {
  const path = () => new URL(desk.page.url()).pathname;
  const at = () => desk.page.evaluate(() => document.activeElement?.getAttribute("data-row"));
  await desk.page.locator("body").press("g");
  await desk.page.keyboard.press("i");
  await expect.poll(path).toBe("/inbox");
  await desk.page.keyboard.press("g");
  await desk.page.keyboard.press("d");
  await expect.poll(path).toBe("/drafts");
  await desk.page.keyboard.press("g");
  await desk.page.keyboard.press("t");
  await expect.poll(path).toBe("/");
  await desk.page.keyboard.press("/");
  await expect.poll(path).toBe("/search");
  await expect.poll(() => desk.page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("combobox");
  await desk.page.keyboard.type("jg i?");
  expect(await desk.page.getByRole("combobox").inputValue()).toBe("jg i?");
  await desk.page.goto(`/s/${space}`);
  await desk.page.getByRole("link", { name: /Second/ }).waitFor();
  await desk.page.keyboard.press("j");
  await desk.page.keyboard.press("j");
  const first = await at();
  await desk.page.keyboard.press("Enter");
  await desk.page.getByRole("heading", { name: "First" }).waitFor();
  await desk.page.keyboard.press("m");
  await desk.page.getByText("Muted: First").waitFor();
  await desk.page.keyboard.press("z");
  // What is open is closed, and no more.
  await desk.page.keyboard.press("?");
  await dialog().waitFor();
  await desk.page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  expect(path()).toMatch(/\/t\//);
  // From the text to the page, and from the page to the list.
  await desk.page.keyboard.press("r");
  await desk.reply().pressSequentially("un");
  expect(await desk.reply().innerText()).toContain("un");
  await desk.page.keyboard.press("Escape");
  await desk.page.keyboard.press("Escape");
  await expect.poll(path).toBe(`/s/${space}`);
  await expect.poll(at).toBe(first);
  await desk.page.keyboard.press("c");
  await expect.poll(path).toBe(`/s/${space}/write`);
});

it("switched off, only what holds Ctrl counts, and only that is listed", async () => {
  await desk.page.goto("/settings");
  const single = desk.page.getByRole("radiogroup", { name: "Single keys" });
  await desk.page.getByRole("button", { name: /All keys/ }).click();
  await dialog().waitFor();
  await desk.page.keyboard.press("Escape");
  await single.getByRole("radio", { name: "Off" }).check();
  await desk.page.goto(`/s/${space}`);
  await desk.page.getByRole("link", { name: /Second/ }).waitFor();
  for (const key of ["?", "j", "c", "/", "g", "i"]) await desk.page.keyboard.press(key);
  await desk.page.keyboard.press("Control+/");
  await dialog()
    .getByText(/Single keys are off/)
    .waitFor();
  expect(new URL(desk.page.url()).pathname).toBe(`/s/${space}`);
  expect(await desk.page.evaluate(() => document.activeElement?.getAttribute("data-row") ?? null)).toBe(null);
  expect(await listed()).toEqual([
    "Everywhere | Jump, or do something | CtrlK",
    "Everywhere | This list | Ctrl/",
    "In lists | Open | Enter",
    "In a thread | Back | Esc",
    "One by one | Back | Esc",
    "While writing | Send | CtrlEnter",
    "While writing | Send later … | CtrlShiftEnter",
  ]);
  await desk.page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await desk.page.keyboard.press("Control+k");
  await desk.page.getByRole("combobox", { name: "Go to" }).fill("all keys");
  await desk.page.getByRole("option", { name: /All keys/ }).waitFor();
  await desk.page.keyboard.press("Escape");
});

it.each(LOOKS)("the list of all keys in $name", async (look) => {
  const device = await Device.open(browser, server, look);
  await device.signsIn(ana.email);
  const visit = new Visit(device, look);
  await visit.page.keyboard.press("?");
  await visit.page.getByRole("dialog", { name: visit.says("keys.title") }).waitFor();
  await visit.shows("keys");
  await visit.close();
});

it("a key that is in the way is changed for another, which is heard from then on", async () => {
  const { page } = desk;
  const { keyboard } = page;
  const changes = (act: string) =>
    dialog()
      .getByRole("button", { name: `Another key for “${act}”` })
      .first();
  await page.goto("/settings");
  await page.getByRole("radiogroup", { name: "Single keys" }).getByRole("radio", { name: "On" }).check();
  await page.goto("/");
  await page.locator("#main h1").waitFor();
  await keyboard.press("?");
  await desk.press("Change keys");
  await changes("Write").click();
  await dialog().getByText("Press the new key for “Write”").waitFor();
  await keyboard.press("e");
  await dialog().getByText("That key is “Done”. Choose another, or change that one first.").waitFor();
  // What closes the list otherwise leaves the key as it is.
  await changes("Write").press("Enter");
  await keyboard.press("Escape");
  await changes("Write")
    .and(page.getByRole("button", { pressed: false }))
    .waitFor();
  await changes("Write").click();
  await keyboard.press("g");
  await keyboard.press("w");
  await dialog().getByText("“Write” has its new key.").waitFor();
  await changes("Search").click();
  await keyboard.press("Control+e");
  await dialog().getByText("That can't be one of these keys.").waitFor();
  await desk.isAccessible();
  await desk.picture("keys-changed");
  await dialog().getByRole("button", { name: "Done", exact: true }).click();
  expect(await listed()).toContain("Everywhere | Write | GW");
  await keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });

  await page.reload();
  await page.locator("#main h1").waitFor();
  await keyboard.press("c");
  await keyboard.press("g");
  await keyboard.press("w");
  await page.getByRole("textbox", { name: "Title" }).waitFor();
  await keyboard.press("Escape");
  await page.goto("/");
  await page.locator("#main h1").waitFor();
  await keyboard.press("?");
  await desk.press("Change keys");
  await desk.press("Put all back");
  await dialog().getByText("All keys are as they came.").waitFor();
  await keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await keyboard.press("c");
  await page.getByRole("textbox", { name: "Title" }).waitFor();
});
