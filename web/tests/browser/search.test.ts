// Searching as people do: words and operators, chips, a hit that is not on this device yet, without a network, searches
// that have a name on two devices, and jumping by Ctrl+K.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let device: Device;
let handbook: string;
let release: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana Ribeiro", "admin");
  bo = await server.person("Bo Lindqvist");
  const space = async (name: string) =>
    String(
      (await server.order("space", "add", "--name", name, "--member", ana.email, "--member", bo.email))["spaceId"],
    );
  handbook = await space("Hand book “blue”");
  release = await space("Release 4.2");
  const say = async (as: string, by: TestPerson, where: string, item: object) =>
    (ids[as] = await send(server, by, where, item));
  await say("postcode", ana, release, {
    kind: "topic",
    title: "Do we need the postcode?",
    text: "The card form asks for a **postcode** although two partners check it.",
  });
  for (let i = 0; i < 40; i++)
    await say(`filler${i}`, bo, release, { kind: "post", parentId: ids["postcode"], text: `Thought ${i} on carts.` });
  await say("reply", bo, release, {
    kind: "post",
    parentId: ids["postcode"],
    text: "In Japan the Postcode fills in the address. See https://example.org/jp",
  });
  await say("cover", bo, handbook, { kind: "topic", title: "Who covers whom", text: "Nobody is asked twice." });
  await say("umlaut", ana, handbook, { kind: "topic", title: "Die Größe der Straße", text: "Übergrößen kosten mehr." });
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.page.getByRole("link", { name: "Release 4.2" }).first().waitFor();
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const field = (on = device) => on.page.getByRole("combobox", { name: "What are you looking for?" });
const rows = (on = device) => on.page.locator("#main a[data-hit]");
const chips = (on = device) => on.page.getByRole("list", { name: "What is asked" }).getByRole("listitem");
/** The rows as they are read, once the search stands. */
const titles = async (on = device) => {
  await on.page
    .locator('[role="status"]')
    .filter({ hasText: /found|fits|Nothing/ })
    .first()
    .waitFor({ state: "attached" });
  return rows(on).evaluateAll((links) => links.map((link) => link.querySelector("span > span")?.textContent ?? ""));
};

it("opens by a key, finds while one types, and marks the words", async () => {
  const { page } = device;
  await page.goto(`/s/${release}`);
  await page.getByText("Do we need the postcode?").waitFor();
  await page.keyboard.press("/");
  await field().waitFor();
  expect(await field().evaluate((input) => input === document.activeElement)).toBe(true);
  await field().pressSequentially("postc");
  await expect.poll(() => rows().count()).toBe(2);
  const marks = await page.locator("#main mark").allTextContents();
  expect(new Set(marks.map((mark) => mark.toLowerCase().slice(0, 5)))).toEqual(new Set(["postc"]));
  expect(await page.locator("#main mark").first().textContent()).toMatch(/^postc/i);
  expect(await titles()).toContain("Do we need the postcode?");
  await expect.poll(() => page.url()).toContain("q=postc");
  await page.locator('[role="status"]').filter({ hasText: "2 things found" }).waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  await page.waitForURL(`**/s/${release}`);
});

it("more comes while one scrolls, in order, each once", async () => {
  const { page } = device;
  await page.goto("/search?q=carts&sort=newest");
  await expect.poll(() => rows().count()).toBe(30);
  await page.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  await expect.poll(() => rows().count()).toBe(40);
  const read = await rows().evaluateAll((links) =>
    links.map((link) => /Thought (\d+)/.exec(link.textContent ?? "")?.[1]),
  );
  expect(read).toEqual(Array.from({ length: 40 }, (_, i) => String(39 - i)));
  await page.getByText("That is everything.").waitFor();
});

it("when the server is slow the device answers, and rows that one is among do not move under one", async () => {
  const { page } = device;
  await page.goto("/search");
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/jmap/api", async (route) => {
    if (route.request().postData()?.includes("Search/query")) await held;
    await route.continue();
  });
  await field().fill("fraud or postcode");
  await field().fill("postcode");
  await page.getByText("The server is still searching.").waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = await rows().nth(1).getAttribute("href");
  go();
  await page.getByText("The server has answered:").waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe(second);
  await page.getByRole("button", { name: "Show them" }).click();
  await page.getByText("The server is still searching.").waitFor({ state: "hidden" });
  await expect.poll(() => rows().count()).toBe(2);
  await page.unroute("**/jmap/api");
});

it("operators are completed, become chips, and go by mouse and by Backspace", async () => {
  const { page } = device;
  await page.goto("/search");
  await field().fill("postcode from:lind");
  await page.getByRole("option", { name: "Bo Lindqvist" }).waitFor();
  await device.isAccessible();
  await page.keyboard.press("Enter");
  await expect.poll(() => chips().allTextContents()).toEqual(["From Bo Lindqvist"]);
  expect(await field().inputValue()).toBe("postcode ");
  await expect.poll(() => rows().count()).toBe(1);
  await field().pressSequentially("in:hand");
  await page.getByRole("option", { name: "Hand book “blue”" }).click();
  await expect.poll(() => chips().count()).toBe(2);
  await page.getByText("Nothing fits this search").waitFor();
  await page.getByRole("button", { name: "Without “In Hand book “blue””" }).click();
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole("button", { name: "Remove: From Bo Lindqvist" }).click();
  await expect.poll(() => chips().count()).toBe(0);
  await field().fill("");
  await field().pressSequentially("from:me after:yesterday kind:thread ");
  await expect.poll(() => chips().count()).toBe(3);
  expect((await chips().allTextContents())[0]).toBe("From You");
  await expect.poll(titles).toEqual(expect.arrayContaining(["Do we need the postcode?", "Die Größe der Straße"]));
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect.poll(() => chips().allTextContents()).toEqual(["From You"]);
});

it("the same can be chosen without typing, and what can't be meant is said", async () => {
  const { page } = device;
  await page.goto("/search?q=postcode");
  await expect.poll(() => rows().count()).toBe(2);
  await page.getByRole("button", { name: "From", exact: true }).click();
  await page.getByRole("button", { name: /^Bo Lindqvist/ }).click();
  await page.keyboard.press("Escape");
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole("button", { name: "With", exact: true }).click();
  await page.getByRole("button", { name: "With a link" }).click();
  await page.keyboard.press("Escape");
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole("button", { name: "When" }).click();
  await page.getByRole("button", { name: "The last 7 days" }).click();
  await page.keyboard.press("Escape");
  await expect.poll(() => chips().count()).toBe(3);
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole("button", { name: "Clear" }).click();
  await field().fill("from:nobody postcode before:someday is:blue ");
  await page.getByText("Nobody you know is called “nobody”.").waitFor();
  await page.getByText("“someday” is not a day.").waitFor();
  await page.getByText("“blue” is not known here.").waitFor();
  await expect.poll(() => rows().count()).toBe(2);
});

it("its address is a link: another person who follows it finds what he may, and back leads back", async () => {
  const other = await Device.open(browser, server, { zone: "Asia/Tokyo" });
  await other.joins(bo.link);
  await other.page.goto(`/search?q=${encodeURIComponent(`in:${release} postcode`)}&sort=newest`);
  await expect.poll(() => chips(other).allTextContents()).toEqual(["In Release 4.2"]);
  await expect.poll(() => rows(other).count()).toBe(2);
  await other.page.keyboard.press("ArrowDown");
  await other.page.keyboard.press("j");
  await other.page.keyboard.press("k");
  expect(
    await rows(other)
      .first()
      .evaluate((row) => row === document.activeElement),
  ).toBe(true);
  await other.page.keyboard.press("Enter");
  await other.page.waitForURL(`**/t/${ids["postcode"]}/${ids["reply"]}`);
  const marked = other.page.locator(`[id="${ids["reply"]}"][data-marked]`);
  await marked.waitFor();
  await expect.poll(() => marked.evaluate((post) => post.getBoundingClientRect().top < window.innerHeight)).toBe(true);
  await other.page.goBack();
  await expect.poll(() => rows(other).count()).toBe(2);
  expect(
    await rows(other)
      .first()
      .evaluate((row) => row === document.activeElement),
  ).toBe(true);
  await other.close();
});

it("a thread opens and is marked although its Space was never read on this device", async () => {
  const fresh = await Device.open(browser, server);
  await fresh.context.addCookies(await device.context.cookies());
  // Whatever reads a whole Space is never answered: all this device gets is what it asks for by name.
  await fresh.page.route("**/jmap/api", async (route) => {
    const body = route.request().postDataJSON() as { methodCalls: Array<[string, Record<string, unknown>]> };
    const reads = body.methodCalls.some(
      ([name, args]) => /^(Item|Thread|Member|Space)\//.test(name) && "sort" in args && !("filter" in args),
    );
    if (!reads) await route.continue();
  });
  await fresh.page.goto(`/s/${release}/t/${ids["postcode"]}/${ids["reply"]}`);
  const marked = fresh.page.locator(`[id="${ids["reply"]}"][data-marked]`);
  await marked.getByText("fills in the address").waitFor();
  await marked.getByText("Bo Lindqvist").waitFor();
  await expect.poll(() => marked.evaluate((post) => post.getBoundingClientRect().top < window.innerHeight)).toBe(true);
  await fresh.page.getByText("Thought 0 on carts.").waitFor();
  await fresh.page.goto(`/s/${handbook}/i/${ids["cover"]}`);
  await fresh.page.getByRole("heading", { name: "Who covers whom" }).waitFor();
  // And when the Space is read after all, it is there once.
  await fresh.page.unroute("**/jmap/api");
  await fresh.page.reload();
  await fresh.page.goto(`/s/${release}/t/${ids["postcode"]}`);
  await fresh.page.getByText("Thought 39 on carts.").waitFor();
  await expect.poll(() => fresh.page.getByText("fills in the address").count()).toBe(1);
  await fresh.close();
});

it("without a network it looks through what is on the device, what is not sent yet too", async () => {
  const { page, context } = device;
  await page.goto(`/s/${release}/t/${ids["postcode"]}`);
  await page.getByText("Thought 39 on carts.").waitFor();
  await context.setOffline(true);
  await page.getByText("You are offline").first().waitFor();
  await page.getByRole("textbox", { name: "Your reply" }).fill("Written on the train about Übergrößen.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Leaves when you are online.", { exact: true }).waitFor();
  await page.keyboard.press("Tab");
  await page.getByRole("link", { name: "Search" }).first().click();
  await field().fill("ubergrossen");
  await page.getByText("You are offline. This is what is on this device").waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  await field().fill("postcode is:reply");
  await field().press("Enter");
  await expect.poll(() => rows().count()).toBe(1);
  expect(await page.locator("#main mark").first().textContent()).toBe("Postcode");
  await device.isAccessible();
  await context.setOffline(false);
  await page.getByText("You are offline").first().waitFor({ state: "hidden" });
});

it("a search with a name is there on another device, is renamed there, and comes back after it was deleted", async () => {
  const { page } = device;
  await page.goto(`/search?q=${encodeURIComponent(`postcode from:${bo.id}`)}`);
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole("button", { name: "Save this search" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Bo on postcodes");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved as “Bo on postcodes”").waitFor();

  const second = await Device.open(browser, server, { width: 390, height: 844 });
  await second.signsIn(ana.email);
  await second.page.getByRole("link", { name: "Search" }).last().click();
  await second.page.getByRole("link", { name: /Bo on postcodes/ }).click();
  await expect.poll(() => chips(second).allTextContents()).toEqual(["From Bo Lindqvist"]);
  await expect.poll(() => rows(second).count()).toBe(1);
  await second.page.getByRole("button", { name: "Clear" }).click();
  await second.page.getByRole("button", { name: "Rename “Bo on postcodes”" }).click();
  await second.page.getByRole("textbox", { name: "Name" }).fill("What Bo says");
  await second.page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved as “What Bo says”").waitFor();
  await second.page.getByRole("button", { name: "Delete “What Bo says”" }).click();
  await page.getByRole("button", { name: "Save this search" }).waitFor();
  await second.page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Saved as “What Bo says”").waitFor();
  await second.isAccessible();
  await second.close();
});

it("Ctrl+K leads to Spaces, threads, people and acts by a few letters, offline too, and lately used ones first", async () => {
  const { page, context } = device;
  await page.goto(`/s/${release}`);
  await page.getByText("Do we need the postcode?").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to" }).waitFor();
  await page.keyboard.press("Control+k");
  await context.setOffline(true);
  const open = async (typed: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to" }).fill(typed);
  };
  await open("wcw");
  await page.getByRole("option", { name: /Who covers whom/ }).waitFor();
  await device.isAccessible();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Who covers whom" }).waitFor();
  await open("");
  await page.getByRole("group", { name: "Where you were lately" }).getByText("Who covers whom").waitFor();
  await page.keyboard.press("Escape");
  await open("release");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Release 4.2" }).waitFor();
  await open("lindq");
  await page.getByRole("option", { selected: true, name: /Write to Bo Lindqvist/ }).waitFor();
  await page.getByRole("option", { name: /Bo Lindqvist.*Who that is/ }).waitFor();
  await page.keyboard.press("Escape");
  await open("straße");
  await page.getByRole("option", { name: /Search for “straße”/ }).click();
  await expect.poll(() => titles()).toEqual(["Die Größe der Straße"]);
  await context.setOffline(false);
});

it("what is typed by the hostile and the hasty is no more than words", async () => {
  const { page } = device;
  await page.goto("/search");
  for (const typed of [
    '"',
    "-",
    "*",
    '<img src=x onerror="document.title=1">',
    "from:",
    'from:"',
    "((((",
    "\\",
    "🎉".repeat(300),
    "a ".repeat(500),
  ]) {
    await field().fill(typed);
    await page.keyboard.press("Enter");
  }
  await page.goto(`/search?q=${encodeURIComponent('from:"<b>x</b>" in:%% kind:"')}&sort=nonsense`);
  await page.getByText("Nobody you know is called “<b>x</b>”").waitFor();
  await page.goto("/search?q=%E0%A4%A");
  await field().waitFor();
  expect(device.complaints.filter((line) => !/net::ERR|status of (4|5)|Failed to load/.test(line))).toEqual([]);
  expect(device.strangers).toEqual([]);
  const [said] = await ask(server, ana, [["SavedSearch/get", { accountId: ana.id, ids: null }, "0"]]);
  expect(said?.[1]["list"]).toHaveLength(1);
});
