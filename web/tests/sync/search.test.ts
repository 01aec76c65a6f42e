// Searching what is on a device, which follows what happens to it; threads that are reached before their Space is read;
// and saved searches on several devices. Against the real server.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import type { Found, SearchFilter } from "../../src/sync";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, differences, now, truth, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [here, bos]: Device[] = [];
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [here, bos] = [await device(server, ana), await device(server, bo)];
  space = await here.sync.createSpace({ name: "Harbour master", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo.id, "create", { personId: bo.id, role: "member" });
  await until(bos.sync.space(space), (found) => found !== undefined);
});
afterEach(() => [here, bos].forEach((one) => one?.up()));
afterAll(async () => {
  await Promise.all([here, bos].map((one) => one?.sync.close()));
  await server.remove();
});

async function say(by: TestPerson, item: object): Promise<Id> {
  const [answer] = await ask(server, by, [["Item/set", { accountId: space, create: { k: item } }]]);
  const made = (answer?.["created"] ?? {}) as Record<string, { id: Id }>;
  return made["k"]!.id;
}

const titlesOf = ({ hits }: Found) => hits.map((hit) => hit.threadTitle);

/** Looks until as many are found as there should be. */
const finds = (filter: SearchFilter | string, many: number, on = here!): Promise<Found> =>
  until(
    on.sync.searchHere(typeof filter === "string" ? { text: filter } : filter, "newest", 50),
    (found) => found.hits.length === many && found.covers?.whole === true,
    `${many} of ${JSON.stringify(filter)}`,
  );

test("what comes, is edited, and goes is found as it is now, on the device alone", async () => {
  const id = await say(bo!, { kind: "topic", title: "Moorings", text: "The **eastern** quay is full." });
  const reply = await say(ana!, { kind: "post", parentId: id, text: "Then take the western one." });
  const found = await finds("eastern", 1);
  expect(found).toMatchObject({ by: "device", total: 1 });
  expect(found.hits[0]).toMatchObject({ id, threadId: id, title: "Moorings", createdBy: bo!.id, spaceId: space });
  const { snippet, marks } = found.hits[0]!;
  expect(marks.map(([start, length]) => snippet.slice(start, start + length))).toEqual(["eastern"]);
  expect(titlesOf(await finds("western", 1))).toEqual(["Moorings"]);
  await ask(server, bo!, [
    ["Item/set", { accountId: space, update: { [id]: { text: "The northern quay is full." } } }],
  ]);
  await finds("northern", 1);
  await finds("eastern", 0);
  await finds({ is: ["edited"] }, 1);
  await ask(server, ana!, [["Item/set", { accountId: space, destroy: [reply] }]]);
  await finds("western", 0);
});

test("it is narrowed down as the server would", async () => {
  const id = await say(bo!, {
    kind: "topic",
    title: "Cranes",
    text: "See https://example.org/cranes",
    expects: { what: "reply", of: [ana!.id] },
  });
  await say(ana!, { kind: "post", parentId: id, text: "Cranes are slow." });
  await finds({ text: "cranes" }, 2);
  await finds({ text: "cranes", from: [bo!.id] }, 1);
  await finds({ text: "cranes", in: [space] }, 2);
  await finds({ text: "cranes", in: [`s${"a".repeat(26)}`] }, 0);
  await finds({ text: "cranes", kind: ["post"] }, 1);
  await finds({ text: "cranes", has: ["link"] }, 1);
  await finds({ text: "cranes", has: ["link", "question"] }, 1);
  await finds({ text: "cranes", has: ["file"] }, 0);
  await finds({ text: "cranes", is: ["open"] }, 1);
  await finds({ text: "cranes -slow" }, 1);
  await finds({ text: "cran", prefixLast: true }, 2);
  const tomorrow = new Date(here!.sync.now() + 86_400_000).toISOString();
  await finds({ text: "cranes", before: tomorrow }, 2);
  await finds({ text: "cranes", after: tomorrow }, 0);
  const thread = await until(here!.sync.thread(space, id), (view) => view.posts.length === 1);
  await finds({ text: "cranes", is: ["unread"] }, 2);
  await here!.sync.markRead(space, id, thread.posts[0]!.seq);
  await finds({ text: "cranes", is: ["unread"] }, 0);
  const named = await finds({ text: "harbour", prefixLast: true }, 0);
  expect(named.spaces).toEqual([{ spaceId: space, name: "Harbour master", nameMarks: [[0, 7]] }]);
});

test("what waits on this device is found too, and an edit that waits is found as it will be", async () => {
  const id = await say(ana!, { kind: "topic", title: "Buoys", text: "They are red." });
  const there = await until(here!.sync.item(space, id), (view) => view !== null);
  here!.line.cut();
  await until(here!.sync.status(), (status) => status.connection !== "online");
  await here!.sync.send(space, { kind: "post", parentId: id, text: "Some of the buoys are lilac." });
  await here!.sync.edit(space, id, { text: "They are turquoise." }, there!.version);
  expect(titlesOf(await finds("lilac", 1))).toEqual(["Buoys"]);
  await finds("turquoise", 1);
  await finds("red", 0);
  await here!.sync.remove(space, id);
  await finds("turquoise", 0);
});

test("a device that was asleep for long finds all that happened, and nothing that is gone", async () => {
  await finds("anchor", 0);
  const id = await say(bo!, { kind: "topic", title: "Long", text: "Begins." });
  here!.line.cut();
  await until(here!.sync.status(), (status) => status.connection !== "online");
  for (let i = 0; i < 40; i++) await say(bo!, { kind: "post", parentId: id, text: `anchor ${i}` });
  here!.up();
  await finds("anchor", 40);
  // Who leaves a Space finds nothing of it any more.
  await finds("anchor", 40, bos!);
  await bos!.sync.change(space, "Member", bo!.id, "update", { role: "none" });
  await finds("anchor", 0, bos!);
  await bos!.sync.change(space, "Member", bo!.id, "update", { role: "member" });
  await finds("anchor", 40, bos!);
});

test("a thread is reached before its Space is read, and in the end all is as the server has it", async () => {
  const id = await say(bo!, { kind: "topic", title: "Far away", text: "Reached by name." });
  const reply = await say(ana!, { kind: "post", parentId: id, text: "And its replies." });
  const fresh = new Device(server, ana!, "fresh");
  // Whatever reads a whole Space is never answered.
  const pages = (body: string) => /"(Item|Thread)\/query"[^\]]*"isAscending":false/.test(body);
  const { fetch } = fresh.line;
  const held: Array<() => void> = [];
  let open = false;
  const gate: typeof globalThis.fetch = async (input, init) => {
    if (!open && typeof init?.body === "string" && pages(init.body) && init.body.includes(space)) {
      await new Promise<void>((go) => held.push(go));
    }
    return fetch(input, init);
  };
  const sync = await fresh.open({ fetch: gate });
  await until(sync.memberships(), (all) => all.some((one) => one.id === space));
  expect((await now(sync.thread(space, id))).how).toBe("loading");
  expect(await sync.reach(space, reply)).toBe(true);
  const view = await until(sync.thread(space, id), (seen) => seen.how === "here" && seen.posts.length === 1);
  expect(view.posts[0]).toMatchObject({ id: reply, text: "And its replies." });
  expect((await now(sync.members(space))).map(({ name }) => name)).toEqual(expect.arrayContaining(["Ana", "Bo"]));
  expect(await sync.reach(space, `i${"a".repeat(26)}`)).toBe(false);
  expect(await sync.reach(`s${"a".repeat(26)}`, id)).toBe(false);
  // It is destroyed before the Space is read: nothing of it may stay.
  await ask(server, ana!, [["Item/set", { accountId: space, destroy: [reply] }]]);
  open = true;
  held.forEach((go) => go());
  await fresh.settled();
  await until(sync.thread(space, id), (seen) => seen.how === "here" && seen.posts.length === 0);
  await fresh.settled();
  expect(differences(await fresh.holds(), await truth(server, ana!))).toEqual([]);
  await sync.close();
});

test("a saved search made without a network is on the other device later, and both may make one at once", async () => {
  const second = await device(server, ana!, "second");
  here!.line.cut();
  second.line.cut();
  await here!.sync.saveSearch({ id: here!.sync.newId("i"), name: "Mine", query: "is:open" });
  const kept = second.sync.newId("i");
  await second.sync.saveSearch({ id: kept, name: "Also", query: "quay" });
  expect((await now(second.sync.savedSearches())).map(({ name }) => name)).toEqual(["Also"]);
  here!.up();
  second.up();
  for (const one of [here!, second]) {
    await until(one.sync.savedSearches(), (all) => all.map(({ name }) => name).join() === "Also,Mine");
  }
  await here!.sync.saveSearch({ id: kept, name: "Quays", query: "quay" });
  await until(second.sync.savedSearches(), (all) => all.map(({ name }) => name).join() === "Mine,Quays");
  await second.sync.dropSearch(kept);
  await until(here!.sync.savedSearches(), (all) => all.map(({ name }) => name).join() === "Mine");
  await here!.settled();
  expect(differences(await here!.holds(), await truth(server, ana!))).toEqual([]);
  await here!.sync.remember("searches", "quay");
  await here!.sync.remember("searches", "is:open");
  await here!.sync.remember("searches", "quay");
  expect(await now(here!.sync.recent("searches"))).toEqual(["quay", "is:open"]);
  expect(await now(second.sync.recent("searches"))).toEqual([]);
  await second.sync.close();
});
