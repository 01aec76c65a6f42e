// A Space of which a device has only what is newer: reading on, opening what is old, and what is said without a network.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../support/ask";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

/** Threads of two posts each: more than one window of Items. */
const THREADS = 1060;

let browser: Browser;
let server: Server;
let [ana, bo]: TestPerson[] = [];
let space: string;
let long: string;
let old: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  const made = await server.order("space", "add", "--name", "Archive", "--member", ana.email, "--member", bo.email);
  space = String(made["spaceId"]);
  long = await say([{ kind: "topic", title: "The long one", text: "It begins." }]);
  old = await say([{ kind: "topic", title: "Long forgotten", text: "Nobody has answered." }]);
  await say(Array.from({ length: 30 }, (_, n) => ({ kind: "post", parentId: long, text: `Old reply ${n}.` })));
  for (let from = 0; from < THREADS; from += 106) {
    const one = (n: number) => ({ kind: "topic", title: `Case ${n}`, text: `What case ${n} is about.` });
    const create = Object.fromEntries(
      Array.from({ length: 106 }, (_, i) => [
        [`k${1000 + i}`, one(from + i)],
        [`r${1000 + i}`, { kind: "post", parentId: `#k${1000 + i}`, text: `About case ${from + i}.` }],
      ]).flat() as Array<[string, object]>,
    );
    await ask(server, ana!, [["Item/set", { accountId: space, create }, "0"]]);
  }
  await say([{ kind: "post", parentId: long, text: "The newest reply." }]);
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** The id of the first of them. */
async function say(items: object[]): Promise<string> {
  const create = Object.fromEntries(items.map((item, i) => [`k${100 + i}`, item]));
  const [answer] = await ask(server, ana!, [["Item/set", { accountId: space, create }, "0"]]);
  const made = (answer?.[1]["created"] ?? {}) as Record<string, { id: string }>;
  return made["k100"]?.id ?? "";
}

test("the end of a list leads on to what is older, an old thread is opened whole, and offline it is told what is not here", async () => {
  const device = await Device.open(browser, server);
  const { page } = device;
  await device.joins(ana!.link);
  await page.goto(`/s/${space}`);
  const row = (n: number) => page.getByRole("link", { name: new RegExp(`Case ${n}\\b`) });
  const item = (n: number) => row(n).locator("xpath=..");
  await row(THREADS - 1).waitFor();
  // Nobody here knows how many there are.
  await expect.poll(() => item(THREADS - 1).getAttribute("aria-setsize")).toBe("-1");
  const end = () => page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));

  // Without a network the list says where it ends.
  await page.context().setOffline(true);
  await page.getByText("You are offline").first().waitFor();
  await end();
  const older = page.getByText("Older threads are at the server. They come here when you are online.");
  await older.waitFor();
  expect(await row(0).count()).toBe(0);
  await page.context().setOffline(false);

  // With one it goes on to the very first.
  await page.goto(`/s/${space}`);
  await row(THREADS - 1).waitFor();
  await expect
    .poll(async () => {
      await end();
      return row(0).count();
    })
    .toBe(1);
  await expect.poll(() => older.count()).toBe(0);
  await expect.poll(() => item(0).getAttribute("aria-setsize")).toBe(String(THREADS + 2));
  await device.close();
});

test("a thread of which a part is here is shown whole, and a part only without a network, which it says", async () => {
  const device = await Device.open(browser, server);
  const { page } = device;
  await device.joins(bo!.link);
  await page.goto(`/s/${space}`);
  await page.getByRole("link", { name: /The long one/ }).waitFor();
  await page.getByText("Older threads are still on their way to this device.").waitFor({ state: "hidden" });
  // So that the page for threads is here.
  await page.getByRole("link", { name: /Case 1059/ }).click();
  await page.getByText("What case 1059 is about.").waitFor();
  await page.goBack();
  await page.getByRole("link", { name: /The long one/ }).waitFor();
  await page.context().setOffline(true);
  await page.getByText("You are offline").first().waitFor();
  await page.getByRole("link", { name: /The long one/ }).click();
  await page.getByText("The newest reply.").waitFor();
  await page.getByText("Some older replies are at the server. They come here when you are online.").waitFor();
  expect(await page.getByText("Old reply 3.").count()).toBe(0);
  // By a link to what is not here at all.
  const goes = (path: string) => page.evaluate((to) => history.pushState(null, "", to), path);
  await goes(`/s/${space}/t/${old}`);
  await page.getByRole("heading", { name: "This thread is at the server" }).waitFor();
  await device.isAccessible();
  await page.context().setOffline(false);
  await page.getByText("Nobody has answered.").waitFor({ timeout: 40_000 });
  await goes(`/s/${space}/t/${long}`);
  await page.getByText("Old reply 3.").waitFor();
  expect(await page.getByText("Some older replies are at the server.").count()).toBe(0);
  // What never was is told from it.
  await goes(`/s/${space}/t/${old.slice(0, -2)}aa`);
  await page.getByRole("heading", { name: "Nothing is here" }).waitFor();
  await device.isAccessible();
  await device.close();
});
