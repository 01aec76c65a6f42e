// Asking and answering on one's devices: what waits counts in what its author sees, and in the end for everybody.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id, ItemExpects } from "../../src/generated/types";
import { questionOf, type ItemView } from "../../src/sync";
import { atAnyHour } from "../support/ask";
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
  [anas, bos] = [await device(server, ana!), await device(server, bo!)];
  await bos.sync.change(bos.sync.workspaceAccount!, "Person", bo!.id, "update", { rhythm: atAnyHour("UTC") });
  space = await anas.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
  await until(bos.sync.space(space), (found) => found?.name === "Team");
});
afterAll(async () => {
  await Promise.all([anas, bos].map((d) => d?.sync.close()));
  await server.remove();
});

afterEach(() => [anas, bos].forEach((d) => d?.up()));

/** Ana asks Bo; both have it. */
async function asks(what: ItemExpects["what"], title = `A ${what}, please`): Promise<Id> {
  const expects = { what, of: [bo!.id], by: "2030-01-07T17:00:00Z" };
  const id = await anas!.sync.send(space, { kind: "topic", title, text: "?", expects }, { undoSeconds: 0 });
  await Promise.all([anas!, bos!].map((d) => until(d.sync.item(space, id), (view) => view !== null && !view.waiting)));
  return id;
}

const answers = (id: Id) => ({ kind: "post", parentId: id, text: "The second.", inAnswerTo: id });
/** Who has not answered, as that device sees it. */
const open = (view: ItemView | null | undefined) => (view ? questionOf(view)?.open : undefined);
const seen = async (d: Device, id: Id) => open(await now(d.sync.item(space, id)));
const isOpen = (d: Device, id: Id) => until(d.sync.item(space, id), (view) => open(view)?.length === 1);
const isAnswered = (d: Device, id: Id) => until(d.sync.item(space, id), (view) => open(view)?.length === 0);

async function offline(d: Device): Promise<void> {
  d.line.cut();
  await until(d.sync.status(), (s) => s.connection !== "online");
}

test("what is asked, of whom and by when goes with what is sent, and with its draft", async () => {
  const id = anas!.sync.newId("i");
  const expects = { by: null, of: [bo!.id], what: "decision" as const };
  await anas!.sync.saveDraft({ id, spaceId: space, item: { kind: "topic", title: "Colour", expects } });
  await anas!.settled();
  const [got] = await ask(server, ana!, [["Draft/get", { accountId: ana!.id, ids: [id] }]]);
  expect(got?.["list"]).toMatchObject([{ item: { expects } }]);
  await anas!.sync.dropDraft(id);
  const sent = await asks("decision");
  const view = await now(bos!.sync.item(space, sent));
  expect(questionOf(view!)).toMatchObject({
    what: "decision",
    of: [bo!.id],
    open: [bo!.id],
    by: "2030-01-07T17:00:00Z",
  });
});

test("an answer that waits closes the question for its author, and for the others when it is there", async () => {
  const id = await asks("reply");
  const row = (list: { waitsForMe: Array<{ id: Id }> }) => list.waitsForMe.some((one) => one.id === id);
  await until(bos!.sync.inbox(), row, "the question in his Inbox");
  await offline(bos!);
  const answer = await bos!.sync.send(space, answers(id), { undoSeconds: 0 });
  expect((await now(bos!.sync.item(space, id)))?.answers[bo!.id]).toMatchObject({ itemId: answer });
  expect(open((await now(bos!.sync.thread(space, id))).root)).toEqual([]);
  const { rows } = await now(bos!.sync.threads(space, 5));
  expect(open(rows.find((one) => one.root.id === id)?.root)).toEqual([]);
  expect(row(await now(bos!.sync.inbox()))).toBe(false);
  expect(await seen(anas!, id)).toEqual([bo!.id]);
  bos!.up();
  const there = await isAnswered(anas!, id);
  expect(there?.answers[bo!.id]).toMatchObject({ itemId: answer });
});

test("it never opens again for its author while the answer becomes a post", async () => {
  const id = await asks("reply", "No flicker");
  const counts: number[] = [];
  await bos!.sync.send(space, answers(id), { undoSeconds: 0 });
  const stop = bos!.sync.thread(space, id).subscribe(({ root }) => counts.push(open(root)?.length ?? -1));
  await isAnswered(anas!, id);
  await bos!.settled();
  stop();
  expect(new Set(counts)).toEqual(new Set([0]));
});

test("an answer that is taken back, or deleted, opens the question again, at once and for all", async () => {
  const id = await asks("reply");
  const hasty = await bos!.sync.send(space, answers(id), { undoSeconds: 60 });
  await until(bos!.sync.item(space, hasty), (view) => view?.waiting?.how === "undoable");
  expect(await seen(bos!, id)).toEqual([]);
  await bos!.sync.undo(hasty);
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  const answer = await bos!.sync.send(space, answers(id), { undoSeconds: 0 });
  await Promise.all([anas!, bos!].map((d) => isAnswered(d, id)));
  await until(bos!.sync.item(space, answer), (view) => view !== null && !view.waiting);
  await offline(bos!);
  await bos!.sync.remove(space, answer);
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  expect(await seen(anas!, id)).toEqual([]);
  bos!.up();
  await isOpen(anas!, id);
});

test("an answer that the server did not take is none", async () => {
  const id = await asks("reply");
  bos!.line.cut();
  const text = "x".repeat(300_000);
  const answer = await bos!.sync.send(space, { ...answers(id), text }, { undoSeconds: 0 });
  expect(await seen(bos!, id)).toEqual([]);
  bos!.up();
  await until(bos!.sync.item(space, answer), (view) => view?.waiting?.how === "refused");
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  for (const entry of await now(bos!.sync.outbox())) await bos!.sync.discard(entry.id);
});

test("a post in the thread that answers nothing leaves the question open", async () => {
  const id = await asks("decision");
  await bos!.sync.send(space, { kind: "post", parentId: id, text: "Not yet." }, { undoSeconds: 0 });
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  await until(anas!.sync.thread(space, id), ({ posts }) => posts.length === 1);
  expect(await seen(anas!, id)).toEqual([bo!.id]);
});

test("a Got it counts at once, and can be taken back, with a network and without one", async () => {
  const id = await asks("acknowledgement");
  await offline(bos!);
  await bos!.sync.gotIt(space, id, true);
  expect(await seen(bos!, id)).toEqual([]);
  await bos!.sync.gotIt(space, id, false);
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  await bos!.sync.gotIt(space, id, true);
  bos!.up();
  await isAnswered(anas!, id);
  await bos!.settled();
  await bos!.sync.gotIt(space, id, false);
  await isOpen(anas!, id);
  await bos!.settled();
  expect((await now(bos!.sync.status())).refused).toBe(0);
});

test("who asks can close the question, and ask again; what was answered stays", async () => {
  const id = await asks("reply");
  await offline(anas!);
  await anas!.sync.closeQuestion(space, id, true);
  expect(await seen(anas!, id)).toEqual([]);
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  anas!.up();
  const closed = await until(bos!.sync.item(space, id), (view) => Boolean(view?.closed));
  expect([closed?.closed?.by, closed?.version]).toEqual([ana!.id, 1]);
  expect(open(closed)).toEqual([]);
  await anas!.sync.closeQuestion(space, id, false);
  await isOpen(bos!, id);
});

test("nobody else closes a question", async () => {
  const id = await asks("reply");
  await bos!.sync.closeQuestion(space, id, true);
  const view = await until(bos!.sync.item(space, id), (shown) => shown?.changing?.how === "refused");
  expect(open(view)).toEqual([bo!.id]);
  for (const entry of await now(bos!.sync.outbox())) await bos!.sync.discard(entry.id);
});

test("a group that is asked stands for its people, and not for whoever asks", async () => {
  const workspace = anas!.sync.workspaceAccount!;
  const group = anas!.sync.newId("g");
  const made = { handle: "desk", name: "Desk", persons: { [ana!.id]: true, [bo!.id]: true } };
  await anas!.sync.change(workspace, "Group", group, "create", made);
  const expects = { what: "reply" as const, of: [group] };
  const id = await anas!.sync.send(
    space,
    { kind: "topic", title: "Who is in?", text: "?", expects },
    { undoSeconds: 0 },
  );
  await until(bos!.sync.item(space, id), (view) => view !== null);
  expect(await seen(bos!, id)).toEqual([bo!.id]);
  await bos!.sync.send(space, answers(id), { undoSeconds: 0 });
  await isAnswered(anas!, id);
});
