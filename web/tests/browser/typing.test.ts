// What one types into the search, and where one is in it, stays as it is: whatever the address says, whatever comes late.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let device: Device;
let space: string;
let side: string;
let root: string;
let reply: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana Ribeiro", "admin");
  const make = async (name: string) =>
    String((await server.order("space", "add", "--name", name, "--member", ana.email))["spaceId"]);
  [space, side] = [await make("Release"), await make("Side")];
  root = await send(server, ana, space, { kind: "topic", title: "Jam and bread", text: "Both of them." });
  for (let i = 0; i < 40; i++) await send(server, ana, space, { kind: "post", parentId: root, text: `Cart ${i}` });
  reply = await send(server, ana, space, { kind: "post", parentId: root, text: "The marmalade is gone." });
  await send(server, ana, side, { kind: "topic", title: "Jam of cars", text: "On the road." });
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  // Everything is read, so that the device can answer too.
  await device.page.goto(`/s/${space}/t/${root}`);
  await device.page.getByText("The marmalade is gone.").waitFor();
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const field = () => device.page.getByRole("combobox", { name: "What are you looking for?" });
const rows = () => device.page.locator("#main a[data-hit]");

it("blanks that are typed twice and an open phrase stay as they are typed when the address follows", async () => {
  const { page } = device;
  await page.goto("/search");
  for (const typed of ["jam  bread", '"jam and', "jam   "]) {
    await field().fill(typed);
    await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe(typed.trim());
    await expect.poll(() => rows().count()).toBeGreaterThan(0);
    expect(await field().inputValue()).toBe(typed);
  }
});

it("an order that is chosen right after typing stays chosen", async () => {
  const { page } = device;
  await page.goto("/search?q=jam");
  await expect.poll(() => rows().count()).toBe(2);
  await page.clock.install();
  await field().pressSequentially(" bread");
  await page.getByText("Newest first").click();
  await page.clock.runFor(2000);
  expect(new URL(page.url()).search).toBe("?q=jam%20bread&sort=newest");
  await page.clock.resume();
});

it("the button that saves a search is the same one while one types on", async () => {
  const { page } = device;
  await page.goto("/search?q=jam");
  const save = await page.getByRole("button", { name: "Save this search" }).elementHandle();
  await field().pressSequentially(" bread");
  await expect.poll(() => page.url()).toContain("bread");
  await expect.poll(() => rows().count()).toBe(1);
  expect(await save?.evaluate((button) => button.isConnected)).toBe(true);
});

it("more rows of the device do not end the question to the server", async () => {
  const { page } = device;
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/jmap/api", async (route) => {
    if (route.request().postData()?.includes("Search/query")) await held;
    await route.continue();
  });
  await page.goto("/search?q=cart&sort=newest");
  await page.getByText("The server is still searching.").waitFor();
  await expect.poll(() => rows().count()).toBe(30);
  await page.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  await expect.poll(() => rows().count()).toBe(40);
  await page.getByText("The server is still searching.").waitFor();
  go();
  await page.getByText("The server is still searching.").waitFor({ state: "hidden" });
  await page.unroute("**/jmap/api");
});

it("who comes back to something that is gone by now has the keyboard in the field, and keeps it", async () => {
  const { page } = device;
  await page.goto("/search?q=marmalade");
  await rows().first().click();
  await page.waitForURL(`**/${reply}`);
  await ask(server, ana, [["Item/set", { accountId: space, destroy: [reply] }, "0"]]);
  await page.getByText("The marmalade is gone.").waitFor({ state: "detached" });
  await page.goBack();
  await field().fill("jam");
  await expect.poll(() => rows().count()).toBe(2);
  expect(await field().evaluate((input) => input === document.activeElement)).toBe(true);
});

it("what was found in a Space that one has left since is not shown again", async () => {
  const { page } = device;
  await page.goto("/search?q=jam");
  await expect.poll(() => rows().count()).toBe(2);
  await page.getByRole("link", { name: /Jam and bread/ }).click();
  await page.getByText("Both of them.").waitFor();
  await ask(server, ana, [["Member/set", { accountId: side, update: { [ana.id]: { role: "none" } } }, "0"]]);
  await page.getByRole("link", { name: "Side" }).first().waitFor({ state: "detached" });
  await page.goBack();
  await page.getByRole("link", { name: /Jam and bread/ }).waitFor();
  expect(await rows().count()).toBe(1);
  await page.locator('[role="status"]').filter({ hasText: "1 thing found" }).waitFor({ state: "attached" });
});

it("the list of places is a dialog with a name", async () => {
  const { page } = device;
  await page.goto(`/s/${space}`);
  await page.getByRole("link", { name: /Jam and bread/ }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Go to" }).waitFor();
  await device.isAccessible();
});
