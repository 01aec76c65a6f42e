// The story that Meanwhile was made for: a bug is reported on a Monday to somebody who is out sick. On the server it is
// Monday, the seventh of December 2026, ten in the morning in Lisbon.
import type { Browser } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { works } from "../support/ask";
import { Device, launch } from "../support/browser";
import { paint } from "../support/paint";
import { Server, type TestPerson } from "../support/server";
import { strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let maja: TestPerson;
let space: string;
let hers: Device;
let majas: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart("@2026-12-07 10:00:00");
  const ana = await server.person("Ana", "admin");
  maja = await server.person("Maja");
  space = await server.space("Checkout", ana, maja);
  await works(server, ana, { zone: "Europe/Lisbon" });
  const ill = [{ from: "2026-12-07", to: "2026-12-09" }];
  await works(server, maja, { zone: "Europe/Ljubljana", timeOff: ill });
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
});

strikeTheStage(() => ({ browser, server, devices: { hers, majas } }));

it("before she sends it she is told that it reaches nobody now, and when it does", async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Checkout fails on the second click");
  const text = await hers.editor("What you have to say");
  await text.click();
  await page.keyboard.type("Press Pay twice, @Maj");
  await page.getByRole("option", { name: "Maja" }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" and the cart is empty. ");
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles({
      name: "second-click.png",
      mimeType: "image/png",
      buffer: await paint(page, { width: 640, height: 400, type: "image/png" }),
    });
  await page.getByText("second-click.png").first().waitFor();
  await page.getByRole("button", { name: "No reply needed" }).click();
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.keyboard.press("Escape");
  await page.getByText("Maja is off until Thursday. It interrupts nobody now.").waitFor();
  await hers.isAccessible();
  await hers.picture("founding-before");
});

it("she sends it, takes it back, and sends it after all", async () => {
  const { page } = hers;
  await hers.press("Send");
  await hers.press("Undo");
  await page.getByRole("textbox", { name: "Title" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("Checkout fails on the second click");
  await hers.undoes(0);
  await hers.press("Send");
  await page.getByRole("heading", { name: "Checkout fails on the second click" }).waitFor();
  await page.getByText("Maja will have it by Thursday 08:00.").waitFor();
  await page.goto("/");
  await page
    .getByRole("link", { name: /Checkout fails/ })
    .first()
    .waitFor();
  await hers.picture("founding-waits-for-nothing");
});

it("while she is ill nothing reaches her, though she looks", async () => {
  majas = await Device.open(browser, server, { zone: "Europe/Ljubljana" });
  await majas.joins(maja.link);
  const { page } = majas;
  await page.goto("/inbox");
  // One closed line says that something comes, and when; nothing asks for her.
  await page.getByText("Arrives Thursday 09:00: one thing").first().waitFor();
  expect(await page.getByText("Checkout fails on the second click").count()).toBe(0);
  await majas.isAccessible();
  await majas.picture("founding-ill");
});

it("in the hour in which she is back it is there, and she answers when it suits her", async () => {
  const { page } = majas;
  await server.stop();
  await server.restart("@2026-12-10 08:05:00");
  await page.goto("/");
  await page.getByRole("region", { name: "While you were away" }).waitFor();
  await page
    .getByRole("link", { name: /Checkout fails on the second click/ })
    .first()
    .waitFor();
  await majas.isAccessible();
  await majas.picture("founding-back");
  await page
    .getByRole("link", { name: /Checkout fails on the second click/ })
    .first()
    .click();
  await page
    .getByRole("link", { name: /second-click\.png/ })
    .first()
    .waitFor();
  await majas.picture("founding-thread");
  await majas.undoes(0);
  await majas.writes("Found it: the second click comes after the cart was emptied.");
  await majas.press("Send");
  await page.getByText("Found it: the second click comes after").first().waitFor();
  await page.goto("/");
  await page.getByRole("link", { name: /Checkout fails/ }).waitFor({ state: "detached" });
});

it("she has the answer, and nothing waits any more", async () => {
  const { page } = hers;
  await server.stop();
  await server.restart("@2026-12-10 09:00:00");
  await page.goto("/inbox/to-read");
  await page.getByText("Found it: the second click comes after").first().waitFor();
  await page.goto("/inbox/i-wait-for");
  await page.getByText("Checkout fails").waitFor({ state: "detached" });
  await hers.picture("founding-answered");
});
