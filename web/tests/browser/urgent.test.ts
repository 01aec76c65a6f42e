// What is urgent: said with a reason, told before it is sent, there at night for whoever lets it; and all see how often. On
// the server it is Monday, the seventh of December 2026, eleven at night in Lisbon.
import type { Browser } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { atAnyHour, rhythmOf, works } from "../support/ask";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";
import { strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let bo: TestPerson;
let yuki: TestPerson;
let space: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart("@2026-12-07 23:00:00");
  const ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  yuki = await server.person("Yuki");
  space = await server.space("Shop", ana, bo, yuki);
  await works(server, ana, atAnyHour());
  for (const one of [bo, yuki]) await works(server, one, { zone: "Europe/Lisbon" });
  hers = await Device.open(browser, server);
  his = await Device.open(browser, server);
  await hers.joins(ana.link);
  await his.joins(bo.link);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

it("whoever wants it lets what is urgent through at any hour", async () => {
  const { page } = his;
  await page.goto("/hours");
  const choice = page.getByRole("radiogroup", { name: "What is urgent" });
  await choice.getByRole("radio", { name: "Waits for my hours too" }).waitFor();
  await choice.getByRole("radio", { name: "Reaches me at any hour" }).check();
  await his.isAccessible();
  await choice.scrollIntoViewIfNeeded();
  await his.picture("urgent-hours");
  await page.getByText("Until then nothing asks for you but what is urgent.").waitFor();
  await his.press("Save my hours");
  await page.getByText("Saved").first().waitFor();
  expect(await rhythmOf(server, bo)).toMatchObject({ zone: "Europe/Lisbon", urgent: true });
});

it("before it is sent one is told whom it interrupts and whom not, and a reason is wanted", async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Nobody can pay");
  const text = await hers.editor("What you have to say");
  await text.click();
  for (const name of ["Bo", "Yuki"]) {
    await page.keyboard.type(`@${name}`);
    await page.getByRole("option", { name }).waitFor();
    await page.keyboard.press("Enter");
  }
  await page.getByRole("button", { name: "No reply needed" }).click();
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.getByText("It interrupts nobody now.").waitFor();
  await page.getByRole("checkbox", { name: /^Urgent/ }).check();
  await page
    .getByText(
      /Reaches Bo now and Yuki tomorrow at 09:00\. Yuki lets nothing urgent through now\. It interrupts Bo outside/,
    )
    .waitFor();
  await hers.undoes(0);
  await hers.press("Send");
  await page.getByRole("alert").getByText("Say in a line why it can’t wait").waitFor();
  await page.getByRole("textbox", { name: "Why it can’t wait" }).fill("The shop is down since ten");
  await hers.isAccessible();
  await hers.picture("urgent-composer");
  await hers.turns("dark");
  await hers.picture("urgent-composer-dark");
  await hers.turns("light");
  await page.setViewportSize({ width: 390, height: 844 });
  await hers.fits();
  await hers.picture("urgent-composer-phone");
  await page.setViewportSize({ width: 1360, height: 900 });
  await hers.press("Send");
  await page.getByRole("heading", { name: "Nobody can pay" }).waitFor();
  await page.getByText("The shop is down since ten").waitFor();
  await hers.isAccessible();
  await hers.picture("urgent-thread");
});

it("it is there at night for the one who lets it, and not for the other", async () => {
  const { page } = his;
  await page.goto("/inbox");
  await page.getByRole("link", { name: /Urgent/ }).waitFor();
  await his.isAccessible();
  await his.picture("urgent-inbox");
  const yukis = await Device.open(browser, server);
  await yukis.joins(yuki.link);
  await yukis.page.goto("/inbox");
  await yukis.page.getByText("Arrives tomorrow 09:00: one thing").waitFor();
  await yukis.close();
});

it("all who are in the Space see what was urgent, and its admins settle who may say so", async () => {
  await his.page.goto(`/settings/spaces/${space}`);
  const seen = his.page.getByRole("region", { name: "Urgent" });
  await seen.getByRole("link", { name: "The shop is down since ten" }).waitFor();
  await seen.getByText("Its members").waitFor();
  expect(await seen.getByRole("radio").count()).toBe(0);
  const { page } = hers;
  await page.goto(`/settings/spaces/${space}`);
  const urgent = page.getByRole("region", { name: "Urgent" });
  const nobody = urgent.getByRole("radio", { name: "Nobody" });
  await nobody.click();
  await expect.poll(() => nobody.isChecked()).toBe(true);
  await hers.isAccessible();
  await urgent.scrollIntoViewIfNeeded();
  await hers.picture("urgent-space");
  await page.goto(`/s/${space}/write`);
  await hers.editor("What you have to say");
  await page.getByRole("button", { name: "No reply needed" }).click();
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.getByText("Until when").waitFor();
  expect(await page.getByRole("checkbox", { name: /^Urgent/ }).count()).toBe(0);
});
