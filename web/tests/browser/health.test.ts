// Admins see how the server is and what to do; what is wrong comes first, and goes when it was mended.
import { chmodSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo Lindqvist");
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const how = (what: string) => hers.page.getByRole("listitem").filter({ hasText: what }).getAttribute("data-how");

it("what is wrong with the server comes first with what to do, and is gone when it was mended", async () => {
  const { page } = hers;
  // Others on the machine may look into it.
  chmodSync(server.data, 0o755);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Health" }).click();
  await page.getByRole("heading", { name: /things? to look at/ }).waitFor();
  expect(await how("Data folder")).toBe("look");
  expect(await page.getByRole("listitem").filter({ hasText: "Data folder" }).textContent()).toContain(
    `chmod 700 ${server.data}`,
  );
  expect(await how("Database")).toBe("good");
  expect(await how("Work in the background")).toBe("good");
  await hers.isAccessible();
  await hers.fits();
  await hers.picture("health");
  const dark = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark", language: "de-DE" });
  await dark.signsIn(ana.email);
  await dark.page.goto("/settings/health");
  await dark.page.getByText("Datenordner").waitFor();
  await dark.isAccessible();
  await dark.fits();
  await dark.picture("health-phone-dark");
  await dark.close();
  chmodSync(server.data, 0o700);
  await page.getByRole("button", { name: "Look again" }).click();
  await expect.poll(() => how("Data folder")).toBe("good");
});

it("a page of the settings asks the server once for what it shows", async () => {
  const { page } = hers;
  let asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (const [path, shown, from] of [
    ["/settings/health", "Data folder", "/health"],
    ["/settings/people", "Ana", "/auth/links"],
    ["/settings/sessions", "This device", "/auth/sessions"],
  ] as const) {
    asked = [];
    await page.goto(path);
    await page.getByRole("main").getByText(shown).first().waitFor();
    await expect.poll(() => asked.filter((one) => one === from).length).toBeGreaterThan(0);
    // As long as this takes, a page that asks again and again has done so.
    for (let i = 0; i < 20; i += 1) await page.request.get("/readyz");
    expect([path, asked.filter((one) => one === from).length]).toEqual([path, 1]);
  }
});

it("members are told whom to tell, and a server that is away is said to be", async () => {
  const { page, context } = hers;
  const his = await Device.open(browser, server);
  await his.joins(bo.link);
  await his.page.goto("/settings/health");
  await his.page.getByText("Admins look after the server").waitFor();
  const refused = await his.page.request.get("/health");
  expect([refused.status(), (await refused.json()).title]).toEqual([403, "This is for admins"]);
  await his.close();
  await page.goto("/settings/health");
  await page.getByText("Data folder").waitFor();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("It could not be looked at").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("It could not be looked at").waitFor({ state: "detached" });
});
