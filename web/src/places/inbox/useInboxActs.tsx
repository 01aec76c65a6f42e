// What one does with rows of the Inbox, each with a way back: it leaves at once, and a bar offers to undo it.
import type { InboxRow } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useSync } from "../../ui/live";
import { utcDate } from "../../ui/time";
import { useUndo } from "../../ui/useUndo";
import type { MyHours } from "./useMyHours";

/** What can be done, and what was done last. */
export interface InboxActs {
  done(row: InboxRow, title: string): void;
  /** Until an instant, in ms. */
  snooze(row: InboxRow, title: string, until: number): void;
  wake(row: InboxRow): void;
  /** What was done last, in words; null once it is too long ago. */
  last: string | null;
  undo(): void;
}

/** By keys: `e` is done with the focused row, `z` undoes. `rows` are those on the screen, in order. */
export function useInboxActs(rows: readonly InboxRow[], hours: MyHours | undefined): InboxActs {
  const t = useT();
  const sync = useSync();
  const { last, offer, undo } = useUndo();
  const done = (row: InboxRow, title: string) => {
    focusBeside(row);
    void sync.done(row.ids, true);
    offer(t("undo.done", { title }), () => void sync.done(row.ids, false));
  };
  const snooze = (row: InboxRow, title: string, until: number) => {
    focusBeside(row);
    void sync.snooze(row.ids, utcDate(until));
    offer(t("undo.snoozed", { title, when: hours?.at(until) ?? "" }), () => void sync.snooze(row.ids, null));
  };
  useKey("e", () => {
    const id = (document.activeElement as HTMLElement | null)?.dataset["row"];
    const row = rows.find((one) => one.id === id);
    if (row) done(row, row.title ?? t("thread.untitled"));
  });
  useKey("j", () => step(1));
  useKey("k", () => step(-1));
  return { done, snooze, wake: (row) => void sync.snooze(row.ids, null), last, undo };
}

const links = () => [...document.querySelectorAll<HTMLElement>("#main [data-row]")];

/** Goes to the next row, or the one before; from elsewhere to the first. */
function step(by: 1 | -1): void {
  const all = links();
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? all[0] : all[at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The row goes: the keyboard goes on with the next one, else with the one before. */
function focusBeside({ id }: InboxRow): void {
  const all = links();
  const at = all.findIndex((link) => link.dataset["row"] === id);
  const here = all[at]?.parentElement?.contains(document.activeElement);
  if (here) (all[at + 1] ?? all[at - 1] ?? document.getElementById("main"))?.focus({ preventScroll: true });
}
