// Says once where one is: things arrive by one's own hours, and the server can't know in which zone these are.
import { useEffect, useRef } from "react";
import type { Person } from "../../generated/types";
import { useLive, useSync } from "../../ui/live";

/** For who has said nothing of hours yet. What he says later is his, and is not touched. */
export function useFirstZone(me: Person | undefined): void {
  const sync = useSync();
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const said = useRef(false);
  const account = sync.workspaceAccount;
  const missing = Boolean(me && !me.rhythm);
  useEffect(() => {
    if (!account || !missing || !online || said.current) return;
    said.current = true;
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    // The server may not know a zone that is new; then it stays UTC until one chooses.
    sync.change(account, "Person", sync.me, "update", { rhythm: { zone } }).catch(() => {});
  }, [account, missing, online, sync]);
}
