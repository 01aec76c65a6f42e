// The live reads: the server's records with what waits laid over them, as screens want them. Only reads.
import type { Draft, Id, Item, Membership, Settings } from "../generated/types";
import type { ItemView, Live, OutboxEntry, Status, ThreadRow, ThreadView } from "./api";
import { draftsWith, itemWith, on, pendingView, pendingWith, settingsWith, type Pending } from "./overlay";
import type { Entry, Reading, Replica } from "./replica";
import { without } from "./values";

/** Whose replica it is, and what the clock of the server says. */
export interface Reader {
  replica: Replica;
  me: Id;
  /** Milliseconds to add to this device's clock. */
  offset(): number;
}

/** How things stand. */
export function status({ replica }: Reader): Live<Status> {
  return replica.observe(async (tx) => {
    const entries = await tx.outbox();
    const refused = entries.filter((entry) => entry.how === "refused").length;
    const { connection, signedOut } = (await tx.meta("status")) ?? { connection: "connecting", signedOut: false };
    const filling = !(await tx.meta("filled"));
    return { connection, signedOut, filling, refused, waiting: entries.length - refused, storage: replica.storage };
  });
}

/** What is in the outbox, as everybody may see it. */
export function outbox({ replica }: Reader): Live<OutboxEntry[]> {
  return replica.observe(async (tx) => (await tx.outbox()).map(shown));
}

function shown({ id, account, type, recordId, act, value, at, how, reason }: Entry): OutboxEntry {
  return { id, account, type, recordId, act, value, at, how, reason };
}

/** One's Spaces. */
export function memberships({ replica, me }: Reader): Live<Membership[]> {
  return replica.observe((tx) => tx.records(me, "Membership"));
}

/** One's drafts, those last touched first. */
export function drafts({ replica, me }: Reader): Live<Draft[]> {
  const touched = ({ editedAt, createdAt }: Draft) => Date.parse(editedAt ?? createdAt);
  return replica.observe(async (tx) => {
    const all = draftsWith(await tx.records(me, "Draft"), await tx.outbox());
    return all.sort((a, b) => touched(b) - touched(a));
  });
}

/** One's settings. */
export function settings({ replica, me }: Reader): Live<Settings | undefined> {
  return replica.observe(async (tx) => settingsWith(await tx.record(me, "Settings", me), await tx.outbox(), me));
}

/** What is mine and on its way to a Space, and the commands on what is there. */
async function own(tx: Reading, { me, offset }: Reader, space: Id): Promise<{ pending: Pending[]; entries: Entry[] }> {
  const entries = await tx.outbox();
  const pending = pendingWith(await tx.records(me, "Submission"), entries, offset());
  const inSpace: Pending[] = [];
  for (const one of pending) {
    // What is in its Space already is there, whatever one's own account still says.
    if (one.space === space && !(await tx.record(space, "Item", one.id))) inSpace.push(one);
  }
  inSpace.sort((a, b) => a.at - b.at);
  return { pending: inSpace, entries: entries.filter((entry) => entry.account === space) };
}

/** The root of the thread in which something waits. */
async function rootOf(tx: Reading, space: Id, pending: Pending[], one: Pending): Promise<Id> {
  const parent = one.item.parentId;
  if (!parent) return one.id;
  const there = await tx.record(space, "Item", parent);
  const waits = pending.find((other) => other.id === parent && other.id !== one.id);
  return there?.threadId ?? (waits ? rootOf(tx, space, pending, waits) : parent);
}

async function isFilling(tx: Reading, me: Id, space: Id): Promise<boolean> {
  const row = await tx.state(space, "Item");
  if (row) return row.filling !== undefined;
  return !(await tx.meta("filled")) || (await tx.record(me, "Membership", space)) !== undefined;
}

/** The threads of a Space, the newest activity first. */
export function threads(reader: Reader, space: Id, limit: number) {
  const { replica, me } = reader;
  const live = replica.observe(async (tx) => {
    const { pending, entries } = await own(tx, reader, space);
    // A thread among the first so many is among the first so many by its beginning, or by its activity.
    const many = limit + 1 + entries.filter((entry) => entry.act === "destroy").length;
    const roots = new Map((await tx.newest(space, "Item", many)).map((item) => [item.id, item]));
    const active = new Map((await tx.newest(space, "Thread", many)).map((thread) => [thread.id, thread]));
    const waiting = new Map<Id, Pending[]>();
    for (const one of pending) {
      const root = await rootOf(tx, space, pending, one);
      waiting.set(root, [...(waiting.get(root) ?? []), one]);
    }
    const rows: Array<ThreadRow & { place: number }> = [];
    for (const id of new Set([...roots.keys(), ...active.keys(), ...waiting.keys()])) {
      const thread = active.get(id) ?? (await tx.record(space, "Thread", id));
      const item = roots.get(id) ?? (await tx.record(space, "Item", id));
      const mine = waiting.get(id) ?? [];
      const below = (thread?.posts ?? 0) > 0 || mine.some((one) => one.id !== id);
      const first = mine.find((one) => one.id === id);
      const root = item
        ? itemWith(item, on(entries, "Item", space, id), me, below)
        : first && pendingView(first, id, me);
      if (!root) continue;
      const replies = (thread?.posts ?? 0) + mine.filter((one) => one.id !== id).length;
      const newest = mine.at(-1);
      const said = thread?.lastAt ?? root.createdAt;
      const lastAt = newest && newest.at > Date.parse(said) ? new Date(newest.at).toISOString() : said;
      // What waits is newer than all that has a place.
      const place = newest ? Infinity : Math.max(thread?.lastSeq ?? 0, root.seq);
      rows.push({ root, ...(thread ? { thread } : {}), lastAt, replies, place });
    }
    rows.sort((a, b) => Date.parse(b.lastAt) - Date.parse(a.lastAt) || compare(b.place, a.place));
    const shownRows = rows.slice(0, limit).map((row): ThreadRow => without(row, "place"));
    return { rows: shownRows, more: rows.length > limit, filling: await isFilling(tx, me, space) };
  });
  return timed(live, reader, ({ rows }) => rows.map(({ root }) => root));
}

const compare = (a: number, b: number) => (a === b ? 0 : a - b);

/** A whole thread. */
export function thread(reader: Reader, space: Id, root: Id): Live<ThreadView> {
  const { replica, me } = reader;
  const live = replica.observe(async (tx): Promise<ThreadView> => {
    const { pending, entries } = await own(tx, reader, space);
    const items = await tx.thread(space, root);
    const waiting: Array<{ one: Pending; view: ItemView }> = [];
    for (const one of pending) {
      if ((await rootOf(tx, space, pending, one)) === root) waiting.push({ one, view: pendingView(one, root, me) });
    }
    const parents = new Set([...items.map((item) => item.parentId), ...waiting.map(({ one }) => one.item.parentId)]);
    const view = (item: Item) => itemWith(item, on(entries, "Item", space, item.id), me, parents.has(item.id));
    const first = items.find((item) => item.id === root);
    const shownRoot = first ? view(first) : waiting.find(({ one }) => one.id === root)?.view;
    const posts = items.filter((item) => item.id !== root).sort((a, b) => a.seq - b.seq);
    const views = posts.map(view).filter((post) => post !== undefined);
    views.push(...waiting.filter(({ one }) => one.id !== root).map((post) => post.view));
    if (shownRoot) return { how: "here", root: shownRoot, posts: views };
    // Deleted here, or the reading has ended without it.
    return { how: first || !(await isFilling(tx, me, space)) ? "gone" : "loading", posts: views };
  });
  return timed(live, reader, (view) => [...(view.root ? [view.root] : []), ...view.posts]);
}

/** One Item. */
export function item(reader: Reader, space: Id, id: Id): Live<ItemView | null> {
  const { replica, me } = reader;
  const live = replica.observe(async (tx) => {
    const { pending, entries } = await own(tx, reader, space);
    const there = await tx.record(space, "Item", id);
    if (there) {
      const below = (await tx.thread(space, there.threadId)).some((other) => other.parentId === id);
      return itemWith(there, on(entries, "Item", space, id), me, below) ?? null;
    }
    const one = pending.find((other) => other.id === id);
    return one ? pendingView(one, await rootOf(tx, space, pending, one), me) : null;
  });
  return timed(live, reader, (view) => (view ? [view] : []));
}

/** Tells anew when the time is over in which one of the Items can be taken back. */
function timed<T>(live: Live<T>, { offset }: Reader, items: (value: T) => ItemView[]): Live<T> {
  return {
    subscribe(told, failed) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stop = () => {};
      const follow = () => {
        stop();
        stop = live.subscribe((value) => {
          clearTimeout(timer);
          told(value);
          const ends = items(value).map(({ waiting }) => (waiting?.how === "undoable" ? waiting.until : undefined));
          const next = Math.min(...ends.filter((end) => end !== undefined));
          // A timer takes no more than 2^31 milliseconds.
          if (next < Infinity) timer = setTimeout(follow, Math.min(next - Date.now() - offset() + 50, 2 ** 31 - 1));
        }, failed);
      };
      follow();
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}
