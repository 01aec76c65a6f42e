// Old links: where a thread or a post is that is no longer where its address says. Answered on this device where that is
// enough, else by the server.
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import { useLive, useSync } from "../../ui/live";
import { pathOf, type Moved } from "./desk";

/**
 * Looks for these, one after the other, while there are any; leads to the first that is elsewhere. `whole`: nothing of the
 * thread is here any more. True while it looks.
 */
export function useElsewhere(space: Id, root: Id, wanted: readonly Id[], whole = false): boolean {
  const sync = useSync();
  const [, navigate] = useLocation();
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const key = wanted.length > 0 ? [space, root, ...wanted].join(" ") : "";
  const [looked, done] = useState("");
  useEffect(() => {
    if (!key || !online) return undefined;
    let over = false;
    const look = async () => {
      for (const id of key.split(" ").slice(2)) {
        const found = await sync.whereIs(space, id);
        if (over) return;
        if (!found || (found.spaceId === space && found.threadId === root)) continue;
        const moved: Moved = { space, root, whole };
        const path = pathOf(found.spaceId, { id: found.itemId, threadId: found.threadId });
        return navigate(path, { replace: true, state: { moved } });
      }
      done(key);
    };
    look().catch(() => !over && done(key));
    return () => {
      over = true;
    };
  }, [sync, space, root, key, whole, online, navigate]);
  return key !== "" && online && looked !== key;
}
