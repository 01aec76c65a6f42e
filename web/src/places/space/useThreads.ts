// The part of a Space's list that is in sight or about to be, and its first part.
import { useCallback, useRef, useState } from "react";
import type { Id } from "../../generated/types";
import type { ThreadList } from "../../sync/api";
import { useLive } from "../../ui/live";
import { FEW, keptPlace } from "../../ui/LongRows";

/** So many are read at once, and so many at least before and behind what is drawn. */
const [PART, MARGIN] = [120, 25];

/** `first` is the first part, where one has to do with what is newest; `list` the part to be drawn. */
export function useThreads(space: Id, followed: boolean, name: string, comesBack: boolean) {
  const [part, setPart] = useState(() => partAround(keptPlace(name, comesBack), keptPlace(name, comesBack)));
  const first = useLive((s) => s.threads(space, FEW, followed, 0), [space, followed]);
  const [from, count] = [part, PART];
  const far = first?.more ?? false;
  const read = useLive(
    (s) => (far ? s.threads(space, count, followed, from) : s.threads(space, FEW, followed, 0)),
    [space, followed, far, from],
  );
  // What was read before is shown until the next part is there.
  const held = useRef<{ list: ThreadList; name: string } | null>(null);
  const now = read ?? (from === 0 ? first : undefined);
  if (now) held.current = { list: now, name };
  const list = held.current?.name === name ? held.current.list : undefined;
  const sees = useCallback((top: number, bottom: number) => {
    setPart((at) => (at <= Math.max(0, top - MARGIN) && bottom + MARGIN < at + PART ? at : partAround(top, bottom)));
  }, []);
  return { first, list, sees };
}

/** Where a part begins in the middle of which that is. */
function partAround(top: number, bottom: number): number {
  const begin = Math.floor((top + bottom) / 2 - PART / 2);
  return Math.max(0, begin - (begin % 10));
}
