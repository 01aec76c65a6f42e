// Who is in, on which devices and in which Spaces: what admins and members do about it in the settings.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let bo: TestPerson;
let admin: Device;
let his: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  const ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  admin = await Device.open(browser, server);
  await admin.joins(ana.link);
  his = await Device.open(browser, server);
  await his.joins(bo.link);
});

picturesOfFailures(() => ({ admin, his }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const press = (device: Device, name: string) => device.page.getByRole("button", { name, exact: true }).click();

it("a Space that is open to all is found and joined, and what was said before is there", async () => {
  await admin.page.goto("/settings/spaces");
  await admin.page.getByRole("link", { name: "Make a Space" }).click();
  await admin.page.getByRole("textbox", { name: "Name" }).fill("Garden");
  await admin.page.getByRole("textbox", { name: "What it is for" }).fill("What grows, and who waters it.");
  await admin.page.getByRole("radio", { name: /Every member of the workspace/ }).check({ force: true });
  await press(admin, "Make a Space");
  await admin.page.getByRole("link", { name: "Garden" }).first().waitFor();
  const [membership] = await admin.asks([["Membership/get", { accountId: await admin.me(), ids: null }, "0"]]);
  const garden = ((membership?.[1]["list"] ?? []) as Array<{ id: string; name: string }>).find(
    (one) => one.name === "Garden",
  );
  await admin.asks([
    ["Item/set", { accountId: garden?.id, create: { k: { kind: "topic", title: "Tomatoes", text: "Red." } } }, "0"],
  ]);
  await his.page.goto("/settings/spaces");
  await press(his, "Join Garden");
  await his.page.getByRole("link", { name: "Garden" }).first().click();
  await his.page.getByRole("link", { name: /Tomatoes/ }).click();
  await his.page.getByText("Red.").waitFor();
});

it("who is taken out of a Space loses it from his device at once", async () => {
  await admin.page.goto("/settings/spaces");
  await admin.page.getByRole("link", { name: "Manage Garden" }).click();
  await admin.page.getByRole("button", { name: "Remove Bo from this Space" }).click();
  await admin.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await admin.page.getByText("Bo is no longer in it.").waitFor();
  await his.page.getByText("This Space is not open to you").or(his.page.getByText("Nothing is here")).first().waitFor();
  await expect.poll(() => his.page.getByText("Red.").count()).toBe(0);
  const kept = await his.page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((one) => one.name ?? "");
    const all: string[] = [];
    for (const name of names) {
      const opened = await new Promise<IDBDatabase>((done, failed) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
      for (const store of opened.objectStoreNames) {
        const rows = await new Promise<unknown[]>((done) => {
          const request = opened.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => done(request.result);
        });
        all.push(JSON.stringify(rows));
      }
      opened.close();
    }
    return all.join("\n");
  });
  expect(kept.length).toBeGreaterThan(100);
  expect(kept).not.toContain("Tomatoes");
});

it("a lost password is a link from an admin; the new one ends every other session", async () => {
  await admin.page.goto("/settings/people");
  await admin.page.getByRole("button", { name: "Actions for Bo" }).click();
  await admin.page.getByRole("menuitem", { name: "Link for a new password" }).click();
  const link = await admin.page.locator('input[value*="/join#"]').inputValue();
  const phone = await Device.open(browser, server, { width: 390, height: 844 });
  await phone.joins(link, { password: "a new one this time" });
  await his.page.locator('input[type="password"]').waitFor();
  await his.page.locator('input[type="email"]').fill(bo.email);
  await his.page.locator('input[type="password"]').fill("correct horse battery");
  await his.page.locator('button[type="submit"]').click();
  await his.page.getByRole("alert").first().waitFor();
  await his.page.locator('input[type="password"]').fill("a new one this time");
  await his.page.locator('button[type="submit"]').click();
  await his.page.locator("#main h1").waitFor();
  await phone.close();
});

it("one sees one's devices and ends another one, which has to sign in again", async () => {
  const phone = await Device.open(browser, server);
  await phone.signsIn(bo.email, "a new one this time");
  await his.page.goto("/settings/sessions");
  await his.page.getByText("This device", { exact: true }).waitFor();
  const devices = his.page.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
  // This one, the phone, and the one on which the new password was set.
  await expect.poll(() => devices.count()).toBe(3);
  await press(his, "Sign out all others");
  await his.page.getByText("All other devices are signed out.").waitFor();
  await expect.poll(() => devices.count()).toBe(1);
  await devices.getByText("This device").waitFor();
  await his.page.getByText("You are signed in nowhere else.").waitFor();
  await phone.page.locator('input[autocomplete="current-password"]').waitFor();
  await his.page.goto("/");
  await his.page.locator("#main h1").waitFor();
  await phone.close();
});

it("who is deactivated is out, and can't come in again", async () => {
  await admin.page.goto("/settings/people");
  await admin.page.getByRole("button", { name: "Actions for Bo" }).click();
  await admin.page.getByRole("menuitem", { name: /Deactivate/ }).click();
  await admin.page.getByRole("dialog").getByRole("button", { name: "Deactivate", exact: true }).click();
  await his.page.locator('input[type="password"]').waitFor({ timeout: 70_000 });
  await his.page.locator('input[type="email"]').fill(bo.email);
  await his.page.locator('input[type="password"]').fill("a new one this time");
  await his.page.locator('button[type="submit"]').click();
  await his.page.getByRole("alert").first().waitFor();
}, 120_000);

it("words change their language at once, and stay so on the next device", async () => {
  await admin.page.goto("/settings");
  await admin.page.getByRole("radio", { name: "Deutsch" }).check({ force: true });
  await admin.page.getByRole("link", { name: "Schreiben" }).first().waitFor();
  const other = await Device.open(browser, server);
  await other.signsIn("ana@example.org");
  await other.page.getByRole("link", { name: "Schreiben" }).first().waitFor();
  await other.close();
});

it("a time zone that this browser does not know is named, and all else works", async () => {
  const old = await Device.open(browser, server);
  await old.context.addInitScript(() => {
    const Known = Intl.DateTimeFormat;
    const knows = (options?: Intl.DateTimeFormatOptions) => {
      if (options?.timeZone === "Asia/Tokyo") throw new RangeError("Invalid time zone specified: Asia/Tokyo");
    };
    Intl.DateTimeFormat = new Proxy(Known, {
      construct: (target, [language, options]: [string, Intl.DateTimeFormatOptions?]) => {
        knows(options);
        return new target(language, options);
      },
    });
  });
  const cy = await server.person("Cy");
  await old.joins(cy.link);
  await old.page.goto("/settings");
  const zone = old.page.getByRole("combobox", { name: "Time zone" });
  await zone.selectOption("Asia/Tokyo");
  await old.page.getByText("This browser does not know Asia/Tokyo").waitFor();
  await old.page.reload();
  await old.page.getByText("This browser does not know Asia/Tokyo").waitFor();
  expect(await zone.inputValue()).toBe("Asia/Tokyo");
  await zone.selectOption("Europe/Lisbon");
  await old.page.getByText(/It is .* there now/).waitFor();
  await old.close();
});

it("the last admin who has lost the password comes in again by a link from the command line", async () => {
  const made = await server.order("person", "reset", "ana@example.org");
  const again = await Device.open(browser, server);
  await again.page.goto(String(made["link"]));
  await again.page.getByRole("heading", { name: "Set a new password" }).waitFor();
  await again.joins(String(made["link"]), { password: "found at last, and kept" });
  await again.page.goto("/settings/people");
  await again.page.locator('main a[href="/settings/people/invite"]').waitFor();
  // Wherever she was signed in before, she is asked for the new one.
  await admin.page.locator('input[type="password"]').waitFor();
  await admin.page.locator('input[type="email"]').fill("ana@example.org");
  await admin.page.locator('input[type="password"]').fill("correct horse battery");
  await admin.page.locator('button[type="submit"]').click();
  await admin.page.getByRole("alert").first().waitFor();
  await again.close();
});

it("an invitation that has run out says so, and whom to ask; a new one lets in", async () => {
  const dee = await server.person("Dee");
  await server.stop();
  await server.restart("+9d");
  const device = await Device.open(browser, server);
  await device.page.goto(dee.link);
  await device.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await device.page.getByText(/it has ended.*Ask who sent it for a new one/).waitFor();
  await device.page.getByRole("link", { name: "Sign in with a password" }).waitFor();
  expect(await device.page.locator('input[type="password"]').count()).toBe(0);
  const ana = await Device.open(browser, server);
  await ana.signsIn("ana@example.org", "found at last, and kept");
  await ana.page.goto("/settings/people");
  await ana.page.getByRole("button", { name: "Aktionen für Dee" }).click();
  await ana.page.getByRole("menuitem", { name: "Neue Einladung erstellen" }).click();
  await device.joins(await ana.page.locator('input[value*="/join#"]').inputValue());
  await ana.close();
  await device.close();
});
