// Coming in by a link for many, as its admin, newcomers, and those who are here already; and codes to be scanned.
import type { Browser } from "playwright-core";
import { encode } from "uqr";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Visit } from "../support/gallery";
import { Server, type TestPerson } from "../support/server";

const WIDE = { name: "wide", width: 1360, height: 900 };
const PHONE = { name: "phone", width: 390, height: 844, language: "de-DE" };

let browser: Browser;
let server: Server;
let bo: TestPerson;
let space: string;
let admin: Device;
let link: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  const ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  space = String((await server.order("space", "add", "--name", "Choir", "--member", ana.email))["spaceId"]);
  admin = await Device.open(browser, server);
  await admin.joins(ana.link);
});

picturesOfFailures(() => ({ admin }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const part = () => admin.page.getByRole("region", { name: "One link for many" });

/** The code that is shown is that of the text. */
async function isCodeOf(device: Device, text: string): Promise<void> {
  const rows = encode(text, { ecc: "M", border: 4 }).data;
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  await expect
    .poll(() => device.page.locator("[role=dialog] svg[role=img] path").getAttribute("d"))
    .toBe(dark.join(""));
}

it("an admin of a Space makes a link for many, which has a code to be scanned and printed", async () => {
  const { page } = admin;
  await page.goto(`/settings/spaces/${space}`);
  await part().getByRole("textbox", { name: "How many it lets in" }).fill("0");
  await part().getByRole("button", { name: "Make the link" }).click();
  await part().getByText("from 1 to 1000").waitFor();
  await part().getByRole("textbox", { name: "How many it lets in" }).fill("2");
  await part().getByLabel("Until the end of").fill("2020-01-01");
  await part().getByRole("button", { name: "Make the link" }).click();
  await part().getByText("Choose today or a day to come").waitFor();
  await part().scrollIntoViewIfNeeded();
  await new Visit(admin, WIDE).shows("space-link-wrong");
  const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await part().getByLabel("Until the end of").fill(soon);
  await part().getByRole("button", { name: "Make the link" }).click();
  await part().getByText("Nobody has come by it yet; it lets in 2.").waitFor();
  link = await part().locator("input[readonly]").inputValue();
  expect(link).toMatch(/\/join#mw_l_/);
  await part().scrollIntoViewIfNeeded();
  await new Visit(admin, WIDE).shows("space-link-made");
  await part().getByRole("button", { name: "QR code of the link of Choir" }).click();
  await isCodeOf(admin, link);
  await page.getByRole("dialog").getByText(link).waitFor();
  await new Visit(admin, WIDE).shows("qr");
  await page.emulateMedia({ media: "print" });
  await expect.poll(() => page.locator("#root").isVisible()).toBe(false);
  await page.emulateMedia({ media: "screen" });
  await page.keyboard.press("Escape");
  // It is shown once.
  await page.reload();
  await part().getByText("Nobody has come by it yet").waitFor();
  expect(await part().locator("input[readonly]").count()).toBe(0);
});

it("who opens it says who that is, and is in the Space; who is here joins with one press", async () => {
  const zoe = await Device.open(browser, server, PHONE);
  await zoe.page.goto(link);
  await zoe.page.getByRole("heading", { name: "Komm zu Choir" }).waitFor();
  await new Visit(zoe, PHONE).shows("join-space");
  await zoe.page.getByLabel("Dein Name").fill("Zoë");
  await zoe.page.locator('input[type="email"]').fill(bo.email);
  await zoe.page.locator('input[type="password"]').fill("not the one of Bo");
  await zoe.page.locator('button[type="submit"]').click();
  // The address is somebody's: nothing that was typed is lost.
  await zoe.page.getByRole("alert").filter({ hasText: bo.email }).waitFor();
  expect(await zoe.page.getByLabel("Dein Name").inputValue()).toBe("Zoë");
  await zoe.page.locator('input[type="email"]').fill("zoe@example.org");
  await zoe.page.locator('button[type="submit"]').click();
  await zoe.page.getByRole("heading", { name: "Choir", exact: true }).waitFor();
  await zoe.close();

  const his = await Device.open(browser, server);
  await his.joins(bo.link);
  await his.page.goto(link);
  await his.page.getByText("you are signed in on this device").waitFor();
  await new Visit(his, WIDE).shows("join-space-here");
  await his.page.getByRole("button", { name: "Join Choir" }).click();
  await his.page.getByRole("heading", { name: "Choir", exact: true }).waitFor();
  await his.close();

  const { page } = admin;
  await page.reload();
  await part().getByText("2 have come by it; it lets in 2.").waitFor();
  await part().getByText("It is used up.").waitFor();
  const late = await Device.open(browser, server);
  await late.page.goto(link);
  await late.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await late.page.getByText(/It is used up, it has ended.*Ask who sent it/).waitFor();
  await late.close();
});

it("a link is replaced and ended, and then lets nobody in", async () => {
  const { page } = admin;
  await part().getByRole("button", { name: "Make another" }).click();
  await part().getByText("The link that is there now ends with this.").waitFor();
  await part()
    .getByRole("radio", { name: /Guests/ })
    .check({ force: true });
  await part().getByRole("button", { name: "Make the link" }).click();
  await part()
    .getByText(/People come in as guests/)
    .waitFor();
  const next = await part().locator("input[readonly]").inputValue();
  await part().getByRole("button", { name: "End this link" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End this link" }).click();
  await part().getByRole("button", { name: "Make the link" }).waitFor();
  const late = await Device.open(browser, server);
  await late.page.goto(next);
  await late.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await late.close();
});

it("every invitation has a code too", async () => {
  const { page } = admin;
  await page.goto("/settings/people/invite");
  await page.getByRole("textbox", { name: "Who" }).fill("Cleo");
  await page.getByRole("button", { name: /Make/ }).click();
  const made = await page.locator('input[value*="/join#"]').inputValue();
  await page.getByRole("button", { name: "QR code of the link of Cleo" }).click();
  await isCodeOf(admin, made);
  const phone = await Device.open(browser, server, PHONE);
  await phone.joins(made, { email: "cleo@example.org" });
  await phone.close();
  expect(admin.strangers).toEqual([]);
});
