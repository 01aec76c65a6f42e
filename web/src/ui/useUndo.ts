// What was done last in a place, with the way back for a while; `z` takes it.
import { useCallback, useEffect, useRef, useState } from "react";
import { useKey } from "./keys";

/** Milliseconds for which it stays. */
const STAYS = 12_000;

/** For `UndoBar`. */
export interface Undo {
  /** In words; null once it is too long ago. */
  last: string | null;
  /** Null where there is nothing to undo. */
  undo: (() => void) | null;
  /** Tells what was done now; without `back` it is only told. */
  offer(says: string, back?: () => void): void;
}

/** For one place. */
export function useUndo(): Undo {
  const [last, tell] = useState<{ says: string; back?: () => void } | null>(null);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const offer = useCallback((says: string, back?: () => void) => {
    window.clearTimeout(timer.current);
    tell({ says, ...(back && { back }) });
    timer.current = window.setTimeout(() => tell(null), STAYS);
  }, []);
  const undo = () => {
    last?.back?.();
    window.clearTimeout(timer.current);
    tell(null);
  };
  useKey("undo", undo);
  return { last: last?.says ?? null, undo: last?.back ? undo : null, offer };
}
