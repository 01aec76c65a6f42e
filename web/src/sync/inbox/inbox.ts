// What has reached one, what will, and who waits for whom: from the Deliveries and the Items that they are of. Only reads.
import type { Cursor, Delivery, Id, Item } from "../../generated/types";
import type { ItemView, Live } from "../api";
import { cursorWith, deliveriesWith, itemWith, on, pendingWith, type Pending } from "../overlay";
import { upTo } from "../reading";
import type { Entry, Reading } from "../replica";
import { knownRhythm, type Rhythm } from "../rhythm";
import { isFilling, toldAnew, type Reader } from "../views";
import type { CoveredElsewhere, InboxRow, InboxView } from "./api";
import { questionOf, withAnswers } from "./question";

/** Of several reasons the first is told. */
const REASONS: ReadonlyArray<Delivery["why"]> = [
  "asked",
  "decision",
  "covering",
  "mention",
  "reply",
  "direct",
  "followed",
  "unasked",
  "owed",
];

/** The Inbox. */
export function inbox({ replica, me, workspace, offset }: Reader): Live<InboxView> {
  const live = replica.observe(async (tx) => {
    const entries = await tx.outbox();
    const now = Date.now() + offset();
    const hours = knownRhythm(workspace ? (await tx.record(workspace, "Person", me))?.rhythm : null);
    const all = await undone(tx, me, entries);
    const reading = !(await tx.state(me, "Delivery"))?.state && !(await tx.meta("filled"));
    const view: InboxView = {
      waitsForMe: [],
      iWaitFor: [],
      toRead: [],
      elsewhere: [],
      snoozed: [],
      later: [],
      closed: [],
      next: null,
      reading,
    };
    const threads = new Map<string, InboxRow>();
    const pending = pendingWith(await tx.records(me, "Submission"), entries, offset());
    const beside = await besideOf(tx, me, all);
    const missing: Delivery[] = [];
    /** When comes what is told without its Item. */
    const later: number[] = [];
    for (const delivery of all) {
      // It asked one, and took that back before it had arrived.
      if (delivery.why === "unasked" && !delivery.arrivedAt) continue;
      if (delivery.spaceId === me) {
        const elsewhere = coveredElsewhere(delivery, hours);
        if (elsewhere.at <= now) view.elsewhere.push(elsewhere);
        else later.push(elsewhere.at);
        continue;
      }
      const item = itemOf(beside, delivery, pending, entries, me);
      if (!item) {
        missing.push(delivery);
        continue;
      }
      const question = questionOf(item);
      const at = delivery.arrivedAt ? Date.parse(delivery.arrivedAt) : hours.arrival(Date.parse(delivery.createdAt));
      const row = { ...described(beside, delivery, item, entries), at, ...(question && { question }) };
      const mine = delivery.why === "asked" && question;
      if (mine && !question.open.includes(me)) {
        if (item.closed && !item.answers[me]) view.closed.push({ ...row, at: Date.parse(item.closed.at) });
        // Another one takes it, or has answered for all: one is told, and has nothing to do.
        const told = question.anyOne && !item.closed && !item.answers[me] && question.of.includes(me);
        if (!told || at > now) continue;
      }
      // Whom one stands in for has answered, or is not asked any more.
      if (delivery.why === "covering" && !question?.open.includes(delivery.covers ?? me)) continue;
      if (delivery.why === "owed") {
        const others = question?.open.filter((person) => person !== me) ?? [];
        if (question && others.length > 0) view.iWaitFor.push({ ...row, question: { ...question, open: others } });
        // Who asks everyone is asked too.
        if (question?.open.includes(me)) view.waitsForMe.push({ ...row, why: "asked" });
      } else if (delivery.snoozedUntil && Date.parse(delivery.snoozedUntil) > now) {
        view.snoozed.push({ ...row, at: Date.parse(delivery.snoozedUntil) });
      } else if (at > now) {
        view.later.push(row);
      } else if (mine && question.open.includes(me)) {
        view.waitsForMe.push(row);
      } else {
        const key = `${row.space} ${row.thread}`;
        threads.set(key, together(threads.get(key), row));
      }
    }
    for (const one of missing) view.reading ||= await mayCome(tx, me, one);
    view.toRead = [...threads.values()].sort((a, b) => b.at - a.at);
    view.later.sort((a, b) => a.at - b.at);
    view.snoozed.sort((a, b) => a.at - b.at);
    view.waitsForMe.sort(byDate);
    view.iWaitFor.sort(byDate);
    const soon = [...later, ...[...view.later, ...view.snoozed].map((row) => row.at)];
    view.next = soon.length > 0 ? Math.min(...soon) : null;
    return view;
  });
  return toldAnew(live, { offset }, (view) => view.next ?? Infinity);
}

function coveredElsewhere({ id, covers, by, arrivedAt, createdAt }: Delivery, hours: Rhythm): CoveredElsewhere {
  const at = arrivedAt ? Date.parse(arrivedAt) : hours.arrival(Date.parse(createdAt));
  return { id, covers: covers ?? "", by: by ?? null, at };
}

/** Whether what a Delivery is of is still on its way to this device. */
async function mayCome(tx: Reading, me: Id, { spaceId, id }: Delivery): Promise<boolean> {
  return (await isFilling(tx, me, spaceId)) || Boolean((await tx.state(spaceId, "Item"))?.early?.includes(id));
}

/** What is due first comes first, then what has no date, the oldest first. */
function byDate(a: InboxRow, b: InboxRow): number {
  const due = ({ question }: InboxRow) => (question?.by ? Date.parse(question.by) : Infinity);
  return due(a) === due(b) ? a.at - b.at : due(a) - due(b);
}

/** What arrived of one thread is one row: the newest of it, for the best reason. */
function together(one: InboxRow | undefined, other: InboxRow): InboxRow {
  if (!one) return other;
  const newest = one.item.seq > other.item.seq ? one : other;
  const why = REASONS.find((reason) => reason === one.why || reason === other.why) ?? newest.why;
  const covers = one.covers ?? other.covers;
  const at = Math.max(one.at, other.at);
  return {
    ...newest,
    why,
    ...(covers && { covers }),
    at,
    ids: [...one.ids, ...other.ids],
    unread: one.unread || other.unread,
  };
}

/** All that one is not done with, with what waits. What is done is not read: in time there is much of it. */
async function undone(tx: Reading, me: Id, entries: readonly Entry[]): Promise<Delivery[]> {
  const listed = await tx.newest(me, "Delivery", Infinity);
  const ids = new Set(listed.map(({ id }) => id));
  // What is taken back from among the done, as far as it is not said yet.
  const waits = entries.filter(({ type, recordId }) => type === "Delivery" && !ids.has(recordId));
  const back = await tx.several(
    me,
    "Delivery",
    waits.map(({ recordId }) => recordId),
  );
  const all = deliveriesWith([...listed, ...back.filter((one) => one !== undefined)], entries);
  return all.filter((one) => !one.doneAt).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What Deliveries are of. */
interface Beside {
  item(space: Id, id: Id): Item | undefined;
  /** How far one has read a thread. */
  cursor(thread: Id): Cursor | undefined;
}

async function besideOf(tx: Reading, me: Id, all: readonly Delivery[]): Promise<Beside> {
  const items = new Map<string, Item>();
  const cursors = new Map<Id, Cursor>();
  const take = async (space: Id, ids: readonly Id[]) => {
    for (const item of await tx.several(space, "Item", ids)) if (item) items.set(`${space} ${item.id}`, item);
  };
  for (const space of new Set(all.map(({ spaceId }) => spaceId))) {
    const here = all.filter(({ spaceId }) => spaceId === space);
    await take(space, [...new Set(here.flatMap(({ id, threadId }) => [id, threadId]))]);
    // A thread may be a part of another one by now.
    const roots = here.map(({ id }) => items.get(`${space} ${id}`)?.threadId).filter((id) => id !== undefined);
    const others = new Set(roots.filter((id) => !items.has(`${space} ${id}`)));
    if (others.size > 0) await take(space, [...others]);
  }
  const threads = new Set([...items.values()].map(({ threadId }) => threadId));
  for (const cursor of await tx.several(me, "Cursor", [...threads])) if (cursor) cursors.set(cursor.id, cursor);
  return { item: (space, id) => items.get(`${space} ${id}`), cursor: (thread) => cursors.get(thread) };
}

function itemOf(
  beside: Beside,
  { spaceId, id }: Delivery,
  pending: readonly Pending[],
  entries: readonly Entry[],
  me: Id,
): ItemView | undefined {
  const held = beside.item(spaceId, id);
  const item = withAnswers(held && itemWith(held, on(entries, "Item", spaceId, id), me, false), pending, entries, me);
  return item?.deleted ? undefined : item;
}

function described(
  beside: Beside,
  { spaceId, id, why, covers, remindedAt }: Delivery,
  item: ItemView,
  entries: readonly Entry[],
) {
  const thread = item.threadId;
  const root = thread === id ? item : beside.item(spaceId, thread);
  const read = upTo(cursorWith(beside.cursor(thread), entries, thread));
  const title = root?.title || root?.excerpt || null;
  return {
    id,
    ids: [id],
    space: spaceId,
    thread,
    why,
    ...(covers && { covers }),
    ...(remindedAt && { reminder: true as const }),
    item,
    title,
    unread: item.seq > read,
  };
}
