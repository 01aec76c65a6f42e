// What has reached one, what will, and who waits for whom: from the Deliveries and the Items that they are of. Only reads.
import type { Delivery, Id } from "../../generated/types";
import type { ItemView, Live } from "../api";
import { deliveriesWith, itemWith, on, pendingWith, type Pending } from "../overlay";
import { readTo } from "../reading";
import type { Entry, Reading } from "../replica";
import { knownRhythm } from "../rhythm";
import { isFilling, toldAnew, type Reader } from "../views";
import type { InboxRow, InboxView } from "./api";
import { questionOf, withAnswers } from "./question";

/** Of several reasons the first is told. */
const REASONS: ReadonlyArray<Delivery["why"]> = ["asked", "mention", "reply", "direct", "followed", "unasked", "owed"];

/** The Inbox. */
export function inbox({ replica, me, workspace, offset }: Reader): Live<InboxView> {
  const live = replica.observe(async (tx) => {
    const entries = await tx.outbox();
    const now = Date.now() + offset();
    const hours = knownRhythm(workspace ? (await tx.record(workspace, "Person", me))?.rhythm : null);
    const all = deliveriesWith(await tx.records(me, "Delivery"), entries).filter((one) => !one.doneAt);
    const reading = !(await tx.state(me, "Delivery"))?.state && !(await tx.meta("filled"));
    const view: InboxView = { waitsForMe: [], iWaitFor: [], toRead: [], snoozed: [], later: [], next: null, reading };
    const threads = new Map<string, InboxRow>();
    const pending = pendingWith(await tx.records(me, "Submission"), entries, offset());
    for (const delivery of all) {
      // It asked one, and took that back before it had arrived.
      if (delivery.why === "unasked" && !delivery.arrivedAt) continue;
      const item = await itemOf(tx, delivery, pending, entries, me);
      if (!item) {
        view.reading ||= await isFilling(tx, me, delivery.spaceId);
        continue;
      }
      const question = questionOf(item);
      const at = delivery.arrivedAt ? Date.parse(delivery.arrivedAt) : hours.arrival(Date.parse(delivery.createdAt));
      const row = { ...(await described(tx, delivery, item, entries, me)), at, ...(question && { question }) };
      const mine = delivery.why === "asked" && question;
      if (mine && !question.open.includes(me)) continue;
      if (delivery.why === "owed") {
        if (question && question.open.length > 0) view.iWaitFor.push(row);
      } else if (delivery.snoozedUntil && Date.parse(delivery.snoozedUntil) > now) {
        view.snoozed.push({ ...row, at: Date.parse(delivery.snoozedUntil) });
      } else if (at > now) {
        view.later.push(row);
      } else if (mine) {
        view.waitsForMe.push(row);
      } else {
        const key = `${row.space} ${row.thread}`;
        threads.set(key, together(threads.get(key), row));
      }
    }
    view.toRead = [...threads.values()].sort((a, b) => b.at - a.at);
    view.later.sort((a, b) => a.at - b.at);
    view.snoozed.sort((a, b) => a.at - b.at);
    view.waitsForMe.sort(byDate);
    view.iWaitFor.sort(byDate);
    const soon = [...view.later, ...view.snoozed].map((row) => row.at);
    view.next = soon.length > 0 ? Math.min(...soon) : null;
    return view;
  });
  return toldAnew(live, { offset }, (view) => view.next ?? Infinity);
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
  const at = Math.max(one.at, other.at);
  return { ...newest, why, at, ids: [...one.ids, ...other.ids], unread: one.unread || other.unread };
}

async function itemOf(
  tx: Reading,
  { spaceId, id }: Delivery,
  pending: readonly Pending[],
  entries: readonly Entry[],
  me: Id,
) {
  const held = await tx.record(spaceId, "Item", id);
  const item = withAnswers(held && itemWith(held, on(entries, "Item", spaceId, id), me, false), pending, entries, me);
  return item?.deleted ? undefined : item;
}

async function described(
  tx: Reading,
  { spaceId, id, why }: Delivery,
  item: ItemView,
  entries: readonly Entry[],
  me: Id,
) {
  const thread = item.threadId;
  const root = thread === id ? item : await tx.record(spaceId, "Item", thread);
  const read = await readTo(tx, me, thread, entries);
  const title = root?.title || root?.excerpt || null;
  return { id, ids: [id], space: spaceId, thread, why, item, title, unread: item.seq > read };
}
