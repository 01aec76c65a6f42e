// Searching on the device alone: how long until all that is kept is in memory, and how long a search takes then, beside
// a plain look through the same texts. Written as lines of JSON for the table of `make bench`; nothing here judges.
import { expect, it } from "vitest";
import type { Item } from "../../src/generated/types";
import { Corpus } from "../../src/sync/search/corpus";
import { termsOf } from "../../src/sync/search/words";
import { Device, launch } from "../support/browser";
import { send } from "../support/ask";
import { Server } from "../support/server";
import { median, QUICK, ROUNDS, tell } from "./tell";

const THINGS = QUICK ? 10_000 : 100_000;
const CHARACTERS = 400;

const told = (what: string, figure: number, unit: string, beside: string) => tell(what, figure, unit, null, beside);

const SYLLABLES = [
  "ka",
  "lo",
  "mer",
  "tin",
  "os",
  "ve",
  "rad",
  "un",
  "pi",
  "sel",
  "gor",
  "ha",
  "nem",
  "ty",
  "ex",
  "bu",
];

/** Words of a made-up language, the same for a number; rare ones are rare. */
function text(n: number): string {
  let state = n + 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) ** 2 * below);
  };
  let out = "";
  while (out.length < CHARACTERS) {
    out += SYLLABLES[next(16)]! + SYLLABLES[next(16)]! + (next(3) ? SYLLABLES[next(16)]! : "") + " ";
  }
  return n % 1000 === 7 ? `${out}postcode here` : out;
}

const id = (letter: string, n: number) =>
  letter +
  n
    .toString(32)
    .padStart(26, "0")
    .replaceAll(/[0189]/g, (digit) => "wxyz"["0189".indexOf(digit)] as string);

function item(n: number, root: string): Item {
  const own = id("i", n);
  return {
    id: own,
    kind: "post",
    threadId: root,
    seq: n + 10,
    version: 1,
    origin: "said",
    parentId: root,
    text: text(n),
    excerpt: "",
    blobs: [],
    createdBy: id("p", n % 200),
    createdAt: new Date(1.7e12 + n * 60_000).toISOString(),
    receivedAt: new Date(1.7e12 + n * 60_000).toISOString(),
    mentions: [],
    answers: {},
    unasked: {},
    takenBy: {},
    groups: {},
    reactions: {},
  };
}

it("a search in memory", async () => {
  const corpus = new Corpus();
  const items = Array.from({ length: THINGS }, (_, n) => item(n, id("i", 0)));
  const begin = performance.now();
  for (const one of items) corpus.put("s", one);
  told(`offline: ${THINGS} things taken in`, Math.round(performance.now() - begin), "ms", "");
  const texts = items.map((one) => one.text ?? "");
  for (const [what, typed, prefix] of [
    ["a rare word", "postcode", false],
    ["the beginning of a word", "postc", true],
    ["two common words", "kaka lo", true],
    ["a phrase", '"postcode here"', false],
    ["nothing that is there", "zeppelinqq", false],
  ] as const) {
    const terms = termsOf(typed, prefix);
    const query = { filter: {}, terms, sort: "rank", cursors: {}, instead: new Map() } as const;
    const took: number[] = [];
    const raw: number[] = [];
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const from = performance.now();
      found = (await corpus.search(query, () => false)).length;
      took.push(performance.now() - from);
      const plain = performance.now();
      texts.filter((one) => terms.every(({ needle }) => one.includes(needle)));
      raw.push(performance.now() - plain);
    }
    if (what.includes("rare")) expect(found).toBe(THINGS / 1000);
    const beside = `${found} found; plain includes ${median(raw).toFixed(1)} ms`;
    told(`offline search, ${what}, ${THINGS} things`, Math.round(median(took) * 10) / 10, "ms", beside);
  }
});

it("a search in the browser, without a network", async () => {
  const [browser, server] = await Promise.all([launch(), Server.start()]);
  const ana = await server.person("Ana", "admin");
  const made = await server.order("space", "add", "--name", "Bench", "--member", ana.email);
  const space = String(made["spaceId"]);
  const root = await send(server, ana, space, { kind: "topic", title: "All of it", text: "Begins here." });
  const device = await Device.open(browser, server);
  const { page } = device;
  await device.joins(ana.link);
  await page.getByText("All of it").waitFor();
  const field = page.getByRole("combobox", { name: "What are you looking for?" });
  await page.goto("/search");
  await field.waitFor();
  await page.context().setOffline(true);
  // As if it had been read: straight into the storage of the device.
  for (let from = 0; from < THINGS; from += 2000) {
    const records = Array.from({ length: Math.min(2000, THINGS - from) }, (_, n) => item(from + n, root));
    await page.evaluate(
      async ({ account, rows, thread }) => {
        const name = (await indexedDB.databases()).find((one) => one.name?.startsWith("meanwhile-p"))?.name as string;
        const store = await new Promise<IDBDatabase>((resolve, reject) => {
          const open = indexedDB.open(name);
          open.onsuccess = () => resolve(open.result);
          open.onerror = () => reject(open.error as Error);
        });
        await new Promise<void>((resolve, reject) => {
          const tx = store.transaction("records", "readwrite");
          for (const record of rows)
            tx.objectStore("records").put({ account, type: "Item", id: record.id, record, thread });
          tx.oncomplete = () => resolve();
          tx.onerror = () => reject(tx.error as Error);
        });
        store.close();
      },
      { account: space, rows: records, thread: root },
    );
  }
  const begin = Date.now();
  await field.fill("postcode");
  await page.locator("#main a[data-hit]").first().waitFor({ timeout: 120_000 });
  told(`offline: first rows, ${THINGS} things on the device`, Date.now() - begin, "ms", "in Chromium");
  const all = page.getByText(
    new RegExp(`^You are offline. This is what is on this device: ${(THINGS + 1).toLocaleString("en")} things.$`),
  );
  await all.waitFor({ timeout: 240_000 });
  told(`offline: all ${THINGS} things read`, Date.now() - begin, "ms", "in Chromium");
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const typed of ["kala", "postc"]) {
      const from = Date.now();
      await field.fill(typed);
      await page.locator('#main [aria-busy="false"] mark').filter({ hasText: typed }).first().waitFor();
      took.push(Date.now() - from);
    }
  }
  told(`offline: from a letter to rows, ${THINGS} things`, median(took), "ms", "with the pause after a letter");
  await browser.close();
  await server.remove();
});
