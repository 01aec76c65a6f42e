// The workspace that the screens below show, and React's way to follow its live values.
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from "react";
import type { Live, Sync } from "../sync/api";
import { useTick } from "./clock";

const Context = createContext<Sync | null>(null);

/** Gives the workspace to the screens below. */
export function SyncProvider({ sync, children }: { sync: Sync; children: ReactNode }): ReactElement {
  return <Context.Provider value={sync}>{children}</Context.Provider>;
}

/** The workspace. */
export function useSync(): Sync {
  const sync = useContext(Context);
  if (!sync) throw new Error("no workspace above this component");
  return sync;
}

/**
 * The newest value of what `of` gives, and undefined before the first; at once where somebody else follows the same. `of`
 * is asked again when `keys` change.
 */
export function useLive<T>(of: (sync: Sync) => Live<T>, keys: readonly unknown[]): T | undefined {
  const sync = useSync();
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const live = useMemo(() => of(sync), [sync, ...keys]);
  const [held, hold] = useState<{ live: Live<T>; value: T } | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const value = held?.live === live ? held.value : live.current;
  const drawn = useRef(value);
  useEffect(() => {
    drawn.current = value;
  });
  useEffect(() => live.subscribe((next) => next !== drawn.current && hold({ live, value: next }), fail), [live]);
  if (failed) throw failed instanceof Error ? failed : new Error(String(failed));
  return value;
}

/** Whether the first reading of everything goes on, so that what is empty may not stay so. */
export const useFilling = (): boolean => useLive((s) => s.status(), [])?.filling ?? true;

/** The server's time now in milliseconds, told anew every so many milliseconds. */
export function useNow(every: number): number {
  useTick(every);
  return useSync().now();
}
