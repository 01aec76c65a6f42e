// What is fetched for a place: once there is a network, and again when somebody asks for it.
import { useCallback, useEffect, useState } from "react";
import { useLive } from "../../../ui/live";

/** What is there by now. */
export interface Fetched<T> {
  value: T | undefined;
  state: "there" | "coming" | "failed" | "offline";
  again(): void;
}

/** `key` says what it is; "" is nothing. */
export function useFetched<T>(key: string, load: (key: string) => Promise<T>): Fetched<T> {
  const online = useLive((s) => s.status(), [])?.connection === "online";
  const [had, have] = useState<{ key: string; value?: T }>();
  const [round, ask] = useState(0);
  const there = had?.key === key && had.value !== undefined;
  useEffect(() => {
    if (!key || !online || there) return;
    let stale = false;
    have(undefined);
    load(key).then(
      (value) => stale || have({ key, value }),
      () => stale || have({ key }),
    );
    return () => {
      stale = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `there` follows from what this does
  }, [key, online, round, load]);
  const again = useCallback(() => ask((before) => before + 1), []);
  const state = there ? "there" : had?.key === key ? "failed" : online ? "coming" : "offline";
  return { value: there ? had.value : undefined, state, again };
}
