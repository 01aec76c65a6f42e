// The part of a Space's list that is in sight or about to be, and its first part.
import { useEffect, useRef, useState } from "react";
import type { Id } from "../../generated/types";
import type { ThreadList } from "../../sync/api";
import { useLive } from "../../ui/live";
import { FEW, keptPlace } from "../../ui/LongRows";
import { useStable } from "../../ui/stable";

/** So many are read at once, more of them ahead of one's way; the next part when so few are left ahead, or behind. */
const [PART, AHEAD, LEFT, BEHIND] = [200, 60, 70, 12];

/** `first` is the first part, where one has to do with what is newest; `list` the part to be drawn. */
export function useThreads(space: Id, followed: boolean, name: string, comesBack: boolean) {
  const [from, setFrom] = useState(() => partAround(keptPlace(name, comesBack), keptPlace(name, comesBack), 0));
  const first = useLive((s) => s.threads(space, FEW, followed, 0), [space, followed]);
  const long = first?.more ?? false;
  const part = useLive(
    (s) => (long ? s.threads(space, PART, followed, from) : s.threads(space, FEW, followed, 0)),
    [space, followed, long, from],
  );
  const read = long ? part : first;
  // What was read before is shown until the next part is there.
  const held = useRef<{ list: ThreadList; name: string } | null>(null);
  const now = read ?? (from === 0 ? first : undefined);
  if (now) held.current = { list: now, name };
  const list = held.current?.name === name ? held.current.list : undefined;

  // One part after the other: who scrolls on and on would never see one.
  const seen = useRef({ top: 0, bottom: 0, way: 0 });
  const follow = () => {
    const { top, bottom, way } = seen.current;
    const [above, below] = way < 0 ? [LEFT, BEHIND] : [BEHIND, LEFT];
    const ends = read !== undefined && from + PART >= read.total;
    const covered = from <= Math.max(0, top - above) && (ends || bottom + below < from + PART);
    if (read && !covered) setFrom(partAround(top, bottom, way));
  };
  const sees = useStable((top: number, bottom: number) => {
    const moved = top - seen.current.top;
    seen.current = { top, bottom, way: moved === 0 ? seen.current.way : Math.sign(moved) };
    follow();
  });
  useEffect(follow);
  return { first, list, sees };
}

/** Where a part begins that has these rows in its middle, and more where one is going. */
function partAround(top: number, bottom: number, way: number): number {
  const begin = Math.floor((top + bottom) / 2 - PART / 2) + way * AHEAD;
  return Math.max(0, begin - (begin % 10));
}
