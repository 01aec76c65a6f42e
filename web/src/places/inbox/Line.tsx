// A row of the Inbox: who, why and where; under it what it is called and how it begins. What can be done with it stands at
// its end, for the mouse and for fingers; by keys it is done from the row.
import { IconArrowBackUp, IconCheck, IconClock } from "@tabler/icons-react";
import { useState, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { InboxRow } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { singleKeys } from "../../ui/keys";
import { part } from "../../ui/part";
import { firstWords } from "../../ui/wording";
import css from "./Line.module.css";
import type { MyHours } from "./useMyHours";
import type { InboxActs } from "./useInboxActs";
import type { Known } from "./useKnown";

const Snooze = part(() => import("./Snooze").then((module) => module.Snooze));

/** Where a row leads: to the post. */
export function hrefOf({ space, thread, id }: InboxRow): string {
  return id === thread ? `/s/${space}/t/${thread}` : `/s/${space}/t/${thread}/${id}`;
}

/** `second`: in the place of what it is called. Without `acts` it can only be opened, or brought back by `wake`. */
export function Line(props: {
  row: InboxRow;
  known: Known;
  hours: MyHours;
  side: ReactNode;
  second?: ReactNode;
  acts?: InboxActs;
  wake?(): void;
}): ReactElement {
  const { row, known, hours, side, second, acts, wake } = props;
  const t = useT();
  const [snoozing, snooze] = useState<HTMLElement | null>(null);
  const { item } = row;
  const author = known.name(row.space, item.createdBy);
  const title = row.title ?? t("thread.untitled");
  const begins = item.id === row.thread && !item.title ? "" : item.excerpt;
  const why = row.why === "owed" ? "" : t(reasonOf(row.why));
  return (
    <li className={css.line} data-unread={row.unread || undefined}>
      <Link
        href={hrefOf(row)}
        className={css.link}
        data-row={row.id}
        onKeyDown={(event) => {
          const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
          if (event.key === "h" && alone && acts && singleKeys()) snooze(event.currentTarget);
        }}
      >
        <Avatar id={item.createdBy} name={author} size={28} />
        <span className={css.first}>
          <b dir="auto">{author}</b> {why}
          {why && " · "}
          <span dir="auto">{known.space(row.space)}</span>
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
          <IconButton icon={IconCheck} label={t("inbox.done")} onClick={() => acts.done(row, title)} />
          <IconButton
            icon={IconClock}
            label={t("inbox.snooze")}
            aria-haspopup="menu"
            aria-expanded={snoozing !== null}
            onClick={(event) => snooze(event.currentTarget)}
          />
        </span>
      )}
      {wake && (
        <span className={css.acts}>
          <IconButton icon={IconArrowBackUp} label={t("inbox.wake")} onClick={wake} />
        </span>
      )}
      {snoozing && acts && (
        <Snooze
          hours={hours}
          at={snoozing}
          close={() => snooze(null)}
          choose={(until) => acts.snooze(row, title, until)}
        />
      )}
    </li>
  );
}

function reasonOf(why: InboxRow["why"]) {
  switch (why) {
    case "asked":
    case "mention":
    case "reply":
    case "direct":
    case "followed":
      return `inbox.why.${why}` as const;
    default:
      return "inbox.why.other";
  }
}
