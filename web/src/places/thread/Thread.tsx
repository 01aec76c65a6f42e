// A thread: its beginning, what was said below it, and where one answers.
import { useEffect, useMemo, useRef, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import type { Id, Member } from "../../generated/types";
import type { ItemView, NewItem, ThreadView } from "../../sync/api";
import { FileMark } from "../../ui/FileMark";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { PublicMark } from "../../ui/Public";
import { People } from "../../ui/People";
import { useKey } from "../../ui/keys";
import { useUndo } from "../../ui/useUndo";
import { Wishes } from "../../ui/Wishes";
import { lastList } from "../shell/trail";
import { Arrived } from "./Arrived";
import type { Moved, Whole } from "./desk";
import { Letters } from "./Letters";
import { ThreadActions } from "./ThreadActions";
import css from "./Thread.module.css";
import { useElsewhere } from "./useElsewhere";
import { mayCome, useReach } from "./useReach";

/** The page of a thread; `post` is scrolled to and marked. */
export function Thread({ space, root, post }: { space: Id; root: Id; post?: Id }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.thread(space, root), [space, root]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const members = useLive((s) => s.members(space), [space]);
  const sync = useSync();
  const readOnly = Boolean(useLive((s) => s.space(space), [space])?.archivedAt);
  const byId = useMemo(() => new Map((members ?? []).map((member) => [member.id, member])), [members]);
  const reached = useReach(space, root, post, view, membership !== undefined);
  const [, navigate] = useLocation();
  useKey("back", () => navigate(lastList() ?? `/s/${space}`, { state: { at: root } }));
  const undo = useUndo();
  const where = membership && (
    <>
      <Link href={`/s/${space}`} dir="auto">
        {membership.name || t("space.untitled")}
      </Link>{" "}
      <PublicMark space={space} />
    </>
  );
  const moved = useHistoryState<{ moved?: Moved } | null>()?.moved;
  const gone = view?.how === "gone" || (view?.how === "away" && reached === "nothing");
  const looks = useElsewhere(space, root, missing(view, gone, root, post), gone);
  useDraftsFrom(moved, space, root, view?.how === "here" && !view.moving);

  // All of it is shown at once; whoever reads a part already goes on to do so.
  const shown = useRef("");
  const part = view?.how === "here" && Boolean(view.part);
  const waits = part && reached === "asking" && shown.current !== `${space} ${root}`;
  if (!view || !members || waits || mayCome(view, reached) || (gone && looks)) {
    return (
      <Page name="" above={where} title=" ">
        <Loading label={t("loading")} lines={5} />
      </Page>
    );
  }
  if (view.how === "away" && !gone) {
    return (
      <Page name={t("thread.away")} above={where} title={t("thread.away")}>
        <Notice title={t("needsServer")}>{t("thread.awayWhy")}</Notice>
      </Page>
    );
  }
  if (gone || !view.root) {
    return (
      <Page name={t("thread.gone")} above={where} title={t("thread.gone")}>
        <Notice title={t("thread.goneWhy")} action={<Link href={`/s/${space}`}>{t("thread.back")}</Link>} />
      </Page>
    );
  }
  shown.current = `${space} ${root}`;
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
          <Wishes space={space} thread={root} first={<Arrived space={space} root={root} undo={undo} />}>
            <ThreadActions key={`${space} ${root}`} thread={whole} mayMove={mayMove} />
          </Wishes>
          {moved && <Was moved={moved} space={space} />}
          {part && reached === "failed" && (
            <p className={css.was} role="status">
              {t("thread.part")}
            </p>
          )}
        </>
      }
      rail={<Rail space={space} items={[view.root, ...view.posts]} members={byId} />}
    >
      <Letters
        key={root}
        of={{
          ...whole,
          posts: view.posts,
          members: byId,
          role: membership?.role ?? "none",
          readOnly,
          mayMove,
          moving: view.moving ?? false,
        }}
        readTo={view.readTo}
        title={title}
        post={post}
        undo={undo}
      />
    </Page>
  );
}

/** What the address names and this place does not have. */
function missing(view: ThreadView | undefined, gone: boolean, root: Id, post: Id | undefined): Id[] {
  if (gone) return post && post !== root ? [post, root] : [root];
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
