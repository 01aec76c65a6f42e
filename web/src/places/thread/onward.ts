// Where something is new beside an open thread: in its Space, and in the Inbox, first where one comes from.
import type { Id } from "../../generated/types";
import type { Sync } from "../../sync/api";
import { now } from "../../sync";
import { lastList } from "../shell/trail";

/** The path of the next thread with something new; undefined: there is none. */
export async function onward(sync: Sync, space: Id, root: Id): Promise<string | undefined> {
  const [inSpace, inbox] = await Promise.all([sync.news(space), now(sync.inbox())]);
  const here = inSpace.filter((id) => id !== root).map((id) => `/s/${space}/t/${id}`);
  const arrived = [...inbox.waitsForMe, ...inbox.toRead]
    .filter((row) => row.unread && row.thread !== root)
    .map((row) => `/s/${row.space}/t/${row.thread}`);
  return /^\/(inbox.*)?$/.test(lastList() ?? "") ? (arrived[0] ?? here[0]) : (here[0] ?? arrived[0]);
}
