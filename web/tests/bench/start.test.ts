// How soon the app is there with much on the device, beside a page with React alone; what a key in the composer and a
// thread that is on the device cost; and what taking in many records costs beside bare IndexedDB. Nothing here judges.
// What the main thread does is told in its own time, without that in which others had the processor.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";
import { fill, scroll } from "./fill";
import { busy, median, QUICK, quantile, ROUNDS, tell } from "./tell";

const ITEMS = QUICK ? 2_000 : 50_000;
const THREADS = ITEMS / 50;

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let short: string;
let device: Device;
let blank: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Bench", "--member", ana.email))["spaceId"]);
  blank = await mkdtemp(join(tmpdir(), "meanwhile-blank-"));
  const root = join(import.meta.dirname, "blank");
  await build({
    root,
    base: "/blank/",
    configFile: false,
    logLevel: "error",
    build: { outDir: blank, emptyOutDir: true },
  });
  for (let thread = 0; thread < THREADS; thread += 10) {
    const create: Record<string, object> = {};
    for (let n = thread; n < thread + 10; n++) {
      create[`t${n}`] = {
        kind: "topic",
        title: `Thread ${n}`,
        text: `What thread ${n} is about, in a sentence or two.`,
      };
      for (let i = 1; i < 50; i++) {
        const text = `Post ${i} of thread ${n}: plain words, as most of them are, in a sentence or two without any marks.`;
        create[`p${n}-${i}`] = { kind: "post", parentId: `#t${n}`, text };
      }
    }
    await ask(server, ana, [["Item/set", { accountId: space, create }, "0"]]);
  }
  short = await send(server, ana, space, { kind: "topic", title: "Twenty", text: "Begins here." });
  const posts = Array.from({ length: 19 }, (_, i) => [
    `k${i}`,
    { kind: "post", parentId: short, text: `**Post** ${i}` },
  ]);
  await ask(server, ana, [["Item/set", { accountId: space, create: Object.fromEntries(posts) }, "0"]]);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.remove();
  if (blank) await rm(blank, { recursive: true, force: true });
});

/** Milliseconds from going to a page until something stands on it, by the page's own clock. */
async function starts(page: Page, path: string, heading: string): Promise<number> {
  await page.goto("about:blank");
  await page.goto(path, { waitUntil: "commit" });
  return page.evaluate(
    (words) =>
      new Promise<number>((there) => {
        const look = () => {
          const found = [...document.querySelectorAll("h1")].some((one) => words === "" || one.textContent === words);
          if (found) requestAnimationFrame(() => there(performance.now()));
          else setTimeout(look, 4);
        };
        look();
      }),
    heading,
  );
}

/** The id of a thread that is put on the device by `fill`. */
const rootId = (n: number) => `i${n.toString(32).padStart(26, "0").replaceAll("0", "w").replaceAll("1", "x")}`;

interface Trace {
  traceEvents: Array<{
    name: string;
    ph: string;
    pid: number;
    tid: number;
    dur?: number;
    tdur?: number;
    args: { name?: string };
  }>;
}

/** Milliseconds of each task of the page's main thread. */
function tasksOf({ traceEvents: events }: Trace): number[] {
  const of = ({ pid, tid }: { pid: number; tid: number }) => `${pid} ${tid}`;
  const main = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(of);
  const tasks = events.filter((event) => event.name === "RunTask" && event.ph === "X" && main.includes(of(event)));
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}

it("everything comes to the device, beside bare IndexedDB", { timeout: 900_000 }, async () => {
  device = await Device.open(browser, server, { worker: true });
  const { page } = device;
  const from = performance.now();
  await device.joins(ana.link);
  const first = performance.now() - from;
  const held = () =>
    page.evaluate(async () => {
      const [named] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith("meanwhile-p"));
      const opened = await new Promise<IDBDatabase>((open) => {
        const asked = indexedDB.open(named!.name!);
        asked.addEventListener("success", () => open(asked.result));
      });
      const counted = opened.transaction("records").objectStore("records").count();
      const count = await new Promise<number>((done) =>
        counted.addEventListener("success", () => done(counted.result)),
      );
      opened.close();
      return count;
    });
  await expect.poll(held, { timeout: 800_000, interval: 500 }).toBeGreaterThan(ITEMS);
  const all = performance.now() - from;
  const bare = await page.evaluate(async (count) => {
    const opened = await new Promise<IDBDatabase>((open) => {
      const asked = indexedDB.open("bare", 1);
      asked.addEventListener("upgradeneeded", () => {
        const store = asked.result.createObjectStore("records", { keyPath: ["account", "type", "id"] });
        store.createIndex("order", ["account", "type", "order", "seq"]);
        store.createIndex("thread", ["account", "thread"]);
      });
      asked.addEventListener("success", () => open(asked.result));
    });
    const text = "plain words, as most of them are, in a sentence or two without any marks.".repeat(5);
    const began = performance.now();
    for (let at = 0; at < count; at += 500) {
      const writes = opened.transaction("records", "readwrite", { durability: "relaxed" });
      for (let n = at; n < at + 500; n++) {
        const row = { account: "s", type: "Item", id: `i${n}`, order: n, seq: n, thread: `t${n % 1000}` };
        writes.objectStore("records").put({ ...row, record: { id: `i${n}`, text, kind: "post", seq: n } });
      }
      await new Promise((done) => writes.addEventListener("complete", done));
    }
    opened.close();
    return performance.now() - began;
  }, ITEMS);
  const beside = `${ITEMS} records in ${(all / 1000).toFixed(1)} s, with the network; bare puts ${(bare / 1000).toFixed(1)} s; the first page stood after ${(first / 1000).toFixed(1)} s`;
  tell(`taking in ${ITEMS} records ÷ bare IndexedDB`, all / bare, "", null, beside);
});

it("a start with all of it, without a network", { timeout: 300_000 }, async () => {
  const { page, context } = device;
  await page.goto("/");
  // The worker has what it needs.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    location.reload();
  });
  await page.locator("#main h1").waitFor();
  // A window of its own: the worker would answer with the app.
  const plain = await Device.open(browser, server);
  await plain.context.route("**/blank/**", (route) => {
    const name = new URL(route.request().url()).pathname.replace("/blank/", "") || "index.html";
    const type = name.endsWith(".js") ? "text/javascript" : "text/html";
    return route.fulfill({ contentType: type, body: readFileSync(join(blank, name)) });
  });
  await context.setOffline(true);
  const [ours, theirs]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours!.push(await starts(page, `${server.url}/`, ""));
    theirs!.push(await starts(plain.page, `${server.url}/blank/`, "Blank"));
  }
  await context.setOffline(false);
  await plain.close();
  const [here, bare] = [median(ours!), median(theirs!)];
  const beside = `${here.toFixed(0)} ms to Today with ${ITEMS} Items, no network; ${bare.toFixed(0)} ms to a page with React alone`;
  tell("second start ÷ a blank React page", here / bare, "", 3, beside);
});

it("a thread that is on the device, and a key in its composer", { timeout: 300_000 }, async () => {
  const { page, context } = device;
  await page.goto(`/s/${space}`);
  await page.getByText("Twenty").first().waitFor();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  // In the page itself, so that looking for things from outside is not counted.
  const open = () =>
    page.evaluate(async (id) => {
      document.querySelector<HTMLElement>(`#main a[data-thread="${id}"]`)?.click();
      const stands = () =>
        document.querySelectorAll("main ol > li").length === 20 &&
        document.querySelector("#answer [contenteditable=true]") !== null;
      while (!stands()) await new Promise((soon) => setTimeout(soon, 10));
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }, short);
  const back = async () => {
    await page.goBack();
    await page.locator(`#main a[data-thread="${short}"]`).waitFor();
  };
  // Its part of the app, and the editor, are loaded once.
  await open();
  await back();
  const opened: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await busy(cdp);
    await open();
    opened.push((await busy(cdp)) - before);
    await back();
  }
  const all = "opened from its Space, until the posts and the editor below them are drawn";
  tell("a thread of 20 posts: main thread", median(opened), "ms", 60, all);

  await open();
  const field = page.getByRole("textbox", { name: "Your reply" });
  await field.click();
  await page.keyboard.type("It begins with some words. ");
  const keys: number[] = [];
  for (let n = 0; n < (QUICK ? 20 : 200); n++) {
    const before = await busy(cdp);
    await page.keyboard.press("abcdefghij klmnop"[n % 17] ?? "a");
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    keys.push((await busy(cdp)) - before);
  }
  const beside = `median ${median(keys).toFixed(1)} ms, the frame included, of ${keys.length} keys`;
  tell("a key in the composer, of 95 in 100: main thread", quantile(keys, 0.95), "ms", 8, beside);
});

it("scrolling a Space with many threads", { timeout: 600_000 }, async () => {
  const { page, context } = device;
  await page.goto("/");
  await page.locator("#main h1").waitFor();
  await context.setOffline(true);
  await page.evaluate(fill, { space, me: ana.id, count: ITEMS });
  await page.goto(`/s/${space}`);
  await page.locator(`#main a[data-thread="${rootId(0)}"]`).waitFor();
  // By wheel, by a quick finger, and by the bar at the side.
  for (const [how, step] of [
    ["40 px a frame", 40],
    ["400 px a frame", 400],
    ["4,000 px a frame", 4000],
  ] as const) {
    const frames = Math.min(300, Math.floor((ITEMS * 20) / step));
    await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
    const { blank, top } = await page.evaluate(scroll, { step, frames });
    const tasks = tasksOf(JSON.parse(String(await browser.stopTracing())) as Trace);
    expect(top).toBeGreaterThan(step * frames * 0.9);
    expect(tasks.length).toBeGreaterThan(frames);
    const [longest, all] = [Math.max(...tasks), tasks.reduce((sum, task) => sum + task, 0)];
    const beside = `${(all / frames).toFixed(1)} ms of the main thread a frame; in ${blank} of ${frames} frames none was there yet`;
    tell(`scrolling ${ITEMS} rows, ${how}: longest task`, longest, "ms", 50, beside);
  }
  await context.setOffline(false);
  await device.close();
});
