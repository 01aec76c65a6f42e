// Conversations between certain people: begun at once, offline too, and made with the first thing that is said. Against
// the real server.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo, cleo]: TestPerson[] = [];
let [anas, bos]: Device[] = [];

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  cleo = await server.person("Cleo");
  [anas, bos] = [await device(server, ana), await device(server, bo)];
});
afterAll(async () => {
  await Promise.all([anas, bos].map((one) => one?.sync.close()));
  await server.remove();
});

async function spacesOf(person: TestPerson): Promise<Id[]> {
  const [answer] = await ask(server, person, [["Membership/get", { accountId: person.id, ids: null }]]);
  return ((answer?.["list"] ?? []) as Array<{ id: Id }>).map(({ id }) => id);
}

const called = (device: Device, id: Id) =>
  until(device.sync.memberships(), (all) => all.some((one) => one.id === id && one.name !== null));

test("what is said first offline begins a conversation, which is one whoever begins it", async () => {
  anas!.line.cut();
  await until(anas!.sync.status(), ({ connection }) => connection === "offline");
  const made = await anas!.sync.directSpace([bo!.id]);
  // Opened and not written in: in no list, and with its people all the same.
  const [begun] = (await called(anas!, made)).filter(({ id }) => id === made);
  expect(begun).toMatchObject({ kind: "direct", name: "Bo", hidden: true });
  expect((await now(anas!.sync.members(made))).map(({ name }) => name).sort()).toEqual(["Ana", "Bo"]);
  expect((await now(anas!.sync.names())).spaces).not.toContainEqual({ id: made, name: "Bo" });
  expect((await now(anas!.sync.writable())).map(({ id }) => id)).not.toContain(made);

  const root = await anas!.sync.send(made, { kind: "topic", title: "Lunch?" }, { undoSeconds: 0 });
  await anas!.sync.send(made, { kind: "post", parentId: root, text: "At one." }, { undoSeconds: 0 });
  expect((await now(anas!.sync.thread(made, root))).posts.map(({ text }) => text)).toEqual(["At one."]);
  expect((await now(anas!.sync.names())).spaces).toContainEqual({ id: made, name: "Bo" });
  expect(await spacesOf(bo!)).not.toContain(made);

  anas!.up();
  const there = await until(bos!.sync.thread(made, root), ({ posts }) => posts.length === 1, "what Ana said");
  expect([there.root?.title, there.posts[0]?.text]).toEqual(["Lunch?", "At one."]);
  expect((await called(bos!, made)).find(({ id }) => id === made)?.name).toBe("Ana");
  await anas!.settled();
  expect(await bos!.sync.directSpace([ana!.id])).toBe(made);
  const answer = await bos!.sync.send(made, { kind: "post", parentId: root, text: "Good." }, { undoSeconds: 0 });
  await until(anas!.sync.thread(made, root), ({ posts }) => posts.some(({ id }) => id === answer), "what Bo said");
  expect((await spacesOf(bo!)).filter((id) => id.startsWith("d"))).toEqual([made]);
});

test("what is taken back before it left begins none, and a conversation that is only looked at is nowhere", async () => {
  anas!.line.cut();
  await until(anas!.sync.status(), ({ connection }) => connection === "offline");
  const made = await anas!.sync.directSpace([cleo!.id, bo!.id]);
  const sent = await anas!.sync.send(made, { kind: "topic", title: "Never mind" });
  expect((await now(anas!.sync.outbox())).map(({ type }) => type)).toEqual(["Space", "Submission"]);
  expect((await anas!.sync.undo(sent))?.title).toBe("Never mind");
  expect((await now(anas!.sync.outbox())).map(({ type }) => type)).toEqual(["Draft"]);
  await anas!.sync.dropDraft(sent);
  anas!.up();
  await anas!.settled();
  expect(await spacesOf(cleo!)).toEqual([]);
  // Another device knows who is meant as soon as it opens the same.
  expect(await bos!.sync.directSpace([ana!.id, cleo!.id])).toBe(made);
});

test("what is written on one device is sent from another, before anybody was told of the conversation", async () => {
  await anas!.settled();
  const made = await anas!.sync.directSpace([cleo!.id]);
  const draft = { id: anas!.sync.newId("i"), spaceId: made, item: { kind: "topic", title: "A rota" } };
  await anas!.sync.saveDraft(draft);
  const phone = await device(server, ana!, "phone");
  await until(phone.sync.drafts(), (all) => all.some(({ id }) => id === draft.id));
  expect((await called(phone, made)).find(({ id }) => id === made)).toMatchObject({ name: "Cleo", hidden: true });
  expect(await spacesOf(cleo!)).toEqual([]);
  await phone.sync.send(made, draft.item, { undoSeconds: 0 });
  await phone.sync.dropDraft(draft.id);
  await phone.settled();
  await until(anas!.sync.memberships(), (all) => all.some(({ id, hidden }) => id === made && !hidden));
  expect(await spacesOf(cleo!)).toEqual([made]);
  await phone.sync.close();
});

test("a conversation that the server does not make keeps what was written, with its reason", async () => {
  anas!.line.cut();
  const dee = await server.person("Dee");
  anas!.up();
  await until(anas!.sync.people(), (all) => all.some(({ id }) => id === dee.id));
  const made = await anas!.sync.directSpace([dee.id, anas!.sync.newId("p")]);
  const sent = await anas!.sync.send(made, { kind: "topic", title: "To nobody" });
  const refused = await until(
    anas!.sync.outbox(),
    (all) => all.every(({ how }) => how === "refused") && all.length > 1,
  );
  expect(refused[0]?.reason).toMatch(/there is no Person/);
  expect((await anas!.sync.undo(sent))?.title).toBe("To nobody");
});
