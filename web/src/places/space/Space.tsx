// A Space: its threads, the newest activity first.
import { Button } from "@mantine/core";
import { IconPencilPlus } from "@tabler/icons-react";
import { useState, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { Id, Member } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import type { ThreadRow } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { daysAgo, day, exactly } from "../../ui/time";
import css from "./Space.module.css";

/** How many threads are shown at first, and more with each press. */
const PAGE = 50;

/** Beside a row; the heading above says the day, or for what is older the month. */
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/** The page of a Space. */
export function Space({ space }: { space: Id }): ReactElement {
  const t = useT();
  const [limit, setLimit] = useState(PAGE);
  const memberships = useLive((s) => s.memberships(), []);
  const membership = memberships?.find((one) => one.id === space);
  const record = useLive((s) => s.space(space), [space]);
  const members = useLive((s) => s.members(space), [space]);
  const list = useLive((s) => s.threads(space, limit), [space, limit]);
  const filling = useLive((s) => s.status(), [])?.filling;

  if (memberships && !membership && !filling) {
    return (
      <Page name={t("space.gone")} title={t("space.gone")}>
        <Notice title={t("space.goneWhy")} action={<Link href="/">{t("space.home")}</Link>} />
      </Page>
    );
  }
  const name = membership?.name || t("space.untitled");
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
      lede={record?.purpose || undefined}
      rail={<Rail members={inside} open={record?.whoMayJoin === "members"} />}
    >
      {record?.archivedAt && <Notice title={t("space.archived")} />}
      {!list || !members || (list.filling && list.rows.length === 0) ? (
        <Loading label={t("loading")} lines={6} />
      ) : list.rows.length === 0 ? (
        <Notice title={t("space.empty")} action={write}>
          {t("space.emptyWhy")}
        </Notice>
      ) : (
        <Rows space={space} rows={list.rows} members={new Map(members.map((member) => [member.id, member]))} />
      )}
      {list?.more && (
        <Button className={css.more} variant="default" onClick={() => setLimit(limit + PAGE)}>
          {t("space.more")}
        </Button>
      )}
      {list?.filling && list.rows.length > 0 && <p className={css.filling}>{t("space.filling")}</p>}
    </Page>
  );
}

function Rows({ space, rows, members }: { space: Id; rows: ThreadRow[]; members: Map<Id, Member> }): ReactElement {
  const t = useT();
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  const heading = (row: ThreadRow): string => {
    const at = new Date(row.lastAt);
    const days = daysAgo(at, now);
    if (days <= 0) return t("day.today");
    if (days === 1) return t("day.yesterday");
    if (days < 7) return new Intl.DateTimeFormat(language, { weekday: "long" }).format(at);
    if (days < 31) return day(at, now, language);
    return new Intl.DateTimeFormat(language, { month: "long", year: "numeric" }).format(at);
  };
  const groups: Array<{ name: string; rows: ThreadRow[] }> = [];
  for (const row of rows) {
    const name = heading(row);
    if (groups.at(-1)?.name === name) groups.at(-1)?.rows.push(row);
    else groups.push({ name, rows: [row] });
  }
  return (
    <>
      {groups.map((group) => (
        <section key={group.name} className={css.group}>
          <h2>{group.name}</h2>
          <ul className={css.rows}>
            {group.rows.map((row) => (
              <li key={row.root.id}>
                <Row space={space} row={row} members={members} now={now} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Row({
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
    <Link href={`/s/${space}/t/${root.id}`} className={css.row}>
      <Avatar id={root.createdBy} name={author} size={32} />
      <span className={css.main}>
        <span className={css.title} dir="auto">
          {root.kind !== "topic" && <kind.icon size={15} aria-hidden="true" className={css.kind} />}
          {title}
        </span>
        <span className={css.second}>
          <span className={css.author} dir="auto">
            {author}
          </span>
          {root.title && root.excerpt ? (
            <span className={css.excerpt} dir="auto">
              {root.excerpt}
            </span>
          ) : null}
        </span>
      </span>
      <span className={css.side}>
        <time dateTime={row.lastAt} title={exactly(at, language)}>
          {new Intl.DateTimeFormat(language, daysAgo(at, now) < 31 ? CLOCK : DATE).format(at)}
        </time>
        <span className={note ? css.note : undefined}>
          {note ?? (row.replies > 0 ? t("row.replies", { replies: row.replies }) : "")}
        </span>
      </span>
    </Link>
  );
}

function Rail({ members, open }: { members: Member[]; open: boolean }): ReactElement {
  const t = useT();
  const shown = members.slice(0, 12);
  return (
    <RailPart title={t("space.members")}>
      <ul className={css.people}>
        {shown.map((member) => (
          <li key={member.id}>
            <Avatar id={member.id} name={member.name} size={28} />
            <span dir="auto">{member.name}</span>
            {member.role === "guest" && <small>{t("role.guest")}</small>}
          </li>
        ))}
      </ul>
      {members.length > shown.length && (
        <p className={css.rest}>{t("space.others", { others: members.length - shown.length })}</p>
      )}
      <p className={css.rest}>{t(open ? "space.openToAll" : "space.byInvitation")}</p>
    </RailPart>
  );
}
