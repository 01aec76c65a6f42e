// A thread: its beginning, what was said below it, and where one answers.
import { useCallback, useEffect, useMemo, useRef, useState, useTransition, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { Id, Member } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { Composer } from "../../ui/composer/Composer";
import { useDraft } from "../../ui/composer/useDraft";
import { quote } from "../../ui/composer/marks";
import { namedIn, withoutLinks } from "../../ui/composer/mentions";
import { Others } from "../../ui/composer/Others";
import { FileMark } from "../../ui/Files";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { part } from "../../ui/part";
import { DeskContext, type Desk, type Opened } from "./desk";
import { Post } from "./Post";
import css from "./Thread.module.css";

const Overlays = part(() => import("./Overlays").then((module) => module.Overlays));

/** How many posts are drawn at once; the rest follows while the screen stays usable. */
const BATCH = 40;

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

/** The page of a thread; `post` is scrolled to and marked. */
export function Thread({ space, root, post }: { space: Id; root: Id; post?: Id }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.thread(space, root), [space, root]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const members = useLive((s) => s.members(space), [space]);
  const byId = useMemo(() => new Map((members ?? []).map((member) => [member.id, member])), [members]);
  const where = <Link href={`/s/${space}`}>{membership?.name ?? t("space.untitled")}</Link>;

  if (!view || view.how === "loading" || !members) {
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
  return (
    <Page
      name={title}
      above={where}
      title={view.root.deleted ? t("post.deletedTitle") : title}
      rail={<Rail space={space} items={[view.root, ...view.posts]} members={byId} />}
    >
      <Letters
        key={root}
        space={space}
        root={view.root}
        posts={view.posts}
        members={byId}
        post={post}
        name={membership?.name ?? t("space.untitled")}
        role={membership?.role ?? "none"}
      />
    </Page>
  );
}

function Letters(props: {
  space: Id;
  root: ItemView;
  posts: ItemView[];
  members: Map<Id, Member>;
  post?: Id;
  name: string;
  role: Member["role"];
}): ReactElement {
  const { space, root, posts, members, post, name, role } = props;
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const draft = useDraft({ space, kind: "post", parent: root.id });
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
  const readOnly = Boolean(useLive((s) => s.space(space), [space])?.archivedAt);
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
    else document.querySelector<HTMLTextAreaElement>("#answer textarea")?.focus();
  };

  const answer = (item: ItemView) => {
    const words = quote(withoutLinks(item.text ?? item.excerpt).slice(0, 2000));
    const named = namedIn(item.text ?? "");
    draft.write((now) => ({
      ...now,
      text: `${now.text.trim() ? `${now.text.trimEnd()}\n\n` : ""}${words}`,
      named: [...now.named, ...named],
    }));
    document.querySelector<HTMLTextAreaElement>("#answer textarea")?.focus();
  };

  const acts = useRef({ undo, answer });
  acts.current = { undo, answer };
  const desk: Desk = useMemo(
    () => ({
      space,
      root: root.id,
      role,
      readOnly,
      members,
      zones,
      opened,
      open,
      undo: (item) => acts.current.undo(item),
      answer: (item) => acts.current.answer(item),
    }),
    [space, root.id, role, readOnly, members, zones, opened, open],
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
        <Others draft={draft} />
        {readOnly && <Notice title={t("space.archived")} />}
        {draft.writing && !readOnly && (
          <Composer
            space={space}
            writing={draft.writing}
            write={draft.write}
            kept={draft.kept}
            failed={draft.failed}
            label={t("thread.answer")}
            placeholder={t("thread.answerHint")}
            sendLabel={t("send")}
            note={t("thread.readers", { space: name })}
            send={async (item) => {
              await sync.send(space, { ...item, kind: "post", parentId: root.id });
              await draft.done();
            }}
          />
        )}
      </div>
      {asked && <Overlays />}
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
        <ul className={css.people}>
          {people.map((id) => (
            <li key={id}>
              <Avatar id={id} name={members.get(id)?.name ?? ""} size={28} />
              <span dir="auto">{members.get(id)?.name || t("person.unknown")}</span>
            </li>
          ))}
        </ul>
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
