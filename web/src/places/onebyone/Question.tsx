// One question with what was said last in its thread, and the composer that answers it.
import { useMemo, type ReactElement } from "react";
import { viewOf } from "../../items/kinds";
import type { InboxRow, ItemView } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { useKey } from "../../ui/keys";
import { Loading, Notice } from "../../ui/Notice";
import { focusAnswer } from "../thread/focusAnswer";
import { Post } from "../thread/Post";
import threads from "../thread/Thread.module.css";
import { ThreadDesk } from "../thread/ThreadDesk";
import { mayCome, useReach } from "../thread/useReach";

/** So much of the thread is shown beside the question. */
const LATEST = 3;

/** The question and the latest, in their order. */
export function around(items: readonly ItemView[], question: string): ItemView[] {
  const others = items.filter((item) => item.id !== question && !item.deleted);
  const shown = new Set([question, ...others.slice(-LATEST).map(({ id }) => id)]);
  return items.filter((item) => shown.has(item.id));
}

/** Of a row of the Inbox. */
export function Question({ row }: { row: InboxRow }): ReactElement {
  const { space, thread, id } = row;
  const t = useT();
  const view = useLive((s) => s.thread(space, thread), [space, thread]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const members = useLive((s) => s.members(space), [space]);
  const byId = useMemo(() => new Map((members ?? []).map((member) => [member.id, member])), [members]);
  const readOnly = Boolean(useLive((s) => s.space(space), [space])?.archivedAt);
  const reached = useReach(space, thread, id, view, membership !== undefined);
  useKey("reply", focusAnswer, () => ({ about: row.title ?? t("thread.untitled") }));
  if (!view || !members || mayCome(view, reached)) return <Loading label={t("loading")} lines={5} />;
  if (!view.root) return <Notice title={t("thread.gone")}>{t("thread.goneWhy")}</Notice>;
  const of = {
    space,
    root: view.root,
    posts: view.posts,
    members: byId,
    role: membership?.role ?? ("none" as const),
    readOnly,
    mayMove: false,
    moving: view.moving ?? false,
  };
  const { asksItself, takesPosts } = viewOf(row.item.kind);
  const words = row.question?.what !== "acknowledgement" && (!asksItself || takesPosts === true);
  return (
    <ThreadDesk of={of} question={words ? id : undefined}>
      <ol className={threads.letters}>
        {around([view.root, ...view.posts], id).map((item) => (
          <Post key={item.id} item={item} marked={false} />
        ))}
      </ol>
    </ThreadDesk>
  );
}
