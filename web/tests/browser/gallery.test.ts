// Every screen in its states, in light and dark, wide and narrow: drawn by the real thing, checked for access and width,
// and put on one page for people to look at. This one: coming in, the Spaces, and reading. With UPDATE_PICTURES=1 the
// README's are made anew.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device } from "../support/browser";
import { Gallery, LOOKS, Visit } from "../support/gallery";
import { Server } from "../support/server";

let gallery: Gallery;
let empty: Server;
/** A Space in which nothing is written. */
let quiet: string;

beforeAll(async () => {
  [gallery, empty] = await Promise.all([Gallery.open(), Server.start()]);
  const flags = ["--name", "Quiet corner", "--member", "ana.ribeiro@example.org"];
  quiet = String((await gallery.office.server.order("space", "add", ...flags))["spaceId"]);
});

afterAll(async () => {
  await gallery?.close();
  await empty?.remove();
});

const space = (name: string) => gallery.office.spaces.get(name) as string;

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("coming in", async () => {
    const visit = new Visit(await Device.open(gallery.browser, empty, look), look);
    const { page } = visit;
    await page.goto(empty.firstLink ?? "");
    await page.locator('input[type="password"]').first().waitFor();
    await visit.shows("join-first");
    for (const [path, screen, title] of [
      [`${empty.firstLink?.slice(0, -4)}aaaa`, "join-gone", "join.gone.title"],
      ["/join", "join-bare", "join.bare.title"],
    ] as const) {
      await page.goto("about:blank");
      await page.goto(path);
      await page.getByText(visit.says(title)).waitFor();
      await visit.shows(screen);
    }
    await page.goto("/");
    await page.locator('input[type="password"]').waitFor();
    await visit.shows("sign-in");
    await page.locator('input[type="email"]').fill("who@example.org");
    await page.locator('input[type="password"]').fill("not this one at all");
    await page.locator('button[type="submit"]').click();
    await page.getByRole("alert").first().waitFor();
    await visit.shows("sign-in-wrong");
    await visit.close();
  });

  it("a Space, full and empty, and the Spaces", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/s/${space("Checkout redesign")}`);
    await page.getByText("Do we need the postcode?").waitFor();
    await visit.shows("space");
    await page.goto(`/s/${quiet}`);
    await page.getByText(visit.says("space.empty")).waitFor();
    await visit.shows("space-empty");
    await page.goto("/spaces");
    await page.locator("#main").getByText("Handbook").waitFor();
    await visit.shows("spaces");
    await visit.close();
  });

  it("a thread: read, marked, being answered, waiting, offline", async () => {
    const visit = await gallery.ana(look);
    const { device, page } = visit;
    await device.undoes(30);
    const thread = `/s/${space("Checkout redesign")}/t/${gallery.office.ids.get("postcode")}`;
    await page.goto(thread);
    await page.getByText("nothing moved by more than").waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    await visit.shows("thread");
    if (look.name === "wide" && process.env.UPDATE_PICTURES) {
      for (const scheme of ["light", "dark"] as const) {
        await device.turns(scheme);
        const name = scheme === "dark" ? "thread-dark" : "thread";
        await page.screenshot({ path: join(import.meta.dirname, `../../../docs/pictures/${name}.png`) });
      }
      await device.turns("light");
    }
    await page.goto(`${thread}/${gallery.office.ids.get("postcode-yuki")}`);
    await page.getByText("nothing moved by more than").waitFor();
    await visit.shows("thread-marked");
    const area = page.locator("#answer [data-write]");
    await device.editor(visit.says("thread.answer"));
    await device.writes(
      "I would keep it **optional** in Japan and drop it in Portugal. Two things to check:\n\n- does the fraud score change when it is empty?\n- who tells support?",
      area,
    );
    await area.scrollIntoViewIfNeeded();
    await visit.shows("thread-writing");
    await visit.button("composer.markdown").click();
    await visit.button("composer.preview").click();
    await visit.shows("thread-preview");
    await visit.button("composer.write").click();
    await visit.button("composer.markdown").click();
    await page.locator('#answer button[type="submit"]').click();
    const waits = (how: string) => page.locator(`[data-how=${how}]`);
    await waits("undoable").waitFor();
    await waits("undoable").scrollIntoViewIfNeeded();
    await visit.shows("thread-waiting");
    await waits("undoable").locator("button").click();
    await expect.poll(() => visit.device.written(area)).toContain("optional");
    await device.context.setOffline(true);
    await page.locator('#answer button[type="submit"]').click();
    await waits("device").waitFor();
    await waits("device").scrollIntoViewIfNeeded();
    await visit.shows("thread-offline");
    // The dialog is loaded when it is asked for; the data stays out of reach.
    await page.route("**/jmap/**", (route) => route.abort());
    await device.context.setOffline(false);
    await visit.button("standing.look").filter({ visible: true }).click();
    await page.getByRole("dialog").getByText("I would keep it").waitFor();
    await visit.shows("outbox");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await waits("device").locator("button").click();
    await expect.poll(() => visit.device.written(area)).toContain("optional");
    await page.unroute("**/jmap/**");
    await visit.empties(area);
    await visit.close();
  });

  it("a thread that is gone, and a long one with long words", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/s/${space("Handbook")}/t/iaaaaaaaaaapabaaaaaaaaaaaaa`);
    await page.getByRole("link", { name: visit.says("thread.back") }).waitFor();
    await visit.shows("thread-gone");
    const by = gallery.office.people.get("Maja Novak");
    if (!by) throw new Error("nobody is called Maja");
    const word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    const text = `${word.repeat(3)}\n\n\`\`\`\n${"const answer = await fetch(somewhere, { method: 'POST', body });  // ".repeat(3)}\n\`\`\`\n\n| one | two | three | four |\n|---|---|---|---|\n| ${word} | ${word} | 3 | 4 |\n\nשלום עולם, this goes both ways.\n\nhttps://example.org/${"a".repeat(180)}`;
    const title = `${word} ${word} und noch mehr`.slice(0, 280);
    const id = await send(gallery.office.server, by, space("Handbook"), { kind: "topic", title, text });
    await page.goto(`/s/${space("Handbook")}/t/${id}`);
    await page.getByText("goes both ways").waitFor();
    await visit.shows("thread-long");
    await page.goto(`/s/${space("Handbook")}`);
    await page.getByText(word).first().waitFor();
    await visit.shows("space-long");
    await visit.close();
  });

  it("while it loads, where the server can't be reached, and where there is no place", async () => {
    const visit = await gallery.ana(look);
    const fresh = new Visit(await Device.open(gallery.browser, gallery.office.server, look), look);
    await fresh.device.context.addCookies(await visit.device.context.cookies());
    await fresh.page.route("**/jmap/session", (route) => route.abort());
    await fresh.page.goto("/");
    await fresh.page.getByRole("alert").waitFor();
    await fresh.shows("unreachable");
    await fresh.page.unroute("**/jmap/session");
    await fresh.page.route("**/jmap/api", () => {});
    await fresh.page.getByRole("alert").getByRole("button").click();
    await fresh.page.getByRole("status").first().waitFor();
    await fresh.shows("loading");
    await fresh.close();
    await visit.page.goto("/no/such/place");
    await visit.page.locator("main h1").waitFor();
    await visit.shows("nowhere");
    await visit.close();
  });

  it("a browser without storage", async () => {
    const visit = await gallery.ana(look, ({ context }) =>
      context.addInitScript(() => {
        Object.defineProperty(window, "indexedDB", {
          get: () => {
            throw new DOMException("no", "SecurityError");
          },
        });
      }),
    );
    await visit.page.goto(`/s/${space("Release 4.2")}`);
    await visit.page.getByText("What goes into the release notes").waitFor();
    await visit.page.getByText(visit.says("standing.memory")).filter({ visible: true }).waitFor();
    await visit.shows("no-storage");
    await visit.close();
  });
});

it.each(LOOKS)("from right to left in $name", async (look) => {
  const visit = await gallery.ana(look);
  const { page } = visit;
  const turned = () => page.evaluate(() => (document.documentElement.dir = "rtl"));
  const thread = `/s/${space("Checkout redesign")}/t/${gallery.office.ids.get("postcode")}`;
  await page.goto(`${thread}/${gallery.office.ids.get("postcode-yuki")}`);
  await page.getByText("nothing moved by more than").waitFor();
  await turned();
  await page.locator("article").nth(2).hover();
  await visit.shows("rtl-thread");
  const area = page.locator("#answer [data-write]");
  await area.pressSequentially("@m");
  await page.getByRole("listbox").getByRole("option").first().waitFor();
  await visit.shows("rtl-mention");
  await visit.empties(area);
  for (const [path, screen] of [
    ["/settings", "rtl-settings"],
    ["/settings/people", "rtl-people"],
    [`/settings/spaces/${space("Handbook")}`, "rtl-space-settings"],
  ] as const) {
    await page.goto(path);
    await page.locator("main section").nth(1).waitFor();
    await turned();
    await visit.shows(screen);
  }
  await visit.close();
});

it("nothing complains on the console, and nobody else is asked for anything", async () => {
  const { device, page } = await gallery.ana({ name: "plain" });
  // Before one is signed in, asking who one is is refused; the browser's console says so.
  device.complaints.length = 0;
  for (const path of [`/s/${space("Checkout redesign")}`, "/settings", "/spaces"]) {
    await page.goto(path);
    await page.locator("main h1").waitFor();
  }
  expect(device.complaints).toEqual([]);
  expect(device.strangers).toEqual([]);
  await device.close();
});
