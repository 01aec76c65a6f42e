// The list of the threads of a Space: a part of it at a time, however many there are. Only reads.
import type { Follow, Id, Item, Thread } from "../generated/types";
import type { Live, ThreadList, ThreadRow } from "./api";
import { followId } from "./ids";
import { withAnswers } from "./inbox/question";
import { cursorWith, followsWith, itemWith, on, pendingView, type Pending } from "./overlay";
import { hasNews, isMuted, knownNews, upTo } from "./reading";
import type { Entry, Reading } from "./replica";
import { without } from "./values";
import { isFilling, own, rootOf, timed, toldAnew, type Reader } from "./views";

/** A row with where it stands. */
type Placed = ThreadRow & { place: number; time: number };

/** What lies over the threads of a Space on this device. */
interface Over {
  space: Id;
  pending: Pending[];
  /** Commands on what is in the Space, and all there are. */
  entries: Entry[];
  outbox: Entry[];
  wishes: Record<Id, Follow>;
  /** What waits in which thread, in order. */
  waiting: Map<Id, Pending[]>;
  /** Threads of which one wants to hear less now. */
  muted: Set<Id>;
}

/**
 * The threads of a Space, the newest activity first, those that are muted last: so many, from a place on. With `followed`
 * those that one follows.
 */
export function threads(reader: Reader, space: Id, limit: number, followed = false, from = 0): Live<ThreadList> {
  const { me } = reader;
  let wakes = Infinity;
  const live = reader.replica.observe(async (tx): Promise<ThreadList> => {
    const now = Date.now() + reader.offset();
    const over = await overOf(tx, reader, space, now);
    const follows = Object.values(over.wishes).filter((one) => one.spaceId === space && one.threadId);
    wakes = Math.min(
      ...follows.map(({ muted }) => (muted?.until ? Date.parse(muted.until) : Infinity)).filter(after(now)),
    );
    const chosen = follows.filter((one) => one.followedAt).map((one) => one.threadId as Id);
    const part = followed
      ? partOf(await rowsOf(tx, reader, over, chosen), from, limit)
      : await partOfAll(tx, reader, over, from, limit);
    const rows = part.rows.map((row): ThreadRow => without(row, "place", "time"));
    const more = part.total > from + rows.length;
    const filling = await isFilling(tx, me, space);
    // What one follows is here, however old it is.
    const older = !followed && (await tx.state(space, "Item"))?.older !== undefined;
    return { rows, from, total: part.total, more, followsSome: chosen.length > 0, filling, older };
  });
  const woken = toldAnew(live, reader, () => wakes);
  return timed(woken, reader, ({ rows }) => rows.map(({ root }) => root));
}

const after = (now: number) => (at: number) => at > now;

async function overOf(tx: Reading, reader: Reader, space: Id, now: number): Promise<Over> {
  const { pending, entries } = await own(tx, reader, space);
  const outbox = await tx.outbox();
  const wishes = followsWith(await tx.records(reader.me, "Follow"), outbox);
  const waiting = new Map<Id, Pending[]>();
  for (const one of pending) {
    // For what leaves later there is a place of its own; until then it moves nothing here.
    if (one.waiting.how === "later") continue;
    const root = await rootOf(tx, space, pending, one);
    waiting.set(root, [...(waiting.get(root) ?? []), one]);
  }
  const muted = new Set<Id>();
  for (const wish of Object.values(wishes)) {
    if (wish.spaceId === space && wish.threadId && isMuted(wish, now)) muted.add(wish.threadId);
  }
  return { space, pending, entries, outbox, wishes, waiting, muted };
}

/** Of rows that are all read. */
function partOf(rows: Placed[], from: number, limit: number) {
  const all = [...sorted(rows.filter((row) => !row.muted)), ...sorted(rows.filter((row) => row.muted))];
  return { rows: all.slice(from, from + limit), total: all.length };
}

/**
 * What waits comes first, as far as it is the newest, and what is muted last; between them nothing is read but this part.
 * Where the window of the Space ends, so does the list: what is here of older threads would have gaps.
 */
async function partOfAll(tx: Reading, reader: Reader, over: Over, from: number, limit: number) {
  const { space, waiting, muted } = over;
  const first = [...waiting.keys()].filter((id) => !muted.has(id));
  const apart = new Set([...first, ...muted, ...(await deletedHere(tx, over))]);
  const older = (await tx.state(space, "Item"))?.older;
  const all = older ? await tx.orderedSince(space, older.at) : ((await tx.ordered(space)) ?? 0);
  const places: number[] = [];
  for (const id of apart) {
    const place = await tx.ordered(space, id);
    if (place !== undefined && place < all) places.push(place);
  }
  const between = all - places.length;
  const firsts = from < first.length ? sorted(await rowsOf(tx, reader, over, first)) : [];
  const lasts = muted.size > 0 ? sorted(await rowsOf(tx, reader, over, [...muted])) : [];
  const total = first.length + between + lasts.length;

  const begin = Math.max(0, from - first.length);
  const count = Math.max(0, Math.min(between, from + limit - first.length) - begin);
  const at = places.toSorted((a, b) => a - b).reduce((place, gap) => (gap <= place ? place + 1 : place), begin);
  const read = count > 0 ? await tx.order(space, at, count + places.length) : [];
  const ids = read.filter((id) => !apart.has(id)).slice(0, count);
  const rows = [...firsts.slice(from), ...(await rowsOf(tx, reader, over, ids))];
  const begins = Math.max(0, from - first.length - between);
  const ends = Math.max(0, from + limit - first.length - between);
  return { rows: [...(from === 0 ? sorted(rows) : rows), ...lasts.slice(begins, ends)], total };
}

/** Threads that are on no list any more since one deletes them. */
async function deletedHere(tx: Reading, { space, entries, waiting }: Over): Promise<Id[]> {
  const gone: Id[] = [];
  for (const { type, act, how, recordId: id } of entries) {
    if (type !== "Item" || act !== "destroy" || how === "refused" || waiting.has(id)) continue;
    if (!((await tx.record(space, "Thread", id))?.posts ?? 0)) gone.push(id);
  }
  return gone;
}

function sorted(rows: Placed[]): Placed[] {
  const compare = (a: number, b: number) => (a === b ? 0 : a - b);
  const byTime = (a: ThreadRow, b: ThreadRow) => Date.parse(b.lastAt) - Date.parse(a.lastAt);
  return rows.toSorted((a, b) => compare(b.time, a.time) || compare(b.place, a.place) || byTime(a, b));
}

/** The rows of these threads, without those of which nothing is here. */
async function rowsOf(tx: Reading, reader: Reader, over: Over, ids: readonly Id[]): Promise<Placed[]> {
  const { space, outbox } = over;
  const [roots, threads, cursors] = await Promise.all([
    tx.several(space, "Item", ids),
    tx.several(space, "Thread", ids),
    tx.several(reader.me, "Cursor", ids),
  ]);
  const rows: Placed[] = [];
  for (const [i, id] of ids.entries()) {
    const [item, thread] = [roots[i], threads[i]];
    const row = rowOf(reader.me, over, { id, item, thread });
    if (!row) continue;
    const read = upTo(cursorWith(cursors[i], outbox, id));
    const stand = item && { space, root: item, thread, read, me: reader.me };
    // No more is awaited than has to be read: a transaction does not outlive long waits for nothing.
    const unread = stand ? (knownNews(stand) ?? (await hasNews(tx, stand))) : false;
    rows.push({ ...row, unread });
  }
  return rows;
}

function rowOf(
  me: Id,
  { space, pending, entries, waiting, wishes, muted }: Over,
  { id, item, thread }: { id: Id; item: Item | undefined; thread: Thread | undefined },
): Omit<Placed, "unread"> | undefined {
  const mine = waiting.get(id) ?? [];
  const below = (thread?.posts ?? 0) > 0 || mine.some((one) => one.id !== id);
  const first = mine.find((one) => one.id === id);
  const root = item
    ? withAnswers(itemWith(item, on(entries, "Item", space, id), me, below), pending, entries, me)
    : first && pendingView(first, id, me);
  if (!root) return undefined;
  const replies = (thread?.posts ?? 0) + mine.filter((one) => one.id !== id).length;
  const newest = mine.at(-1);
  const said = thread?.lastAt ?? root.createdAt;
  const lastAt = newest && newest.at > Date.parse(said) ? new Date(newest.at).toISOString() : said;
  // What waits is newer than all that has a place.
  const place = newest ? Infinity : Math.max(thread?.lastSeq ?? 0, root.seq);
  // The clocks are known to a second only, and what has not left this device is newer than all that was read on it.
  const time = newest?.waiting.how === "device" ? Infinity : Date.parse(lastAt);
  const follow = wishes[followId(id)];
  const more = { ...(thread && { thread }), ...(follow && { follow }), ...(muted.has(id) && { muted: true }) };
  return { root, ...more, lastAt, replies, place, time };
}
