// What was being written when the page went, before it could be kept: a page that goes has no time to wait for anything,
// so it lies where it can be put at once, until the app is opened again.
import { useEffect } from "react";
import type { Id } from "../../generated/types";
import type { NewItem } from "../../sync/api";
import { useSync } from "../live";

const PREFIX = "meanwhile-leaving/";

/** A draft as it stood. */
interface Leaving {
  id: Id;
  spaceId: Id;
  item: NewItem;
}

const keyOf = (me: Id, id: Id) => `${PREFIX}${me}/${id}`;

/** Puts it there. */
export function putDown(me: Id, draft: Leaving): void {
  try {
    localStorage.setItem(keyOf(me, draft.id), JSON.stringify(draft));
  } catch {
    // Without storage, or without room: then only what was kept before is there.
  }
}

/** It is kept now. */
export function pickedUp(me: Id, id: Id): void {
  try {
    localStorage.removeItem(keyOf(me, id));
  } catch {
    // There is nothing then.
  }
}

/** Nothing of anybody stays on this device. */
export function forgetLeaving(): void {
  for (const key of keys("")) localStorage.removeItem(key);
}

/** Keeps as drafts what a page before had no time for. */
export function useLeaving(): void {
  const sync = useSync();
  useEffect(() => {
    for (const key of keys(sync.me)) {
      const draft = read(key);
      const kept = draft ? sync.saveDraft(draft) : Promise.resolve();
      void kept.then(() => localStorage.removeItem(key)).catch(() => {});
    }
  }, [sync]);
}

function keys(me: Id | ""): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(me ? `${PREFIX}${me}/` : PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): Leaving | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Leaving | null;
  } catch {
    return null;
  }
}
