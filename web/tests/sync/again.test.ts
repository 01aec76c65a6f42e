// What comes again and what is sealed, on one's devices: the rule says the same as the server's, what is set up without a
// network is there in the end, and a sealed answer is one's own until it closes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { loadTime, nextTimes, questionOf, type Rule } from "../../src/sync";
import { send } from "../support/ask";
import { Server, type TestPerson } from "../support/server";
import { device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [anas, bos, phone]: Device[] = [];
let space: Id;

beforeAll(async () => {
  await loadTime();
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [anas, bos, phone] = [await device(server, ana!), await device(server, bo!), await device(server, bo!, "phone")];
  space = await anas.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
  await Promise.all([bos, phone].map((d) => until(d.sync.space(space), (found) => found?.name === "Team")));
});
afterAll(async () => {
  await Promise.all([anas, bos, phone].map((d) => d?.sync.close()));
  await server.remove();
});
afterEach(() => [anas, bos, phone].forEach((d) => d?.up()));

async function offline(d: Device): Promise<void> {
  d.line.cut();
  await until(d.sync.status(), (s) => s.connection !== "online");
}

test("it comes when the server says so, in all cases", () => {
  const path = join(import.meta.dirname, "../../../crates/model/fixtures/schedule.json");
  type Case = { schedule: Rule; after: string; next: string[] };
  const cases = JSON.parse(readFileSync(path, "utf8")) as Case[];
  const wrong: object[] = [];
  for (const { schedule, after, next } of cases) {
    const told = nextTimes(schedule, Date.parse(after), 8).map(({ at }) => at);
    const right = next.map((instant) => Date.parse(instant));
    if (JSON.stringify(told) !== JSON.stringify(right)) wrong.push({ schedule, after, told, right });
  }
  expect([cases.length, wrong.slice(0, 2)]).toEqual([200, []]);
});

const weekly = (title: string) => ({
  item: { kind: "topic", title, text: "In a line or two" },
  recurrenceRule: { frequency: "weekly" as const },
  start: "2199-01-07T09:00:00",
  timeZone: "Europe/Lisbon",
});

test("what is set up without a network is there at once, and in the end for everybody; it is changed and ended so too", async () => {
  await offline(bos!);
  const id = await bos!.sync.again.plan(space, weekly("What is planned?"));
  await bos!.sync.again.change(space, id, { "excluded/2199-01-07T09:00:00": true });
  const [here] = await until(bos!.sync.again.schedules(space), (list) => list.length === 1);
  expect(here).toMatchObject({ id, changing: { how: "waiting" }, excluded: { "2199-01-07T09:00:00": true } });
  bos!.up();
  const [hers] = await until(anas!.sync.again.schedules(space), (list) =>
    Boolean(list[0]?.excluded["2199-01-07T09:00:00"]),
  );
  expect(hers).toMatchObject({ id, saidBy: bo!.id, nextAt: "2199-01-14T09:00:00Z" });
  expect(nextTimes(hers!, Date.now(), 1)[0]?.at).toBe(Date.parse("2199-01-14T09:00:00Z"));
  await anas!.sync.again.change(space, id, { paused: { by: ana!.id, at: "2026-01-01T00:00:00Z", why: "Holidays" } });
  const [paused] = await until(phone!.sync.again.schedules(space), (list) => Boolean(list[0]?.paused));
  expect([paused?.paused?.why, paused?.nextAt]).toEqual(["Holidays", null]);
  await offline(phone!);
  await phone!.sync.again.end(space, id);
  expect(await now(phone!.sync.again.schedules(space))).toEqual([]);
  phone!.up();
  await until(anas!.sync.again.schedules(space), (list) => list.length === 0);
  // One that never left this device goes without a trace.
  await offline(bos!);
  const other = await bos!.sync.again.plan(space, weekly("Nothing"));
  await bos!.sync.again.end(space, other);
  expect([await now(bos!.sync.again.schedules(space)), await now(bos!.sync.outbox())]).toEqual([[], []]);
});

test("what can't come again is refused with the reason, and stays until its author has seen it", async () => {
  await bos!.sync.again.plan(space, { ...weekly("Long ago"), start: "2001-01-01T09:00:00" });
  const [refused] = await until(bos!.sync.again.schedules(space), (list) => list[0]?.changing?.how === "refused");
  expect(refused?.changing?.reason).toMatch(/which is past; give a later beginning/);
  await bos!.sync.again.end(space, refused!.id);
  await until(bos!.sync.again.schedules(space), (list) => list.length === 0);
});

test("a sealed answer is on all devices of its author and on nobody else's, can be said otherwise, and is seen when it closes", async () => {
  const expects = { what: "reply", of: [bo!.id], by: "2199-01-07T17:00:00Z" };
  const question = { kind: "checkin", title: "What went well?", sealed: true, expects };
  const id = await send(server, ana!, space, question);
  await Promise.all([anas!, bos!, phone!].map((d) => until(d.sync.item(space, id), (view) => view !== null)));
  const words = (text: string) => ({ kind: "post", parentId: id, inAnswerTo: id, text });
  const answer = await bos!.sync.send(space, words("The relaese"), { undoSeconds: 0 });
  const there = await until(phone!.sync.thread(space, id), ({ posts }) => Boolean(posts[0]?.waiting?.sealed));
  expect(there.posts[0]).toMatchObject({ id: answer, waiting: { how: "later", until: Date.parse(expects.by) } });
  const asked = await until(phone!.sync.item(space, id), (view) => Boolean(view?.answers[bo!.id]));
  expect(questionOf(asked!)?.open).toEqual([]);
  await offline(phone!);
  await phone!.sync.again.reword(answer, { text: "The release", blobs: [], mentions: [] });
  await until(phone!.sync.thread(space, id), ({ posts }) => posts[0]?.text === "The release");
  phone!.up();
  await until(bos!.sync.thread(space, id), ({ posts }) => posts[0]?.text === "The release");
  expect((await now(anas!.sync.thread(space, id))).posts).toEqual([]);
  await anas!.sync.closeQuestion(space, id, true);
  const seen = await until(anas!.sync.thread(space, id), ({ posts }) => posts.length === 1 && !posts[0]?.waiting);
  expect(seen.posts[0]).toMatchObject({ id: answer, text: "The release", inAnswerTo: id });
  await until(bos!.sync.thread(space, id), ({ posts }) => posts.length === 1 && !posts[0]?.waiting);
});

test("who asks everyone is asked too, and waits for the others", async () => {
  const expects = { what: "reply", by: "2199-01-07T17:00:00Z" };
  const question = { kind: "checkin", title: "Who needs help?", everyone: true, expects };
  const id = await send(server, ana!, space, question);
  const named = await until(anas!.sync.item(space, id), (view) => (view?.expects?.of?.length ?? 0) > 0);
  expect(new Set(named?.expects?.of)).toEqual(new Set([ana!.id, bo!.id]));
  const mine = await until(anas!.sync.inbox(), (view) =>
    [view.waitsForMe, view.iWaitFor].every((rows) => rows.some((row) => row.id === id)),
  );
  expect(mine.iWaitFor.find((row) => row.id === id)?.question?.open).toEqual([bo!.id]);
  await anas!.sync.send(space, { kind: "post", parentId: id, inAnswerTo: id, text: "Not I" }, { undoSeconds: 0 });
  const answered = await until(anas!.sync.inbox(), (view) => !view.waitsForMe.some((row) => row.id === id));
  expect(answered.iWaitFor.some((row) => row.id === id)).toBe(true);
  await bos!.sync.send(space, { kind: "post", parentId: id, inAnswerTo: id, text: "I do" }, { undoSeconds: 0 });
  await until(anas!.sync.inbox(), (view) => !view.iWaitFor.some((row) => row.id === id));
});

test("what is due in a moment is said, and its rounds are found by it", async () => {
  const soon = new Date(anas!.sync.now() + 3000).toISOString().slice(0, 19);
  const item = { kind: "checkin", title: "A round", everyone: true, expects: { what: "reply", of: [] } };
  const rule = { recurrenceRule: { frequency: "daily" as const }, start: soon, timeZone: "UTC" };
  const id = await anas!.sync.again.plan(space, { item, ...rule, answerBy: { days: 1 } });
  const [round] = await until(bos!.sync.again.rounds(space, id), (rounds) => rounds.length === 1);
  expect(round).toMatchObject({ title: "A round", createdAt: `${soon}Z`, createdBy: ana!.id, kind: "checkin" });
  const [next] = await until(bos!.sync.again.schedules(space), (list) => list[0]?.lastItemId === round?.id);
  expect(Date.parse(next!.nextAt!)).toBe(Date.parse(`${soon}Z`) + 86_400_000);
  await anas!.sync.again.end(space, id);
});
