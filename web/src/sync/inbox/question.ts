// What an Item asks and who has answered it, also with an answer that waits on this device. Pure.
import type { Id } from "../../generated/types";
import type { ItemView } from "../api";
import type { Pending } from "../overlay";
import type { Entry } from "../replica";
import type { Question } from "./api";

/** Whom an Item asks, those for whom a group stands among them; its author does not ask himself by being in one. */
export function askedBy({ expects, groups, createdBy }: Pick<ItemView, "expects" | "groups" | "createdBy">): Id[] {
  const of = (id: Id) => (id.startsWith("g") ? (groups[id] ?? []).filter((person) => person !== createdBy) : [id]);
  return [...new Set((expects?.of ?? []).flatMap(of))];
}

/** What an Item asks, and who has answered; undefined if it asks nothing. */
export function questionOf(item: ItemView): Question | undefined {
  if (!item.expects || item.deleted) return undefined;
  const of = askedBy(item);
  const anyOne = item.expects.anyOne === true;
  const { what, by } = item.expects;
  return {
    what,
    by: by ?? item.closesAt ?? null,
    of,
    anyOne,
    open: item.closed ? [] : openOf(item, of, anyOne),
    item: item.id,
  };
}

function openOf({ answers, takenBy, passedOver }: ItemView, of: Id[], anyOne: boolean): Id[] {
  // Whom it would reach too late it does not ask.
  if (!anyOne) return of.filter((person) => !answers[person] && !passedOver?.includes(person));
  if (Object.keys(answers).length > 0) return [];
  const takers = of.filter((person) => takenBy?.[person]);
  return takers.length > 0 ? takers : of;
}

/** A vote is written down as an answer with it, and goes with it. */
function withVote(item: ItemView, me: Id): ItemView {
  const vote = item.votes?.[me];
  const counts = vote !== undefined && !vote.for && askedBy(item).includes(me);
  if (counts === Boolean(item.answers[me])) return item;
  const { [me]: _, ...others } = item.answers;
  const at = vote?.at ?? item.createdAt;
  return { ...item, answers: counts ? { ...others, [me]: { itemId: null, at } } : others };
}

/**
 * The Item with one's own answer that is on its way, and without answers that one is deleting: the server writes both
 * down in the same moment as the post.
 */
export function withAnswers(
  item: ItemView | undefined,
  pending: readonly Pending[],
  entries: readonly Entry[],
  me: Id,
): ItemView | undefined {
  if (!item?.expects) return item;
  if (item.votes) return withVote(item, me);
  const deleted = entries.filter(({ type, act, how }) => type === "Item" && act === "destroy" && how !== "refused");
  const gone = new Set<unknown>(deleted.map(({ recordId }) => recordId));
  const mine = pending.findLast((one) => one.item.inAnswerTo === item.id && one.waiting.how !== "refused");
  const counts = mine && askedBy(item).includes(me);
  const kept = Object.entries(item.answers).filter(([, answer]) => !gone.has(answer.itemId));
  if (!counts && kept.length === Object.keys(item.answers).length) return item;
  const answers = Object.fromEntries(kept);
  if (counts) answers[me] = { itemId: mine.id, at: new Date(mine.at).toISOString() };
  return { ...item, answers };
}
