// Threads that go elsewhere: asks the server to move them, and where something is that has gone. How far a move is tells
// the Move record, which comes as all others do.
import type { Id, Move } from "../generated/types";
import { Refusal } from "./api";
import { granted, type Json } from "./jmap";
import type { Ask } from "./reach";

/** What is to be elsewhere, and where; `id` makes it the same wish when it is asked for again. */
export interface MoveWish {
  id: Id;
  spaceId: Id;
  /** The root of a thread, or a post: with all below it. */
  itemId: Id;
  toSpaceId: Id;
  /** Into this thread; else a thread of its own, which for a post needs a `title`. */
  toThreadId?: Id;
  title?: string;
}

/** Where something is that is not where a link says. */
export interface Whereabouts {
  spaceId: Id;
  threadId: Id;
  itemId: Id;
}

type Faults = Record<Id, Json> | null | undefined;

/** Moves of one request. */
const PAGE = 200;

/** Asks for all of them, in order; throws the first refusal. What was asked for before is not moved twice. */
export async function moveAll(ask: Ask, me: Id, wishes: readonly MoveWish[]): Promise<void> {
  for (let from = 0; from < wishes.length; from += PAGE) {
    const some = wishes.slice(from, from + PAGE);
    const answers = await ask(some.map(({ id, ...move }) => ["Move/set", { accountId: me, create: { [id]: move } }]));
    const refused = answers.map((answer, i) => (granted(answer)["notCreated"] as Faults)?.[some[i]!.id]);
    const fault = refused.find((one) => one !== undefined);
    if (fault) throw new Refusal(String(fault["type"]), String(fault["description"] ?? fault["type"]));
  }
}

/** Null: nowhere, as far as one may know. */
export async function whereIs(ask: Ask, me: Id, space: Id, item: Id): Promise<Whereabouts | null> {
  const [answer] = await ask([["Moved/get", { accountId: me, ids: [`${space}-${item}`] }]]);
  const [found] = granted(answer)["list"] as Whereabouts[];
  return found ? { spaceId: found.spaceId, threadId: found.threadId, itemId: found.itemId } : null;
}

/** The thread that is made for a post which is to be one of its own: known before it is asked for. */
export const threadOf = (move: Pick<Move, "id">): Id => `i${move.id.slice(1)}`;
