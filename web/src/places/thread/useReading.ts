// Reading a thread: what was new when it was opened, the keys that go from post to post and to what is new next, and how
// far one has read.
import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useSync } from "../../ui/live";
import type { Undo } from "../../ui/useUndo";
import { onward } from "./onward";
import { bringIn } from "./bringIn";
import { newsOf, nextOf, type News } from "./news";

/** A post on the screen. */
const post = (id: Id) => document.getElementById(id)?.querySelector<HTMLElement>("article");
const posts = () => [...document.querySelectorAll<HTMLElement>("#main li[id] > article")];

/** The post that has the keyboard. */
export function focusedPost(): Id | undefined {
  return document.activeElement?.closest("#main li[id]:has(> article)")?.id;
}

/** Brings it to the top, with the keyboard. */
function goTo(article: HTMLElement): void {
  article.focus({ preventScroll: true });
  if (article.parentElement) bringIn(article.parentElement, "start");
}

/** Goes to the next post, or the one before; from elsewhere to the first that is in sight. */
function step(by: 1 | -1): void {
  const all = posts();
  const at = all.findIndex((article) => article.contains(document.activeElement));
  const seen = all.findIndex((article) => article.getBoundingClientRect().bottom > 80);
  const next = at < 0 ? all[by > 0 ? seen : seen - 1] : all[at + by];
  if (next) goTo(next);
}

/** `readTo`: as it was when the thread was opened, whatever it is now. `drawn`: so many of the posts are. */
export function useReading(
  { space, root, posts: all }: { space: Id; root: ItemView; posts: readonly ItemView[] },
  readTo: number,
  drawn: number,
  undo: Undo,
): News {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const news = useMemo(() => newsOf(root, all, readTo, sync.me), [root, all, readTo, sync.me]);

  const newest = all.findLast((one) => !one.waiting)?.seq ?? root.seq;
  useEffect(() => {
    const reads = () => {
      if (!root.waiting && document.visibilityState === "visible") void sync.markRead(space, root.id, newest);
    };
    reads();
    document.addEventListener("visibilitychange", reads);
    return () => document.removeEventListener("visibilitychange", reads);
  }, [sync, space, root.id, root.waiting, newest]);

  // Long threads are drawn bit by bit.
  const [wanted, want] = useState<Id>();
  useEffect(() => {
    const article = wanted && post(wanted);
    if (!article) return;
    goTo(article);
    want(undefined);
  }, [wanted, drawn]);

  const going = useRef(false);
  const on = async () => {
    const next = nextOf(news, [root.id, ...all.map(({ id }) => id)], focusedPost());
    if (next) return want(next);
    if (going.current) return;
    going.current = true;
    const thread = await onward(sync, space, root.id).finally(() => (going.current = false));
    if (thread) navigate(thread.path);
    else undo.offer(t("thread.noMore"));
  };
  useKey("down", () => step(1));
  useKey("up", () => step(-1));
  useKey("news", () => void on());
  return news;
}
