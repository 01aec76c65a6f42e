// What leaves a device in which order, and what becomes of it when something comes in between: the sending by itself,
// against a server that each test plays.
import { expect, test } from "vitest";
import type { Draft, Id, Submission } from "../../src/generated/types";
import { Offline, type NewItem } from "../../src/sync";
import { freshId } from "../../src/sync/ids";
import type { Answer, Call, Client, Json, Session } from "../../src/sync/jmap";
import { Overtaken } from "../../src/sync/leader";
import { MemoryReplica } from "../../src/sync/memory";
import { enqueue, type Command } from "../../src/sync/outbox";
import { Push } from "../../src/sync/push";
import { LocalSync } from "../../src/sync/sync";
import { now, until } from "./devices";

const id = (letter: string) => freshId(letter, 0);
const ME = id("p");
const [RED, BLUE] = [id("s"), id("s")];

const mine = (type: Command["type"], recordId: Id, value: Json): Command => ({
  account: ME,
  type,
  recordId,
  act: "create",
  value,
});
const send = (space: Id, item: Partial<NewItem> = {}, as = id("i")): Command => ({
  ...mine("Submission", as, { spaceId: space, item: { kind: "post", ...item } }),
  space,
  undoSeconds: 0,
});

/** A server that does everything, or what the test says. */
function played(answer: (calls: Call[]) => Promise<Answer[]> = async (calls) => calls.map(() => done)) {
  const calls: Call[][] = [];
  const call = async (asked: Call[]) => {
    calls.push(asked);
    return answer(asked);
  };
  const sent = () =>
    calls.map((one) => one.filter(([method]) => method.endsWith("/set")).flatMap(([, args]) => of(args)));
  return { client: { call } as unknown as Client, sent };
}
const done: Answer = { args: { list: [], notFound: [] } };
const of = (args: Json) => Object.keys((args["create"] ?? args["update"] ?? {}) as Json);

const forever = new AbortController().signal;
const free = async () => {};

test("what waits for its file holds up the same record, its replies and later Sends to its Space, and nothing else", async () => {
  const replica = new MemoryReplica();
  const local = { localId: "f1", name: "large", type: "", size: 9 };
  const blobs = [local];
  const [draft, held, free1, free2] = [id("i"), send(RED, { blobs }), send(BLUE), send(BLUE)];
  const behind = [send(RED), send(BLUE, { parentId: held.recordId })];
  const edited = { account: RED, type: "Item" as const, recordId: id("i"), act: "update" as const };
  const other = { ...edited, recordId: id("i"), value: { "reactions/x/p": true } };
  await replica.write(async (tx) => {
    await tx.putFile({ ...local, bytes: new Blob(["large"]), at: Date.now() });
    await enqueue(tx, { ...mine("Draft", draft, { spaceId: BLUE, item: { blobs } }), upsert: true });
    await enqueue(tx, free1);
    await enqueue(tx, held);
    await enqueue(tx, { ...edited, value: { blobs } });
    for (const command of [...behind, { ...edited, value: { text: "x" } }, other, free2]) await enqueue(tx, command);
  });
  const { client, sent } = played();
  const push = new Push(replica, client, ME, free);
  expect(await push.step(forever)).toEqual({ sent: true, files: true });
  // One behind the other, so what hangs on a reply that stays stays too.
  expect(sent()).toEqual([[free1.recordId, other.recordId]]);
  expect(await push.step(forever)).toEqual({ sent: false, files: true });
  await replica.write(async (tx) => tx.putFile({ ...(await tx.file("f1"))!, blobId: "b1" }));
  await push.step(forever);
  const [first, second] = [draft, held.recordId];
  const rest = [edited.recordId, behind[0]!.recordId, behind[1]!.recordId, edited.recordId, free2.recordId];
  expect(sent()[1]).toEqual([first, second, ...rest]);
  expect(await replica.read((tx) => tx.outbox())).toEqual([]);
});

test("a tab that was overtaken while it sent brings nothing back that another has sent since", async () => {
  for (const failure of [new Offline("lost"), Object.assign(new Error("no"), { type: "http413" })]) {
    const replica = new MemoryReplica();
    await replica.write((tx) => enqueue(tx, send(RED)));
    let leads = true;
    const fence = async () => {
      if (!leads) throw new Overtaken();
    };
    const { client } = played(async () => {
      await replica.write(async (tx) => tx.drop((await tx.outbox())[0]!.id));
      await replica.write((tx) => enqueue(tx, send(RED)));
      leads = false;
      throw failure;
    });
    await expect(new Push(replica, client, ME, fence).step(forever)).rejects.toBeInstanceOf(Overtaken);
    expect(await replica.read((tx) => tx.outbox())).toMatchObject([{ id: 2, how: "waiting" }]);
    // Nor does it where nothing tells that it was overtaken.
    leads = true;
    await new Push(replica, client, ME, free).step(forever).catch(() => {});
    expect(await replica.read((tx) => tx.outbox())).toMatchObject([{ id: 3, how: "waiting" }]);
  }
});

test("what was not answered is sent again", async () => {
  const replica = new MemoryReplica();
  await replica.write((tx) => enqueue(tx, send(RED)));
  let lost = true;
  const { client, sent } = played(async (calls) => {
    if (lost) throw new Offline("lost");
    return calls.map(() => done);
  });
  const push = new Push(replica, client, ME, free);
  await expect(push.step(forever)).rejects.toBeInstanceOf(Offline);
  expect(await replica.read((tx) => tx.outbox())).toMatchObject([{ how: "waiting", uncertain: true }]);
  lost = false;
  await push.step(forever);
  expect(sent()[1]).toEqual(sent()[0]);
  expect(await replica.read((tx) => tx.outbox())).toEqual([]);
});

/** A device that is online and has sent something that can be taken back, as far as it knows. */
async function undoing() {
  const replica = new MemoryReplica();
  const sent = id("i");
  const item = { kind: "topic", title: "Left", text: "already" };
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const submission: Submission = {
    id: sent,
    spaceId: RED,
    item,
    sendAt: later,
    createdAt: new Date().toISOString(),
    undoStatus: "pending",
  };
  await replica.write(async (tx) => {
    await tx.setMeta("status", { connection: "online", signedOut: false });
    for (const type of ["Submission", "Draft"] as const) await tx.setState({ account: ME, type, state: "1.0.1" });
    await tx.setState({ account: RED, type: "Item", state: "1.0.1" });
    await tx.put(ME, "Submission", [submission]);
  });
  const session = { username: ME, workspaceAccountId: null, limits: {} } as unknown as Session;
  const client = { offset: 0, session } as unknown as Client;
  const sync = new LocalSync(replica, client, session, free, free);
  const published = { ...item, id: sent, threadId: sent, seq: 2, version: 1, createdBy: ME, blobs: [] };
  const description = "it was published already";
  const kept: Draft = { id: sent, spaceId: RED, item, createdAt: later, version: 1 };
  const server = played(async (calls) =>
    calls.map(([method, args]): Answer => {
      const update = args["update"] as Json | undefined;
      if (method === "Submission/set" && update) {
        return { args: { notUpdated: { [sent]: { type: "cannotUnsend", description } } } };
      }
      Object.assign(kept, ((args["create"] ?? {}) as Record<Id, Json>)[sent]);
      const list = method === "Item/get" ? [published] : method === "Draft/get" ? [kept] : [];
      return method.endsWith("/get") ? { args: { list, notFound: list.length > 0 ? [] : [sent] } } : { args: {} };
    }),
  );
  return { replica, sync, sent, item, push: new Push(replica, server.client, ME, free) };
}

test("what has left although it seemed not to is no draft any more, in whichever tab one has pressed", async () => {
  const { sync, sent, push, replica } = await undoing();
  const pressed = [sync.undo(sent), sync.undo(sent)];
  await until(sync.outbox(), (entries) => entries.length === 2);
  expect(await now(sync.drafts())).toMatchObject([{ id: sent }]);
  await push.step(forever);
  expect(await Promise.all(pressed)).toEqual([null, null]);
  expect(await now(sync.drafts())).toEqual([]);
  expect(await replica.read((tx) => tx.outbox())).toMatchObject([{ type: "Draft", act: "destroy", recordId: sent }]);
});

test("a draft of what has left stays if something was written into it since", async () => {
  const { sync, sent, item, push } = await undoing();
  const pressed = sync.undo(sent);
  await until(sync.outbox(), (entries) => entries.length === 2);
  await sync.saveDraft({ id: sent, spaceId: RED, item: { ...item, text: "and more" } });
  await push.step(forever);
  expect(await pressed).toBeNull();
  expect(await now(sync.drafts())).toMatchObject([{ id: sent, item: { text: "and more" } }]);
});
