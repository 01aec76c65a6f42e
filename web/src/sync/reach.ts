// Brings to this device what its window does not hold, or before that is read: whole threads, and older parts of a Space.
// What is put while nothing else was read stays true by the changes alone; else it is `early`: whoever reads the changes asks
// for it again, so that nothing stays that was destroyed meanwhile.
import type { Id, Item, Member, Thread, TypeName, Types } from "../generated/types";
import { granted, type Answer, type Call, type Json } from "./jmap";
import type { Reading, Replica, StateRow, Writing } from "./replica";
import { equal, without } from "./values";
import { ANCHORS, askFor, edgeOf, upToOf } from "./window";

/** Items that are asked for at once: few enough that the longest texts fit into an answer. */
const PAGE = 100;
/** Times that it is asked anew since the changes were read on meanwhile; after that what has come has to do. */
const TRIES = 4;

/** Asks the server. */
export type Ask = (calls: Call[]) => Promise<Answer[]>;

const listed = <T>(answer: Answer | undefined) => granted(answer)["list"] as T[];

/** How far the Items of a Space are read; undefined if one is not in it, as far as is known here. */
async function standing(tx: Reading, me: Id, space: Id): Promise<StateRow | undefined> {
  // What is kept of a Space goes when the Membership does, and so also as long as it has not come.
  if (!(await tx.record(me, "Membership", space))) return undefined;
  return (await tx.state(space, "Item")) ?? { account: space, type: "Item" };
}

/**
 * Asks for something and puts it in one transaction, anew as long as the changes were read on meanwhile. `undefined`: one is
 * not in the Space any more; nothing would take it away again.
 */
async function bring<T>(
  { replica, me, space }: { replica: Replica; me: Id; space: Id },
  ask: (row: StateRow) => Promise<T | undefined>,
  put: (tx: Writing, got: T, row: StateRow, current: boolean) => Promise<void>,
): Promise<T | undefined> {
  for (let tries = 1; ; tries++) {
    const row = await replica.read((tx) => standing(tx, me, space));
    const got = row && (await ask(row));
    if (!got) return undefined;
    const how = await replica.write(async (tx) => {
      const now = await standing(tx, me, space);
      if (!now) return "left";
      const current = row.state !== undefined && row.state === now.state && equal(row.older, now.older);
      if (!current && row.state !== undefined && tries < TRIES) return "again";
      await put(tx, got, now, current);
      return "put";
    });
    if (how !== "again") return how === "put" ? got : undefined;
  }
}

/** False if there is no such Item, as far as one may know. Throws what `ask` throws. */
export async function reach(replica: Replica, ask: Ask, me: Id, space: Id, id: Id): Promise<boolean> {
  const whole = async () => {
    const [one] = await ask([["Item/get", { accountId: space, ids: [id] }]]);
    if (one?.error?.type === "accountNotFound") return undefined;
    const root = listed<Item>(one)[0]?.threadId;
    return root === undefined ? undefined : wholeThread(ask, space, root);
  };
  const got = await bring(
    { replica, me, space },
    whole,
    async (tx, { root, items, members, threads }, row, current) => {
      await putBeside(tx, space, "Member", members, false);
      await putBeside(tx, space, "Thread", threads, current);
      await putBeside(tx, space, "Item", items, current);
      const { older } = row;
      if (!current || !older || older.whole.includes(root)) return;
      const now = (await tx.state(space, "Item")) ?? row;
      await tx.setState({ ...now, older: { ...older, whole: [...older.whole, root] } });
    },
  );
  return got !== undefined;
}

/** All of a thread, with who wrote in it. */
async function wholeThread(ask: Ask, space: Id, root: Id) {
  const items: Item[] = [];
  for (;;) {
    const anchor = items.at(-1)?.id;
    const answers = await page(ask, space, { filter: { threadId: root } }, true, anchor, PAGE);
    // Destroyed meanwhile: from the beginning.
    if (!answers) items.length = 0;
    else items.push(...answers);
    if (answers && answers.length < PAGE) break;
  }
  const authors = [...new Set(items.map(({ createdBy }) => createdBy))];
  const [members, threads] = await ask([
    ["Member/get", { accountId: space, ids: authors }],
    ["Thread/get", { accountId: space, ids: [root] }],
  ]);
  return { root, items, members: listed<Member>(members), threads: listed<Thread>(threads) };
}

/** Items behind one of them, by `seq`; undefined if that is not there any more. */
async function page(ask: Ask, accountId: Id, of: Json, isAscending: boolean, anchor: Id | undefined, limit: number) {
  const sort = [{ property: "seq", isAscending }];
  const after = anchor === undefined ? {} : { anchor, anchorOffset: 1 };
  const ids = { resultOf: "0", name: "Item/query", path: "/ids" };
  const [found, got] = await ask([
    ["Item/query", { accountId, ...of, sort, limit, ...after }],
    ["Item/get", { accountId, "#ids": ids }],
  ]);
  if (found?.error?.type === "anchorNotFound") return undefined;
  granted(found);
  return listed<Item>(got);
}

/** Reads the next older part of a Space, with the beginnings of its threads. False if there was nowhere to go on from. */
export async function older(replica: Replica, ask: Ask, me: Id, space: Id): Promise<boolean> {
  const next = async ({ older: edge }: StateRow) => {
    if (!edge) return undefined;
    let items: Item[] | undefined;
    for (const anchor of edge.anchors.toReversed()) items ??= await page(ask, space, {}, false, anchor, PAGE);
    for (const anchor of items ? [] : await oldest(replica, space, edge.from))
      items ??= await page(ask, space, {}, false, anchor, PAGE);
    if (!items) return undefined;
    const roots = [...new Set(items.map(({ threadId }) => threadId))];
    const [beginnings, threads] = await ask([
      ["Item/get", { accountId: space, ids: roots.filter((root) => !items.some(({ id }) => id === root)) }],
      ["Thread/get", { accountId: space, ids: roots }],
    ]);
    return { edge, items, beginnings: listed<Item>(beginnings), threads: listed<Thread>(threads) };
  };
  const got = await bring(
    { replica, me, space },
    next,
    async (tx, { edge, items, beginnings, threads }, row, current) => {
      // Another tab may have read it.
      if (!row.older || !equal(row.older.anchors, edge.anchors)) return;
      await putBeside(tx, space, "Thread", threads, current);
      await putBeside(tx, space, "Item", [...items, ...beginnings], current);
      const now = without((await tx.state(space, "Item")) ?? row, "older");
      await tx.setState(items.length < PAGE ? now : { ...now, older: { ...row.older, ...edgeOf(items) } });
    },
  );
  return got !== undefined;
}

/** Those of the window that are next to its edge, should all anchors be destroyed by now. */
async function oldest(replica: Replica, space: Id, from: number): Promise<Id[]> {
  const items = (await replica.read((tx) => tx.records(space, "Item"))).filter(({ seq }) => seq >= from);
  return items
    .toSorted((a, b) => a.seq - b.seq)
    .slice(0, ANCHORS)
    .map(({ id }) => id);
}

/** Only what is not here: what is may be newer. `current`: nothing but this was read since it was asked for. */
async function putBeside<T extends TypeName>(
  tx: Writing,
  account: Id,
  type: T,
  records: Types[T][],
  current: boolean,
): Promise<void> {
  const ids = records.map(({ id }) => id);
  const here = await tx.several(account, type, ids);
  const missing = records.filter((_, i) => !here[i]);
  await tx.put(account, type, missing);
  // What was made since the changes were read is not told of by them if it is destroyed before they are.
  const upTo = current ? upToOf((await tx.state(account, type))?.state) : -1;
  const seqOf = (record: Types[T]) => ("lastSeq" in record ? record.lastSeq : "seq" in record ? record.seq : Infinity);
  await askFor(
    tx,
    account,
    type,
    missing.filter((record) => seqOf(record) > upTo).map(({ id }) => id),
  );
}
