// The window of a Space: what is here after the first reading, what comes when it is wanted, and that nothing is said to be
// whole that is not. Against the real server, with small windows.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Id, Item } from "../../src/generated/types";
import type { InboxView } from "../../src/sync";
import { openDexie } from "../../src/sync/dexie";
import { Server, type TestPerson } from "../support/server";
import { lies, rows } from "./claims";
import { ask, device, Device, eventually, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let here: Device;
let space: Id;
let opened: Device[] = [];

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  here = await device(server, ana);
});
beforeEach(async () => {
  await Promise.all(opened.map((held) => held.sync.close()));
  opened = [];
  space = await here.sync.createSpace({ name: "Harbour master", whoMayJoin: "members" });
  await here.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
});
afterAll(async () => {
  await Promise.all([here, ...opened].map((held) => held?.sync.close()));
  await server.remove();
});

/** Says so many things at once; the ids. */
async function say(items: object[], by = ana!): Promise<Id[]> {
  const create = Object.fromEntries(items.map((item, i) => [`k${1000 + i}`, item]));
  const [answer] = await ask(server, by, [["Item/set", { accountId: space, create }]]);
  const made = (answer?.["created"] ?? {}) as Record<string, { id: Id }>;
  return items.map((_, i) => made[`k${1000 + i}`]!.id);
}

const topics = (count: number, name = "Thread") =>
  Array.from({ length: count }, (_, n) => ({ kind: "topic", title: `${name} ${n}`, text: `About ${name} ${n}.` }));
const reply = (parentId: Id, text = "And so on.") => ({ kind: "post", parentId, text });

/** A new device of Bo with a window of so many Items. */
async function small(window: number): Promise<Device> {
  const made = await device(server, bo!, "small", window);
  opened.push(made);
  await honest(made);
  return made;
}

const honest = (held: Device) =>
  eventually(
    () => lies(held, server),
    (found) => found.length === 0,
    `${held.name} lies`,
  );
/** What is asked of one, whether it is one's hour or not. */
const asked = ({ waitsForMe, later }: InboxView) => [...waitsForMe, ...later].map(({ id }) => id);
const titles = async (held: Device) =>
  (await now(held.sync.threads(space, 99))).rows.map(({ root }) => root.title?.replace("Thread ", ""));
const itemsOf = async (held: Device) =>
  [...(await held.holds()).keys()].filter((key) => key.startsWith(`${space} Item `)).map((key) => key.split(" ")[2]);

test("the newest are here with the beginnings of their threads; what is older comes when it is wanted, to the end", async () => {
  const old = await say(topics(230));
  await say([reply(old[3]!), reply(old[200]!)]);
  const bos = await small(20);
  const first = await now(bos.sync.threads(space, 99));
  expect(first).toMatchObject({ older: true, more: false, filling: false });
  // Eighteen of the newest, and the two that were answered, of which one began before.
  expect((await titles(bos)).slice(0, 4)).toEqual(["200", "3", "229", "228"]);
  expect(first.total).toBe(20);
  let last = first.total;
  for (let part = 0; part < 2; part++) {
    await bos.sync.older(space);
    await honest(bos);
    const list = await now(bos.sync.threads(space, 99));
    expect(list).toMatchObject({ older: true });
    expect(list.total).toBeGreaterThan(last);
    last = list.total;
  }
  await bos.sync.older(space);
  expect(await now(bos.sync.threads(space, 99))).toMatchObject({ older: false, total: 230 });
  await honest(bos);
  expect(await itemsOf(bos)).toHaveLength(232);
  // Asked for once more nothing happens.
  await bos.sync.older(space);
  await honest(bos);
});

test("the list and what has arrived are there from the first page on, before anything older has come", async () => {
  await say(topics(520, "Old"));
  const [asks] = await say([
    { kind: "topic", title: "Shall we?", text: "Say.", expects: { what: "reply", of: [bo!.id], by: null } },
  ]);
  await say(topics(60));
  const bos = new Device(server, bo!, "first", 560);
  opened.push(bos);
  // The second page of this Space is never answered.
  let pages = 0;
  bos.line.before = (_, body) => {
    if (body.includes(space) && body.includes("Item/query") && ++pages > 1) bos.line.silent = /jmap\/api/;
    return undefined;
  };
  await bos.open();
  const list = await until(bos.sync.threads(space, 20), (seen) => seen.rows.length === 20);
  expect(list.rows[0]!.root.title).toBe("Thread 59");
  expect(list.filling).toBe(true);
  await until(bos.sync.inbox(), (inbox) => asked(inbox).includes(asks!));
  await bos.sync.close();
  // It goes on after a reload, and ends where the window does.
  bos.line.before = undefined;
  bos.line.silent = undefined;
  await bos.open();
  await bos.settled();
  await honest(bos);
  expect(await now(bos.sync.threads(space, 20))).toMatchObject({ older: true, filling: false, total: 560 });
});

test("a thread at the edge says that it is a part, is read whole in one go, and stays so whatever happens", async () => {
  const [root] = await say([{ kind: "topic", title: "Long", text: "It begins." }]);
  const posts = await say(Array.from({ length: 130 }, (_, n) => reply(root!, `Reply ${n}`)));
  await say(topics(4));
  const newest = await say([reply(root!, "The last one.")]);
  const bos = await small(5);
  const part = await now(bos.sync.thread(space, root!));
  expect(part).toMatchObject({ how: "here", part: true });
  expect(part.posts.map(({ id }) => id)).toEqual(newest);
  const told: number[] = [];
  const stop = bos.sync.thread(space, root!).subscribe((view) => told.push(view.posts.length));
  expect(await bos.sync.reach(space, posts[7]!)).toBe(true);
  const whole = await until(bos.sync.thread(space, root!), (view) => !view.part);
  expect(whole.posts).toHaveLength(131);
  stop();
  // Never the half of it.
  expect([...new Set(told)].filter((count) => count > 1 && count < 131)).toEqual([]);
  await ask(server, ana!, [
    ["Item/set", { accountId: space, update: { [posts[0]!]: { text: "Edited." } }, destroy: [posts[1]!] }],
  ]);
  await say([reply(root!, "One more.")]);
  const after = await until(bos.sync.thread(space, root!), (view) => view.posts.at(-1)?.text === "One more.");
  expect(after.part).toBeUndefined();
  expect([after.posts.length, after.posts[0]!.text]).toEqual([131, "Edited."]);
  await honest(bos);
});

test("what is emptied in the middle of a thread belongs to it, though it counts for nothing", async () => {
  const [root] = await say(topics(1, "Old"));
  const [middle] = await say([reply(root!)]);
  await say(topics(6));
  await say([reply(middle!, "Below it.")]);
  await ask(server, ana!, [["Item/set", { accountId: space, destroy: [middle] }]]);
  const bos = await small(3);
  expect(await now(bos.sync.thread(space, root!))).toMatchObject({ how: "here", part: true });
  await bos.sync.reach(space, root!);
  const whole = await until(bos.sync.thread(space, root!), (view) => !view.part);
  expect(whole.posts.map(({ id }) => id)[0]).toBe(middle);
  await honest(bos);
});

test("what is edited while its thread is on its way is here as it was edited", async () => {
  const [root] = await say(topics(1, "Old"));
  const [post] = await say([reply(root!, "As it was.")]);
  await say((await say(topics(6))).map((id) => reply(id)));
  const bos = new Device(server, bo!, "slow", 3);
  opened.push(bos);
  let go = () => {};
  let held: Promise<void> | undefined;
  await bos.open({
    fetch: async (input, init) => {
      const answer = await bos.line.fetch(input, init);
      // The first answer with the posts is under way for long.
      if (String(init?.body).includes(`"filter":{"threadId":"${root}"}`))
        await (held ??= new Promise((on) => (go = on)));
      return answer;
    },
  });
  await bos.settled();
  const reached = bos.sync.reach(space, root!);
  await eventually(
    async () => held !== undefined,
    (is) => is,
    "the thread on its way",
  );
  await ask(server, ana!, [["Item/set", { accountId: space, update: { [post!]: { text: "As it is." } } }]]);
  await say(topics(1, "Later"));
  await until(bos.sync.threads(space, 9), ({ rows: all }) => all[0]?.root.title === "Later 0");
  go();
  expect(await reached).toBe(true);
  expect((await now(bos.sync.thread(space, root!))).posts.map(({ text }) => text)).toEqual(["As it is."]);
  await honest(bos);
});

test("what is edited outside of the window stays there; an old thread that is answered comes with its beginning", async () => {
  const old = await say(topics(6, "Old"));
  await say(topics(9));
  const bos = await small(5);
  expect((await itemsOf(bos)).length).toBe(5);
  await ask(server, ana!, [["Item/set", { accountId: space, update: { [old[0]!]: { text: "Edited." } } }]]);
  await say(topics(1, "Later"));
  await until(bos.sync.threads(space, 9), ({ rows: all }) => all[0]?.root.title === "Later 0");
  expect(await itemsOf(bos)).not.toContain(old[0]);
  await say([reply(old[1]!)]);
  const view = await until(bos.sync.thread(space, old[1]!), (seen) => seen.posts.length === 1 && seen.how === "here");
  expect(view.part).toBeUndefined();
  await until(bos.sync.threads(space, 9), ({ rows: all }) => all[0]?.root.title === "Old 1");
  await honest(bos);
});

test("what one's own records lead to is here, however old it is", async () => {
  const [asks, followed, noted] = await say([
    { kind: "topic", title: "Old question", text: "?", expects: { what: "reply", of: [bo!.id], by: null } },
    ...topics(2, "Old"),
  ]);
  await say([reply(noted!)]);
  const [mine] = await say(
    [{ kind: "topic", title: "I ask", text: "?", expects: { what: "reply", of: [ana!.id], by: null } }],
    bo!,
  );
  const other = await device(server, bo!, "other");
  opened.push(other);
  await until(other.sync.inbox(), (inbox) => asked(inbox).includes(asks!));
  await other.sync.follow(space, followed!, { followed: true });
  await other.sync.saveDraft({ id: other.sync.newId("i"), spaceId: space, item: reply(noted!, "Half of it") });
  await other.settled();
  await say(topics(30));
  const bos = await small(5);
  const inbox = await until(bos.sync.inbox(), (seen) => asked(seen).includes(asks!) && seen.iWaitFor.length > 0);
  expect(inbox.iWaitFor.map(({ id }) => id)).toContain(mine);
  const follows = await now(bos.sync.threads(space, 9, true));
  expect([follows.rows.map(({ root }) => root.id), follows.older]).toEqual([[followed], false]);
  const written = await now(bos.sync.written());
  expect(written.drafts.find(({ to }) => to?.root === noted)?.to?.title).toBe("Old 1");
});

test("a link to something older leads there; what does not exist is told from it", async () => {
  const [root] = await say(topics(1, "Old"));
  const [post] = await say([reply(root!)]);
  // More threads with replies than come with the first reading.
  await say((await say(topics(20))).map((id) => reply(id)));
  const bos = await small(5);
  expect(await now(bos.sync.item(space, post!))).toBeNull();
  expect((await now(bos.sync.thread(space, root!))).how).toBe("away");
  expect(await bos.sync.reach(space, bos.sync.newId("i"))).toBe(false);
  expect(await bos.sync.reach(space, post!)).toBe(true);
  expect(await now(bos.sync.thread(space, root!))).toMatchObject({ how: "here", posts: [{ id: post }] });
  await honest(bos);
  expect((await rows(bos)).find((row) => row.account === space && row.type === "Item")?.older?.whole).toEqual([root]);
  // What came between is not here: in the list it would stand where it does not belong.
  expect(await titles(bos)).not.toContain("Old 0");
  await bos.sync.older(space);
  expect((await titles(bos)).at(-1)).toBe("Old 0");
});

test("what may be new in what is not here counts as new until it is opened, and all is read in one act", async () => {
  const [root] = await say(topics(1, "Old"));
  await say(Array.from({ length: 8 }, () => reply(root!)));
  await say(topics(6));
  await say([reply(root!, "By Bo himself.")], bo!);
  const bos = await small(4);
  const row = async () => (await now(bos.sync.threads(space, 9))).rows.find((one) => one.root.id === root);
  expect((await row())?.unread).toBe(true);
  await bos.sync.markRead(space, root!, (await row())!.thread!.lastSeq);
  expect((await row())?.unread).toBe(false);
  await bos.sync.unread(space, [{ thread: root!, readTo: (await row())!.root.seq }]);
  expect((await row())?.unread).toBe(true);
  expect((await bos.sync.news(space)).map(({ id }) => id)).toContain(root);
  const marks = await bos.sync.readAll(space);
  expect(marks.map(({ thread }) => thread)).toContain(root);
  expect((await now(bos.sync.threads(space, 9))).rows.some(({ unread }) => unread)).toBe(false);
  await bos.settled();
  await honest(bos);
});

test("threads are moved and merged over the edge, and come with all that belongs to them", async () => {
  const [old, other] = await say(topics(2, "Old"));
  const [inOld] = await say([reply(old!), reply(other!)]);
  await say(topics(6));
  const [fresh] = await say(topics(1, "Fresh"));
  const bos = await small(4);
  const move = (itemId: Id, more: object) =>
    ask(server, ana!, [
      ["Move/set", { accountId: ana!.id, create: { m: { spaceId: space, itemId, toSpaceId: space, ...more } } }],
    ]);
  await move(old!, { toThreadId: fresh });
  const merged = await until(bos.sync.thread(space, fresh!), (view) => view.posts.length === 2);
  expect(merged.part).toBeUndefined();
  expect(new Set(merged.posts.map(({ id }) => id))).toEqual(new Set([old, inOld]));
  await honest(bos);
  // Into an old one, that nobody here has.
  await move(fresh!, { toThreadId: other });
  await until(bos.sync.thread(space, other!), (view) => view.how === "here" && view.posts.length >= 3);
  await honest(bos);
});

test("a search on the device says that there is more at the server", async () => {
  await say(topics(12));
  const bos = await small(5);
  const found = (spaces?: Id[]) =>
    until(
      bos.sync.searchHere({ text: "About", ...(spaces && { in: spaces }) }, "newest", 50),
      (seen) => seen.covers!.whole,
    );
  expect((await found()).covers).toMatchObject({ older: true });
  expect((await found([space])).total).toBe(5);
  await bos.sync.older(space);
  expect((await found([space])).covers).toMatchObject({ older: false });
});

test("two tabs go on to what is older at once, and who has left has nothing of it any more", async () => {
  await say(topics(250));
  const bos = await small(10);
  const tab = new Device(server, bo!, "tab", 10);
  Object.assign(tab, { storage: bos.storage });
  opened.push(tab);
  await tab.open();
  await Promise.all([bos.sync.older(space), tab.sync.older(space), bos.sync.older(space)]);
  await honest(bos);
  await ask(server, ana!, [["Member/set", { accountId: space, update: { [bo!.id]: { role: "none" } } }]]);
  await until(bos.sync.memberships(), (all) => all.every(({ id }) => id !== space));
  await bos.sync.older(space);
  expect(await bos.sync.reach(space, bos.sync.newId("i"))).toBe(false);
  expect((await rows(bos)).filter(({ account }) => account === space)).toEqual([]);
  expect(await itemsOf(bos)).toEqual([]);
});

test("what an older version left is a window that reaches to the beginning, and a first reading goes on", async () => {
  const storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const before = await openDexie("older", storage);
  await before.write(async (tx) => {
    await tx.put(space, "Item", [{ id: "i1", threadId: "i1", createdAt: "2026-11-01T00:00:00Z", seq: 1 } as Item]);
    await tx.setState({ account: space, type: "Item", state: "1.0.3" });
    await tx.setState({ account: "s2", type: "Item", filling: { state: "1.0.3", anchors: ["i2"] } });
    await tx.setState({ account: "s2", type: "Thread", filling: { state: "1.0.3", anchors: ["i2"] } });
    await tx.setMeta("format", 2);
  });
  await before.close();
  const after = await openDexie("older", storage);
  await after.read(async (tx) => {
    expect(await tx.record(space, "Item", "i1")).toBeDefined();
    expect((await tx.state(space, "Item"))?.older).toBeUndefined();
    expect((await tx.states()).map(({ account, type }) => `${account} ${type}`)).toEqual(["s2 Item", `${space} Item`]);
  });
  await after.destroy();
});
