// Send later on two devices of one person, with a network and without one, against the real server.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import type { NewItem, WrittenView } from "../../src/sync";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, now, until } from "./devices";

let server: Server;
let ana: TestPerson;
let [one, two]: Device[] = [];
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  [one, two] = [await device(server, ana, "one"), await device(server, ana, "two")];
  space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await until(two.sync.space(space), (found) => found?.name === "Team");
});
afterAll(async () => {
  await Promise.all([one, two].map((d) => d?.sync.close()));
  await server.remove();
});
afterEach(() => [one, two].forEach((d) => d?.up()));

const HOUR = 3_600_000;
const topic = (title: string): NewItem => ({ kind: "topic", title, text: `${title}, and why` });
const titles = ({ later }: WrittenView) => later.map(({ item }) => item.title);
const soon = (hours: number) => Math.round((one!.sync.now() + hours * HOUR) / 1000) * 1000;

async function offline(d: Device): Promise<void> {
  d.line.cut();
  await until(d.sync.status(), (s) => s.connection !== "online");
}

async function onServer(id: Id): Promise<unknown> {
  const [got] = await ask(server, ana, [["Submission/get", { accountId: ana.id, ids: [id] }]]);
  const [one] = (got?.["list"] ?? []) as unknown[];
  return one;
}

test("what leaves later stands in its own place and in its thread, on all devices, and moves nothing in its Space", async () => {
  const [late, early] = [soon(48), soon(2)];
  const first = await one!.sync.send(space, topic("In two days"), { sendAt: late });
  const reply = { kind: "post", parentId: first, text: "And this" };
  await one!.sync.send(space, reply, { sendAt: late + HOUR });
  const second = await one!.sync.send(space, topic("In two hours"), { sendAt: early });
  const seen = await until(
    two!.sync.written(),
    ({ later }) => later.length === 3 && !later.some(({ item }) => item.waiting?.here),
  );
  expect(titles(seen)).toEqual(["In two hours", "In two days", undefined]);
  expect(seen.later.map(({ to }) => to)).toEqual([{ space }, { space }, { space, root: first, title: "In two days" }]);
  expect(seen.later[0]?.item).toMatchObject({ id: second, waiting: { how: "later", until: early } });
  expect(seen.later[0]?.item.createdAt).toBe(new Date(early).toISOString());
  const thread = await until(two!.sync.thread(space, first), ({ posts }) => posts.length === 1);
  expect(thread.root?.waiting).toMatchObject({ how: "later", until: late });
  expect((await now(two!.sync.threads(space, 10))).rows).toEqual([]);
  for (const { item } of seen.later) await one!.sync.undo(item.id);
  await until(two!.sync.written(), ({ later, drafts }) => later.length === 0 && drafts.length === 3);
  for (const { item } of seen.later) await one!.sync.dropDraft(item.id);
  await until(two!.sync.written(), ({ drafts }) => drafts.length === 0);
});

test("its time is changed on another device, also before it is on the server, and now means now", async () => {
  const id = await one!.sync.send(space, topic("Moved about"), { sendAt: soon(5) });
  await until(two!.sync.written(), (view) => titles(view).includes("Moved about"));
  const tomorrow = soon(24);
  await two!.sync.reschedule(id, tomorrow);
  await until(one!.sync.written(), ({ later }) => later[0]?.item.waiting?.until === tomorrow);
  await offline(one!);
  const here = await one!.sync.send(space, topic("Only here"), { sendAt: soon(1) });
  await one!.sync.reschedule(here, soon(3));
  await one!.sync.reschedule(id, soon(4));
  const view = await now(one!.sync.written());
  expect(view.later.map(({ item }) => [item.title, item.waiting?.here ?? false])).toEqual([
    ["Only here", true],
    ["Moved about", false],
  ]);
  one!.up();
  await one!.settled();
  const seen = await until(two!.sync.written(), ({ later }) => later.length === 2);
  expect(titles(seen)).toEqual(["Only here", "Moved about"]);
  await two!.sync.reschedule(here, two!.sync.now());
  await until(one!.sync.item(space, here), (item) => item !== null && !item.waiting);
  await two!.sync.undo(id);
  await until(one!.sync.written(), ({ later }) => later.length === 0);
});

test("what was to leave while its device was away leaves when it is back, and bears that time", async () => {
  await offline(one!);
  const before = one!.sync.now();
  const id = await one!.sync.send(space, topic("Overtaken by the train"), { sendAt: before - HOUR });
  expect(await now(one!.sync.item(space, id))).toMatchObject({ waiting: { how: "device" } });
  one!.up();
  const item = await until(two!.sync.item(space, id), (view) => view !== null && !view.waiting);
  expect(Date.parse(item!.createdAt)).toBeGreaterThan(before - 2000);
  expect(await onServer(id)).toBeUndefined();
});

test("taken back without a network, it is a draft at once, and the server hears of it later", async () => {
  const id = await one!.sync.send(space, topic("Regretted"), { sendAt: soon(6) });
  await until(one!.sync.written(), ({ later }) => later.some(({ item }) => item.id === id && !item.waiting?.here));
  await offline(one!);
  await one!.sync.reschedule(id, soon(7));
  expect(await one!.sync.undo(id)).toMatchObject(topic("Regretted"));
  expect(titles(await now(one!.sync.written()))).toEqual([]);
  one!.up();
  await one!.settled();
  expect(await onServer(id)).toMatchObject({ undoStatus: "canceled" });
  await until(two!.sync.written(), ({ drafts }) => drafts.some(({ draft }) => draft.id === id));
  expect((await now(one!.sync.status())).refused).toBe(0);
});

test("sent now, and the answer lost: it has left, and nothing is said to have been refused", async () => {
  const id = await one!.sync.send(space, topic("Now after all"), { sendAt: soon(9) });
  await until(one!.sync.written(), ({ later }) => later.some(({ item }) => item.id === id && !item.waiting?.here));
  one!.line.deaf = true;
  await one!.sync.reschedule(id, one!.sync.now());
  await until(two!.sync.item(space, id), (view) => view !== null && !view.waiting);
  one!.up();
  await one!.settled();
  expect((await now(one!.sync.status())).refused).toBe(0);
});

test("what has left can't be put off any more, and that is said", async () => {
  const id = await one!.sync.send(space, topic("Already there"), { sendAt: soon(9) });
  await until(one!.sync.written(), ({ later }) => later.some(({ item }) => item.id === id && !item.waiting?.here));
  await offline(one!);
  await two!.sync.reschedule(id, two!.sync.now());
  await until(two!.sync.item(space, id), (view) => view !== null && !view.waiting);
  await one!.sync.reschedule(id, soon(20));
  one!.up();
  const said = await until(one!.sync.outbox(), (all) => all.some(({ how }) => how === "refused"));
  expect(said[0]?.reason).toContain("published already");
  await one!.sync.discard(said[0]!.id);
});
