// A function that stays the same one while what it does is always the newest, so that rows below it need not be drawn
// anew with every letter.
import { useCallback, useRef } from "react";

/** For functions that are called by events, never while something is drawn. */
export function useStable<A extends unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const latest = useRef(act);
  latest.current = act;
  return useCallback((...args: A) => latest.current(...args), []);
}
