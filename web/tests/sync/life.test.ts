// The life of a replica: starts without a network, several tabs, no storage, a server that is busy, restored from a
// backup or does not know the person any more, and a Space with more in it than fits into one answer.
import { IDBKeyRange } from "fake-indexeddb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Id } from "../../src/generated/types";
import { Offline, openSync, SignedOut, type Sync } from "../../src/sync";
import { openDexie } from "../../src/sync/dexie";
import { Server, type TestPerson } from "../support/server";
import { ask, device, Device, differences, eventually, now, truth, until } from "./devices";

let server: Server;
let ana: TestPerson;
let opened: Device[];
beforeEach(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((held) => held.sync?.close()));
  await server.remove();
});

async function anas(name = "Ana"): Promise<Device> {
  const made = await device(server, ana, name);
  opened.push(made);
  return made;
}

const topic = (title: string) => ({ kind: "topic", title });
const equalNow = async (held: Device) => differences(await held.holds(), await truth(server, held.person));
const equal = (held: Device) =>
  eventually(
    () => equalNow(held),
    (found) => found.length === 0,
    `${held.name} differs`,
  );

test("what is on the device is there without a network, and what is written then is sent later", async () => {
  const one = await anas();
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const id = await one.sync.send(space, topic("Before"), { undoSeconds: 0 });
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
  await one.sync.close();
  await server.kill();
  await one.open();
  expect((await now(one.sync.threads(space, 9))).rows.map((row) => row.root.title)).toEqual(["Before"]);
  await until(one.sync.status(), (status) => status.connection === "offline");
  // An hour without a network.
  const clock = vi.spyOn(Date, "now").mockImplementation(() => performance.timeOrigin + performance.now() - 3_600_000);
  const later = await one.sync.send(space, topic("Offline"), { undoSeconds: 0 });
  clock.mockRestore();
  await one.sync.close();
  await one.open();
  expect(await now(one.sync.item(space, later))).toMatchObject({ title: "Offline", waiting: { how: "device" } });
  await server.restart();
  one.sync.wake();
  const sent = await until(one.sync.item(space, later), (view) => view !== null && !view.waiting);
  const waited = Date.parse(sent!.receivedAt) - Date.parse(sent!.createdAt);
  expect(Math.round(waited / 60_000)).toBe(60);
  await equal(one);
});

test("where nothing is kept yet a start needs the server, and somebody who is signed in", async () => {
  const one = new Device(server, ana);
  one.line.down = true;
  await expect(one.open()).rejects.toBeInstanceOf(Offline);
  const headers = { authorization: "Bearer mw_t_nobody" };
  await expect(openSync({ ...new Device(server, ana).options, headers })).rejects.toBeInstanceOf(SignedOut);
});

test("a session that ends keeps what waits, and says so", async () => {
  const one = await anas();
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  one.line.before = () => new Response(JSON.stringify({ detail: "sign in" }), { status: 401 });
  one.line.cut();
  one.line.down = false;
  const id = await one.sync.send(space, topic("Later"), { undoSeconds: 0 });
  await until(one.sync.status(), (status) => status.signedOut && status.waiting === 1);
  await one.sync.close();
  await one.open();
  await until(one.sync.status(), (status) => status.signedOut && status.waiting === 1);
  one.line.before = undefined;
  one.sync.wake();
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
  expect(await now(one.sync.status())).toMatchObject({ signedOut: false });
});

test("what waits is never sent in somebody else's name", async () => {
  const one = await anas();
  const bo = await server.person("Bo");
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  one.line.cut();
  const id = await one.sync.send(space, topic("Mine"), { undoSeconds: 0 });
  one.line.down = false;
  // Somebody else signs in in this browser.
  const headers = { authorization: `Bearer ${bo.token}` };
  await one.sync.close();
  one.sync = await openSync({ ...one.options, headers });
  expect(one.sync.me).toBe(bo.id);
  expect((await now(one.sync.status())).waiting).toBe(0);
  await one.sync.close();
  await one.open();
  expect(one.sync.me).toBe(ana.id);
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
});

test("without storage everything works, and the status says that nothing stays", async () => {
  const indexedDB = {
    open: () => {
      throw new DOMException("no", "InvalidStateError");
    },
  } as unknown as IDBFactory;
  const one = await openSync({ ...new Device(server, ana).options, storage: { indexedDB, IDBKeyRange } });
  await until(one.status(), (s) => s.connection === "online" && !s.filling && s.storage === "memory");
  const space = await one.createSpace({ name: "Team", whoMayJoin: "members" });
  const id = await one.send(space, topic("From memory"), { undoSeconds: 0 });
  await until(one.thread(space, id), (view) => view.how === "here" && !view.root?.waiting);
  await one.close();
});

test("one tab does the network work for all, and another takes over when it goes", async () => {
  const one = await anas();
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const streams = () => one.line.requests.filter((url) => url.includes("/events")).length;
  const before = streams();
  const tab: Sync = await openSync(one.options);
  const id = await tab.send(space, topic("From the other tab"), { undoSeconds: 0 });
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
  await until(tab.item(space, id), (view) => view !== null && !view.waiting);
  expect(await now(tab.status())).toMatchObject({ connection: "online", waiting: 0 });
  expect(streams()).toBe(before);
  await one.sync.close();
  const next = await tab.send(space, topic("After it has gone"), { undoSeconds: 0 });
  await until(tab.item(space, next), (view) => view !== null && !view.waiting);
  expect(streams()).toBe(before + 1);
  one.sync = tab;
});

test("a tab that died without a word is replaced", async () => {
  const one = await anas();
  await one.sync.close();
  const replica = await openDexie(`meanwhile-${ana.id}`, one.storage);
  await replica.write((tx) => tx.setMeta("lease", { holder: "dead", until: Date.now() + 3000 }));
  await replica.write((tx) => tx.setMeta("status", { connection: "offline", signedOut: false }));
  await replica.close();
  await one.open();
  await one.settled();
});

test("a server that is busy is left alone for as long as it asks, and then all is sent once", async () => {
  const one = await anas();
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const at: number[] = [];
  one.line.before = (url, body) => {
    if (!url.endsWith("/jmap/api") || !body.includes("Submission/set")) return undefined;
    at.push(Date.now());
    if (at.length > 1) return undefined;
    return new Response(JSON.stringify({ detail: "busy" }), { status: 503, headers: { "retry-after": "1" } });
  };
  const id = await one.sync.send(space, topic("Patient"), { undoSeconds: 0 });
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
  expect(at.length).toBe(2);
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990);
});

test("after a restore from a backup everything is read anew, and what waits is sent", async () => {
  const one = await anas();
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const kept = await one.sync.send(space, topic("Kept"), { undoSeconds: 0 });
  await until(one.sync.item(space, kept), (view) => view !== null && !view.waiting);
  const backup = await mkdtemp(join(tmpdir(), "meanwhile-backup-"));
  await server.order("backup", join(backup, "b"));
  const lost = await one.sync.send(space, topic("Lost"), { undoSeconds: 0 });
  await until(one.sync.item(space, lost), (view) => view !== null && !view.waiting);
  one.line.cut();
  await one.sync.saveDraft({ id: one.sync.newId("i"), spaceId: space, item: { kind: "post", text: "waits" } });
  await server.stop();
  await rm(server.data, { recursive: true });
  await server.order("restore", join(backup, "b"));
  await server.restart();
  one.up();
  await one.settled();
  await equal(one);
  expect(await now(one.sync.item(space, lost))).toBeNull();
  expect((await now(one.sync.drafts())).map((draft) => draft.item["text"])).toEqual(["waits"]);
  await rm(backup, { recursive: true });
});

test("a large Space is read newest first in pages, goes on after a reload, and misses nothing of what happens", async () => {
  const one = await anas("one");
  const space = await one.sync.createSpace({ name: "Large", whoMayJoin: "members" });
  const ids: Id[] = [];
  for (let page = 0; page < 2; page++) {
    const create: Record<Id, unknown> = Object.fromEntries(
      Array.from({ length: 480 }, (_, i) => [one.sync.newId("i"), topic(`Thread ${page * 480 + i}`)]),
    );
    await ask(server, ana, [["Item/set", { accountId: space, create }]]);
    ids.push(...Object.keys(create));
  }
  const sort = [{ property: "seq", isAscending: false }];
  const [listed] = await ask(server, ana, [["Item/query", { accountId: space, sort, limit: 500 }]]);
  const read = listed!["ids"] as Id[];
  await until(one.sync.threads(space, 1), (list) => list.rows[0]?.root.id === read[0]);
  const two = new Device(server, ana, "two");
  opened.push(two);
  // The network fails after the first page; meanwhile things are destroyed, the last that was read among them.
  let pages = 0;
  two.line.before = (_, body) => {
    if (body.includes("Item/query") && ++pages > 1) two.line.cut();
    return two.line.down ? new Response("{}", { status: 503 }) : undefined;
  };
  await two.open();
  const first = await until(two.sync.threads(space, 3), (list) => list.rows.length === 3);
  expect(first.rows.map((row) => row.root.id)).toEqual(read.slice(0, 3));
  await eventually(
    async () => two.line.down,
    (down) => down,
    "the end of the line",
  );
  expect(await now(two.sync.threads(space, 600))).toMatchObject({ more: false, filling: true });
  const older = ids.find((id) => !read.includes(id)) as Id;
  expect((await now(two.sync.thread(space, older))).how).toBe("loading");
  await two.sync.close();
  await ask(server, ana, [["Item/set", { accountId: space, destroy: [...read.slice(0, 3), ...read.slice(-3)] }]]);
  two.line.before = undefined;
  two.line.down = false;
  await two.open();
  await two.settled();
  await equal(two);
  await equal(one);
  expect((await now(two.sync.thread(space, read[0]!))).how).toBe("gone");
});

test("texts that are more than an answer may hold come in smaller pages, at first and later", async () => {
  const one = await anas("one");
  const space = await one.sync.createSpace({ name: "Long", whoMayJoin: "members" });
  const long = "Everything that there is to say. ".repeat(7_500);
  const write = async (count: number) => {
    for (let page = 0; page < count / 20; page++) {
      const items = Array.from({ length: 20 }, (_, i) => [`k${i}`, { ...topic(`Long ${page} ${i}`), text: long }]);
      await ask(server, ana, [["Item/set", { accountId: space, create: Object.fromEntries(items) }]]);
    }
  };
  await write(160);
  const two = new Device(server, ana, "two");
  opened.push(two);
  await two.open();
  await two.settled();
  await two.sync.close();
  await write(160);
  await two.open();
  await two.settled();
  const [listed] = await ask(server, ana, [["Item/query", { accountId: space, calculateTotal: true, limit: 1 }]]);
  expect(listed!["total"]).toBe(320);
  const rows = await until(two.sync.threads(space, 400), (list) => list.rows.length === 320);
  expect(rows.rows.every((row) => row.root.text === long)).toBe(true);
}, 120_000);

test("an event counts as heard only when what it names is here", async () => {
  const [one, two] = [await anas("one"), await anas("two")];
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const before = await one.sync.send(space, topic("Before"), { undoSeconds: 0 });
  await until(two.sync.item(space, before), (view) => view !== null);
  let asked = 0;
  two.line.before = (url) => {
    if (!url.endsWith("/jmap/api")) return undefined;
    asked++;
    return new Response("{}", { status: 500 });
  };
  const id = one.sync.newId("i");
  await ask(server, ana, [["Item/set", { accountId: space, create: { [id]: topic("Told of") } }]]);
  await eventually(
    async () => asked,
    (times) => times > 1,
    "asking in vain",
  );
  await two.sync.close();
  two.line.before = undefined;
  await two.open();
  await until(two.sync.item(space, id), (view) => view !== null);
  await equal(two);
});

test("forgetting deletes all that was kept", async () => {
  const one = await anas();
  await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await one.sync.forget();
  expect((await one.storage.indexedDB.databases()).map(({ name }) => name)).not.toContain(`meanwhile-${ana.id}`);
  one.line.down = true;
  await expect(one.open()).rejects.toBeInstanceOf(Offline);
});
