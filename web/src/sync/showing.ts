// Drafts that are shown to somebody before they leave: what is shown is sent in the conversation with that person, and the
// draft stays a draft. Works inside a transaction.
import type { Id, UTCDate } from "../generated/types";
import type { NewItem } from "./api";
import { draftsWith, on } from "./overlay";
import type { Reading, Writing } from "./replica";
import { isFilling, own, type Reader } from "./views";

/** That a draft was shown to somebody before it left. A draft holds them in its `item`, the newest last. */
export interface Shown {
  person: Id;
  /** The conversation, and the thread in it that all showings of the draft to that person are in. */
  space: Id;
  thread: Id;
  /** What was sent there: the thread itself, or a reply in it. */
  item: Id;
  at: UTCDate;
}

/** So many showings of one draft are remembered, and of so many drafts that were sent. */
const MOST = 20;

/** To whom a draft was shown, as its `item` tells. */
export function shownOf(item: Record<string, unknown>): Shown[] {
  return Array.isArray(item["shown"]) ? (item["shown"] as Shown[]) : [];
}

/** With one more. */
export const withShown = (before: readonly Shown[], one: Shown): Shown[] => [...before, one].slice(-MOST);

/** What is known of a draft by now: another tab may have shown it since. */
export async function knownOf(tx: Reading, me: Id, id: Id, item: NewItem): Promise<Shown[]> {
  const held = await tx.record(me, "Draft", id);
  const [draft] = draftsWith(held ? [held] : [], on(await tx.outbox(), "Draft", me, id));
  const known = draft ? shownOf(draft.item) : [];
  const here = shownOf(item);
  return [...known, ...here.filter((one) => !known.some((other) => other.item === one.item))];
}

/** The thread in which a person has seen it before; undefined if there is none any more. */
export async function threadWith(
  tx: Reading,
  reader: Reader,
  shown: readonly Shown[],
  person: Id,
): Promise<Id | undefined> {
  const last = shown.findLast((one) => one.person === person);
  if (!last) return undefined;
  const { pending, entries } = await own(tx, reader, last.space);
  if (entries.some(({ act, recordId, how }) => act === "destroy" && recordId === last.thread && how !== "refused")) {
    return undefined;
  }
  const root = await tx.record(last.space, "Item", last.thread);
  if (root) return root.deleted ? undefined : last.thread;
  const waits = pending.some(({ id, waiting }) => id === last.thread && waiting.how !== "refused");
  return waits || (await isFilling(tx, reader.me, last.space)) ? last.thread : undefined;
}

/** Remembers it of what is sent. */
export async function rememberShown(tx: Writing, id: Id, item: NewItem): Promise<void> {
  const shown = shownOf(item);
  if (shown.length === 0) return;
  await tx.setMeta("shown", [...((await tx.meta("shown")) ?? []), { id, shown }].slice(-MOST));
}

/** What comes back to the drafts, with what is remembered of it. */
export async function withRemembered(tx: Reading, id: Id, item: NewItem): Promise<NewItem> {
  const known = (await tx.meta("shown"))?.find((one) => one.id === id);
  return known ? { ...item, shown: known.shown } : item;
}
