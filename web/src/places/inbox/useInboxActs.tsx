// What one does with rows of the Inbox, each with a way back: it leaves at once, and a bar offers to undo it.
import { useState, type ReactElement } from "react";
import type { InboxRow } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useSync } from "../../ui/live";
import { part } from "../../ui/part";
import { utcDate } from "../../ui/time";
import { UndoBar } from "../../ui/UndoBar";
import type { Undo } from "../../ui/useUndo";
import { leaveRow } from "../../ui/walk";
import type { MyHours } from "./useMyHours";

const Snooze = part(() => import("./Snooze").then((module) => module.Snooze));

/** Rows that are done with at once. */
export type Some = readonly InboxRow[];

/** What can be done. */
export interface InboxActs {
  done(rows: Some): void;
  /** Asks until when; what is asked opens at an element. */
  later(rows: Some, at: HTMLElement): void;
  wake(row: InboxRow): void;
  /** The row for which it is asked until when. */
  asking: string | null;
}

/** What one row, or several of one thread, are called. */
export function useRowTitle(): (rows: Some) => string {
  const t = useT();
  return ([row]) => row?.title ?? t("thread.untitled");
}

/** The acts, and what they show: the question until when, and the bar. */
export function useInboxActs(hours: MyHours | undefined, undo: Undo): [InboxActs, ReactElement] {
  const t = useT();
  const sync = useSync();
  const titleOf = useRowTitle();
  const [asking, ask] = useState<{ rows: Some; at: HTMLElement } | null>(null);
  const leave = (rows: Some) => {
    const [row] = rows;
    if (row) leaveRow(row.id);
    return rows.flatMap((one) => one.ids);
  };
  const done = (rows: Some) => {
    const ids = leave(rows);
    void sync.done(ids, true);
    undo.offer(t("undo.done", { title: titleOf(rows) }), () => void sync.done(ids, false));
  };
  const snooze = (rows: Some, until: number) => {
    const ids = leave(rows);
    void sync.snooze(ids, utcDate(until));
    const told = t("undo.snoozed", { title: titleOf(rows), when: hours?.at(until) ?? "" });
    undo.offer(told, () => void sync.snooze(ids, null));
  };
  const acts: InboxActs = {
    done,
    later: (rows, at) => ask({ rows, at }),
    wake: (row) => void sync.snooze(row.ids, null),
    asking: asking?.rows[0]?.id ?? null,
  };
  const shows = (
    <>
      {asking && hours && (
        <Snooze hours={hours} at={asking.at} close={() => ask(null)} choose={(until) => snooze(asking.rows, until)} />
      )}
      <UndoBar says={undo.last} undo={undo.undo} />
    </>
  );
  return [acts, shows];
}

/** By keys: `e` is done with them, `h` asks until when they are to be out of the way. */
export function useDoneKeys(acts: InboxActs, rows: () => Some, place: () => HTMLElement | null): void {
  const titleOf = useRowTitle();
  const offer = () => {
    const some = rows();
    return some.length > 0 ? { about: titleOf(some) } : undefined;
  };
  useKey("done", () => acts.done(rows()), offer);
  useKey(
    "later",
    () => {
      const at = place();
      if (at) acts.later(rows(), at);
    },
    offer,
  );
}
