// Every screen in its states, in light and dark, wide and narrow: drawn by the real thing, checked for access and width,
// and put on one page for people to look at. With UPDATE_PICTURES=1 the README's are made anew.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Device, launch, PICTURES, type Look } from "../support/browser";
import { send } from "../support/ask";
import { openOffice, type Office } from "../support/office";
import { Server } from "../support/server";

const PASSWORD = "correct horse battery";
const LOOKS: Array<[name: string, look: Look]> = [
  ["light", { width: 1360, height: 900 }],
  ["dark", { width: 1360, height: 900, scheme: "dark" }],
  ["phone", { width: 390, height: 844 }],
  ["phone-dark", { width: 390, height: 844, scheme: "dark", language: "de-DE" }],
];

let browser: Browser;
let office: Office;
let empty: Server;

beforeAll(async () => {
  [browser, office, empty] = await Promise.all([launch(), openOffice(), Server.start()]);
  const ana = await Device.open(browser, office.server);
  await ana.joins(office.people.get("Ana Ribeiro")?.link ?? "", { password: PASSWORD });
  await ana.close();
});

afterAll(async () => {
  const names = readdirSync(PICTURES).filter((name) => name.endsWith(".png"));
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const screen = name.split(".")[0] as string;
    groups.set(screen, [...(groups.get(screen) ?? []), name]);
  }
  const sections = [...groups].map(
    ([group, files]) =>
      `<h2>${group}</h2><div>${files.map((file) => `<figure><img src="${file}" loading="lazy"><figcaption>${file}</figcaption></figure>`).join("")}</div>`,
  );
  const style =
    "body{font:14px system-ui;margin:24px}div{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}img{height:420px;border:1px solid #999}";
  writeFileSync(
    join(PICTURES, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Pictures</title><style>${style}</style>${sections.join("")}`,
  );
  await browser?.close();
  await office?.server.remove();
  await empty?.remove();
});

/** A signed-in device of Ana's. */
async function ana(look: Look): Promise<Device> {
  const device = await Device.open(browser, office.server, look);
  await device.signsIn("ana.ribeiro@example.org", PASSWORD);
  return device;
}

describe.each(LOOKS)("in %s", (name, look) => {
  const checked = async (device: Device, screen: string) => {
    await device.picture(`${screen}.${name}`);
    await device.isAccessible();
    await device.fits();
  };

  it("coming in", async () => {
    const first = await Device.open(browser, empty, look);
    await first.page.goto(empty.firstLink ?? "");
    await first.page.locator('input[type="password"]').first().waitFor();
    await checked(first, "join-first");
    await first.page.goto("/join#gone");
    await first.page.reload();
    await first.page.getByRole("alert").first().waitFor();
    await checked(first, "join-gone");
    await first.page.goto("/");
    await first.page.locator('input[type="password"]').waitFor();
    await checked(first, "sign-in");
    await first.page.locator('input[type="email"]').fill("who@example.org");
    await first.page.locator('input[type="password"]').fill("not this one at all");
    await first.page.locator('button[type="submit"]').click();
    await first.page.getByRole("alert").first().waitFor();
    await checked(first, "sign-in-wrong");
    await first.close();
  });

  it("a Space, full and empty, and the Spaces", async () => {
    const device = await ana(look);
    const space = office.spaces.get("Checkout redesign");
    await device.page.goto(`/s/${space}`);
    await device.page.getByText("Do we need the postcode?").waitFor();
    await checked(device, "space");
    const made = await office.server.order(
      "space",
      "add",
      "--name",
      "Quiet corner",
      "--member",
      "ana.ribeiro@example.org",
    );
    await device.page.goto(`/s/${String(made["spaceId"])}`);
    await device.page.getByRole("heading", { level: 1, name: "Quiet corner" }).waitFor();
    await checked(device, "space-empty");
    await device.page.goto("/spaces");
    await device.page.locator("#main").getByText("Handbook").waitFor();
    await checked(device, "spaces");
    await device.close();
  });

  it("a thread: read, marked, being answered, waiting, offline", async () => {
    const device = await ana(look);
    await device.undoes(30);
    const space = office.spaces.get("Checkout redesign");
    await device.page.goto(`/s/${space}/t/${office.ids.get("postcode")}`);
    await device.page.getByText("nothing moved by more than").waitFor();
    await device.page.evaluate(() => window.scrollTo(0, 0));
    await checked(device, "thread");
    const readme = { light: "thread", dark: "thread-dark" }[name];
    if (readme && process.env.UPDATE_PICTURES) {
      const path = join(import.meta.dirname, `../../../docs/pictures/${readme}.png`);
      await device.page.screenshot({ path });
    }
    await device.page.goto(`/s/${space}/t/${office.ids.get("postcode")}/${office.ids.get("postcode-yuki")}`);
    await device.page.getByText("nothing moved by more than").waitFor();
    await checked(device, "thread-marked");
    const area = device.page.locator("#answer textarea");
    await area.fill(
      "I would keep it **optional** in Japan and drop it in Portugal. Two things to check:\n\n- does the fraud score change when it is empty?\n- who tells support?",
    );
    await area.scrollIntoViewIfNeeded();
    await checked(device, "thread-writing");
    await device.page.locator("#answer [aria-pressed]").click();
    await checked(device, "thread-preview");
    await device.page.locator("#answer [aria-pressed]").click();
    await device.page.locator('#answer button[type="submit"]').click();
    await device.page.locator("[data-how=undoable]").waitFor();
    await device.page.locator("[data-how=undoable]").scrollIntoViewIfNeeded();
    await checked(device, "thread-waiting");
    await device.page.locator("[data-how=undoable] button").click();
    await expect.poll(() => area.inputValue()).toContain("optional");
    await device.context.setOffline(true);
    await device.page.locator('#answer button[type="submit"]').click();
    await device.page.locator("[data-how=device]").waitFor();
    await device.page.locator("[data-how=device]").scrollIntoViewIfNeeded();
    await checked(device, "thread-offline");
    await device.page.locator("[data-how=device] button").click();
    await device.close();
  });

  it("a thread that is gone, and a long one with long words", async () => {
    const device = await ana(look);
    const space = office.spaces.get("Handbook") as string;
    await device.page.goto(`/s/${space}/t/iaaaaaaaaaapabaaaaaaaaaaaaa`);
    await device.page.getByRole("link", { name: /Space/ }).last().waitFor();
    await checked(device, "thread-gone");
    const by = office.people.get("Maja Novak");
    if (!by) throw new Error("nobody is called Maja");
    const word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    const text = `${word.repeat(3)}\n\n\`\`\`\n${"const answer = await fetch(somewhere, { method: 'POST', body });  // ".repeat(3)}\n\`\`\`\n\n| one | two | three | four |\n|---|---|---|---|\n| ${word} | ${word} | 3 | 4 |\n\nשלום עולם, this goes both ways.\n\nhttps://example.org/${"a".repeat(180)}`;
    const title = `${word} ${word} und noch mehr`.slice(0, 280);
    const id = await send(office.server, by, space, { kind: "topic", title, text });
    await device.page.goto(`/s/${space}/t/${id}`);
    await device.page.getByText("goes both ways").waitFor();
    await checked(device, "thread-long");
    await device.page.goto(`/s/${space}`);
    await device.page.getByText(word).first().waitFor();
    await checked(device, "space-long");
    await device.close();
  });

  it("while it loads, where the server can't be reached, and where a place is broken", async () => {
    const device = await Device.open(browser, office.server, look);
    await device.signsIn("ana.ribeiro@example.org", PASSWORD);
    const fresh = await Device.open(browser, office.server, look);
    await fresh.context.addCookies(await device.context.cookies());
    await fresh.page.route("**/jmap/session", (route) => route.abort());
    await fresh.page.goto("/");
    await fresh.page.getByRole("alert").waitFor();
    await checked(fresh, "unreachable");
    await fresh.page.unroute("**/jmap/session");
    await fresh.page.route("**/jmap/api", () => {});
    await fresh.page.getByRole("alert").getByRole("button").click();
    await fresh.page.getByRole("status").first().waitFor();
    await checked(fresh, "loading");
    await fresh.close();
    await device.page.goto("/no/such/place");
    await device.page.locator("main h1").waitFor();
    await checked(device, "nowhere");
    await device.close();
  });

  it("writing", async () => {
    const device = await ana(look);
    await device.page.goto(`/s/${office.spaces.get("Handbook")}/write`);
    await device.page.locator("main form textarea").waitFor();
    await checked(device, "write");
    await device.close();
  });

  it("settings", async () => {
    const device = await ana(look);
    for (const [path, screen] of [
      ["/settings", "settings-you"],
      ["/settings/sessions", "settings-devices"],
      ["/settings/people", "settings-people"],
      ["/settings/spaces", "settings-spaces"],
    ] as const) {
      await device.page.goto(path);
      await device.page.locator("main h1").waitFor();
      await checked(device, screen);
    }
    await device.close();
  });
});

it("nothing complains on the console, and nobody else is asked for anything", async () => {
  const device = await ana({});
  // Before one is signed in, asking who one is is refused; the browser's console says so.
  device.complaints.length = 0;
  for (const path of [`/s/${office.spaces.get("Checkout redesign")}`, "/settings", "/spaces"]) {
    await device.page.goto(path);
    await device.page.locator("main h1").waitFor();
  }
  expect(device.complaints).toEqual([]);
  expect(device.strangers).toEqual([]);
  await device.close();
});
