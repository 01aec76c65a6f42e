// What waits for one, one after the other and without the list: the question, what was said last around it, and where one
// answers. Nothing goes on by itself but what is done or put off.
import { Button } from "@mantine/core";
import { useEffect, useMemo, useRef, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { InboxRow } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useLive } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { useUndo } from "../../ui/useUndo";
import { useDoneKeys, useInboxActs, useRowTitle } from "../inbox/useInboxActs";
import { useKnown, type Known } from "../inbox/useKnown";
import { useMyHours } from "../inbox/useMyHours";
import { agendaOf } from "../today/agenda";
import css from "./OneByOne.module.css";
import { Question } from "./Question";
import { useQueue } from "./useQueue";

/** The place at /inbox/one-by-one. */
export function OneByOne(): ReactElement {
  const t = useT();
  const [, navigate] = useLocation();
  const view = useLive((s) => s.inbox(), []);
  const hours = useMyHours();
  const known = useKnown();
  const now = hours?.now ?? 0;
  const asked = useMemo(
    () => (view && hours ? agendaOf(view.waitsForMe, hours.hours, now).asked.map(({ row }) => row) : undefined),
    [view, hours?.hours, now],
  );
  const queue = useQueue(asked);
  const { row, next, answered } = queue;
  const undo = useUndo();
  const titleOf = useRowTitle();
  const on = () => {
    queue.on();
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  };
  // Whoever is done with one, or puts it off, goes on; and comes back to it by undoing that.
  const offer = (says: string, back?: () => void) => {
    const from = row?.id;
    const returns = () => {
      back?.();
      if (from) queue.backTo(from);
    };
    undo.offer(says, back && returns);
    on();
  };
  const [acts, shows] = useInboxActs(hours, { ...undo, offer });
  const rows = row && !answered ? [row] : [];
  const later = useRef<HTMLButtonElement>(null);
  useDoneKeys(
    acts,
    () => rows,
    () => later.current,
  );
  useKey("back", () => navigate("/inbox", row ? { state: { at: row.thread } } : {}));
  useKey("next", on, () => (row ? { about: titleOf([row]) } : undefined));

  if (!asked || !known || !hours) {
    return (
      <Page name={t("oneByOne.title")} title=" ">
        <Loading label={t("inbox.loading")} lines={5} />
      </Page>
    );
  }
  if (!row) {
    const title = t(queue.skipped ? "oneByOne.ended" : "inbox.mineNone");
    return (
      <Page name={t("oneByOne.title")} title={title}>
        <Notice
          title={t(queue.skipped ? "oneByOne.skipped" : "oneByOne.none")}
          action={
            <Button component={Link} href="/inbox" variant="default">
              {t("oneByOne.toInbox")}
            </Button>
          }
        />
        {shows}
      </Page>
    );
  }
  return (
    <Page
      name={titleOf([row])}
      above={
        <>
          <Link href="/inbox">{t("inbox.title")}</Link> · {t("oneByOne.title")}
        </>
      }
      title={titleOf([row])}
      lede={<Who row={row} known={known} />}
    >
      <div className={css.question}>
        <Question key={row.id} row={row} />
      </div>
      <div className={css.foot} role="group" aria-label={t("oneByOne.ways")}>
        <span className={css.then} dir="auto">
          {next
            ? t("oneByOne.then", { name: known.name(next.space, next.item.createdBy), title: titleOf([next]) })
            : t("oneByOne.last")}
        </span>
        {!answered && (
          <>
            <Button variant="default" onClick={() => acts.done(rows)}>
              {t("inbox.done")}
            </Button>
            <Button
              ref={later}
              variant="default"
              aria-haspopup="dialog"
              aria-expanded={acts.asking !== null}
              onClick={(event) => acts.later(rows, event.currentTarget)}
            >
              {t("inbox.snooze")} …
            </Button>
          </>
        )}
        <On answered={answered} last={!next} on={on} />
      </div>
      <div className={css.above}>{shows}</div>
    </Page>
  );
}

/** Goes on. What is answered leaves the keyboard there. */
function On({ answered, last, on }: { answered: boolean; last: boolean; on(): void }): ReactElement {
  const t = useT();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (answered) button.current?.focus({ preventScroll: true });
  }, [answered]);
  return (
    <Button ref={button} variant={answered ? "filled" : "default"} onClick={on}>
      {t(answered ? (last ? "oneByOne.finish" : "oneByOne.next") : "oneByOne.skip")}
    </Button>
  );
}

function Who({ row, known }: { row: InboxRow; known: Known }): ReactElement {
  const t = useT();
  return (
    <>
      <b dir="auto">{known.name(row.space, row.item.createdBy)}</b> {t("inbox.why.asked")} ·{" "}
      <Link className={css.whole} href={`/s/${row.space}/t/${row.thread}/${row.id}`}>
        {t("oneByOne.whole")}
      </Link>
    </>
  );
}
