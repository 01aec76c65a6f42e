// The main places in words that are longer than any language's, and from right to left: nothing is cut, nothing is too wide,
// and no word stands there that no catalogue has.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { send } from "../support/ask";
import { launch } from "../support/browser";
import { Visit, type Named } from "../support/gallery";
import { PLACES } from "../support/places";
import { faults } from "../support/pseudo";
import { Server, type TestPerson } from "../support/server";
import type { World } from "../support/worlds";

let browser: Browser;
let server: Server;
let world: World;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  const ana: TestPerson = await server.person("Ana Ribeiro", "admin");
  const bo = await server.person("Bo Lindqvist");
  const flags = [ana, bo].flatMap(({ email }) => ["--member", email]);
  const space = String((await server.order("space", "add", "--name", "Release", ...flags))["spaceId"]);
  const expects = { what: "decision", of: [ana.id], by: utcDate(Date.now() + 3 * 86_400_000) };
  const root = await send(server, bo, space, { kind: "topic", title: "Which of the two?", text: "Both.", expects });
  await send(server, bo, space, { kind: "post", parentId: root, text: "Or neither." });
  const [admin, member, thread] = [ana, ana, `/s/${space}/t/${root}`];
  world = { server, admin, member, space, thread, person: bo.id, word: "neither" };
  const first = await Visit.open(browser, server, { name: "first" });
  await first.device.joins(ana.link);
  await first.close();
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it.each<Named>([
  { name: "stretched, wide", words: "stretched", width: 1360, height: 900 },
  { name: "stretched, on a phone", words: "stretched", width: 390, height: 844 },
  { name: "mirrored, between the two", words: "mirrored", width: 820, height: 1180 },
])("$name: all words are in the catalogue, and all of them have room", { timeout: 120_000 }, async (look) => {
  const visit = await Visit.open(browser, server, look);
  await visit.device.signsIn(world.admin.email);
  const wrong: string[] = [];
  for (const place of PLACES.filter(({ opens }) => !opens)) {
    await visit.goes(place.path(world));
    wrong.push(...(await faults(visit.page)).map((fault) => `${place.name}: ${fault}`));
    await visit.device.fits();
  }
  expect(wrong).toEqual([]);
  await visit.close();
});

it("a word that is in no catalogue is found, and so is one that is cut", async () => {
  const visit = await Visit.open(browser, server, { name: "controls", words: "stretched" });
  await visit.device.signsIn(world.admin.email);
  expect(await faults(visit.page)).toEqual([]);
  await visit.page.locator("#main h1").evaluate((title) => {
    title.insertAdjacentHTML(
      "afterend",
      '<p>Plain words</p><p style="overflow:hidden;width:20px;white-space:nowrap">[áéíóú]</p>',
    );
    title.setAttribute("title", "Plain too");
  });
  expect(await faults(visit.page)).toEqual([
    "in no catalogue: Plain words",
    "cut: [áéíóú]",
    "in no catalogue, title: Plain too",
  ]);
  await visit.close();
});
