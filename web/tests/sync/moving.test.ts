// Moving, splitting and merging by the acts of a device. Against the real server.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { Refusal, threadOf, type MoveWish } from "../../src/sync";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [anas, bos]: Device[] = [];
let inbox: Id;
let release: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [anas, bos] = [await device(server, ana), await device(server, bo)];
  inbox = await anas.sync.createSpace({ name: "Inbox", whoMayJoin: "members" });
  release = await anas.sync.createSpace({ name: "Release", whoMayJoin: "invited" });
  await bos.sync.change(inbox, "Member", bo.id, "create", { personId: bo.id, role: "member" });
  await until(bos.sync.memberships(), (all) => all.some(({ id }) => id === inbox));
});
afterAll(async () => {
  await Promise.all([anas, bos].map((one) => one?.sync.close()));
  await server.remove();
});

async function say(item: object, by = ana!): Promise<Id> {
  const [answer] = await ask(server, by, [["Item/set", { accountId: inbox, create: { k: item } }]]);
  return ((answer?.["created"] ?? {}) as Record<string, { id: Id }>)["k"]!.id;
}

const done = (device: Device, wish: MoveWish) =>
  until(device.sync.moves(), (all) => Boolean(all.find(({ id }) => id === wish.id)?.doneAt), "the move");

test("what is asked for twice is moved once, and where it is is told to those who may see it", async () => {
  const root = await say({ kind: "topic", title: "The build is red" });
  const reply = await say({ kind: "post", parentId: root, text: "Since noon." }, bo!);
  const wish = { id: anas!.sync.newId("m"), spaceId: inbox, itemId: root, toSpaceId: release };
  await anas!.sync.move([wish]);
  await anas!.sync.move([wish]);
  await done(anas!, wish);
  await until(anas!.sync.thread(release, root), (view) => view.how === "here" && view.posts.length === 1);
  expect(await anas!.sync.whereIs(inbox, reply)).toEqual({ spaceId: release, threadId: root, itemId: reply });
  expect(await bos!.sync.whereIs(inbox, reply)).toBeNull();
  expect(await anas!.sync.whereIs(inbox, `i${"a".repeat(26)}`)).toBeNull();
});

test("posts that are split off together are a thread whose id is known before it is there", async () => {
  const root = await say({ kind: "topic", title: "Lunch" });
  const posts: Id[] = [];
  for (const text of ["Pizza.", "The printer burns.", "It is out.", "Good."]) {
    posts.push(await say({ kind: "post", parentId: root, text }, bo!));
  }
  const here = { spaceId: inbox, toSpaceId: inbox };
  const first: MoveWish = { id: anas!.sync.newId("m"), ...here, itemId: posts[1]!, title: "The printer" };
  const made = threadOf(first);
  const rest = posts.slice(2).map((itemId) => ({ id: anas!.sync.newId("m"), ...here, itemId, toThreadId: made }));
  await anas!.sync.move([first, ...rest]);
  await anas!.sync.move([first, ...rest]);
  const view = await until(bos!.sync.thread(inbox, made), (seen) => seen.how === "here" && seen.posts.length === 3);
  expect([view.root?.title, ...view.posts.map(({ text }) => text)]).toEqual([
    "The printer",
    "The printer burns.",
    "It is out.",
    "Good.",
  ]);
  const left = await until(bos!.sync.thread(inbox, root), (seen) => seen.posts.length === 1);
  expect(left.posts[0]?.text).toBe("Pizza.");
  expect((await done(anas!, first)).find(({ id }) => id === first.id)?.newThreadId).toBe(made);
});

test("who may not move it is refused with a sentence, and nothing has happened", async () => {
  const root = await say({ kind: "topic", title: "Stays" });
  const wish = { id: bos!.sync.newId("m"), spaceId: inbox, itemId: root, toSpaceId: inbox, toThreadId: root };
  await expect(bos!.sync.move([wish])).rejects.toThrow(Refusal);
  await expect(bos!.sync.move([wish])).rejects.toThrow("admins of its Space");
  expect((await now(bos!.sync.moves())).length).toBe(0);
});

test("nothing can be moved into a Space that is closed", async () => {
  const closed = await anas!.sync.createSpace({ name: "Old", whoMayJoin: "invited" });
  const open = async () => (await now(anas!.sync.writable())).map(({ id }) => id);
  expect(await open()).toContain(closed);
  await anas!.sync.change(closed, "Space", closed, "update", { archivedAt: "2026-11-01T00:00:00Z" });
  await until(anas!.sync.writable(), (all) => all.every(({ id }) => id !== closed));
  expect(await open()).toContain(inbox);
});

test("what is linked to has its name of today wherever it is by now, and none for who may not see it", async () => {
  const thread = await say({ kind: "topic", title: "Plan" });
  const links = [{ space: inbox, thread }, { space: release }, { space: inbox }];
  const named = (device: Device, names: Array<string | null>) =>
    until(device.sync.called(links), (all) => names.every((name, i) => all[i]?.name === name), "the names");
  await named(anas!, ["Plan", "Release", "Inbox"]);
  const [, closed] = await named(bos!, ["Plan", null, "Inbox"]);
  expect(closed).toEqual({ space: release, name: null, member: false });
  // Told anew, without a network too.
  await anas!.sync.change(inbox, "Item", thread, "update", { title: "Plan B" });
  await named(bos!, ["Plan B", null, "Inbox"]);
  const wish = { id: anas!.sync.newId("m"), spaceId: inbox, itemId: thread, toSpaceId: release };
  await anas!.sync.move([wish]);
  await done(anas!, wish);
  const elsewhere = (device: Device, space: Id, name: string | null) =>
    until(device.sync.called(links), ([first]) => first?.space === space && first.name === name, "where it is");
  await elsewhere(anas!, release, "Plan B");
  await elsewhere(bos!, inbox, null);
  anas!.line.cut();
  await named(anas!, ["Plan B", "Release", "Inbox"]);
  anas!.up();
});
