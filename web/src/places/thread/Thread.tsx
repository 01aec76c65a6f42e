// A thread: its beginning, what was said below it, and where one answers.
import { useCallback, useEffect, useMemo, useRef, useState, useTransition, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id, Member } from "../../generated/types";
import type { ItemView, NewItem, ThreadView } from "../../sync/api";
import { DraftComposer } from "../../ui/composer/DraftComposer";
import { WRITE } from "../../ui/composer/field";
import { useDraft } from "../../ui/composer/useDraft";
import { namedIn } from "../../ui/composer/mentions";
import { FileMark } from "../../ui/FileMark";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { NamesContext } from "../../ui/names";
import { Page, RailPart } from "../../ui/Page";
import { PublicMark } from "../../ui/Public";
import { People } from "../../ui/People";
import { part } from "../../ui/part";
import { Wishes } from "../../ui/Wishes";
import { exactly } from "../../ui/time";
import { useHours } from "../hours/useHours";
import { quoted } from "../moving/quoted";
import { DeskContext, type Desk, type Moved, type Opened, type Whole } from "./desk";
import { Post } from "./Post";
import { QuoteSelection } from "./QuoteSelection";
import { titleOf, waitsFor } from "./questions";
import { ThreadActions } from "./ThreadActions";
import css from "./Thread.module.css";
import { useElsewhere } from "./useElsewhere";

const Overlays = part(() => import("./Overlays").then((module) => module.Overlays));

/** How many posts are drawn at once; the rest follows while the screen stays usable. */
const BATCH = 40;

/** Puts the keyboard where one answers. */
function toAnswer(): void {
  document.querySelector<HTMLElement>(`#answer [${WRITE}]`)?.focus();
}

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

/** Asks the server for what is not on this device yet, once, whenever there is a connection. */
function useReach(space: Id, root: Id, post: Id | undefined, view: ThreadView | undefined, member: boolean): void {
  const sync = useSync();
  const status = useLive((s) => s.status(), []);
  const here = view?.how === "here" && (!post || post === root || view.posts.some((one) => one.id === post));
  const wanted = member && view !== undefined && !here && (view.how === "loading" || status?.filling || Boolean(post));
  const online = status?.connection !== "offline";
  useEffect(() => {
    if (wanted && online) void sync.reach(space, post ?? root).catch(() => {});
  }, [sync, space, root, post, wanted, online]);
}

/** The page of a thread; `post` is scrolled to and marked. */
export function Thread({ space, root, post }: { space: Id; root: Id; post?: Id }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.thread(space, root), [space, root]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const members = useLive((s) => s.members(space), [space]);
  const sync = useSync();
  const readOnly = Boolean(useLive((s) => s.space(space), [space])?.archivedAt);
  const byId = useMemo(() => new Map((members ?? []).map((member) => [member.id, member])), [members]);
  useReach(space, root, post, view, membership !== undefined);
  const where = (
    <>
      <Link href={`/s/${space}`}>{membership?.name ?? t("space.untitled")}</Link> <PublicMark space={space} />
    </>
  );
  const moved = useHistoryState<{ moved?: Moved } | null>()?.moved;
  const looks = useElsewhere(space, root, missing(view, root, post), view?.how === "gone");
  useDraftsFrom(moved, space, root, view?.how === "here" && !view.moving);

  if (!view || view.how === "loading" || !members || (view.how === "gone" && looks)) {
    return (
      <Page name="" above={where} title=" ">
        <Loading label={t("loading")} lines={5} />
      </Page>
    );
  }
  if (view.how === "gone" || !view.root) {
    return (
      <Page name={t("thread.gone")} above={where} title={t("thread.gone")}>
        <Notice title={t("thread.goneWhy")} action={<Link href={`/s/${space}`}>{t("thread.back")}</Link>} />
      </Page>
    );
  }
  const title = view.root.title || view.root.excerpt || t("thread.untitled");
  const whole: Whole = { space, root: view.root, posts: view.posts };
  const begun = view.root.createdBy === sync.me || membership?.role === "admin";
  const mayMove = begun && membership !== undefined && !readOnly && !view.moving && !view.root.deleted;
  return (
    <Page
      name={title}
      above={where}
      title={view.root.deleted ? t("post.deletedTitle") : title}
      lede={
        <>
          <Wishes space={space} thread={root}>
            <ThreadActions key={`${space} ${root}`} thread={whole} mayMove={mayMove} />
          </Wishes>
          {moved && <Was moved={moved} space={space} />}
        </>
      }
      rail={<Rail space={space} items={[view.root, ...view.posts]} members={byId} />}
    >
      <NamesContext.Provider value={byId}>
        <Letters
          key={root}
          space={space}
          root={view.root}
          posts={view.posts}
          members={byId}
          post={post}
          role={membership?.role ?? "none"}
          readOnly={readOnly}
          mayMove={mayMove}
          moving={view.moving ?? false}
        />
      </NamesContext.Provider>
    </Page>
  );
}

/** What the address names and this place does not have. */
function missing(view: ThreadView | undefined, root: Id, post: Id | undefined): Id[] {
  if (view?.how === "gone") return post && post !== root ? [post, root] : [root];
  const elsewhere = view?.how === "here" && post && post !== root && !view.posts.some((one) => one.id === post);
  return elsewhere ? [post] : [];
}

/** What was being written where the thread was goes along, also what is saved only when one leaves. */
function useDraftsFrom(moved: Moved | undefined, space: Id, root: Id, here: boolean): void {
  const sync = useSync();
  const drafts = useLive((s) => s.drafts(), []);
  useEffect(() => {
    if (!here) return;
    for (const { id, spaceId, item } of drafts ?? []) {
      // Whoever comes by another way than an old link finds it too: the thread has the id that it had.
      const same = item["parentId"] === root && spaceId !== space;
      // What something was split off from stays, and so does what is written there.
      const joined = moved?.whole && item["parentId"] === moved.root && spaceId === moved.space;
      if (!same && !(joined && moved.root !== root)) continue;
      void sync.saveDraft({ id, spaceId: space, item: { ...(item as NewItem), parentId: root } });
    }
  }, [sync, drafts, moved, space, root, here]);
}

/** One line for those who came by an old link. */
function Was({ moved, space }: { moved: Moved; space: Id }): ReactElement {
  const t = useT();
  const name = useLive((s) => s.memberships(), [])?.find((one) => one.id === moved.space)?.name;
  const says = moved.space === space ? t("moved.here") : name ? t("moved.from", { space: name }) : t("moved.elsewhere");
  return (
    <p className={css.was} role="status">
      {says}
    </p>
  );
}

function Letters(props: {
  space: Id;
  root: ItemView;
  posts: ItemView[];
  members: Map<Id, Member>;
  post?: Id;
  role: Member["role"];
  readOnly: boolean;
  mayMove: boolean;
  moving: boolean;
}): ReactElement {
  const { space, root, posts, members, post, role, readOnly, mayMove, moving } = props;
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const place = { space, kind: "post", parent: root.id };
  const language = useLanguage();
  const draft = useDraft(place);
  const marked = post ? posts.findIndex((one) => one.id === post) : -1;
  const shown = useGrowing(posts.length, marked < 0 ? BATCH : marked + BATCH);

  const newest = posts.findLast((one) => !one.waiting)?.seq ?? root.seq;
  useEffect(() => {
    if (!root.waiting && document.visibilityState === "visible") void sync.markRead(space, root.id, newest);
  }, [sync, space, root.id, root.waiting, newest]);

  const people = useLive((s) => s.people(), []);
  const zones = useMemo(() => {
    const known = (people ?? []).flatMap(({ id, rhythm }): Array<[Id, string]> => (rhythm ? [[id, rhythm.zone]] : []));
    return new Map(known);
  }, [people]);
  const hours = useHours();
  const asking = useMemo(() => ({ hours, titleOf: (id: Id) => titleOf([root, ...posts], id) }), [hours, root, posts]);
  const waiting = useMemo(() => waitsFor([root, ...posts], sync.me), [root, posts, sync.me]);
  const [opened, setOpened] = useState<Opened | null>(null);
  // Loaded when something is opened for the first time.
  const [asked, setAsked] = useState(false);
  const open = useCallback((next: Opened | null) => {
    setOpened(next);
    if (next) setAsked(true);
  }, []);

  const undo = async (item: ItemView) => {
    // What was taken back is a draft of this place from now on, and so stands in the composer.
    const back = await sync.undo(item.id);
    if (!back) throw new Error("it has left");
    if (item.id === root.id) navigate(`/s/${space}/write`);
    else toAnswer();
  };

  const answer = (item: ItemView, words = item.text ?? item.excerpt) => {
    const quote = quoted({
      space,
      origin: location.origin,
      posts: [{ ...item, text: words.slice(0, 2000) }],
      nameOf: (id) => members.get(id)?.name || t("person.unknown"),
      // It is read for years.
      dateOf: (at) => exactly(new Date(at), language),
    });
    const named = namedIn(item.text ?? "");
    draft.write((now) => ({
      ...now,
      text: `${now.text.trim() ? `${now.text.trimEnd()}\n\n` : ""}${quote}\n\n`,
      named: [...now.named, ...named],
    }));
    toAnswer();
  };

  const answerQuestion = (item: ItemView) => {
    draft.write((now) => ({ ...now, answers: item.id }));
    toAnswer();
  };

  const acts = useRef({ undo, answer, answerQuestion });
  acts.current = { undo, answer, answerQuestion };
  const desk: Desk = useMemo(
    () => ({
      space,
      root: root.id,
      role,
      readOnly,
      mayMove,
      members,
      zones,
      hours,
      opened,
      open,
      undo: (item) => acts.current.undo(item),
      answer: (item, words) => acts.current.answer(item, words),
      answerQuestion: (item) => acts.current.answerQuestion(item),
    }),
    [space, root.id, role, readOnly, mayMove, members, zones, hours, opened, open],
  );
  return (
    <DeskContext.Provider value={desk}>
      <ol className={css.letters}>
        <Post key={root.id} item={root} marked={post === root.id} />
        {posts.slice(0, shown).map((item) => (
          <Post key={item.id} item={item} marked={post === item.id} />
        ))}
      </ol>
      {shown < posts.length && <Loading label={t("loading")} lines={2} />}
      <div id="answer" className={css.answer}>
        {moving ? (
          <Notice title={t("thread.moving")}>{t("thread.movingWhy")}</Notice>
        ) : (
          <DraftComposer
            place={place}
            draft={draft}
            asking={asking}
            question={waiting.length === 1 ? waiting[0] : undefined}
            label={t("thread.answer")}
            placeholder={t("thread.answerHint")}
          />
        )}
      </div>
      <QuoteSelection
        quote={(id, words) => {
          const item = [root, ...posts].find((one) => one.id === id);
          if (item) answer(item, words);
        }}
      />
      {asked && <Overlays thread={{ space, root, posts }} />}
    </DeskContext.Provider>
  );
}

function Rail({ space, items, members }: { space: Id; items: ItemView[]; members: Map<Id, Member> }): ReactElement {
  const t = useT();
  const people = [...new Set(items.filter((item) => !item.deleted).map((item) => item.createdBy))];
  const files = items.flatMap((item) => item.blobs.map((blob) => ({ blob, item })));
  return (
    <>
      <RailPart title={t("thread.people")}>
        <People people={people.map((id) => ({ id, name: members.get(id)?.name }))} />
      </RailPart>
      {files.length > 0 && (
        <RailPart title={t("thread.files")}>
          <ul className={css.railFiles}>
            {files.map(({ blob, item }, i) => (
              <li key={i}>
                <Link href={`/s/${space}/t/${items[0]?.id}/${item.id}`}>
                  <FileMark name={blob.name} size={16} />
                  <span dir="auto">{blob.name}</span>
                </Link>
              </li>
            ))}
          </ul>
        </RailPart>
      )}
    </>
  );
}
