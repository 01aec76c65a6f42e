// What comes to a device before its Space is read: long threads, Spaces that are left meanwhile, and threads that were
// moved. Against the real server.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id, Membership } from "../../src/generated/types";
import type { Answer } from "../../src/sync/jmap";
import { MemoryReplica } from "../../src/sync/memory";
import { reach } from "../../src/sync/reach";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let here: Device;
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  here = await device(server, ana);
  space = await here.sync.createSpace({ name: "Harbour master", whoMayJoin: "members" });
});
afterAll(async () => {
  await here?.sync.close();
  await server.remove();
});

/** Says so many things at once; the ids. */
async function say(items: object[], where = space): Promise<Id[]> {
  const create = Object.fromEntries(items.map((item, i) => [`k${i}`, item]));
  const [answer] = await ask(server, ana!, [["Item/set", { accountId: where, create }]]);
  const made = (answer?.["created"] ?? {}) as Record<string, { id: Id }>;
  return items.map((_, i) => made[`k${i}`]!.id);
}

/** A device that is not answered when it asks for a whole Space, until `go`. */
async function withoutPages(person: TestPerson): Promise<{ fresh: Device; go(): void }> {
  const fresh = new Device(server, person, "fresh");
  const pages = (body: string) => /"(Item|Thread)\/query"[^\]]*"isAscending":false/.test(body);
  const waiting: Array<() => void> = [];
  let open = false;
  await fresh.open({
    fetch: async (input, init) => {
      if (!open && typeof init?.body === "string" && pages(init.body) && init.body.includes(space)) {
        await new Promise<void>((go) => waiting.push(go));
      }
      return fresh.line.fetch(input, init);
    },
  });
  const go = () => {
    open = true;
    waiting.forEach((one) => one());
  };
  return { fresh, go };
}

test("a thread of more posts than a request may name is reached, and its Space is read all the same", async () => {
  const [root] = await say([{ kind: "topic", title: "Long" }]);
  for (let i = 0; i < 3; i++) {
    await say(Array.from({ length: 400 }, (_, n) => ({ kind: "post", parentId: root, text: `${i} ${n}` })));
  }
  const { fresh, go } = await withoutPages(ana!);
  await until(fresh.sync.memberships(), (all) => all.some((one) => one.id === space));
  expect(await fresh.sync.reach(space, root!)).toBe(true);
  const view = await until(fresh.sync.thread(space, root!), (seen) => seen.posts.length === 1200);
  // One of the last to be asked for again is destroyed before the Space is read.
  const gone = view.posts.at(-1)!.id;
  await ask(server, ana!, [["Item/set", { accountId: space, destroy: [gone] }]]);
  go();
  await fresh.settled();
  await until(fresh.sync.thread(space, root!), (seen) => seen.how === "here" && seen.posts.length === 1199);
  await fresh.settled();
  const held = await fresh.holds();
  expect([...held.keys()].filter((key) => key.startsWith(`${space} Item`))).toHaveLength(1200);
  expect(held.has(`${space} Item ${gone}`)).toBe(false);
  // And what is said from now on comes, too.
  const [next] = await say([{ kind: "post", parentId: root, text: "And on." }]);
  await until(fresh.sync.item(space, next!), (seen) => seen !== null);
  await fresh.sync.close();
});

test("what is reached while one leaves its Space stays nowhere", async () => {
  const [root] = await say([{ kind: "topic", title: "Secret" }]);
  const replica = new MemoryReplica();
  await replica.write((tx) => tx.put(ana!.id, "Membership", [{ id: space } as Membership]));
  let asked = 0;
  const asking = async (calls: Array<[string, Record<string, unknown>]>): Promise<Answer[]> => {
    // The Membership goes while the posts are under way.
    if (++asked === 2) {
      await replica.write(async (tx) => {
        await tx.remove(ana!.id, "Membership", [space]);
        await tx.purge(space);
      });
    }
    return (await ask(server, ana!, calls)).map((args) => ({ args }) as Answer);
  };
  expect(await reach(replica, asking, ana!.id, space, root!)).toBe(false);
  expect(asked).toBeGreaterThan(2);
  expect(await replica.read((tx) => tx.record(space, "Item", root!))).toBeUndefined();
  expect(await replica.read((tx) => tx.state(space, "Item"))).toBeUndefined();
});

test("a thread that was moved to another Space is found there on the device", async () => {
  const other = await here.sync.createSpace({ name: "Release", whoMayJoin: "members" });
  const [root] = await say([{ kind: "topic", title: "Halyards", text: "They are wet." }]);
  await say([{ kind: "post", parentId: root, text: "Then dry the halyards." }]);
  const finds = (where: Id) =>
    until(
      here.sync.searchHere({ text: "halyards" }, "newest", 50),
      ({ hits, covers }) => covers?.whole === true && hits.length === 2 && hits.every((hit) => hit.spaceId === where),
      `two in ${where}`,
    );
  await finds(space);
  const move = async (from: Id, to: Id) => {
    const what = { spaceId: from, itemId: root, toSpaceId: to };
    await ask(server, ana!, [["Move/set", { accountId: ana!.id, create: { m: what } }]]);
    await until(here.sync.thread(to, root!), (view) => view.how === "here" && view.posts.length === 1);
    await until(here.sync.thread(from, root!), (view) => view.how === "gone");
  };
  await move(space, other);
  await finds(other);
  await move(other, space);
  await finds(space);
});

test("a search asks the tables once, however much it finds and whatever is typed next", async () => {
  const { Here } = await import("../../src/sync/search/here");
  const replica = new MemoryReplica();
  await replica.write(async (tx) => {
    await tx.setState({ account: space, type: "Item", state: "0" });
    await tx.put(ana!.id, "Membership", [{ id: space, name: "Harbour", persons: [] } as unknown as Membership]);
    const ids = { resultOf: "0", name: "Item/query", path: "/ids" };
    const [, got] = await ask(server, ana!, [
      ["Item/query", { accountId: space, limit: 200 }],
      ["Item/get", { accountId: space, "#ids": ids }],
    ]);
    await tx.put(space, "Item", got?.["list"] as never[]);
  });
  let reads: string[] = [];
  const { read } = replica;
  replica.read = (work) =>
    read.call(replica, (tx) => {
      const records: typeof tx.records = (account, type) => (reads.push(type), tx.records(account, type));
      const outbox: typeof tx.outbox = () => (reads.push("outbox"), tx.outbox());
      return work({ ...tx, records, outbox });
    }) as never;
  const searching = new Here({ replica, me: bo!.id, workspace: null, offset: () => 0 });
  const search = (text: string) =>
    until(
      searching.search({ text, is: ["unread"] }, "newest", 50),
      ({ hits, covers }) => hits.length > 20 && covers?.whole === true,
    );
  await search("0");
  reads = [];
  await search("0*");
  const once = reads.filter((type) => ["Membership", "Member", "Cursor"].includes(type));
  expect(once).toEqual([]);
  expect(reads.filter((type) => type === "Submission").length).toBeLessThan(4);
  searching.close();
});
