// Goes through what waits for one, one after the other. What is answered stays on the screen until one goes on.
import { useEffect, useRef, useState } from "react";
import type { Id } from "../../generated/types";
import type { InboxRow } from "../../sync/api";
import { queueOf } from "./queue";

/** Where one is in it. */
export interface Going {
  row: InboxRow | undefined;
  next: InboxRow | undefined;
  ended: boolean;
  /** Something was gone on from without an answer. */
  skipped: boolean;
  /** It waits for one no more. */
  answered: boolean;
  on(): void;
  backTo(id: Id): void;
}

/** `asked` undefined: not read yet. */
export function useQueue(asked: readonly InboxRow[] | undefined): Going {
  const [at, go] = useState<Id | null>();
  const [passed, pass] = useState<ReadonlySet<Id>>(new Set());
  const known = useRef(new Map<Id, InboxRow>());
  for (const row of asked ?? []) known.current.set(row.id, row);
  const ids = (asked ?? []).map(({ id }) => id);
  const queue = queueOf(ids, at, passed);
  const begins = at === undefined ? queue.at : undefined;
  useEffect(() => {
    if (begins) go(begins);
  }, [begins]);
  const rowOf = (id: Id | undefined) => (id === undefined ? undefined : known.current.get(id));
  return {
    row: rowOf(queue.at),
    next: rowOf(queue.next),
    ended: queue.ended,
    skipped: ids.some((id) => passed.has(id)),
    answered: queue.at !== undefined && !ids.includes(queue.at),
    on() {
      if (queue.at) pass(new Set([...passed, queue.at]));
      go(queue.next ?? null);
    },
    backTo(id) {
      pass(new Set([...passed].filter((other) => other !== id)));
      go(id);
    },
  };
}
