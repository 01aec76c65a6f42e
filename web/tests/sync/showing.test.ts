// Drafts that are shown to somebody before they leave: offline too, again in the same thread, and never sent by it. Against
// the real server.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [anas, bos]: Device[] = [];
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  space = String((await server.order("space", "add", "--name", "Release", "--member", ana.email))["spaceId"]);
  [anas, bos] = [await device(server, ana), await device(server, bo)];
});
afterAll(async () => {
  await Promise.all([anas, bos].map((one) => one?.sync.close()));
  await server.remove();
});

const draftOf = async (on: Device, id: Id) => (await now(on.sync.drafts())).find((one) => one.id === id);

/** What Bo is shown of a text. */
const as = (text: string) => ({
  first: { kind: "topic", title: "Draft: The plan", text },
  again: { kind: "post", text: `It says now: ${text}` },
});

/** From now on what Ana sends can be taken back for so long. */
async function undoes(undoSeconds: number): Promise<void> {
  await anas!.sync.saveSettings({ undoSeconds });
  await anas!.settled();
}

async function offline(one: Device): Promise<void> {
  one.line.cut();
  await until(one.sync.status(), ({ connection }) => connection === "offline");
}

/** Threads of a Space, as the server has them. */
async function rootsIn(of: TestPerson, account: Id): Promise<Id[]> {
  const [got] = await ask(server, of, [["Item/get", { accountId: account, ids: null }]]);
  const all = (got?.["list"] ?? []) as Array<{ id: Id; threadId: Id }>;
  return all.filter(({ id, threadId }) => id === threadId).map(({ id }) => id);
}

test("a draft is shown offline, and again, in one thread of the conversation; it stays a draft and goes nowhere else", async () => {
  await undoes(0);
  await offline(anas!);
  const id = anas!.sync.newId("i");
  const item = { kind: "topic", title: "The plan", text: "On Monday." };
  const [shown] = await anas!.sync.showDraft({ id, spaceId: space, item }, bo!.id, as("On Monday."));
  expect(shown).toMatchObject({ person: bo!.id, item: shown!.thread });
  expect(await draftOf(anas!, id)).toMatchObject({ spaceId: space, item: { ...item, shown: [shown] } });
  const there = await now(anas!.sync.thread(shown!.space, shown!.thread));
  expect([there.root?.title, there.root?.waiting?.how]).toEqual(["Draft: The plan", "device"]);

  const better = { ...item, text: "On Tuesday." };
  const both = await anas!.sync.showDraft({ id, spaceId: space, item: better }, bo!.id, as("On Tuesday."));
  expect(both.map((one) => one.thread)).toEqual([shown!.thread, shown!.thread]);
  anas!.up();
  const seen = await until(bos!.sync.thread(shown!.space, shown!.thread), ({ posts }) => posts.length === 1);
  expect([seen.root?.text, seen.posts[0]?.text]).toEqual(["On Monday.", "It says now: On Tuesday."]);
  await anas!.settled();
  expect(await draftOf(anas!, id)).toMatchObject({ spaceId: space, item: { text: "On Tuesday.", shown: both } });
  expect(await rootsIn(bo!, shown!.space)).toEqual([shown!.thread]);
  expect(await rootsIn(ana!, space)).toEqual([]);
  // Bo answers by what there is.
  const said = { kind: "post", parentId: shown!.thread, text: "Wednesday is better." };
  const answer = await bos!.sync.send(shown!.space, said, { undoSeconds: 0 });
  await until(anas!.sync.thread(shown!.space, shown!.thread), ({ posts }) => posts.some((one) => one.id === answer));
  await anas!.sync.dropDraft(id);
});

test("another device knows to whom a draft was shown, and shows it again in the same thread", async () => {
  const id = anas!.sync.newId("i");
  const item = { kind: "topic", title: "Two devices", text: "One." };
  const [shown] = await anas!.sync.showDraft({ id, spaceId: space, item }, bo!.id, as("One."));
  await anas!.settled();
  const phone = await device(server, ana!, "phone");
  const held = await until(phone.sync.drafts(), (all) => all.some((one) => one.id === id));
  expect(held.find((one) => one.id === id)!.item["shown"]).toEqual([shown]);
  // Written there before it was told of the showing: nothing of it is lost.
  const [, again] = await phone.sync.showDraft(
    { id, spaceId: space, item: { ...item, text: "Two." } },
    bo!.id,
    as("2"),
  );
  expect(again?.thread).toBe(shown!.thread);
  await until(bos!.sync.thread(shown!.space, shown!.thread), ({ posts }) => posts.length === 1);
  await phone.sync.dropDraft(id);
  await phone.settled();
  await phone.sync.close();
});

test("what was shown and taken back leaves the draft alone, and the next time it is another thread", async () => {
  await undoes(60);
  const id = anas!.sync.newId("i");
  const draft = { id, spaceId: space, item: { kind: "topic", title: "Hasty", text: "Too early." } };
  const [shown] = await anas!.sync.showDraft(draft, bo!.id, as("Too early."));
  await until(anas!.sync.item(shown!.space, shown!.item), (view) => view?.waiting?.how === "undoable");
  expect((await anas!.sync.undo(shown!.item))?.text).toBe("Too early.");
  await anas!.sync.dropDraft(shown!.item);
  expect(await draftOf(anas!, id)).toMatchObject({ item: { text: "Too early." } });
  const next = (await anas!.sync.showDraft(draft, bo!.id, as("Now."))).at(-1);
  expect(next?.thread).toBe(next?.item);
  expect(next?.thread).not.toBe(shown!.thread);
  await anas!.settled();
  expect(await rootsIn(bo!, shown!.space)).not.toContain(shown!.thread);
  await anas!.sync.undo(next!.item);
  await anas!.sync.dropDraft(next!.item);
  await anas!.sync.dropDraft(id);
  await anas!.settled();
});

test("what was shown, sent and taken back tells again to whom it was shown, and nobody else is told", async () => {
  const id = anas!.sync.newId("i");
  const item = { kind: "topic", title: "Shown first", text: "All of it." };
  const shown = await anas!.sync.showDraft({ id, spaceId: space, item }, bo!.id, as("All of it."));
  const sent = await anas!.sync.send(space, { ...item, shown }, { undoSeconds: 60 });
  await anas!.sync.dropDraft(id);
  await anas!.settled();
  const [got] = await ask(server, ana!, [["Submission/get", { accountId: ana!.id, ids: [sent] }]]);
  expect((got!["list"] as Array<{ item: object }>)[0]?.item).not.toHaveProperty("shown");
  await anas!.sync.undo(sent);
  expect(await draftOf(anas!, sent)).toMatchObject({ item: { text: "All of it.", shown } });
  await anas!.sync.dropDraft(sent);
});
