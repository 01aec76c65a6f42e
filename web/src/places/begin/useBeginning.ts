// A new workspace begins with three threads to try things on, in the Space that it has from the first.
import { useEffect } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import type { Sync } from "../../sync";
import { useT, type Say } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";

const KEY = "meanwhile-begin";
const HOURS = "/hours";

/** Whoever comes in next on this device is the first of all. */
export function willBegin(): void {
  try {
    localStorage.setItem(KEY, "yes");
  } catch {
    // Then it begins empty.
  }
}

/** Writes them, once, and goes there. */
export function useBeginning(): void {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const space = useLive((s) => s.memberships(), [])?.[0]?.id;
  useEffect(() => {
    if (!space || !begins()) return;
    void begin(sync, space, t).then(() => {
      // Whoever goes to say his hours first finds them afterwards.
      if (window.location.pathname !== HOURS) navigate(`/s/${space}`, { replace: true });
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once it is known where
  }, [sync, space]);
}

/** True the first time that it is asked. */
function begins(): boolean {
  try {
    const held = localStorage.getItem(KEY) !== null;
    localStorage.removeItem(KEY);
    return held;
  } catch {
    return false;
  }
}

async function begin(sync: Sync, space: Id, t: Say): Promise<void> {
  const ids: Id[] = [];
  // The last stands first.
  for (const which of ["find", "ask", "hours"] as const) {
    const item = { kind: "topic", title: t(`begin.${which}.title`), text: t(`begin.${which}.text`) };
    ids.push(await sync.send(space, item, { undoSeconds: 0 }));
  }
  await sync.saveSettings({ tryOn: ids });
}
