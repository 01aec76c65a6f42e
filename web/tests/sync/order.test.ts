// The order in which a Space lists its threads, and parts of it, beside the plain way to say the same.
import Dexie from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test } from "vitest";
import { threads } from "../../src/sync/list";
import { openDexie } from "../../src/sync/dexie";
import { MemoryReplica } from "../../src/sync/memory";
import type { Follow, Item, Thread } from "../../src/generated/types";
import type { Entry, Replica } from "../../src/sync/replica";
import { now } from "../../src/sync/values";

const SPACE = "sagrbaaeiab3wzmediixsuiv5h4";
const ME = "pagrbaaeiab6ilitfsbjzaqso6a";

const id = (n: number) =>
  `i${n
    .toString(32)
    .padStart(26, "0")
    .replaceAll(/[0189]/g, (digit) => "wxyz"["0189".indexOf(digit)]!)}`;
const minute = (n: number) => new Date(Date.UTC(2026, 10, 1) + n * 60_000).toISOString().replace(".000", "");

const itemOf = (n: number, thread = n): Item => ({
  id: id(n),
  kind: thread === n ? "topic" : "post",
  threadId: id(thread),
  ...(thread !== n && { parentId: id(thread) }),
  seq: n + 1,
  version: 1,
  origin: "said",
  title: `Thread ${n}`,
  text: "",
  excerpt: "",
  blobs: [],
  createdBy: ME,
  createdAt: minute(n),
  receivedAt: minute(n),
  mentions: [],
  answers: {},
  unasked: {},
  takenBy: {},
  groups: {},
  reactions: {},
});
const threadOf = (n: number, at: number, seq: number): Thread => ({
  id: id(n),
  lastSeq: seq,
  lastAt: minute(at),
  posts: 1,
});

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("whatever is written, moved and removed, the order on the disk is that of the records, in every part of it", async () => {
  const next = numbers(7);
  const disk = await openDexie("order", { indexedDB: new IDBFactory(), IDBKeyRange });
  const plain = new MemoryReplica();
  const both: Replica[] = [disk, plain];
  for (let step = 0; step < 120; step++) {
    const [what, n, at] = [next(10), next(30), next(500)];
    const some = Array.from({ length: 1 + next(4) }, () => next(30));
    for (const replica of both) {
      await replica.write(async (tx) => {
        if (what < 4)
          await tx.put(
            SPACE,
            "Item",
            [...new Set(some)].map((one) => itemOf(one)),
          );
        else if (what < 7) await tx.put(SPACE, "Thread", [threadOf(n, at, 100 + step)]);
        // Merged into another thread.
        else if (what === 7) await tx.put(SPACE, "Item", [itemOf(n, (n + 1) % 30)]);
        else if (what === 8) await tx.remove(SPACE, "Thread", [id(n)]);
        else await tx.remove(SPACE, "Item", some.map(id));
      });
    }
    const [from, count] = [next(20), 1 + next(12)];
    const [read, wanted] = await Promise.all(
      both.map((replica) =>
        replica.read(async (tx) => [
          await tx.order(SPACE, 0, 99),
          await tx.order(SPACE, from, count),
          await tx.ordered(SPACE),
          await tx.ordered(SPACE, id(n)),
          await tx.orderedSince(SPACE, Date.parse(minute(at))),
        ]),
      ),
    );
    expect(read, `after step ${step}`).toEqual(wanted);
  }
  for (const replica of both) await replica.write((tx) => tx.purge(SPACE));
  expect(await disk.read((tx) => tx.ordered(SPACE))).toBe(0);
  await disk.destroy();
});

test("parts of the list make up the whole of it, with what waits, what is deleted and what is muted", async () => {
  const replica = await openDexie("list", { indexedDB: new IDBFactory(), IDBKeyRange });
  const reader = { replica, me: ME, workspace: null, offset: () => 0 };
  const command = (over: Partial<Entry>): Omit<Entry, "id"> => ({
    account: SPACE,
    type: "Item",
    recordId: id(5),
    act: "destroy",
    value: {},
    at: Date.now(),
    how: "waiting",
    uncertain: false,
    ...over,
  });
  await replica.write(async (tx) => {
    await tx.put(
      SPACE,
      "Item",
      Array.from({ length: 40 }, (_, n) => itemOf(n)),
    );
    await tx.put(SPACE, "Thread", [threadOf(3, 90, 200), threadOf(20, 80, 190)]);
    await tx.add(command({}));
    const said = { item: { kind: "post", parentId: id(11), text: "on its way" } };
    await tx.add(
      command({ account: ME, type: "Submission", recordId: id(70), act: "create", value: said, space: SPACE }),
    );
    const mute = (n: number): Follow => ({
      id: `f${n}`,
      spaceId: SPACE,
      threadId: id(n),
      muted: { at: minute(0), until: null },
    });
    await tx.put(ME, "Follow", [mute(30), mute(31)]);
  });
  const part = async (limit: number, from = 0) => now(threads(reader, SPACE, limit, false, from));
  const whole = (await part(99)).rows.map(({ root }) => root.id);
  const rest = Array.from({ length: 40 }, (_, n) => 39 - n).filter((n) => ![3, 5, 11, 20, 30, 31].includes(n));
  expect(whole).toEqual([11, 3, 20, ...rest, 31, 30].map(id));
  for (const size of [1, 7, 16]) {
    const rows: string[] = [];
    for (let from = 0; from < whole.length; from += size) {
      const { rows: some, total, more } = await part(size, from);
      rows.push(...some.map(({ root }) => root.id));
      expect([total, more]).toEqual([39, from + size < 39]);
    }
    expect(rows).toEqual(whole);
  }
  await replica.destroy();
});

test("what an older version left gets its order, and what is done is in no list, without being read anew", async () => {
  const storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const before = await openDexie("older", storage);
  await before.write(async (tx) => {
    await tx.put(SPACE, "Item", [itemOf(1), itemOf(2), itemOf(3, 1)]);
    await tx.put(SPACE, "Thread", [threadOf(1, 50, 9)]);
    await tx.setState({ account: SPACE, type: "Item", state: "s" });
    await tx.setMeta("format", 1);
  });
  await before.close();
  const raw = new Dexie("older", storage);
  await raw.open();
  await raw.table("order").clear();
  raw.close();
  const after = await openDexie("older", storage);
  expect(await after.read((tx) => tx.order(SPACE, 0, 9))).toEqual([id(1), id(2)]);
  expect(await after.read((tx) => tx.thread(SPACE, id(1)))).toHaveLength(2);
  await after.destroy();
});
