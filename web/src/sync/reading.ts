// How far one has read: what of a thread is new to its reader, and all of a Space read in one act, with the way back.
import type { Id, Item, Thread } from "../generated/types";
import type { ItemView, ReadMark } from "./api";
import { followId } from "./ids";
import { enqueueAll, type Command } from "./outbox";
import { cursorWith, followsWith } from "./overlay";
import type { Entry, Reading, Writing } from "./replica";

/** True of what somebody else has said behind that `seq`, and what still says something. */
export function isNew(item: Item | ItemView, readTo: number, me: Id): boolean {
  const waits = "waiting" in item && item.waiting;
  return item.origin === "said" && item.createdBy !== me && !item.deleted && !waits && item.seq > readTo;
}

/** The `seq` up to which one has read a thread; 0: nothing of it. */
export async function readTo(tx: Reading, me: Id, thread: Id, entries: readonly Entry[]): Promise<number> {
  const cursor = cursorWith(await tx.record(me, "Cursor", thread), entries, thread);
  return cursor ? Math.min(cursor.lastSeq, (cursor.unreadFrom ?? Infinity) - 1) : 0;
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

/** The threads of a Space in which something is new, the newest activity first. */
async function unreadOf(tx: Reading, me: Id, space: Id, entries: readonly Entry[]): Promise<Unread[]> {
  const threads = new Map((await tx.records(space, "Thread")).map((thread) => [thread.id, thread]));
  const out: Unread[] = [];
  for (const root of await tx.newest(space, "Item", Infinity)) {
    const thread = threads.get(root.id);
    const last = Math.max(root.seq, thread?.lastSeq ?? 0);
    const read = await readTo(tx, me, root.id, entries);
    if (last <= read || !(await hasNews(tx, { space, root, thread }, read, me))) continue;
    out.push({ root, thread: root.id, readTo: read, last, at: Date.parse(thread?.lastAt ?? root.createdAt) });
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
  const unread = (await unreadOf(tx, me, space, entries)).filter(({ thread }) => heard(thread));
  return unread.map(({ thread, root }) => ({ id: thread, title: root.title || root.excerpt || null }));
}

/** One has read all of a Space. */
export async function readAll(tx: Writing, me: Id, space: Id): Promise<ReadMark[]> {
  const unread = await unreadOf(tx, me, space, await tx.outbox());
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
