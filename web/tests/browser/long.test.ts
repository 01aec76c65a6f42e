// A Space with more threads than fit on a screen many times over.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../support/ask";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

const THREADS = 240;

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  const made = await server.order("space", "add", "--name", "Archive", "--member", ana.email);
  space = String(made["spaceId"]);
  for (let from = 0; from < THREADS; from += 60) {
    const one = (n: number) => ({ kind: "topic", title: `Case ${n}`, text: `What case ${n} is about.` });
    const create = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${10 + i}`, one(from + i)]));
    await ask(server, ana, [["Item/set", { accountId: space, create }, "0"]]);
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

test("of a long list a part is on the page; the place in it and the keyboard are kept, wherever one goes", async () => {
  const device = await Device.open(browser, server);
  const { page } = device;
  await device.joins(ana.link);
  await page.goto(`/s/${space}`);
  const rows = page.locator("#main [data-row]");
  const row = (n: number) => page.getByRole("link", { name: new RegExp(`Case ${n}\\b`) });
  const item = (n: number) => row(n).locator("xpath=..");
  await expect.poll(() => item(239).getAttribute("aria-setsize")).toBe(String(THREADS));
  expect(await item(239).getAttribute("aria-posinset")).toBe("1");
  expect(await rows.count()).toBeLessThan(60);
  await page.getByRole("heading", { name: "Today" }).waitFor();

  // To the end at once: what stands there is read and drawn.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await row(0).waitFor();
  expect(await item(0).getAttribute("aria-posinset")).toBe(String(THREADS));
  expect(await row(239).count()).toBe(0);
  expect(await rows.count()).toBeLessThan(60);

  // Into a thread and back, by the browser: nothing has moved.
  await row(100).count();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
  const seen = async () => {
    const names = await rows.evaluateAll((all) =>
      all
        .filter(
          (one) => one.getBoundingClientRect().top > 100 && one.getBoundingClientRect().bottom < window.innerHeight,
        )
        .map((one) => /Case \d+/.exec(one.textContent ?? "")?.[0] ?? ""),
    );
    return names.join(" ");
  };
  await expect.poll(seen).not.toBe("");
  const before = await seen();
  const [name = ""] = before.split(" Case").slice(-1);
  const chosen = Number(name);
  await row(chosen).click();
  await page.getByText(`What case ${chosen} is about.`).waitFor();
  await page.goBack();
  await expect.poll(seen).toBe(before);

  // The row that has the keyboard goes out of sight; the next key goes on from there.
  await row(chosen).focus();
  await page.evaluate(() => window.scrollTo(0, 0));
  await row(239).waitFor();
  await expect.poll(() => row(chosen).count()).toBe(0);
  await page.keyboard.press("j");
  const focused = () => page.evaluate(() => /Case \d+/.exec(document.activeElement?.textContent ?? "")?.[0]);
  await expect.poll(focused).toBe(`Case ${chosen - 1}`);
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await expect.poll(focused).toBe(`Case ${chosen + 1}`);

  // And back by the key that does so, at the same row.
  await page.keyboard.press("Enter");
  await page.getByText(`What case ${chosen + 1} is about.`).waitFor();
  await page.keyboard.press("u");
  await expect.poll(focused).toBe(`Case ${chosen + 1}`);

  // What is said anew stands at the top, and what one looks at stays where it is.
  const place = await row(chosen + 1).boundingBox();
  await ask(server, ana, [
    ["Item/set", { accountId: space, create: { k: { kind: "topic", title: "Case 999", text: "Just now." } } }, "0"],
  ]);
  await expect.poll(() => item(chosen + 1).getAttribute("aria-setsize")).toBe(String(THREADS + 1));
  expect(await focused()).toBe(`Case ${chosen + 1}`);
  expect(Math.abs(((await row(chosen + 1).boundingBox())?.y ?? 0) - (place?.y ?? 0))).toBeLessThan(80);
  await page.evaluate(() => window.scrollTo(0, 0));
  await row(999).waitFor();
  expect(device.complaints).toEqual([]);
  await device.close();
});
