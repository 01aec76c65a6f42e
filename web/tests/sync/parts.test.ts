// The fiddly parts by themselves: ids, patches, overlays, what becomes one in the outbox, and older and newer formats.
import Dexie from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test, vi } from "vitest";
import type { Draft, Item, Submission } from "../../src/generated/types";
import { directId, NewerReplica } from "../../src/sync";
import { openDexie } from "../../src/sync/dexie";
import { follow } from "../../src/sync/events";
import { freshId } from "../../src/sync/ids";
import { Client } from "../../src/sync/jmap";
import { MemoryReplica } from "../../src/sync/memory";
import { again, enqueue, takeBack, type Command } from "../../src/sync/outbox";
import { draftsWith, itemWith, patched, pendingWith, says, settingsWith } from "../../src/sync/overlay";
import { pathOf } from "../../src/sync/values";
import { secondsLeft } from "../../src/sync/push";
import { FORMAT, type Entry, type Replica } from "../../src/sync/replica";
import { missing, withUploads } from "../../src/sync/uploads";
import { uploads } from "../../src/sync/views";
import { now } from "./devices";

const ME = "pagrbaaeiab6ilitfsbjzaqso6a";
const SPACE = "sagrbaaeiab3wzmediixsuiv5h4";
const ID = "iagrbaaeiab6ilitfsbjzaqso6a";
const factory = () => ({ indexedDB: new IDBFactory(), IDBKeyRange });

const entry = (over: Partial<Entry>): Entry => ({
  id: 1,
  account: SPACE,
  type: "Item",
  recordId: ID,
  act: "update",
  value: {},
  at: Date.now(),
  how: "waiting",
  uncertain: false,
  ...over,
});
const itemOf = (over: Partial<Item> = {}): Item => ({
  id: ID,
  kind: "topic",
  threadId: ID,
  seq: 3,
  version: 1,
  origin: "said",
  title: "T",
  text: "old",
  excerpt: "old",
  blobs: [],
  createdBy: ME,
  createdAt: "2026-11-25T09:00:00Z",
  receivedAt: "2026-11-25T09:00:00Z",
  mentions: [],
  groups: {},
  answers: {},
  unasked: {},
  takenBy: {},
  reactions: {},
  ...over,
});

test("an id has the letter and the shape that the server checks, and tells the day and not the hour", () => {
  const morning = Date.parse("2026-11-22T08:01:02Z");
  const ids = [freshId("i", morning), freshId("i", morning + 12 * 3_600_000)];
  for (const id of ids) expect(id).toMatch(/^i[a-z2-7]{25}[aeimquy4]$/);
  // The 48 bits of the time are the first nine characters and a part of the tenth.
  expect(ids[0]!.slice(0, 10)).toBe(ids[1]!.slice(0, 10));
  expect(ids[0]).not.toBe(ids[1]);
});

test("a direct Space is one, whoever starts it and however often the persons are named", () => {
  const [workspace, a, b] = ["w", "p", "p"].map((letter) => freshId(letter, 0)) as [string, string, string];
  expect(directId(workspace, [a, b])).toBe(directId(workspace, [b, a, b]));
  expect(directId(workspace, [a, b])).not.toBe(directId(workspace, [a]));
  expect(directId(workspace, [a, b])).toMatch(/^d[a-z2-7]{26}$/);
});

test("a patch touches only what it names, escaped names too", () => {
  const before = itemOf({ reactions: { "👍": { x: true } } });
  const after = patched(before, {
    [pathOf("reactions", "👍", ME)]: true,
    [pathOf("reactions", "a/b~c", ME)]: true,
    title: null,
  });
  expect(after).toMatchObject({
    title: null,
    text: "old",
    reactions: { "👍": { x: true, [ME]: true }, "a/b~c": { [ME]: true } },
  });
  expect(before.reactions).toEqual({ "👍": { x: true } });
  expect(patched(after, { [pathOf("reactions", "a/b~c", ME)]: null }).reactions).toEqual({
    "👍": { x: true, [ME]: true },
  });
});

test("a record says what a patch says, whatever the server adds to its files", () => {
  const blobs = [{ blobId: "b1", name: "a.txt", type: "text/plain", size: 7 }];
  expect(says(itemOf({ blobs }), { text: "old", blobs: [{ blobId: "b1", name: "a.txt" }] })).toBe(true);
  expect(says(itemOf({ blobs }), { text: "new" })).toBe(false);
  expect(says(itemOf({ blobs }), { blobs: [] })).toBe(false);
});

test("what waits lies over an Item, and what was refused only says so", () => {
  const edit = entry({ value: { text: "new" }, id: 4 });
  expect(itemWith(itemOf(), [edit], ME, false)).toMatchObject({
    text: "new",
    changing: { how: "waiting", outboxId: 4 },
  });
  const refused = entry({ ...edit, how: "refused", reason: "no" });
  const changing = { how: "refused", reason: "no", outboxId: 4 };
  expect(itemWith(itemOf(), [refused], ME, false)).toMatchObject({ text: "old", changing });
  const gone = entry({ act: "destroy" });
  expect(itemWith(itemOf(), [gone], ME, false)).toBeUndefined();
  expect(itemWith(itemOf(), [gone], ME, true)).toMatchObject({ text: null, deleted: { by: ME } });
});

test("what was sent waits on the device, then on the server, then leaves; what is taken back is not shown", () => {
  const item = { kind: "topic", text: "x" };
  const create = entry({
    account: ME,
    type: "Submission",
    act: "create",
    space: SPACE,
    value: { spaceId: SPACE, item },
  });
  const cancel = entry({ ...create, id: 2, act: "update", value: { undoStatus: "canceled" } });
  const hour = 3_600_000;
  const submission = (ms: number, undoStatus: Submission["undoStatus"] = "pending"): Submission => ({
    id: ID,
    spaceId: SPACE,
    item,
    sendAt: new Date(Date.now() + ms).toISOString(),
    createdAt: new Date().toISOString(),
    undoStatus,
  });
  const how = (submissions: Submission[], entries: Entry[], offset = 0) =>
    pendingWith(submissions, entries, offset).map((pending) => pending.waiting.how);
  expect(how([], [create])).toEqual(["device"]);
  expect(how([submission(hour)], [create])).toEqual(["undoable"]);
  expect(how([submission(-1)], [])).toEqual(["leaving"]);
  expect(how([submission(hour, "final")], [])).toEqual(["leaving"]);
  expect(how([submission(hour, "canceled")], [])).toEqual([]);
  expect(how([submission(hour)], [cancel])).toEqual([]);
  expect(how([], [create, cancel])).toEqual([]);
  expect(how([], [{ ...create, how: "refused" }])).toEqual(["refused"]);
  // The server's clock counts, not this device's, which is a day behind.
  expect(how([submission(hour)], [], 24 * hour)).toEqual(["leaving"]);
});

test("drafts and settings show what waits", () => {
  const draft: Draft = { id: ID, spaceId: SPACE, item: { text: "a" }, createdAt: "2026-11-25T09:00:00Z", version: 1 };
  const save = entry({ account: ME, type: "Draft", act: "create", value: { spaceId: SPACE, item: { text: "b" } } });
  expect(draftsWith([draft], [save])).toMatchObject([{ id: ID, item: { text: "b" }, version: 1 }]);
  expect(draftsWith([], [save])).toMatchObject([{ id: ID, item: { text: "b" } }]);
  expect(draftsWith([draft], [{ ...save, act: "destroy" }])).toEqual([]);
  const setting = entry({ account: ME, type: "Settings", recordId: ME, act: "create", value: { language: "de" } });
  expect(settingsWith(undefined, [setting], ME)).toEqual({ id: ME, language: "de" });
});

const draftCommand = (text: string): Command => ({
  account: ME,
  type: "Draft",
  recordId: ID,
  act: "create",
  value: { spaceId: SPACE, item: { text } },
  upsert: true,
});

test("of drafts that were never sent only the newest is kept, and one that may have been sent is left alone", async () => {
  const replica = new MemoryReplica();
  const texts = async () =>
    (await replica.read((tx) => tx.outbox())).map((e) => (e.value["item"] as { text: string }).text);
  for (const text of ["a", "b"]) await replica.write((tx) => enqueue(tx, draftCommand(text)));
  expect(await texts()).toEqual(["b"]);
  await replica.write(async (tx) => tx.change({ ...(await tx.outbox())[0]!, how: "sending", uncertain: true }));
  for (const text of ["c", "d"]) await replica.write((tx) => enqueue(tx, draftCommand(text)));
  expect(await texts()).toEqual(["b", "d"]);
  // Dropped before it was ever sent, it needs no network; but of this one the server may know.
  await replica.write((tx) => enqueue(tx, { ...draftCommand(""), act: "destroy", value: {} }));
  expect((await replica.read((tx) => tx.outbox())).map((e) => e.act)).toEqual(["create", "destroy"]);
});

test("edits that were never sent are one, from the version of the first", async () => {
  const replica = new MemoryReplica();
  const edit = (value: object, ifVersion: number): Command => ({ ...entry({}), value: { ...value }, ifVersion });
  await replica.write((tx) => enqueue(tx, edit({ text: "a" }, 3)));
  await replica.write((tx) => enqueue(tx, edit({ title: "b" }, 3)));
  const [only, ...others] = await replica.read((tx) => tx.outbox());
  expect([only, others]).toMatchObject([{ value: { text: "a", title: "b" }, ifVersion: 3 }, []]);
});

test("a refused edit that is sent again is sent over what is there now", async () => {
  const replica = new MemoryReplica();
  const id = await replica.write(async (tx) => {
    await tx.put(SPACE, "Item", [itemOf({ version: 5 })]);
    return tx.add(entry({ ifVersion: 2, how: "refused", reason: "no" }));
  });
  await replica.write((tx) => again(tx, id));
  expect(await replica.read((tx) => tx.outbox())).toMatchObject([{ how: "waiting", ifVersion: 5 }]);
});

test("what may have been sent is taken back by a command; what was never sent is simply gone", async () => {
  const replica = new MemoryReplica();
  const item = { kind: "topic", text: "x" };
  const send: Command = {
    account: ME,
    type: "Submission",
    recordId: ID,
    act: "create",
    value: { spaceId: SPACE, item },
    space: SPACE,
  };
  await replica.write((tx) => enqueue(tx, send));
  expect(await replica.write((tx) => takeBack(tx, ME, ID, 0))).toEqual({ item, space: SPACE });
  expect(await replica.read((tx) => tx.outbox())).toEqual([]);
  await replica.write((tx) => tx.add(entry({ ...send, uncertain: true })));
  const twice = [
    await replica.write((tx) => takeBack(tx, ME, ID, 0)),
    await replica.write((tx) => takeBack(tx, ME, ID, 0)),
  ];
  expect(twice).toMatchObject([
    { item, entry: 3 },
    { item, entry: 3, before: true },
  ]);
  expect((await replica.read((tx) => tx.outbox())).map((e) => e.act)).toEqual(["create", "update"]);
});

test("the seconds that are left follow from this device's clock alone, and never exceed the window", () => {
  const since = (ms: number) => secondsLeft({ at: Date.now() - ms, undoSeconds: 30 });
  expect([since(0), since(9_500), since(60_000), since(-86_400_000)]).toEqual([30, 21, 0, 30]);
});

test("a file is named by its upload once it has one, and needs one until then", async () => {
  const replica = new MemoryReplica();
  const local = { localId: "f1", name: "a", type: "", size: 1 };
  await replica.write((tx) => tx.putFile({ ...local, bytes: new Blob(["x"]), at: 0 }));
  const waiting = entry({ type: "Submission", value: { item: { blobs: [local, { blobId: "b0", name: "z" }] } } });
  expect(missing(waiting)).toEqual(["f1"]);
  await replica.write(async (tx) => tx.putFile({ ...(await tx.file("f1"))!, blobId: "b1" }));
  const ready = await replica.write((tx) => withUploads(tx, waiting));
  expect(missing(ready)).toBeUndefined();
  expect(ready.value).toEqual({
    item: {
      blobs: [
        { ...local, blobId: "b1" },
        { blobId: "b0", name: "z" },
      ],
    },
  });
});

test("a clock that is a day off is found out from the answers, and what they tell narrows it", async () => {
  const day = 86_400_000;
  const date = () => new Date(Math.floor((Date.now() + day) / 1000) * 1000).toUTCString();
  const fetching = async () => new Response("{}", { headers: { date: date() } });
  const client = new Client({ base: "", fetch: fetching });
  for (let i = 0; i < 3; i++) await client.call([]);
  expect(Math.abs(client.offset - day)).toBeLessThan(1100);
  // The device's clock is set right.
  const right = new Client({
    base: "",
    fetch: async () => new Response("{}", { headers: { date: new Date().toUTCString() } }),
  });
  right.offset = day;
  await right.call([]);
  expect(Math.abs(right.offset)).toBeLessThan(1100);
});

function streaming(pieces: string[], ends = true): { client: Client; asked: RequestInit[] } {
  const asked: RequestInit[] = [];
  const body = () =>
    new ReadableStream({
      async start(to) {
        for (const piece of pieces) to.enqueue(new TextEncoder().encode(piece));
        if (ends) to.close();
      },
    });
  const client = new Client({
    base: "",
    fetch: async (_, init) => {
      asked.push(init ?? {});
      init?.signal?.throwIfAborted();
      return new Response(body());
    },
  });
  return { client, asked };
}

test("events are read whole, however they are cut on the way, and signs of life are not taken for changes", async () => {
  const text = `event: ping\ndata: {"interval":30}\n\n: comment\n\nevent: state\nid: tök\ndata: {"changed":{"a":{"Item":"1"}}}\n\n`;
  const { client, asked } = streaming(text.match(/[\s\S]{1,7}/g)!);
  const changed = vi.fn();
  const heard = vi.fn();
  await follow(client, "before", { opened: vi.fn(), changed, heard }, new AbortController().signal);
  expect(changed.mock.calls).toEqual([[{ a: { Item: "1" } }, "tök"]]);
  expect(heard.mock.calls.length).toBeGreaterThan(10);
  expect(new Headers(asked[0]!.headers).get("last-event-id")).toBe("before");
});

/** A replica with a record, a command, a file and a token, whose format is said to be another. */
async function written(format: number, storage = factory()): Promise<{ storage: ReturnType<typeof factory> }> {
  const replica = await openDexie("old", storage);
  await replica.write(async (tx) => {
    await tx.put(SPACE, "Item", [itemOf()]);
    await tx.setState({ account: SPACE, type: "Item", state: "1.0.3" });
    await tx.add(entry({ type: "Draft", account: ME, act: "create", value: { item: { text: "unsaved" } } }));
    await tx.putFile({ localId: "f1", name: "a", type: "", size: 1, bytes: new Blob(["x"]), at: 0 });
    await tx.setMeta("eventId", "token");
    await tx.setMeta("format", format);
  });
  await replica.close();
  return { storage };
}

test("a replica of an older format is read anew, and loses no draft, command or file", async () => {
  const { storage } = await written(0);
  const replica = await openDexie("old", storage);
  await replica.read(async (tx) => {
    expect(await tx.record(SPACE, "Item", ID)).toBeUndefined();
    expect([await tx.states(), await tx.meta("eventId"), await tx.meta("format")]).toEqual([[], undefined, FORMAT]);
    expect(await tx.outbox()).toMatchObject([{ type: "Draft", value: { item: { text: "unsaved" } } }]);
    expect((await tx.files()).map((file) => file.localId)).toEqual(["f1"]);
  });
  await replica.close();
});

test("a replica of a newer format is refused and left as it is", async () => {
  const { storage } = await written(FORMAT + 1);
  await expect(openDexie("old", storage)).rejects.toBeInstanceOf(NewerReplica);
  const store = new Dexie("old", storage);
  await store.open();
  expect(await store.table("records").count()).toBe(1);
  store.close();
});

test.each<[string, () => Promise<Replica>]>([
  ["on the disk", () => openDexie("same", factory())],
  ["in memory", async () => new MemoryReplica()],
])("a replica %s keeps all of a transaction or nothing, and tells of changes", async (_, open) => {
  const replica = await open();
  const told: Array<string | null | undefined> = [];
  const stop = replica.observe((tx) => tx.record(SPACE, "Item", ID)).subscribe((item) => told.push(item?.text));
  await vi.waitFor(() => expect(told).toEqual([undefined]));
  await replica.write((tx) => tx.put(SPACE, "Item", [itemOf()]));
  await vi.waitFor(() => expect(told).toEqual([undefined, "old"]));
  const broken = replica.write(async (tx) => {
    await tx.put(SPACE, "Item", [itemOf({ text: "never" })]);
    await tx.add(entry({}));
    throw new Error("in the middle");
  });
  await expect(broken).rejects.toThrow("in the middle");
  expect(await replica.read((tx) => tx.outbox())).toEqual([]);
  expect((await replica.read((tx) => tx.record(SPACE, "Item", ID)))?.text).toBe("old");
  stop();
  const other = "iagrbaaeiab3gzcyt6467zrwmh4";
  const thread = { id: other, lastSeq: 9, lastAt: "2026-11-25T10:00:00Z", posts: 1 };
  const reply = itemOf({ id: other, threadId: ID, parentId: ID, createdAt: "2026-11-25T11:00:00Z" });
  await replica.write(async (tx) => {
    await tx.put(SPACE, "Item", [reply]);
    await tx.put(SPACE, "Thread", [thread]);
    await tx.setState({ account: SPACE, type: "Item", state: "s" });
  });
  await replica.read(async (tx) => {
    expect((await tx.newest(SPACE, "Item", 9)).map((item) => item.id)).toEqual([ID]);
    expect((await tx.newest(SPACE, "Thread", 9)).map((found) => found.id)).toEqual([other]);
    expect((await tx.thread(SPACE, ID)).length).toBe(2);
  });
  await replica.write((tx) => tx.purge(SPACE));
  expect(await replica.read((tx) => tx.states())).toEqual([]);
  expect(await replica.read((tx) => tx.records(SPACE, "Item"))).toEqual([]);
  await replica.destroy();
});

test("a large file whose command was refused is not said to be on its way", async () => {
  const replica = new MemoryReplica();
  const value = { item: { kind: "post", blobs: [{ localId: "f1", name: "large.bin", type: "", size: 9 }] } };
  const sent = entry({ account: ME, type: "Submission", act: "create", value });
  await replica.write(async (tx) => {
    await tx.setMeta("uploads", {
      f1: { url: "/upload/u", sent: 5 } as never,
      f2: { url: "/upload/v", sent: 1 } as never,
    });
    await tx.change(sent);
  });
  const going = () => now(uploads({ replica, me: ME, workspace: null, offset: () => 0 }));
  expect(await going()).toEqual({ f1: 5 });
  await replica.write((tx) => tx.change({ ...sent, how: "refused", reason: "it is too large" }));
  expect(await going()).toEqual({});
});
