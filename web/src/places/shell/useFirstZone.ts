// Says once when things may reach one: what one has agreed to when one came in, else where one is, since the server can't know
// in which zone one's hours are.
import { useEffect, useRef } from "react";
import type { Person } from "../../generated/types";
import { Offline } from "../../sync";
import { dropFirstHours, keptFirstHours } from "../../ui/firstHours";
import { useLive, useSync } from "../../ui/live";

/** For who has said nothing of hours yet. What he says later is his, and is not touched. */
export function useFirstZone(me: Person | undefined): void {
  const sync = useSync();
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const said = useRef(false);
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
    sync.change(account, "Person", sync.me, "update", { rhythm }).catch((error: unknown) => {
      // What could not be asked is asked again; the server may also not know a zone that is new: then it stays UTC until
      // one chooses.
      if (error instanceof Offline) said.current = false;
      else dropFirstHours();
    });
  }, [account, missing, online, sync]);
}
