// Says once when things may reach one: what one has agreed to when one came in, else where one is, since the server can't know
// in which zone one's hours are.
import { useEffect, useRef, useState } from "react";
import type { Person } from "../../generated/types";
import { Offline, Refusal } from "../../sync";
import { dropFirstHours, keptFirstHours } from "../../ui/firstHours";
import { useLive, useSync } from "../../ui/live";

/** Milliseconds until it is tried again, by which time more is known here. */
const SOON = 1000;

/** For who has said nothing of hours yet. What he says later is his, and is not touched. */
export function useFirstZone(me: Person | undefined): void {
  const sync = useSync();
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const said = useRef(false);
  const [turn, again] = useState({});
  const account = sync.workspaceAccount;
  const missing = Boolean(me && !me.rhythm);
  const there = Boolean(me?.rhythm);
  useEffect(() => {
    // Also where an admin had said them before.
    if (there) dropFirstHours();
  }, [there]);
  useEffect(() => {
    if (!account || !missing || !online || said.current) return;
    said.current = true;
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    const rhythm = keptFirstHours(sync.me) ?? { zone };
    let timer = 0;
    // Not over what somebody else has said meanwhile, of which this device does not know yet.
    sync.change(account, "Person", sync.me, "update", { rhythm }, true).catch((error: unknown) => {
      const behind = error instanceof Refusal && error.type === "stateMismatch";
      // The server may also not know a zone that is new: then it stays UTC until one chooses.
      if (!behind && !(error instanceof Offline)) return dropFirstHours();
      said.current = false;
      if (behind) timer = window.setTimeout(() => again({}), SOON);
    });
    return () => window.clearTimeout(timer);
  }, [account, missing, online, sync, turn]);
}
