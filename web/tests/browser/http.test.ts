// Plain http from another machine, where browsers withhold storage for good, workers, locks and the clipboard: reading,
// writing and searching work all the same, and one line says what https would add.
import { networkInterfaces } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;

beforeAll(async () => {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const outside = all.find(({ internal, family }) => !internal && family === "IPv4");
  if (!outside) throw new Error("this machine has no address by which another one could reach it: ip addr");
  [browser, server] = await Promise.all([launch(), Server.at(outside.address)]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Desk", "--member", ana.email))["spaceId"]);
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it("over plain http from another machine one reads, writes, searches and copies, in two tabs, and is told once what https adds", async () => {
  const device = await Device.open(browser, server);
  const { page, context } = device;
  await device.joins(ana.link);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await device.undoes(0);
  const says = page.getByText("With https it would also start without a network.").filter({ visible: true });
  await says.waitFor();
  await device.isAccessible();

  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("The key of the bicycle");
  await page
    .getByRole("textbox", { name: "What you have to say" })
    .fill("It hangs behind the door, with a zeppelin on it.");
  await device.press("Send");
  await device.arrived("behind the door");
  const other = await context.newPage();
  await other.goto(`/s/${space}`);
  await other.getByRole("link", { name: /key of the bicycle/ }).click();
  await other.getByText("behind the door").waitFor();
  await device.reply().fill("Thank you, found.");
  await device.press("Send");
  await other.getByText("Thank you, found.").waitFor();
  await other.close();

  await page.goto("/search");
  await page.getByRole("combobox", { name: "What are you looking for?" }).fill("zeppelin");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.url()).toContain("zeppelin");
  await page.locator("#main a[data-hit]").first().waitFor();
  await page.reload();
  await page.locator("#main a[data-hit]").first().click();
  await page.locator("[data-marked]").or(page.getByText("behind the door")).first().waitFor();

  await says.waitFor();
  await device.press("Good to know");
  await says.waitFor({ state: "detached" });
  await page.goto("/settings/sessions");
  await page.getByText("Over https the app would also start without a network").waitFor();
  expect(await page.getByText("With https it would also").filter({ visible: true }).count()).toBe(0);
  expect(device.strangers).toEqual([]);
  await device.close();
});
