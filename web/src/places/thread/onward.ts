// Where something is new beside an open thread: in its Space, and in the Inbox, first where one comes from.
import type { Id } from "../../generated/types";
import { now } from "../../sync";
import type { Sync } from "../../sync/api";
import { lastList } from "../shell/trail";

/** A thread to go on with. */
export interface Onward {
  path: string;
  title: string | null;
}

/** The next thread with something new; undefined: there is none. */
export async function onward(sync: Sync, space: Id, root: Id): Promise<Onward | undefined> {
  const [inSpace, inbox] = await Promise.all([sync.news(space), now(sync.inbox())]);
  const here = inSpace.find(({ id }) => id !== root);
  const arrived = [...inbox.waitsForMe, ...inbox.toRead].find((row) => row.unread && row.thread !== root);
  const one = here && { path: `/s/${space}/t/${here.id}`, title: here.title };
  const other = arrived && { path: `/s/${arrived.space}/t/${arrived.thread}`, title: arrived.title };
  return /^\/(inbox.*)?$/.test(lastList() ?? "") ? (other ?? one) : (one ?? other);
}
