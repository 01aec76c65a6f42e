// The keys of a list of what reaches one: walking over it, and what is done with the focused row.
import { useLocation } from "wouter";
import type { InboxRow } from "../../sync/api";
import { useKey } from "../../ui/keys";
import type { Undo } from "../../ui/useUndo";
import { focusedRow, useRowKeys } from "../../ui/walk";
import { useTargetKeys } from "../keys/useTargetKeys";
import { hrefOf } from "./Line";
import { useDoneKeys, useRowTitle, type InboxActs } from "./useInboxActs";

/** `rows` are those on the screen. */
export function useInboxKeys(rows: readonly InboxRow[], acts: InboxActs, undo: Undo): void {
  const titleOf = useRowTitle();
  const some = () => rows.filter((one) => one.id === focusedRow()?.dataset["row"]);
  const [, navigate] = useLocation();
  const news = rows.find((row) => row.unread);
  useRowKeys();
  useKey(
    "news",
    () => news && navigate(hrefOf(news)),
    () => news && { about: titleOf([news]) },
  );
  useDoneKeys(acts, some, focusedRow);
  useTargetKeys(() => {
    const [row] = some();
    return row && { space: row.space, thread: row.thread, path: hrefOf(row), title: titleOf([row]) };
  }, undo);
}
