// A thread that is not on this device yet is asked for.
import { useEffect } from "react";
import type { Id } from "../../generated/types";
import type { ThreadView } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";

/** Asks the server for what is not on this device yet, once, whenever there is a connection. */
export function useReach(
  space: Id,
  root: Id,
  post: Id | undefined,
  view: ThreadView | undefined,
  member: boolean,
): void {
  const sync = useSync();
  const status = useLive((s) => s.status(), []);
  const here = view?.how === "here" && (!post || post === root || view.posts.some((one) => one.id === post));
  const wanted = member && view !== undefined && !here && (view.how === "loading" || status?.filling || Boolean(post));
  const online = status?.connection !== "offline";
  useEffect(() => {
    if (wanted && online) void sync.reach(space, post ?? root).catch(() => {});
  }, [sync, space, root, post, wanted, online]);
}
