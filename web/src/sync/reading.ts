// How far one has read: what of a thread is new to its reader, and all of a Space read in one act, with the way back.
import type { Cursor, Id, Item, Thread } from "../generated/types";
import type { ItemView, ReadMark } from "./api";
import { followId } from "./ids";
import { enqueueAll, type Command } from "./outbox";
import { cursorWith, followsWith } from "./overlay";
import type { Entry, Reading, Writing } from "./replica";

/** Among so many threads it is looked first for what is new, and then among so many: what is older is no news. */
const NEWEST = 50;
const NEWER = 1000;

/** True of what somebody else has said behind that `seq`, and what still says something. */
export function isNew(item: Item | ItemView, readTo: number, me: Id): boolean {
  const waits = "waiting" in item && item.waiting;
  return item.origin === "said" && item.createdBy !== me && !item.deleted && !waits && item.seq > readTo;
}

/** The `seq` up to which one has read; 0: nothing. */
function upTo(cursor: Pick<Cursor, "lastSeq" | "unreadFrom"> | undefined): number {
  return cursor ? Math.min(cursor.lastSeq, (cursor.unreadFrom ?? Infinity) - 1) : 0;
}

/** The same of a thread, with what waits. */
export async function readTo(tx: Reading, me: Id, thread: Id, entries: readonly Entry[]): Promise<number> {
  return upTo(cursorWith(await tx.record(me, "Cursor", thread), entries, thread));
}

/** Whether something in a thread is new. Its posts are read only where its beginning does not say it. */
export async function hasNews(
  tx: Reading,
  { space, root, thread }: { space: Id; root: Item; thread: Thread | undefined },
  read: number,
  me: Id,
): Promise<boolean> {
  if (isNew(root, read, me)) return true;
  if ((thread?.lastSeq ?? 0) <= read) return false;
  return (await tx.thread(space, root.id)).some((item) => item.id !== root.id && isNew(item, read, me));
}

interface Unread extends ReadMark {
  root: Item;
  /** The newest of it. */
  last: number;
  /** When something was last said in it; ms. */
  at: number;
}

/** The threads of a Space in which something is new, the newest activity first; among so many of the newest. */
async function unreadOf(tx: Reading, me: Id, space: Id, entries: readonly Entry[], limit: number): Promise<Unread[]> {
  const whole = limit === Infinity;
  const threads = new Map((await tx.newest(space, "Thread", limit)).map((thread) => [thread.id, thread]));
  const roots = new Map((await tx.newest(space, "Item", limit)).map((root) => [root.id, root]));
  // Of thousands each by itself would take its time.
  const cursors = limit > NEWEST ? new Map((await tx.records(me, "Cursor")).map((one) => [one.id, one])) : undefined;
  const out: Unread[] = [];
  for (const id of new Set([...roots.keys(), ...threads.keys()])) {
    const root = roots.get(id) ?? (whole ? undefined : await tx.record(space, "Item", id));
    const thread = threads.get(id) ?? (whole ? undefined : await tx.record(space, "Thread", id));
    const read = upTo(cursorWith(cursors ? cursors.get(id) : await tx.record(me, "Cursor", id), entries, id));
    const last = Math.max(root?.seq ?? 0, thread?.lastSeq ?? 0);
    if (!root || last <= read || !(await hasNews(tx, { space, root, thread }, read, me))) continue;
    out.push({ root, thread: id, readTo: read, last, at: Date.parse(thread?.lastAt ?? root.createdAt) });
  }
  return out.sort((a, b) => b.at - a.at);
}

/** Where one reads on in a Space. `now`: the server's clock. */
export async function news(tx: Reading, me: Id, space: Id, now: number) {
  const entries = await tx.outbox();
  const wishes = followsWith(await tx.records(me, "Follow"), entries);
  const heard = (thread: Id) => {
    const muted = wishes[followId(thread)]?.muted;
    return !muted || (muted.until != null && Date.parse(muted.until) <= now);
  };
  const among = async (limit: number) =>
    (await unreadOf(tx, me, space, entries, limit)).filter(({ thread }) => heard(thread));
  const some = await among(NEWEST);
  // One of them may be where one is.
  const unread = some.length > 1 ? some : await among(NEWER);
  return unread.map(({ thread, root }) => ({ id: thread, title: root.title || root.excerpt || null }));
}

/** One has read all of a Space. */
export async function readAll(tx: Writing, me: Id, space: Id): Promise<ReadMark[]> {
  const unread = await unreadOf(tx, me, space, await tx.outbox(), Infinity);
  const read = ({ thread, last }: Unread) => command(me, space, thread, { lastSeq: last, unreadFrom: null });
  await enqueueAll(tx, unread.map(read));
  return unread.map(({ thread, readTo: before }) => ({ thread, readTo: before }));
}

/** What is behind these marks is new again. The place itself never goes backwards: two devices would not agree. */
export async function unread(tx: Writing, me: Id, space: Id, marks: readonly ReadMark[]): Promise<void> {
  const entries = await tx.outbox();
  const commands: Command[] = [];
  for (const { thread, readTo: read } of marks) {
    const cursor = cursorWith(await tx.record(me, "Cursor", thread), entries, thread);
    commands.push(command(me, space, thread, { lastSeq: cursor?.lastSeq ?? read, unreadFrom: read + 1 }));
  }
  await enqueueAll(tx, commands);
}

function command(me: Id, spaceId: Id, threadId: Id, said: { lastSeq: number; unreadFrom: number | null }): Command {
  const value = { spaceId, threadId, ...said };
  return { account: me, type: "Cursor", recordId: threadId, act: "create", value, upsert: true };
}
