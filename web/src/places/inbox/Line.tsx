// A row of the Inbox: who, why and where; under it what it is called and how it begins. What can be done with it stands at
// its end, for the mouse and for fingers; by keys it is done from the row.
import { IconArrowBackUp, IconCheck, IconClock } from "@tabler/icons-react";
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import type { Id } from "../../generated/types";
import type { InboxRow } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useT, type Say } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { RowItem } from "../../ui/Rows";
import { firstWords } from "../../ui/wording";
import css from "./Line.module.css";
import type { InboxActs } from "./useInboxActs";
import type { Known } from "./useKnown";
import { useSwipe } from "./useSwipe";

/** Where a row leads: to the post; of several to the thread, which opens at what is new. */
export function hrefOf({ space, thread, id, ids, unread }: InboxRow): string {
  return id === thread || (ids.length > 1 && unread) ? `/s/${space}/t/${thread}` : `/s/${space}/t/${thread}/${id}`;
}

/** `second`: in the place of what it is called; `below`: what there is to do with it besides. Without `acts` it can only be opened, or brought back by `wake`. */
export function Line(props: {
  row: InboxRow;
  known: Known;
  side: ReactNode;
  second?: ReactNode;
  below?: ReactNode;
  acts?: InboxActs;
  wake?(): void;
}): ReactElement {
  const { row, known, side, second, below, acts, wake } = props;
  const t = useT();
  const { item } = row;
  const author = known.name(row.space, item.createdBy);
  const title = row.title ?? t("thread.untitled");
  const begins = item.id === row.thread && !item.title ? "" : item.excerpt;
  const why =
    row.why === "covering"
      ? t("inbox.why.covering", { name: known.name(row.space, row.covers ?? "") })
      : row.why === "owed"
        ? ""
        : (settled(row, (id) => known.name(row.space, id), t) ??
          t(row.item.closed && row.why === "asked" ? "inbox.why.closed" : reasonOf(row.why)));
  const swipe = useSwipe(acts && ((way, at) => (way === "done" ? acts.done([row]) : acts.later([row], at))));
  return (
    <RowItem className={css.line} data-unread={row.unread || undefined} {...swipe}>
      {acts && (
        <span className={css.under} aria-hidden="true">
          <span>
            <IconCheck size={20} stroke={1.9} /> {t("inbox.done")}
          </span>
          <span>
            {t("inbox.snooze")} <IconClock size={20} stroke={1.9} />
          </span>
        </span>
      )}
      <Link href={hrefOf(row)} className={css.link} data-row={row.id} data-thread={row.thread}>
        <Avatar id={item.createdBy} name={author} size={28} />
        <span className={css.first}>
          {row.reminder && <span className={css.reminder}>{t("inbox.reminder")}</span>}
          <b dir="auto">{author}</b> {why}
          {why && " · "}
          <span dir="auto">{known.space(row.space)}</span>
          {item.urgent && <i className={css.urgent}> · {t("urgent")}</i>}
        </span>
        <span className={css.second} dir="auto">
          {second ?? (
            <>
              <span className={css.title}>{title}</span>
              {begins && <span className={css.begins}>{firstWords(begins)}</span>}
            </>
          )}
        </span>
        <span className={css.side}>
          {row.unread && <span className={css.dot} role="img" aria-label={t("inbox.unread")} />}
          {side}
        </span>
      </Link>
      {acts && (
        <span className={css.acts} role="group" aria-label={t("inbox.act", { title })}>
          <IconButton icon={IconCheck} label={t("inbox.done")} onClick={() => acts.done([row])} />
          <IconButton
            icon={IconClock}
            label={t("inbox.snooze")}
            aria-haspopup="dialog"
            aria-expanded={acts.asking === row.id}
            onClick={(event) => acts.later([row], event.currentTarget)}
          />
        </span>
      )}
      {wake && (
        <span className={css.acts}>
          <IconButton icon={IconArrowBackUp} label={t("inbox.wake")} onClick={wake} />
        </span>
      )}
      {below}
    </RowItem>
  );
}

/** What another one takes, or has answered for all; undefined if it is not so. */
function settled({ why, question, item }: InboxRow, name: (id: Id) => string, t: Say): string | undefined {
  if (why !== "asked" || !question?.anyOne || item.closed) return undefined;
  const gave = Object.keys(item.answers)[0];
  if (gave) return t("inbox.why.answered", { name: name(gave) });
  const taker = question.open.find((id) => item.takenBy?.[id]);
  return taker && t("inbox.why.taken", { name: name(taker) });
}

function reasonOf(why: InboxRow["why"]) {
  switch (why) {
    case "asked":
    case "mention":
    case "reply":
    case "direct":
    case "followed":
    case "unasked":
    case "decision":
      return `inbox.why.${why}` as const;
    default:
      return "inbox.why.other";
  }
}
