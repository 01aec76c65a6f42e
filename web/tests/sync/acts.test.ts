// What people do on their devices, each act by itself, against the real server.
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Draft, Id } from "../../src/generated/types";
import { Offline, Refusal, type NewItem } from "../../src/sync";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, eventually, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [one, two, bos]: Device[] = [];
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [one, two, bos] = [await device(server, ana!, "one"), await device(server, ana!, "two"), await device(server, bo!)];
  space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
  await until(bos.sync.space(space), (found) => found?.name === "Team");
});
afterAll(async () => {
  await Promise.all([one, two, bos].map((d) => d?.sync.close()));
  await server.remove();
});

afterEach(() => [one, two, bos].forEach((d) => d?.up()));

const topic = (title: string): NewItem => ({ kind: "topic", title, text: `${title}, and why` });

async function offline(d: Device): Promise<void> {
  d.line.cut();
  await until(d.sync.status(), (s) => s.connection !== "online");
}

/** Says something that is in the Space at once, seen by everybody. */
async function said(by: Device, item: NewItem, seen: Device[] = [one!, two!, bos!]): Promise<Id> {
  const id = await by.sync.send(space, item, { undoSeconds: 0 });
  await Promise.all(seen.map((d) => until(d.sync.item(space, id), (view) => view !== null && !view.waiting)));
  return id;
}

test("what is sent is shown at once, can be taken back for a while, and then is in the Space for all", async () => {
  const id = await one!.sync.send(space, topic("First"), { undoSeconds: 10 });
  const ways = new Set<string | undefined>();
  const stop = one!.sync.thread(space, id).subscribe(({ how, root }) => {
    ways.add(how === "here" ? root?.waiting?.how : how);
  });
  await until(bos!.sync.item(space, id), (view) => view !== null);
  await until(one!.sync.item(space, id), (view) => view !== null && !view.waiting);
  stop();
  // Never gone in between.
  expect(ways).toContain("undoable");
  expect(ways).not.toContain("gone");
});

test("what is taken back in time reaches nobody, and comes back as it was written", async () => {
  const id = await one!.sync.send(space, topic("Regretted"), { undoSeconds: 60 });
  await until(two!.sync.item(space, id), (view) => view?.waiting?.how === "undoable");
  expect(await one!.sync.undo(id)).toMatchObject(topic("Regretted"));
  expect(await now(one!.sync.item(space, id))).toBeNull();
  await until(two!.sync.item(space, id), (view) => view === null);
  await one!.settled();
  expect(await now(one!.sync.outbox())).toEqual([]);
});

test("what is taken back is a draft with the same id from then on, once, however often one presses", async () => {
  const [file, reply] = [
    await one!.sync.attach(new Blob(["kept"], { type: "text/plain" }), "kept.txt"),
    await said(one!, topic("Asked")),
  ];
  const item = { kind: "post", parentId: reply, text: "Hasty", blobs: [file] };
  const id = await one!.sync.send(space, item, { undoSeconds: 60 });
  await until(one!.sync.item(space, id), (view) => view?.waiting?.how === "undoable");
  const pressed = await Promise.all([one!.sync.undo(id), one!.sync.undo(id)]);
  pressed.push(await one!.sync.undo(id));
  for (const back of pressed) expect(back).toMatchObject({ kind: "post", parentId: reply, text: "Hasty" });
  const here = (drafts: Draft[]) => drafts.filter((draft) => draft.item["parentId"] === reply);
  for (const d of [one!, two!]) {
    const drafts = await until(d.sync.drafts(), (list) => here(list).length > 0);
    expect(here(drafts)).toMatchObject([
      { id, spaceId: space, item: { text: "Hasty", blobs: [{ name: "kept.txt" }] } },
    ]);
  }
  await one!.settled();
  // Written on in it since: pressed once more, that stays.
  await one!.sync.saveDraft({ id, spaceId: space, item: { ...item, blobs: [], text: "Considered" } });
  expect(await one!.sync.undo(id)).not.toBeNull();
  await one!.settled();
  const [got] = await ask(server, ana!, [["Draft/get", { accountId: ana!.id, ids: [id] }]]);
  expect(got?.["list"]).toMatchObject([{ item: { text: "Considered" } }]);
  await one!.sync.dropDraft(id);
});

test("what is taken back is not lost if the tab goes in that moment, with a network and without one", async () => {
  const drafts = async (id: Id) => (await now(one!.sync.drafts())).filter((draft) => draft.id === id);
  const sent = await one!.sync.send(space, topic("On the server"), { undoSeconds: 60 });
  await until(one!.sync.item(space, sent), (view) => view?.waiting?.how === "undoable");
  one!.line.silent = /./;
  void one!.sync.undo(sent).catch(() => {});
  await until(one!.sync.item(space, sent), (view) => view === null);
  await one!.sync.close();
  await one!.open();
  expect(await drafts(sent)).toMatchObject([{ spaceId: space, item: topic("On the server") }]);
  await offline(one!);
  const never = await one!.sync.send(space, topic("Only here"), { undoSeconds: 60 });
  expect([await one!.sync.undo(never), await one!.sync.undo(never)]).toEqual([topic("Only here"), topic("Only here")]);
  await one!.sync.close();
  one!.line.down = false;
  one!.line.silent = undefined;
  await one!.open();
  expect(await drafts(never)).toMatchObject([{ spaceId: space, item: topic("Only here") }]);
  await one!.settled();
  await until(two!.sync.drafts(), (list) => [sent, never].every((id) => list.some((draft) => draft.id === id)));
  const asked = [["Submission/get", { accountId: ana!.id, ids: [sent] }]];
  expect((await ask(server, ana!, asked))[0]!["list"]).toMatchObject([{ undoStatus: "canceled" }]);
  for (const id of [sent, never]) await one!.sync.dropDraft(id);
});

test("what has left can't be taken back any more", async () => {
  const id = await said(one!, topic("Gone"));
  expect(await one!.sync.undo(id)).toBeNull();
  expect(await now(one!.sync.item(space, id))).not.toBeNull();
  expect((await now(one!.sync.drafts())).filter((draft) => draft.id === id)).toEqual([]);
});

test("written and taken back without a network, it never reaches the server", async () => {
  await offline(one!);
  const id = await one!.sync.send(space, topic("Never"), { undoSeconds: 30 });
  expect(await now(one!.sync.item(space, id))).toMatchObject({ waiting: { how: "device" } });
  expect(await one!.sync.undo(id)).toEqual(topic("Never"));
  const waits = (await now(one!.sync.outbox())).filter((entry) => entry.recordId === id);
  expect(waits).toMatchObject([{ type: "Draft", act: "create" }]);
  one!.up();
  await one!.settled();
  const [got] = await ask(server, ana!, [["Submission/get", { accountId: ana!.id, ids: [id] }]]);
  expect(got?.["notFound"]).toEqual([id]);
});

test("a reply to what waits itself stands below it, and both leave in order", async () => {
  one!.line.cut();
  const root = await one!.sync.send(space, topic("Offline"), { undoSeconds: 0 });
  const reply = await one!.sync.send(space, { kind: "post", parentId: root, text: "And more" }, { undoSeconds: 0 });
  const view = await now(one!.sync.thread(space, root));
  expect([view.root?.waiting?.how, view.posts.map((post) => post.id)]).toEqual(["device", [reply]]);
  const { rows } = await now(one!.sync.threads(space, 5));
  expect(rows[0]).toMatchObject({ root: { id: root }, replies: 1 });
  one!.up();
  await until(bos!.sync.thread(space, root), ({ posts }) => posts.length === 1);
});

test("what waits here stands first, also where this device's clock runs behind", async () => {
  const seen = await said(one!, topic("Seen before"));
  one!.line.cut();
  const past = Date.now() - 5000;
  const clock = vi.spyOn(Date, "now").mockReturnValue(past);
  const first = await one!.sync.send(space, topic("Written after"), { undoSeconds: 0 });
  clock.mockReturnValue(past + 100);
  const second = await one!.sync.send(space, topic("Written last"), { undoSeconds: 0 });
  const { rows } = await now(one!.sync.threads(space, 3));
  clock.mockRestore();
  expect(rows.map(({ root }) => root.id)).toEqual([second, first, seen]);
});

test("an edit, a reaction and a deletion are shown at once and hold for everybody", async () => {
  const id = await said(one!, topic("Draft of a plan"));
  await one!.sync.edit(space, id, { text: "better" }, 1);
  expect(await now(one!.sync.item(space, id))).toMatchObject({ text: "better", changing: { how: "waiting" } });
  await until(bos!.sync.item(space, id), (view) => view?.text === "better" && view.version === 2);
  await bos!.sync.react(space, id, "👍", true);
  await until(one!.sync.item(space, id), (view) => view?.reactions["👍"]?.[bo!.id] === true);
  await bos!.sync.react(space, id, "👍", false);
  await until(one!.sync.item(space, id), (view) => !view?.reactions["👍"]?.[bo!.id]);
  expect((await one!.sync.versions(space, id)).map((version) => version.text)).toEqual(["Draft of a plan, and why"]);
  await one!.sync.remove(space, id);
  expect(await now(one!.sync.item(space, id))).toBeNull();
  await until(bos!.sync.item(space, id), (view) => view === null);
  await until(bos!.sync.thread(space, id), ({ how }) => how === "gone");
});

test("two edits in a row without a network are one, and edits while one is under way follow it", async () => {
  const id = await said(one!, topic("Edited"));
  await offline(one!);
  await one!.sync.edit(space, id, { text: "once" }, 1);
  await one!.sync.edit(space, id, { title: "Twice" }, 1);
  expect((await now(one!.sync.outbox())).length).toBe(1);
  one!.up();
  await one!.settled();
  one!.line.deaf = true;
  await one!.sync.edit(space, id, { text: "three" }, 2);
  await until(bos!.sync.item(space, id), (view) => view?.text === "three");
  // Its answer was lost, so whether it was done is unknown here; this one counts from the same version.
  await one!.sync.edit(space, id, { text: "four" }, 2);
  one!.up();
  await until(bos!.sync.item(space, id), (view) => view?.text === "four");
  await one!.settled();
  expect((await now(one!.sync.status())).refused).toBe(0);
});

test("an edit of what somebody else has edited meanwhile is refused and kept", async () => {
  const id = await said(one!, topic("Both"));
  one!.line.cut();
  await one!.sync.edit(space, id, { text: "mine" }, 1);
  await two!.sync.edit(space, id, { text: "theirs" }, 1);
  await until(bos!.sync.item(space, id), (view) => view?.text === "theirs");
  one!.up();
  const view = await until(one!.sync.item(space, id), (shown) => shown?.changing?.how === "refused");
  expect(view?.text).toBe("theirs");
  const [entry] = await now(one!.sync.outbox());
  expect(entry).toMatchObject({ how: "refused", value: { text: "mine" }, reason: expect.stringMatching(/edited/) });
  await one!.sync.retry(entry!.id);
  await until(bos!.sync.item(space, id), (shown) => shown?.text === "mine");
  await one!.settled();
  expect(await now(one!.sync.outbox())).toEqual([]);
});

test("what the server refuses is kept with its reason until it is discarded", async () => {
  const id = await one!.sync.send(space, { kind: "sculpture", text: "unheard of" }, { undoSeconds: 0 });
  const view = await until(one!.sync.item(space, id), (shown) => shown?.waiting?.how === "refused");
  expect(view).toMatchObject({ text: "unheard of", waiting: { reason: expect.stringMatching(/kind/) } });
  const [entry] = await now(one!.sync.outbox());
  await one!.sync.discard(entry!.id);
  expect(await now(one!.sync.item(space, id))).toBeNull();
});

test("what may not be published comes back as a draft with the reason", async () => {
  const id = await one!.sync.send(space, { kind: "topic", text: "no title" }, { undoSeconds: 0 });
  const drafts = await until(one!.sync.drafts(), (list) => list.some((draft) => draft.id === id));
  expect(drafts[0]).toMatchObject({ item: { text: "no title" }, reason: expect.stringMatching(/title/) });
  expect(await now(one!.sync.item(space, id))).toBeNull();
});

test("answers that were lost do no harm: everything is there once", async () => {
  one!.line.deaf = true;
  const ids: Id[] = [];
  for (const n of [1, 2, 3]) ids.push(await one!.sync.send(space, topic(`Lost ${n}`), { undoSeconds: 0 }));
  const { rows } = await until(bos!.sync.threads(space, 50), (list) =>
    ids.every((id) => list.rows.some((row) => row.root.id === id)),
  );
  one!.up();
  await one!.settled();
  expect(rows.filter((row) => row.root.title?.startsWith("Lost")).length).toBe(3);
  expect(await now(one!.sync.outbox())).toEqual([]);
});

test("a draft is the same on all devices, and saving it often sends it once", async () => {
  const id = one!.sync.newId("i");
  await offline(one!);
  for (const text of ["a", "ab", "abc"])
    await one!.sync.saveDraft({ id, spaceId: space, item: { kind: "post", text } });
  expect((await now(one!.sync.outbox())).length).toBe(1);
  one!.up();
  await until(two!.sync.drafts(), (drafts) => drafts.some((d) => d.id === id && d.item["text"] === "abc"));
  await two!.sync.saveDraft({ id, spaceId: space, item: { kind: "post", text: "abcd" } });
  await until(one!.sync.drafts(), (drafts) => drafts.some((d) => d.id === id && d.item["text"] === "abcd"));
  await one!.sync.dropDraft(id);
  await until(two!.sync.drafts(), (drafts) => drafts.every((draft) => draft.id !== id));
});

test("settings and what was read are the same on all devices, and reading never goes backwards", async () => {
  await one!.sync.saveSettings({ undoSeconds: 7 });
  await two!.sync.saveSettings({ language: "de" });
  const both = (s: { undoSeconds?: number | null; language?: string | null } | undefined) =>
    s?.undoSeconds === 7 && s.language === "de";
  await until(one!.sync.settings(), both);
  const id = await said(bos!, topic("Read"));
  await one!.sync.markRead(space, id, 5);
  await two!.sync.markRead(space, id, 3);
  const cursor = async () => (await ask(server, ana!, [["Cursor/get", { accountId: ana!.id, ids: [id] }]]))[0]!;
  const read = await eventually(cursor, (got) => (got["list"] as unknown[]).length === 1, "the cursor");
  await Promise.all([one!.settled(), two!.settled()]);
  expect((read["list"] as Array<{ lastSeq: number }>)[0]!.lastSeq).toBe(5);
});

test("a file that is attached without a network goes with what it is attached to", async () => {
  one!.line.cut();
  const file = await one!.sync.attach(new Blob(["contents"], { type: "text/plain" }), "notes.txt");
  const id = await one!.sync.send(space, { ...topic("With a file"), blobs: [file] }, { undoSeconds: 0 });
  const waits = await now(one!.sync.item(space, id));
  expect(waits?.blobs).toMatchObject([{ localId: file.localId, name: "notes.txt" }]);
  expect(await (await one!.sync.localFile(file.localId))?.text()).toBe("contents");
  one!.up();
  const view = await until(bos!.sync.item(space, id), (shown) => shown !== null);
  expect(view?.blobs).toMatchObject([{ name: "notes.txt", size: 8 }]);
  const blob = view?.blobs[0] as { blobId: Id };
  const url = bos!.sync.fileUrl(space, blob.blobId, "notes.txt", "text/plain");
  const got = await fetch(url, { headers: { authorization: `Bearer ${bo!.token}` } });
  expect(await got.text()).toBe("contents");
});

test("a draft whose file is being uploaded holds up nothing that is sent, with a file or without", async () => {
  const slow = await one!.sync.attach(new Blob(["very large"], { type: "text/plain" }), "large.bin");
  one!.line.silent = /upload/;
  const draft = one!.sync.newId("i");
  await one!.sync.saveDraft({ id: draft, spaceId: space, item: { ...topic("Later"), blobs: [slow] } });
  const uploads = async () => one!.line.requests.filter((url) => url.includes("upload")).length;
  const before = await uploads();
  await eventually(uploads, (count) => count > before, "the upload");
  const id = await one!.sync.send(space, topic("Not held up"), { undoSeconds: 0 });
  await until(bos!.sync.item(space, id), (view) => view !== null);
  one!.line.silent = undefined;
  const quick = await one!.sync.attach(new Blob(["small"], { type: "text/plain" }), "small.txt");
  const other = await one!.sync.send(space, { ...topic("Nor this"), blobs: [quick] }, { undoSeconds: 0 });
  await until(bos!.sync.item(space, other), (view) => view?.blobs.length === 1);
  expect((await now(one!.sync.outbox())).map((entry) => entry.recordId)).toEqual([draft]);
  one!.line.cut();
  one!.up();
  await one!.settled();
  await one!.sync.dropDraft(draft);
});

test("whoever leaves a Space keeps nothing of it, and has all of it after joining again", async () => {
  const id = await said(one!, topic("Stay"));
  await bos!.sync.change(space, "Member", bo!.id, "update", { role: "none" });
  await until(bos!.sync.memberships(), (list) => list.length === 0);
  await eventually(
    () => bos!.holds(),
    (held) => ![...held.keys()].some((key) => key.startsWith(space)),
    "the rest",
  );
  expect(await now(bos!.sync.item(space, id))).toBeNull();
  await bos!.sync.change(space, "Member", bo!.id, "update", { role: "member" });
  await until(bos!.sync.item(space, id), (view) => view !== null);
});

test("a Space that is asked for twice with the same id is made once", async () => {
  const wanted = { id: one!.sync.newId("s"), name: "Once", whoMayJoin: "members" as const };
  one!.line.deaf = true;
  await expect(one!.sync.createSpace(wanted)).rejects.toBeInstanceOf(Offline);
  one!.up();
  expect([await one!.sync.createSpace(wanted), await one!.sync.createSpace(wanted)]).toEqual([wanted.id, wanted.id]);
  const spaces = await until(one!.sync.memberships(), (list) => list.some((held) => held.id === wanted.id));
  expect(spaces.filter((held) => held.name === "Once").length).toBe(1);
});

test("acts that need the server say so when there is none", async () => {
  one!.line.cut();
  await until(one!.sync.status(), (s) => s.connection === "offline");
  await expect(one!.sync.createSpace({ name: "x", whoMayJoin: "members" })).rejects.toBeInstanceOf(Offline);
  one!.up();
  await one!.settled();
  const refused = one!.sync.change(space, "Space", space, "update", { createdBy: bo!.id });
  await expect(refused).rejects.toBeInstanceOf(Refusal);
});

test("the id of a direct Space is the one that the server computes", async () => {
  const { directId } = await import("../../src/sync");
  const made = await one!.sync.change(ana!.id, "Space", "k1", "create", { kind: "direct", persons: [ana!.id, bo!.id] });
  const [answer] = await ask(server, ana!, [["Membership/get", { accountId: ana!.id, ids: null }]]);
  expect(made).toBeDefined();
  const direct = await eventually(
    async () => (await ask(server, ana!, [["Membership/get", { accountId: ana!.id, ids: null }]]))[0]!,
    (got) => (got["list"] as Array<{ kind: string }>).some((m) => m.kind === "direct"),
    "the Membership",
  );
  const found = (direct["list"] as Array<{ id: Id; kind: string }>).find((m) => m.kind === "direct");
  expect(directId(one!.sync.workspaceAccount!, [bo!.id, ana!.id])).toBe(found?.id);
  expect(answer).toBeDefined();
});
