// What has reached a person, as the person's devices have it, against the real server.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { utcDate } from "../../src/ui/time";
import type { Id } from "../../src/generated/types";
import type { InboxView, NewItem } from "../../src/sync/api";
import { atAnyHour } from "../support/ask";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [anas, bos, second]: Device[] = [];
let space: Id;

const ALWAYS = atAnyHour("UTC");
/** Off until long after this has run. */
const OFF = () => ({ ...ALWAYS, timeOff: [{ from: "2020-01-01", to: "2021-01-01" }, away()] });
const away = () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return { from: day(-2), to: day(20) };
};

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [anas, bos, second] = [await device(server, ana!), await device(server, bo!), await device(server, bo!, "second")];
  space = await anas.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
  await until(bos.sync.space(space), (found) => found?.name === "Team");
  for (const d of [anas, bos]) await works(d, ALWAYS);
});
afterAll(async () => {
  await Promise.all([anas, bos, second].map((d) => d?.sync.close()));
  await server.remove();
});
afterEach(() => [anas, bos, second].forEach((d) => d?.up()));

const works = (d: Device, rhythm: object) =>
  d.sync.change(d.sync.workspaceAccount!, "Person", d.sync.me, "update", { rhythm });
const sends = (d: Device, item: NewItem) => d.sync.send(space, item, { undoSeconds: 0 });
const asks = (title: string, more = {}): NewItem => ({
  kind: "topic",
  title,
  text: "?",
  expects: { what: "reply", of: [bo!.id] },
  ...more,
});
const ids = (rows: InboxView["toRead"]) => rows.map(({ id }) => id);

test("a question waits for whom it asks until it is answered, on both sides, and an answer is read", async () => {
  const question = await sends(anas!, asks("Which day?"));
  await until(bos!.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(question));
  await until(anas!.sync.inbox(), ({ iWaitFor }) => ids(iWaitFor).includes(question));
  const answer = await sends(bos!, { kind: "post", parentId: question, text: "Friday", inAnswerTo: question });
  await until(bos!.sync.inbox(), ({ waitsForMe }) => waitsForMe.length === 0);
  const view = await until(anas!.sync.inbox(), ({ iWaitFor, toRead }) => iWaitFor.length === 0 && toRead.length > 0);
  expect(view.toRead).toMatchObject([
    { id: answer, thread: question, why: "reply", title: "Which day?", unread: true },
  ]);
  await anas!.sync.markRead(space, question, view.toRead[0]!.item.seq);
  await until(anas!.sync.inbox(), ({ toRead }) => toRead[0]?.unread === false);
  await anas!.sync.done([answer], true);
  expect((await now(anas!.sync.inbox())).toRead).toEqual([]);
});

test("what is done or out of the way is so at once, on other devices too, and comes back by undo", async () => {
  const question = await sends(anas!, asks("Later?"));
  const waits = (d: Device, there: boolean) =>
    until(d.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(question) === there);
  await Promise.all([waits(bos!, true), waits(second!, true)]);
  bos!.line.cut();
  await bos!.sync.done([question], true);
  await waits(bos!, false);
  await bos!.sync.done([question], false);
  await waits(bos!, true);
  const tomorrow = utcDate(Date.now() + 86_400_000);
  await bos!.sync.snooze([question], tomorrow);
  const view = await now(bos!.sync.inbox());
  expect([ids(view.waitsForMe), ids(view.snoozed), view.next]).toEqual([[], [question], Date.parse(tomorrow)]);
  bos!.up();
  await until(second!.sync.inbox(), ({ snoozed }) => ids(snoozed).includes(question));
  await second!.sync.snooze([question], null);
  await waits(bos!, true);
  await second!.sync.done([question], true);
  await waits(bos!, false);
});

test("several things of one thread are one row, for the best of the reasons", async () => {
  const topic = await sends(anas!, { kind: "topic", title: "Release", text: "Soon" });
  await until(bos!.sync.item(space, topic), (item) => item !== null && !item.waiting);
  const mine = await sends(bos!, { kind: "post", parentId: topic, text: "Good" });
  await until(anas!.sync.item(space, mine), (item) => item !== null);
  await sends(anas!, { kind: "post", parentId: mine, text: "One" });
  const last = await sends(anas!, { kind: "post", parentId: mine, text: "Two, Bo", mentions: [bo!.id] });
  const view = await until(bos!.sync.inbox(), ({ toRead }) => toRead.some(({ ids: all }) => all.length === 2));
  const row = view.toRead.find(({ thread }) => thread === topic);
  expect(row).toMatchObject({ id: last, why: "mention", title: "Release" });
});

test("what comes while one is off is told as what will arrive, and in nothing else", async () => {
  await works(bos!, OFF());
  const question = await sends(anas!, asks("When you are back?"));
  const view = await until(bos!.sync.inbox(), ({ later }) => ids(later).includes(question));
  expect(ids(view.waitsForMe)).toEqual([]);
  expect(view.next).toBeGreaterThan(Date.now() + 19 * 86_400_000);
  // The hold is on what reaches out, never on what one looks at.
  expect(await now(bos!.sync.item(space, question))).toMatchObject({ title: "When you are back?" });
  // Back earlier than he thought.
  await works(bos!, ALWAYS);
  await until(bos!.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(question));
  const [got] = await ask(server, bo!, [["Delivery/get", { accountId: bo!.id, ids: [question] }]]);
  expect(got?.["list"]).toMatchObject([{ why: "asked" }]);
});

test("who stands in for somebody is told of what asks the other, as long as that is open", async () => {
  const cy = await server.person("Di");
  const cys = await device(server, cy);
  await cys.sync.change(space, "Member", cy.id, "create", { personId: cy.id, role: "member" });
  await works(cys, ALWAYS);
  await works(bos!, { ...OFF(), timeOff: [{ ...away(), coveredBy: cy.id }] });
  const question = await sends(anas!, asks("While Bo is away"));
  const view = await until(cys.sync.inbox(), ({ toRead }) => ids(toRead).includes(question));
  const mine = { why: "covering", covers: bo!.id };
  expect(view.toRead.find(({ id }) => id === question)).toMatchObject({ ...mine, title: "While Bo is away" });
  // What asks him from before is there too.
  expect(view.toRead.every(({ why, covers }) => why === mine.why && covers === mine.covers)).toBe(true);
  expect(view.waitsForMe).toEqual([]);
  await sends(bos!, { kind: "post", parentId: question, text: "From the beach.", inAnswerTo: question });
  await until(cys.sync.inbox(), ({ toRead }) => !ids(toRead).includes(question));
  await works(bos!, ALWAYS);
  await cys.sync.close();
});

test("what was closed before one answered needs one no longer, and what was said since is told by Space", async () => {
  const question = await sends(anas!, asks("Which room?"));
  await until(bos!.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(question));
  // By the server's clock: a device knows it to a second.
  const since = Date.parse((await now(bos!.sync.item(space, question)))!.createdAt);
  await anas!.sync.closeQuestion(space, question, true);
  const view = await until(bos!.sync.inbox(), ({ closed }) => ids(closed).includes(question));
  expect(ids(view.waitsForMe)).not.toContain(question);
  expect(view.closed.find(({ id }) => id === question)!.at).toBeGreaterThan(since - 1000);
  // One's own words are no news.
  expect(await anas!.sync.newsSince(since)).toEqual([]);
  expect(await bos!.sync.newsSince(since)).toMatchObject([{ space, threads: 1 }]);
  const marks = await bos!.sync.readAll(space);
  expect(await bos!.sync.newsSince(since)).toEqual([]);
  await bos!.sync.unread(space, marks);
  expect(await bos!.sync.newsSince(since)).toMatchObject([{ space, threads: 1 }]);
  expect(await bos!.sync.newsSince(bos!.sync.now() + 60_000)).toEqual([]);
});

test("a Got it closes what asks for one, offline too, and can be taken back", async () => {
  const seen = await sends(anas!, asks("Please read", { expects: { what: "acknowledgement", of: [bo!.id] } }));
  await until(bos!.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(seen));
  bos!.line.cut();
  await bos!.sync.gotIt(space, seen, true);
  await until(bos!.sync.inbox(), ({ waitsForMe }) => !ids(waitsForMe).includes(seen));
  bos!.up();
  await until(anas!.sync.item(space, seen), (item) => Boolean(item?.answers[bo!.id]));
  await bos!.sync.gotIt(space, seen, false);
  await until(anas!.sync.item(space, seen), (item) => item !== null && !item.answers[bo!.id]);
});

test("what is for one is told before one's Spaces are read", async () => {
  const cy = await server.person("Cy");
  await server.order("space", "add", "--name", "Large", "--member", cy.email);
  const fresh = new Device(server, cy, "fresh");
  fresh.line.before = (url, body) =>
    url.endsWith("/jmap/api") && body.includes("Item/query") ? new Response("", { status: 503 }) : undefined;
  const sync = await fresh.open();
  await until(sync.inbox(), (view) => !view.reading);
  expect((await now(sync.status())).filling).toBe(true);
  await sync.close();
});

test("of whom one is enough, who takes it has it alone, and the first answer ends it for all", async () => {
  const cy = await server.person("Eve");
  const cys = await device(server, cy);
  await cys.sync.change(space, "Member", cy.id, "create", { personId: cy.id, role: "member" });
  await works(cys, ALWAYS);
  const expects = { what: "reply" as const, of: [bo!.id, cy.id], anyOne: true };
  const question = await sends(anas!, asks("One of you?", { expects }));
  const waits = (d: Device, there: boolean) =>
    until(d.sync.inbox(), ({ waitsForMe }) => ids(waitsForMe).includes(question) === there);
  await Promise.all([waits(bos!, true), waits(cys, true)]);
  bos!.line.cut();
  await bos!.sync.take(space, question, true);
  expect((await now(bos!.sync.item(space, question)))?.takenBy[bo!.id]).toBeDefined();
  bos!.up();
  const told = await waits(cys, false);
  expect(ids(told.toRead)).toContain(question);
  const owed = await until(anas!.sync.inbox(), ({ iWaitFor }) => {
    return iWaitFor.find(({ id }) => id === question)?.question?.open.length === 1;
  });
  expect(owed.iWaitFor.find(({ id }) => id === question)?.question?.open).toEqual([bo!.id]);
  await bos!.sync.take(space, question, false);
  await waits(cys, true);
  // Without a network it has ended here too.
  cys.line.cut();
  await sends(cys, { kind: "post", parentId: question, text: "I do.", inAnswerTo: question });
  await waits(cys, false);
  cys.up();
  await waits(bos!, false);
  await until(anas!.sync.inbox(), ({ iWaitFor }) => !ids(iWaitFor).includes(question));
  await cys.sync.close();
});
