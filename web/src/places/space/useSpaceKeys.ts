// The keys of a Space: walking over its threads, what is done with the focused one, and reading all of it in one act.
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import type { ThreadList, ThreadRow } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useSync } from "../../ui/live";
import type { Undo } from "../../ui/useUndo";
import { focusedRow, useRowKeys } from "../../ui/walk";
import { useTargetKeys, type Target } from "../keys/useTargetKeys";

/** `first` are the first rows of the list, `rows` those around the screen. */
export function useSpaceKeys(space: Id, first: readonly ThreadRow[], rows: readonly ThreadRow[], undo: Undo): void {
  const t = useT();
  const [, navigate] = useLocation();
  const target = (row: ThreadRow | undefined): Target | undefined => {
    if (!row) return undefined;
    const { id, title, excerpt } = row.root;
    return { space, thread: id, path: `/s/${space}/t/${id}`, title: title || excerpt || t("thread.untitled") };
  };
  const news = () => target(first.find((row) => row.unread && !row.muted));
  useRowKeys();
  useKey(
    "news",
    () => {
      const next = news();
      if (next) navigate(next.path);
    },
    () => {
      const next = news();
      return next && { about: next.title };
    },
  );
  useTargetKeys(() => target(rows.find((row) => row.root.id === focusedRow()?.dataset["row"])), undo);
}

/** One has read all of it. What waits for one stays: only how far one has read is said. */
export function useReadAll(space: Id, name: string, list: ThreadList | undefined, undo: Undo): () => void {
  const t = useT();
  const sync = useSync();
  // Of what is muted less is told.
  const unread = list?.rows.some((row) => row.unread && !row.muted) ?? false;
  const said = list?.older ? "undo.readAllHere" : "undo.readAll";
  const readAll = async () => {
    const marks = await sync.readAll(space);
    undo.offer(t(said, { space: name }), () => void sync.unread(space, marks));
    // The button goes with what was new.
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  };
  useKey(
    "readAll",
    () => void readAll(),
    () => (unread ? { about: name } : undefined),
  );
  return () => void readAll();
}
