// A move from asking for it until all of it is there: how far it is, and what went wrong.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import type { ItemView, MoveWish } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";
import { useAct, type Act } from "../settings/act";
import type { Moved } from "../thread/desk";

/** What is asked for: the last of the wishes tells when all is done. */
export interface Moving {
  wishes: readonly MoveWish[];
  /** Where it will be. */
  space: Id;
  thread: Id;
  /** What goes along, to tell how far it is. */
  items: readonly Id[];
}

/** The ids of what goes along. */
export const idsOf = (items: readonly ItemView[]): Id[] => items.map(({ id }) => id);

/** How a move stands. */
export interface Going extends Pick<Act, "busy" | "wrong"> {
  /** Of the Items, so many are there. */
  done: number;
  all: number;
  /** It has begun: it goes on by itself from here. */
  begun: boolean;
  begin(moving: Moving): Promise<void>;
}

/** Leads to the new place when it is there, from which `from` is where it was. */
export function useMove(from: Moved, close: () => void): Going {
  const sync = useSync();
  const act = useAct();
  const [, navigate] = useLocation();
  const [moving, go] = useState<Moving | null>(null);
  const moves = useLive((s) => s.moves(), []);
  const last = moving?.wishes.at(-1)?.id;
  const over = last !== undefined && Boolean(moves?.find(({ id }) => id === last)?.doneAt);
  const [space, thread] = [moving?.space ?? "", moving?.thread ?? ""];
  const there = useLive((s) => s.thread(space, thread), [space, thread]);
  const arrived = new Set([there?.root?.id, ...(there?.posts ?? []).map(({ id }) => id)]);
  const leave = useRef(() => {});
  leave.current = () => {
    close();
    navigate(`/s/${space}/t/${thread}`, { state: { moved: from } });
  };
  useEffect(() => {
    if (over) leave.current();
  }, [over]);
  return {
    busy: act.busy || moving !== null,
    wrong: act.wrong,
    done: moving?.items.filter((id) => arrived.has(id)).length ?? 0,
    all: moving?.items.length ?? 0,
    begun: moving !== null,
    async begin(next) {
      if (await act.run(() => sync.move(next.wishes))) go(next);
    },
  };
}
