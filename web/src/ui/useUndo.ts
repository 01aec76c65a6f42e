// What was done last, and the way back for a while.
import { useCallback, useRef, useState } from "react";
import { useKey } from "./keys";

/** Milliseconds for which the bar stays. */
const STAYS = 12_000;

/** For `UndoBar`. */
export interface Undo {
  /** In words; null once it is too long ago. */
  last: string | null;
  offer(says: string, undo: () => void): void;
  undo(): void;
}

/** `z` undoes too. */
export function useUndo(): Undo {
  const [last, tell] = useState<{ says: string; undo(): void } | null>(null);
  const timer = useRef<number>(0);
  const offer = useCallback((says: string, undo: () => void) => {
    window.clearTimeout(timer.current);
    tell({ says, undo });
    timer.current = window.setTimeout(() => tell(null), STAYS);
  }, []);
  const undo = () => {
    last?.undo();
    window.clearTimeout(timer.current);
    tell(null);
  };
  useKey("z", undo);
  return { last: last?.says ?? null, offer, undo };
}
