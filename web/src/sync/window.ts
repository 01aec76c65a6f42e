// The window of a Space: what of it is kept on this device while the rest stays at the server. The newest Items are, the
// beginnings of their threads, what one's own records lead to, and threads that were read whole. Works inside a transaction.
import type { Delivery, Draft, Follow, Id, Item, Submission, TypeName, Types } from "../generated/types";
import type { Older, Reading, StateRow, Writing } from "./replica";
import { dateOf } from "./values";

/**
 * So many of the newest Items of a Space come with its first reading: what a busy Space says in some weeks, and all that
 * most ever say. It is four requests, one or two megabytes, and about a second of writing.
 */
export const WINDOW = 2000;

/** For so many of them one Thread, those in which something happened last: the beginning of the list. */
const PER_THREAD = 4;

/** Of what is read in parts: where to go on if the last of a part is destroyed before the next is asked for. */
export const ANCHORS = 8;

/** Whether an account is that of a Space. */
export const isSpace = (account: Id): boolean => account.startsWith("s") || account.startsWith("d");

/** Whether a type of an account may have more at the server than is kept here. */
export const isWindowed = ({ account, type }: Pick<StateRow, "account" | "type">): boolean =>
  isSpace(account) && (type === "Item" || type === "Thread");

/** Records of a type that the first reading brings. */
export const windowOf = (type: TypeName, items: number): number =>
  type === "Thread" ? Math.ceil(items / PER_THREAD) : items;

/** Where the window of a Space ends, by the Items that were read last, the oldest last. */
export function edgeOf(items: readonly Item[]): Pick<Older, "from" | "at" | "anchors"> {
  const oldest = items.toSorted((a, b) => b.seq - a.seq).slice(-ANCHORS);
  const last = oldest.at(-1)!;
  return { from: last.seq, at: Date.parse(dateOf(last)), anchors: oldest.map(({ id }) => id) };
}

/** The place in the account up to which the changes are here; of a paging that goes on, as far as it has come. */
export const upToOf = (state: string | undefined): number => Number(/\d+$/.exec(state ?? "")?.[0] ?? -1);

/**
 * Those of changed Items that are kept: those in the window, those that are here, and those in a thread whose beginning is
 * here. Nothing else that is old is: its thread is in no list, and is read whole when it is opened.
 */
export async function kept(tx: Reading, space: Id, items: Item[]): Promise<Item[]> {
  const older = (await tx.state(space, "Item"))?.older;
  if (!older || items.length === 0) return items;
  const several = (ids: Id[]) => tx.several(space, "Item", ids);
  const here = await several(items.map(({ id }) => id));
  const roots = await several(items.map(({ threadId }) => threadId));
  return items.filter(({ seq }, i) => seq >= older.from || here[i] || roots[i]);
}

/** Has records asked for with the next changes; true if there are any. */
export async function askFor(tx: Writing, account: Id, type: TypeName, ids: readonly Id[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const row: StateRow = (await tx.state(account, type)) ?? { account, type };
  await tx.setState({ ...row, early: [...new Set([...(row.early ?? []), ...ids])] });
  return true;
}

/** Has asked for what Items that have come want and what is not here: beginnings of threads, and Threads. Gives the types. */
export async function askForBeginnings(tx: Writing, space: Id, items: readonly Item[]): Promise<TypeName[]> {
  const from = (await tx.state(space, "Item"))?.older?.from ?? 0;
  const ids = [...new Set(items.map(({ threadId }) => threadId))];
  // Of a beginning in the window all that follows is in it too, and tells by itself that there is a Thread.
  const threaded = new Set(items.filter((item) => item.id !== item.threadId || item.seq < from).map((i) => i.threadId));
  const [roots, threads] = [await tx.several(space, "Item", ids), await tx.several(space, "Thread", ids)];
  const [noRoot, noThread] = [
    ids.filter((_, i) => !roots[i]),
    ids.filter((id, i) => !threads[i] && (threaded.has(id) || !roots[i])),
  ];
  const asked: TypeName[] = [];
  if (await askFor(tx, space, "Item", noRoot)) asked.push("Item");
  if (await askFor(tx, space, "Thread", noThread)) asked.push("Thread");
  return asked;
}

/** The Items that a record of one's own leads to, each with its Space. */
function leadsTo(type: TypeName, record: Types[TypeName]): Array<[space: Id | null | undefined, item: unknown]> {
  if (type === "Delivery") {
    const { spaceId, id, threadId, doneAt } = record as Delivery;
    return doneAt ? [] : [id, threadId].map((one) => [spaceId, one]);
  }
  if (type === "Follow") {
    const { spaceId, threadId, followedAt } = record as Follow;
    return followedAt ? [[spaceId, threadId]] : [];
  }
  if (type !== "Draft" && type !== "Submission") return [];
  const { spaceId } = record as Draft | Submission;
  const item = (record as Draft | Submission).item as Record<string, unknown>;
  const shown = (item["shown"] ?? []) as Array<{ space: Id; thread: Id }>;
  return [
    [spaceId, item["parentId"]],
    [spaceId, item["inAnswerTo"]],
    ...shown.map(({ space, thread }): [Id, Id] => [space, thread]),
  ];
}

/** Has asked for what some of one's own records lead to, where it is older than a window. Gives the Spaces. */
export async function askForLed(tx: Writing, type: TypeName, records: ReadonlyArray<Types[TypeName]>): Promise<Id[]> {
  const wanted = new Map<Id, Set<Id>>();
  for (const [space, item] of records.flatMap((record) => leadsTo(type, record))) {
    if (space && typeof item === "string") wanted.set(space, (wanted.get(space) ?? new Set<Id>()).add(item));
  }
  const asked: Id[] = [];
  for (const [space, ids] of wanted) {
    if (!(await tx.state(space, "Item"))?.older) continue;
    const here = await tx.several(space, "Item", [...ids]);
    if (
      await askFor(
        tx,
        space,
        "Item",
        [...ids].filter((_, i) => !here[i]),
      )
    )
      asked.push(space);
  }
  return asked;
}

/** The same of all that is one's own; for a Space whose first reading has ended. */
export async function askForAllLed(tx: Writing, me: Id): Promise<void> {
  await askForLed(tx, "Delivery", await tx.newest(me, "Delivery", Infinity));
  for (const type of ["Follow", "Draft", "Submission"] as const) await askForLed(tx, type, await tx.records(me, type));
}

/** Whether all of a thread is here. `items`: what of it is. */
export async function isWhole(tx: Reading, space: Id, root: Id, items: readonly Item[]): Promise<boolean> {
  const row = await tx.state(space, "Item");
  if (row?.state !== undefined && !row.older) return true;
  if (row?.older?.whole.includes(root)) return true;
  const thread = await tx.record(space, "Thread", root);
  if (!thread && (await tx.state(space, "Thread"))?.early?.includes(root)) return false;
  const replies = items.filter(({ id }) => id !== root);
  if (replies.filter(({ deleted }) => !deleted).length < (thread?.posts ?? (replies.length > 0 ? Infinity : 0)))
    return false;
  // What was emptied counts for nothing, and something hangs below it.
  const here = new Set(items.map(({ id }) => id));
  return replies.every(({ parentId }) => !parentId || here.has(parentId));
}
