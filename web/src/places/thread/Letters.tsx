// All of a thread, as one reads it: its beginning, what was said below it, and where what is new begins.
import { useEffect, useRef, useState, useTransition, type ReactElement } from "react";
import { Link } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id } from "../../generated/types";
import { questionOf } from "../../sync";
import { useLanguage, useT } from "../../ui/i18n";
import { Kbd } from "../../ui/Kbd";
import { useNow, useSync } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import { since } from "../../ui/time";
import type { Undo } from "../../ui/useUndo";
import { useTargetKeys } from "../keys/useTargetKeys";
import { bringIn } from "./bringIn";
import { pathOf, useDesk } from "./desk";
import { focusAnswer } from "./focusAnswer";
import { onward, type Onward } from "./onward";
import { Post } from "./Post";
import css from "./Thread.module.css";
import { ThreadDesk, type Read } from "./ThreadDesk";
import { focusedPost, useReading } from "./useReading";

/** How many posts are drawn at once; the rest follows while the screen stays usable. */
const BATCH = 40;
/** Of the line at which what is new begins. */
const NEW = "new";

/** How much of a long thread is drawn by now, beginning with what is looked at. */
function useGrowing(total: number, start: number): number {
  const [shown, show] = useState(start);
  const [, transition] = useTransition();
  useEffect(() => {
    if (shown >= total) return;
    const timer = window.setTimeout(() => transition(() => show((now) => now + BATCH)), 0);
    return () => window.clearTimeout(timer);
  }, [shown, total]);
  return Math.min(shown, total);
}

interface Letters {
  of: Read;
  /** How far one had read it. */
  readTo: number;
  /** What is called so. */
  title: string;
  /** The post that was linked to. */
  post?: Id;
  undo: Undo;
}

/** The posts, and the composer. */
export function Letters(props: Letters): ReactElement {
  return (
    <ThreadDesk of={props.of}>
      <Posts {...props} />
    </ThreadDesk>
  );
}

function Posts({ of, readTo, title, post, undo }: Letters): ReactElement {
  const { space, root, posts } = of;
  const t = useT();
  const sync = useSync();
  const { answerQuestion } = useDesk();
  // What one reads now stays marked as new until one has left.
  const [opened] = useState(readTo);
  const replies = useHistoryState<{ reply?: boolean } | null>()?.reply;
  const place = (id: Id | undefined) => (id === undefined ? -1 : posts.findIndex((one) => one.id === id));
  const [start] = useState(() => {
    const begins = post ? place(post) : posts.findIndex((one) => one.seq > opened);
    return Math.max(0, begins) + BATCH;
  });
  const shown = useGrowing(posts.length, start);
  const { ids, first } = useReading(of, opened, shown, undo);

  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current) return;
    arrived.current = true;
    const line = document.getElementById(NEW);
    if (replies) focusAnswer();
    else if (line && !post && window.location.hash !== "#answer") bringIn(line, "start");
  }, [replies, post]);

  const focused = () => [root, ...posts].find((one) => one.id === focusedPost());
  const reply = () => {
    const item = focused();
    const question = item && questionOf(item);
    const asks = question && question.what !== "acknowledgement" && question.open.includes(sync.me);
    if (item && asks) answerQuestion(item);
    else focusAnswer();
  };
  useTargetKeys(
    () => ({ space, thread: root.id, path: pathOf(space, focused() ?? root), title }),
    undo,
    of.readOnly || of.moving ? null : reply,
  );
  return (
    <>
      <ol className={css.letters}>
        <Post key={root.id} item={root} marked={post === root.id} />
        {posts
          .slice(0, shown)
          .flatMap((item) => [
            ...(item === first ? [<Since key={NEW} at={item.createdAt} />] : []),
            <Post key={item.id} item={item} marked={post === item.id} />,
          ])}
      </ol>
      {shown < posts.length && <Loading label={t("loading")} lines={2} />}
      {/* On paper: where it is from. */}
      <p className={css.source}>{`${window.location.origin}/s/${space}/t/${root.id}`}</p>
      {ids.length > 0 && <On space={space} root={root.id} />}
    </>
  );
}

/** Below what was new: the next thread with something new. */
function On({ space, root }: { space: Id; root: Id }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const [next, tell] = useState<Onward>();
  useEffect(() => {
    let over = false;
    void onward(sync, space, root).then((found) => !over && tell(found));
    return () => {
      over = true;
    };
  }, [sync, space, root]);
  if (!next) return null;
  return (
    <Link href={next.path} className={css.on}>
      <span dir="auto">{t("thread.on", { title: next.title ?? t("thread.untitled") })}</span>
      <Kbd act="news" />
    </Link>
  );
}

/** The line before what is new. */
function Since({ at }: { at: string }): ReactElement {
  const t = useT();
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  return (
    <li id={NEW} className={css.since}>
      <h2>{t("thread.newSince", { when: since(new Date(at), now, language) })}</h2>
    </li>
  );
}
