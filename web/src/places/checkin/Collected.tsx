// The collected view of a check-in: the question, and each answer beneath its author, to be read from top to bottom. The rounds
// before and after are one press away.
import { IconChevronLeft, IconChevronRight, IconLock } from "@tabler/icons-react";
import { useMemo, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id, Member } from "../../generated/types";
import { useReader } from "../../items/checkin/useReader";
import { isClosed, silent, standsWords } from "../../items/checkin/words";
import type { ItemView } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { namesInLine } from "../../ui/composer/asks";
import { Files } from "../../ui/Files";
import { useT } from "../../ui/i18n";
import { useFilling, useLive, useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { PersonLink } from "../../ui/PersonLink";
import { exactly, when } from "../../ui/time";
import { LaterActs } from "../drafts/LaterActs";
import { useReach } from "../thread/useReach";
import css from "./Collected.module.css";

const NOBODY: Member[] = [];
const NONE: ItemView[] = [];

/** The page. */
export function Collected({ space, id }: { space: Id; id: Id }): ReactElement {
  const t = useT();
  const sync = useSync();
  const view = useLive((s) => s.thread(space, id), [space, id]);
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const members = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const filling = useFilling();
  const reached = useReach(space, id, undefined, view, membership !== undefined);
  const reader = useReader(members);
  const { now, language } = reader;
  const answers = useMemo(
    () => (view?.posts ?? NONE).filter((post) => post.inAnswerTo === id && !post.deleted),
    [view, id],
  );
  const item = view?.root;
  if (!item || item.kind !== "checkin") {
    const asks = !view || filling || reached === "asking";
    return (
      <Page name={t("kind.checkin")} title={t("kind.checkin")}>
        {asks ? <Loading label={t("loading")} lines={5} /> : <Notice title={t("thread.goneWhy")} />}
      </Page>
    );
  }
  const closed = isClosed(item, now);
  const { quiet: all, away, others } = silent(item, reader.hours);
  // Of oneself one knows.
  const quiet = all.filter((one) => one !== sync.me);
  const names = (ids: Id[]) => namesInLine(ids.map(reader.nameOf), language, t);
  const mine = answers.some((post) => post.createdBy === sync.me);
  const sealed = Boolean(item.sealed) && !closed;
  return (
    <Page
      name={item.title ?? ""}
      above={
        <Link href={`/s/${space}`} dir="auto">
          {membership?.name || t("space.untitled")}
        </Link>
      }
      title={item.title}
      lede={
        <>
          <p className={css.stands} dir="auto">
            {sealed && <IconLock size={16} stroke={1.8} aria-hidden="true" />}
            {standsWords(item, reader)}
          </p>
          {item.scheduleId && <Rounds space={space} item={item} language={language} />}
        </>
      }
    >
      {item.text && (
        <div className={css.question}>
          <Markdown text={item.text} />
          <Files space={space} item={item} />
        </div>
      )}
      <ul className={css.answers} aria-label={t("checkin.collected")}>
        {answers.map((post) => {
          const name = members.find((one) => one.id === post.createdBy)?.name || t("person.unknown");
          const at = new Date(post.createdAt);
          return (
            <li key={post.id} id={post.id}>
              <header>
                <Avatar id={post.createdBy} name={name} />
                <b dir="auto">
                  <PersonLink id={post.createdBy}>{name}</PersonLink>
                </b>
                {!post.waiting && !item.sealed && (
                  <time dateTime={post.createdAt} title={exactly(at, language)}>
                    {when(at, new Date(now), language)}
                  </time>
                )}
              </header>
              <Markdown text={post.text ?? ""} />
              <Files space={space} item={post} />
              {post.waiting?.how === "later" && <LaterActs item={post} back={() => void sync.undo(post.id)} />}
            </li>
          );
        })}
      </ul>
      {answers.length === 0 && (
        <Notice title={t(sealed ? "checkin.nothingSealed" : "checkin.nothing")}>
          {sealed ? t("checkin.nothingSealedWhy") : undefined}
        </Notice>
      )}
      {quiet.length > 0 && !sealed && (
        <p className={css.quiet} dir="auto">
          {t(closed ? "checkin.quiet" : "checkin.notYet", { names: names(quiet) })}
        </p>
      )}
      {away.length + others.length > 0 && !sealed && (
        <p className={css.quiet} dir="auto">
          {away.length > 0 && t("checkin.away", { names: names(away) })}{" "}
          {others.length > 0 && t("checkin.passedOver", { names: names(others) })}
        </p>
      )}
      <p className={css.to}>
        <Link href={`/s/${space}/t/${id}${mine ? "" : "#answer"}`}>
          {t(mine || closed ? "checkin.thread" : "checkin.answer")}
        </Link>
      </p>
    </Page>
  );
}

/** The one before and the one after, and when this one was asked. */
function Rounds({ space, item, language }: { space: Id; item: ItemView; language: string }): ReactElement | null {
  const t = useT();
  const schedule = item.scheduleId ?? "";
  const rounds = useLive((s) => s.again.rounds(space, schedule), [space, schedule]) ?? NONE;
  const at = rounds.findIndex(({ id }) => id === item.id);
  const [after, before] = [rounds[at - 1], rounds[at + 1]];
  const day = (one: ItemView) =>
    new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(new Date(one.createdAt));
  return (
    <nav className={css.rounds} aria-label={t("checkin.rounds")}>
      {before ? (
        <Link href={`/s/${space}/c/${before.id}`}>
          <IconChevronLeft size={16} stroke={1.8} aria-hidden="true" />
          {t("checkin.before", { day: day(before) })}
        </Link>
      ) : (
        <span>{t("checkin.first")}</span>
      )}
      <span aria-current="page">{day(item)}</span>
      {after && (
        <Link href={`/s/${space}/c/${after.id}`}>
          {t("checkin.after", { day: day(after) })}
          <IconChevronRight size={16} stroke={1.8} aria-hidden="true" />
        </Link>
      )}
      <Link href={`/s/${space}/again`}>{t("again.list")}</Link>
    </nav>
  );
}
