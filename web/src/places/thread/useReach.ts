// A thread that is not on this device, or of which only a part is, is asked for.
import { useEffect, useState } from "react";
import type { Id } from "../../generated/types";
import type { ThreadView } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";

/** How asking goes: `nothing`: there is no such thing, as far as one may know. `failed`: the server can't be asked now. */
export type Reached = "asking" | "here" | "nothing" | "failed";

/** Whether what is not on this device may still come: it is asked for, or will be. */
export const mayCome = (view: ThreadView | undefined, reached: Reached | undefined): boolean =>
  view?.how === "loading" || (view?.how === "away" && reached !== "failed" && reached !== "nothing");

/** Asks the server for what is missing, whenever there is a connection. Undefined where nothing has to be asked. */
export function useReach(
  space: Id,
  root: Id,
  post: Id | undefined,
  view: ThreadView | undefined,
  member: boolean,
): Reached | undefined {
  const sync = useSync();
  const status = useLive((s) => s.status(), []);
  const here = view?.how === "here" && (!post || post === root || view.posts.some((one) => one.id === post));
  const mayBe = view?.how === "loading" || view?.how === "away" || status?.filling || Boolean(post);
  const wanted = member && view !== undefined && (here ? view.part : mayBe);
  const id = here ? root : (post ?? root);
  const key = `${space} ${id}`;
  const online = status?.connection !== "offline";
  const [last, say] = useState<{ key: string; how: Reached }>();
  useEffect(() => {
    if (!wanted || !online) return;
    say({ key, how: "asking" });
    sync.reach(space, id).then(
      (found) => say({ key, how: found ? "here" : "nothing" }),
      () => say({ key, how: "failed" }),
    );
  }, [sync, space, id, key, wanted, online]);
  const how = last?.key === key ? last.how : undefined;
  if (wanted && !online) return "failed";
  return wanted ? (how ?? "asking") : how;
}
