// How far one has read: what of a thread is new to its reader, and all of a Space read in one act, with the way back.
import type { Cursor, Follow, Id, Item, Thread } from "../generated/types";
import type { ItemView, ReadMark, SpaceNews } from "./api";
import { followId } from "./ids";
import { enqueueAll, type Command } from "./outbox";
import { cursorWith, followsWith } from "./overlay";
import type { Entry, Reading, Writing } from "./replica";
import { isWhole } from "./window";

/** Among so many threads it is looked first for what is new, and then among so many: what is older is no news. */
const NEWEST = 50;
const NEWER = 1000;

/** True of what somebody else has said behind that `seq`, and what still says something. */
export function isNew(item: Item | ItemView, readTo: number, me: Id): boolean {
  const waits = "waiting" in item && item.waiting;
  return item.origin === "said" && item.createdBy !== me && !item.deleted && !waits && item.seq > readTo;
}

/** Whether one wants to hear less of it at that instant, in ms. */
export function isMuted(wish: Follow | undefined, now: number): boolean {
  const muted = wish?.muted;
  return Boolean(muted) && (muted?.until == null || Date.parse(muted.until) > now);
}

/** The `seq` up to which one has read; 0: nothing. */
export function upTo(cursor: Pick<Cursor, "lastSeq" | "unreadFrom"> | undefined): number {
  return cursor ? Math.min(cursor.lastSeq, (cursor.unreadFrom ?? Infinity) - 1) : 0;
}

/** The same of a thread, with what waits. */
export async function readTo(tx: Reading, me: Id, thread: Id, entries: readonly Entry[]): Promise<number> {
  return upTo(cursorWith(await tx.record(me, "Cursor", thread), entries, thread));
}

/** A thread, and how far one has read it. */
export interface Stand {
  space: Id;
  root: Item;
  thread: Thread | undefined;
  read: number;
  me: Id;
}

/** What is known of threads by how they stood, so that their posts are not read again; of so many. */
const known = new Map<string, boolean>();
const KNOWN = 5000;
const standing = ({ space, root, thread, read, me }: Stand) =>
  [space, root.id, thread?.lastSeq, thread?.posts, read, me].join(" ");

/** Whether something in a thread is new; undefined where its posts have to be looked at. */
export function knownNews(stand: Stand): boolean | undefined {
  const { root, thread, read, me } = stand;
  if (isNew(root, read, me)) return true;
  return (thread?.lastSeq ?? 0) <= read ? false : known.get(standing(stand));
}

/** The same, by its posts where need be. */
export async function hasNews(tx: Reading, stand: Stand): Promise<boolean> {
  const { space, root, thread, read, me } = stand;
  const held = knownNews(stand);
  if (held !== undefined) return held;
  const posts = (await tx.thread(space, root.id)).filter((item) => item.id !== root.id);
  const news = posts.some((item) => isNew(item, read, me));
  if (!news && (await mayBeNew(tx, space, root, posts, read))) return true;
  // As long as some of it is on its way it may still be said otherwise.
  if (posts.filter((item) => !item.deleted).length === thread?.posts) {
    if (known.size >= KNOWN) known.clear();
    known.set(standing(stand), news);
  }
  return news;
}

/**
 * Whether something may be new in what is at the server alone: said behind where one has read, and before the window of the
 * Space. It counts as new until the thread is opened, and with that all of it is here.
 */
async function mayBeNew(tx: Reading, space: Id, root: Item, posts: readonly Item[], read: number): Promise<boolean> {
  const from = (await tx.state(space, "Item"))?.older?.from ?? 0;
  return read + 1 < from && !(await isWhole(tx, space, root.id, [root, ...posts]));
}

interface Unread extends ReadMark {
  root: Item;
  /** The newest of it. */
  last: number;
  /** When something was last said in it; ms. */
  at: number;
}

/** The threads of a Space in which something is new, the newest activity first; among so many of the newest. */
async function unreadOf(
  tx: Reading,
  me: Id,
  space: Id,
  entries: readonly Entry[],
  limit: number,
  all?: ReadonlyMap<Id, Cursor>,
): Promise<Unread[]> {
  const whole = limit === Infinity;
  const threads = new Map((await tx.newest(space, "Thread", limit)).map((thread) => [thread.id, thread]));
  const roots = new Map((await tx.newest(space, "Item", limit)).map((root) => [root.id, root]));
  // Of thousands each by itself would take its time.
  const cursors =
    all ?? (limit > NEWEST ? new Map((await tx.records(me, "Cursor")).map((one) => [one.id, one])) : undefined);
  const out: Unread[] = [];
  for (const id of new Set([...roots.keys(), ...threads.keys()])) {
    const root = roots.get(id) ?? (whole ? undefined : await tx.record(space, "Item", id));
    const thread = threads.get(id) ?? (whole ? undefined : await tx.record(space, "Thread", id));
    const read = upTo(cursorWith(cursors ? cursors.get(id) : await tx.record(me, "Cursor", id), entries, id));
    const last = Math.max(root?.seq ?? 0, thread?.lastSeq ?? 0);
    if (!root || last <= read) continue;
    const stand = { space, root, thread, read, me };
    // No more is awaited than has to be read: a transaction does not outlive long waits for nothing.
    if (!(knownNews(stand) ?? (await hasNews(tx, stand)))) continue;
    out.push({ root, thread: id, readTo: read, last, at: Date.parse(thread?.lastAt ?? root.createdAt) });
  }
  return out.sort((a, b) => b.at - a.at);
}

/** Where one reads on in a Space. `now`: the server's clock. */
export async function news(tx: Reading, me: Id, space: Id, now: number) {
  const entries = await tx.outbox();
  const wishes = followsWith(await tx.records(me, "Follow"), entries);
  const heard = (thread: Id) => !isMuted(wishes[followId(thread)], now);
  const among = async (limit: number) =>
    (await unreadOf(tx, me, space, entries, limit)).filter(({ thread }) => heard(thread));
  const some = await among(NEWEST);
  // One of them may be where one is.
  const unread = some.length > 1 ? some : await among(NEWER);
  return unread.map(({ thread, root }) => ({ id: thread, title: root.title || root.excerpt || null }));
}

/** Where something new was said since an instant, by Space, the newest at first. `now`: the server's clock. */
export async function newsSince(tx: Reading, me: Id, since: number, now: number): Promise<SpaceNews[]> {
  const entries = await tx.outbox();
  const wishes = followsWith(await tx.records(me, "Follow"), entries);
  const cursors = new Map((await tx.records(me, "Cursor")).map((one) => [one.id, one]));
  const out: SpaceNews[] = [];
  for (const { id: space } of await tx.records(me, "Membership")) {
    if (isMuted(wishes[followId(space)], now)) continue;
    const unread = await unreadOf(tx, me, space, entries, NEWER, cursors);
    const some = unread.filter(({ at, thread }) => at >= since && !isMuted(wishes[followId(thread)], now));
    const [newest] = some;
    if (newest) out.push({ space, threads: some.length, at: newest.at });
  }
  return out.sort((a, b) => b.at - a.at);
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
