// What is new in a thread to whoever opens it. Pure.
import type { Id } from "../../generated/types";
import { isNew } from "../../sync";
import type { ItemView } from "../../sync/api";

/** What is new, by how far one had read when the thread was opened. */
export interface News {
  /** All of it, in order. */
  ids: Id[];
  /** The post before which it is said since when; undefined where all of the thread is new, or nothing. */
  first?: ItemView;
}

/** Of a thread, for a person who had read it up to there. */
export function newsOf(root: ItemView, posts: readonly ItemView[], readTo: number, me: Id): News {
  const all = [root, ...posts].filter((item) => isNew(item, readTo, me));
  const first = all[0];
  // Who has begun a thread knows its beginning.
  const known = readTo >= root.seq || root.createdBy === me;
  return { ids: all.map(({ id }) => id), ...(known && first && first !== root && { first }) };
}

/** What is new behind a post, or at first. */
export function nextOf({ ids }: News, order: readonly Id[], at: Id | undefined): Id | undefined {
  const from = at === undefined ? -1 : order.indexOf(at);
  return ids.find((id) => order.indexOf(id) > from);
}
