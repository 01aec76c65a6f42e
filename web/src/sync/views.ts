// The live reads: the server's records with what waits laid over them, as screens want them. Only reads.
import type { Draft, Follow, Id, Item, SavedSearch, Settings } from "../generated/types";
import type { ImportView, ItemView, Live, OutboxEntry, Status, ThreadView } from "./api";
import { followId } from "./ids";
import { withAnswers } from "./inbox/question";
import {
  draftsWith,
  followsWith,
  itemWith,
  on,
  pendingView,
  pendingWith,
  importsWith,
  searchesWith,
  settingsWith,
  type Pending,
} from "./overlay";
import { readTo } from "./reading";
import type { Entry, Reading, Replica } from "./replica";
import { missing } from "./uploads";
import { isWhole } from "./window";

/** Whose replica it is, and what the clock of the server says. */
export interface Reader {
  replica: Replica;
  me: Id;
  /** Null for guests. */
  workspace: Id | null;
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

/** Large files that are going up, and how many bytes of each are there. What was refused goes nowhere. */
export function uploads({ replica }: Reader): Live<Record<string, number>> {
  return replica.observe(async (tx) => {
    const going = Object.entries((await tx.meta("uploads")) ?? {});
    if (going.length === 0) return {};
    const leaving = (await tx.outbox()).filter((entry) => entry.how !== "refused");
    const named = new Set(leaving.flatMap((entry) => missing(entry, true) ?? []));
    return Object.fromEntries(going.filter(([localId]) => named.has(localId)).map(([id, { sent }]) => [id, sent]));
  });
}

/** What is in the outbox, as everybody may see it. */
export function outbox({ replica }: Reader): Live<OutboxEntry[]> {
  return replica.observe(async (tx) => (await tx.outbox()).map(shown));
}

function shown({ id, account, type, recordId, act, value, at, how, reason }: Entry): OutboxEntry {
  return { id, account, type, recordId, act, value, at, how, reason };
}

/** One's drafts, those last touched first. */
export function drafts({ replica, me }: Reader): Live<Draft[]> {
  const touched = ({ editedAt, createdAt }: Draft) => Date.parse(editedAt ?? createdAt);
  return replica.observe(async (tx) => {
    const all = draftsWith(await tx.records(me, "Draft"), await tx.outbox());
    return all.sort((a, b) => touched(b) - touched(a));
  });
}

/** One's saved searches, by name. */
export function savedSearches({ replica, me }: Reader): Live<SavedSearch[]> {
  return replica.observe(async (tx) => {
    const all = searchesWith(await tx.records(me, "SavedSearch"), await tx.outbox());
    return all.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  });
}

/** What one brings in, the newest first. */
export function imports({ replica, me }: Reader): Live<ImportView[]> {
  return replica.observe(async (tx) => importsWith(await tx.records(me, "Import"), await tx.outbox()));
}

/** One's settings. */
export function settings({ replica, me }: Reader): Live<Settings | undefined> {
  return replica.observe(async (tx) => settingsWith(await tx.record(me, "Settings", me), await tx.outbox(), me));
}

/** What one wants to hear of a thread or a Space. */
export function wish({ replica, me }: Reader, of: Id): Live<Follow | null> {
  const id = followId(of);
  return replica.observe(async (tx) => {
    const held = await tx.record(me, "Follow", id);
    return followsWith(held ? [held] : [], await tx.outbox())[id] ?? null;
  });
}

/** What is mine and on its way to a Space, and the commands on what is there. */
export async function own(
  tx: Reading,
  { me, offset }: Reader,
  space: Id,
): Promise<{ pending: Pending[]; entries: Entry[] }> {
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
export async function rootOf(tx: Reading, space: Id, pending: Pending[], one: Pending): Promise<Id> {
  const parent = one.item.parentId;
  if (!parent) return one.id;
  const there = await tx.record(space, "Item", parent);
  const waits = pending.find((other) => other.id === parent && other.id !== one.id);
  return there?.threadId ?? (waits ? rootOf(tx, space, pending, waits) : parent);
}

/** Whether Items of a Space that one is in may still come by the first reading. */
export async function isFilling(tx: Reading, me: Id, space: Id): Promise<boolean> {
  const row = await tx.state(space, "Item");
  if (row?.state !== undefined) return false;
  return !(await tx.meta("filled")) || (await tx.record(me, "Membership", space)) !== undefined;
}

/** How it stands with something of a Space that is not here. */
async function missingHow(tx: Reading, me: Id, space: Id): Promise<ThreadView["how"]> {
  if (await isFilling(tx, me, space)) return "loading";
  return (await tx.state(space, "Item"))?.older ? "away" : "gone";
}

/** A whole thread, as far as it is here. */
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
    const view = (item: Item) => {
      const held = itemWith(item, on(entries, "Item", space, item.id), me, parents.has(item.id));
      return withAnswers(held, pending, entries, me);
    };
    const first = items.find((item) => item.id === root);
    const shownRoot = first ? view(first) : waiting.find(({ one }) => one.id === root)?.view;
    const posts = items.filter((item) => item.id !== root).sort((a, b) => a.seq - b.seq);
    const views = posts.map(view).filter((post) => post !== undefined);
    views.push(...waiting.filter(({ one }) => one.id !== root).map((post) => post.view));
    const moving = Boolean((await tx.record(space, "Thread", root))?.movedAt);
    const read = await readTo(tx, me, root, await tx.outbox());
    if (shownRoot) {
      const part = !(await isWhole(tx, space, root, items));
      const said = { ...(part && { part }), ...(moving && { moving }) };
      return { how: "here", root: shownRoot, posts: views, readTo: read, ...said };
    }
    return { how: first ? "gone" : await missingHow(tx, me, space), posts: views, readTo: read };
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
      return withAnswers(itemWith(there, on(entries, "Item", space, id), me, below), pending, entries, me) ?? null;
    }
    const one = pending.find((other) => other.id === id);
    return one ? pendingView(one, await rootOf(tx, space, pending, one), me) : null;
  });
  return timed(live, reader, (view) => (view ? [view] : []));
}

/** Tells anew when the time is over in which one of the Items can be taken back. */
export function timed<T>(live: Live<T>, reader: Reader, items: (value: T) => ItemView[]): Live<T> {
  return toldAnew(live, reader, (value) => {
    const ends = items(value).map(({ waiting }) => waiting?.until);
    return Math.min(...ends.filter((end) => end !== undefined));
  });
}

/** Tells anew when an instant has come, in ms of the server's clock: that which a value names as its next, or Infinity. */
export function toldAnew<T>(live: Live<T>, { offset }: Pick<Reader, "offset">, next: (value: T) => number): Live<T> {
  return {
    subscribe(told, failed) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stop = () => {};
      const follow = () => {
        stop();
        stop = live.subscribe((value) => {
          clearTimeout(timer);
          told(value);
          const at = next(value);
          // A timer takes no more than 2^31 milliseconds.
          if (at < Infinity) timer = setTimeout(follow, Math.min(at - Date.now() - offset() + 50, 2 ** 31 - 1));
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

/** What was called urgent in a Space since an instant, the newest at first; as far as it is here. */
export function urgent(reader: Reader, space: Id, since: number): Live<ItemView[]> {
  const { replica, me } = reader;
  return replica.observe(async (tx): Promise<ItemView[]> => {
    const { entries } = await own(tx, reader, space);
    const here = (await tx.records(space, "Item")).filter(
      (item) => item.urgent && !item.deleted && Date.parse(item.receivedAt) >= since,
    );
    const views = here.map((item) => itemWith(item, on(entries, "Item", space, item.id), me, false));
    return views.filter((item) => item !== undefined).sort((a, b) => b.seq - a.seq);
  });
}
