// The order in which one answers what waits for one. Pure.
import type { Id } from "../../generated/types";

/** Where one is. */
export interface Queue {
  /** The question that is looked at; stays when it is answered, until one goes on. */
  at?: Id;
  /** What comes then. */
  next?: Id;
  /** There is nothing left but what was skipped. */
  ended: boolean;
}

/** `asked`: what waits for one now, in order; `at` undefined: not begun; `passed`: what one has gone on from. */
export function queueOf(asked: readonly Id[], at: Id | null | undefined, passed: ReadonlySet<Id>): Queue {
  const left = asked.filter((id) => !passed.has(id));
  const here = at === undefined ? left[0] : (at ?? undefined);
  const next = left.find((id) => id !== here);
  return { ...(here && { at: here }), ...(next && { next }), ended: here === undefined };
}
