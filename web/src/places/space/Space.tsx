// A Space: its threads, the newest activity first.
import { Button } from "@mantine/core";
import { IconBellFilled, IconChecks, IconPencilPlus } from "@tabler/icons-react";
import { memo, useMemo, useRef, useState, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { Id, Member, Space as SpaceRecord } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import type { ThreadList, ThreadRow } from "../../sync/api";
import { useLanguage, useT } from "../../ui/i18n";
import { useFilling, useLive, useNow } from "../../ui/live";
import { LongRows, useComesBack, type LongRow } from "../../ui/LongRows";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { People } from "../../ui/People";
import { PublicMark } from "../../ui/Public";
import { Row } from "../../ui/Rows";
import { daysAgo, exactly } from "../../ui/time";
import { UndoBar } from "../../ui/UndoBar";
import { useHeading } from "../../ui/useHeading";
import { useUndo } from "../../ui/useUndo";
import { Wishes } from "../../ui/Wishes";
import wish from "../../ui/Wishes.module.css";
import { TryOn } from "../begin/TryOn";
import { Older } from "./Older";
import css from "./Space.module.css";
import { useReadAll, useSpaceKeys } from "./useSpaceKeys";
import { useThreads } from "./useThreads";
import { dates } from "../../ui/formats";

/** Beside a row; the heading above says the day, or for what is older the month. */
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/** The page of a Space. */
export function Space({ space }: { space: Id }): ReactElement {
  const t = useT();
  const memberships = useLive((s) => s.memberships(), []);
  const membership = memberships?.find((one) => one.id === space);
  const record = useLive((s) => s.space(space), [space]);
  const members = useLive((s) => s.members(space), [space]);
  const [followed, onlyFollowed] = useState(false);
  const named = `${space}${followed ? " followed" : ""}`;
  const comesBack = useComesBack();
  const { first, list, sees } = useThreads(space, followed, named, comesBack);
  // As it was while another part of the list is read: the filter has the keyboard then.
  const followsSome = useRef(false);
  if (list) followsSome.current = list.followsSome;
  const filling = useFilling();
  const name = membership?.name || t("space.untitled");
  const byId = useMemo(() => new Map((members ?? []).map((member) => [member.id, member])), [members]);
  const undo = useUndo();
  // Of what is muted less is told.
  const unread = first?.rows.some((row) => row.unread && !row.muted) ?? false;
  const readAll = useReadAll(space, name, first, undo);
  useSpaceKeys(space, first?.rows ?? [], list?.rows ?? [], undo);

  if (memberships && !membership && !filling) {
    return (
      <Page name={t("space.gone")} title={t("space.gone")}>
        <Notice title={t("space.goneWhy")} action={<Link href="/">{t("space.home")}</Link>} />
      </Page>
    );
  }
  if (!membership) {
    return (
      <Page name="">
        <Loading label={t("loading")} lines={6} />
      </Page>
    );
  }
  const inside = (members ?? [])
    .filter((member) => member.role !== "none")
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const write = (
    <Button component={Link} href={`/s/${space}/write`} leftSection={<IconPencilPlus size={18} stroke={1.8} />}>
      {t("space.write")}
    </Button>
  );
  return (
    <Page
      name={name}
      title={name}
      lede={
        <>
          <p dir="auto">
            <PublicMark space={space} /> {record?.purpose}
          </p>
          <Wishes
            space={space}
            thread={null}
            first={
              unread && (
                <button type="button" className={wish.wish} onClick={readAll}>
                  <IconChecks size={16} stroke={1.7} aria-hidden="true" />
                  {t("keys.readAll")}
                </button>
              )
            }
          />
          <Link href={`/s/${space}/decisions`} className={css.decisions}>
            {t("decision.log")}
          </Link>
          <Link href={`/s/${space}/again`} className={css.decisions}>
            {t("again.list")}
          </Link>
        </>
      }
      rail={<Rail members={inside} record={record} />}
    >
      {record?.archivedAt && <Notice title={t("space.archived")} />}
      {(followsSome.current || followed) && (
        <div className={css.filter} role="group" aria-label={t("space.show")}>
          <button type="button" aria-pressed={!followed} onClick={() => onlyFollowed(false)}>
            {t("space.all")}
          </button>
          <button type="button" aria-pressed={followed} onClick={() => onlyFollowed(true)}>
            {t("space.followed")}
          </button>
        </div>
      )}
      {!list || !members || (list.filling && list.rows.length === 0) ? (
        <Loading label={t("loading")} lines={6} />
      ) : list.rows.length === 0 && followed ? (
        <Notice title={t("space.followedNone")}>{t("space.followedNoneWhy")}</Notice>
      ) : list.rows.length === 0 && !list.older ? (
        <Notice title={t("space.empty")} action={write}>
          {t("space.emptyWhy")}
        </Notice>
      ) : (
        <>
          <TryOn space={space} rows={first?.rows ?? list.rows} />
          <Rows name={named} space={space} list={list} members={byId} comesBack={comesBack} sees={sees} />
        </>
      )}
      {list?.filling && list.rows.length > 0 && <p className={css.filling}>{t("space.filling")}</p>}
      {list?.older && members && <Older key={space} space={space} />}
      <UndoBar says={undo.last} undo={undo.undo} />
    </Page>
  );
}

function Rows(props: {
  name: string;
  space: Id;
  list: ThreadList;
  members: Map<Id, Member>;
  comesBack: boolean;
  sees(first: number, last: number): void;
}): ReactElement {
  const { name, space, list, members, comesBack, sees } = props;
  const t = useT();
  const minute = Math.floor(useNow(60_000) / 60_000);
  const now = useMemo(() => new Date(minute * 60_000), [minute]);
  const heading = useHeading(now);
  const row = (at: number): LongRow | undefined => {
    const one = list.rows[at - list.from];
    return (
      one && {
        key: one.root.id,
        // What is muted is there, at the end.
        group: one.muted ? t("space.muted") : heading(new Date(one.lastAt)),
        quiet: one.muted,
        element: <ThreadLine space={space} row={one} members={members} now={now} />,
      }
    );
  };
  return <LongRows name={name} comesBack={comesBack} count={list.total} open={list.older} row={row} sees={sees} />;
}

/** Drawn once for as long as it says the same, wherever one scrolls. */
const ThreadLine = memo(function ThreadLine({
  space,
  row,
  members,
  now,
}: {
  space: Id;
  row: ThreadRow;
  members: Map<Id, Member>;
  now: Date;
}): ReactElement {
  const t = useT();
  const language = useLanguage();
  const { root } = row;
  const author = members.get(root.createdBy)?.name || t("person.unknown");
  const at = new Date(row.lastAt);
  const kind = viewOf(root.kind);
  const title = root.deleted ? t("post.deletedTitle") : root.title || root.excerpt || t("thread.untitled");
  const note: ReactNode = root.waiting ? t(root.waiting.how === "refused" ? "waits.refused" : "row.waits") : null;
  return (
    <Row
      href={`/s/${space}/t/${root.id}`}
      author={{ id: root.createdBy, name: author }}
      kind={root.kind === "topic" ? undefined : { icon: kind.icon }}
      thread={root.id}
      unread={row.unread && !row.muted}
      title={
        <>
          {title}
          {row.follow?.followedAt && (
            <IconBellFilled size={13} className={css.followed} role="img" aria-label={t("wish.following")} />
          )}
        </>
      }
      text={root.title && root.excerpt}
      side={
        <>
          <time dateTime={row.lastAt} title={exactly(at, language)}>
            {dates(language, daysAgo(at, now) < 31 ? CLOCK : DATE).format(at)}
          </time>
          <span className={note ? css.note : undefined}>
            {note ?? (row.replies > 0 ? t("row.replies", { replies: row.replies }) : "")}
          </span>
        </>
      }
    />
  );
});

function Rail({ members, record }: { members: Member[]; record: SpaceRecord | undefined }): ReactElement {
  const t = useT();
  const open = record?.whoMayJoin === "members";
  const shown = members.slice(0, 12);
  return (
    <RailPart title={t("space.members")}>
      <People
        people={shown.map(({ id, name, role }) => ({ id, name, note: role === "guest" ? t("role.guest") : undefined }))}
      />
      {members.length > shown.length && (
        <p className={css.rest}>{t("space.others", { others: members.length - shown.length })}</p>
      )}
      {record?.kind !== "direct" && <p className={css.rest}>{t(open ? "space.openToAll" : "space.byInvitation")}</p>}
    </RailPart>
  );
}
