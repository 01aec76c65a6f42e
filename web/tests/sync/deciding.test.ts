// Deciding on one's devices: a vote counts at once for its author, and one that comes after the end is not lost.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { questionOf, type ItemView } from "../../src/sync";
import { send } from "../support/ask";
import { Server, type TestPerson } from "../support/server";
import { device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [anas, bos]: Device[] = [];
let space: Id;

beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  [anas, bos] = [await device(server, ana!), await device(server, bo!)];
  space = await anas.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos.sync.change(space, "Member", bo!.id, "create", { personId: bo!.id, role: "member" });
  await until(bos.sync.space(space), (found) => found?.name === "Team");
});
afterAll(async () => {
  await Promise.all([anas, bos].map((d) => d?.sync.close()));
  await server.remove();
});

afterEach(() => [anas, bos].forEach((d) => d?.up()));

/** Ana asks Bo to decide until then; both have it. */
async function begins(by: string, title: string): Promise<Id> {
  const options = ["thu", "mon"].map((id) => ({ id, title: id }));
  const expects = { what: "decision", of: [bo!.id], by };
  const id = await send(server, ana!, space, { kind: "decision", title, rule: "vote", options, expects });
  await Promise.all([anas!, bos!].map((d) => until(d.sync.item(space, id), (view) => view !== null)));
  return id;
}

const open = (view: ItemView | null) => (view ? questionOf(view)?.open : undefined);

async function offline(d: Device): Promise<void> {
  d.line.cut();
  await until(d.sync.status(), (s) => s.connection !== "online");
}

test("a vote without a network counts for its author at once, and in the end for everybody", async () => {
  const id = await begins("2099-01-07T17:00:00Z", "When?");
  await offline(bos!);
  await bos!.sync.decide(space, id, { vote: { option: "thu" } });
  const his = await until(bos!.sync.item(space, id), (view) => view?.votes?.[bo!.id]?.option === "thu");
  expect(open(his)).toEqual([]);
  bos!.up();
  const hers = await until(anas!.sync.item(space, id), (view) => view?.votes?.[bo!.id]?.option === "thu");
  expect(open(hers)).toEqual([]);
  await bos!.sync.decide(space, id, { vote: null });
  expect(open(await now(bos!.sync.item(space, id)))).toEqual([bo!.id]);
  await until(anas!.sync.item(space, id), (view) => open(view)?.length === 1);
  await anas!.sync.decide(space, id, { withdraw: true });
  const ended = await until(bos!.sync.item(space, id), (view) => view?.outcome?.how === "withdrawn");
  expect(ended?.outcome?.by).toBe(ana!.id);
});

test("a vote that comes after the end is refused with the reason, and stays with its author until he has seen it", async () => {
  const soon = new Date(Date.now() + 4000).toISOString().replace(/\.\d+Z$/, "Z");
  const id = await begins(soon, "Quick?");
  await offline(bos!);
  await bos!.sync.decide(space, id, { vote: { option: "mon" } });
  const ended = await until(anas!.sync.item(space, id), (view) => view?.outcome?.how === "nobody");
  expect(ended?.outcome?.at).toBe(soon);
  bos!.up();
  const refused = await until(bos!.sync.item(space, id), (view) => view?.changing?.how === "refused");
  expect(refused?.changing?.reason).toMatch(/takes no vote since/);
  expect(refused?.votes).toEqual({});
  const kept = (await now(bos!.sync.outbox())).find(({ recordId }) => recordId === id);
  expect(kept?.value[`votes/${bo!.id}`]).toMatchObject({ option: "mon" });
  await bos!.sync.discard(kept!.id);
  const list = await until(bos!.sync.decisions(space), (found) => found.ended.length === 2);
  expect(list.ended[0]?.id).toBe(id);
});
