// The Inbox: what waits for one, what one waits for, and what there is to read; and, closed, what has not arrived yet.
import { Button } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { InboxRow, InboxView } from "../../sync/api";
import { Count } from "../../ui/Count";
import { useLanguage, useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useLive } from "../../ui/live";
import { LongRows, useComesBack, type LongRow } from "../../ui/LongRows";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { RowGroup } from "../../ui/Rows";
import { exactly } from "../../ui/time";
import { useHeading } from "../../ui/useHeading";
import { useUndo, type Undo } from "../../ui/useUndo";
import { useWritePath } from "../shell/useWritePath";
import { WriteButton } from "../shell/WriteButton";
import { agendaOf } from "../today/agenda";
import { Chip } from "./Chip";
import css from "./Inbox.module.css";
import { Elsewhere } from "./Elsewhere";
import { Line } from "./Line";
import { hasPassed, Passed } from "./Passed";
import { useMyHours, type MyHours } from "./useMyHours";
import { useInboxActs, type InboxActs } from "./useInboxActs";
import { useInboxKeys } from "./useInboxKeys";
import { useKnown, type Known } from "./useKnown";

/** The parts of it, by their addresses. */
export type Part = "mine" | "theirs" | "read";

const PARTS: ReadonlyArray<{ part: Part; href: string }> = [
  { part: "mine", href: "/inbox" },
  { part: "theirs", href: "/inbox/i-wait-for" },
  { part: "read", href: "/inbox/to-read" },
];

const ONE_BY_ONE = "/inbox/one-by-one";

/** The place at /inbox. */
export function Inbox({ part }: { part: Part }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.inbox(), []);
  const hours = useMyHours();
  const known = useKnown();
  const asked = view && hours ? agendaOf(view.waitsForMe, hours.hours, hours.now).asked : [];
  const mine = asked.map(({ row }) => row);
  const rows = view ? { mine, theirs: view.iWaitFor, read: view.toRead }[part] : [];
  const soon = new Set(asked.filter((one) => one.soon).map(({ row }) => row.id));
  const undo = useUndo();
  const [acts, shows] = useInboxActs(hours, undo);
  useInboxKeys(rows, acts, undo);
  const ready = view && hours && known;
  const told = ready && part === "read" && view.elsewhere.length > 0;
  const comesBack = useComesBack();
  const heading = useHeading(new Date(hours?.now ?? 0));
  // What is in time has a heading only where something else is above it.
  const others = rows[0] && hours && hasPassed(rows[0], hours.now) ? t("inbox.inTime") : "";
  const one = (at: number): LongRow | undefined => {
    const row = rows[at];
    if (!row || !ready) return undefined;
    const isSoon = part === "mine" && soon.has(row.id);
    const late = part !== "read" && hasPassed(row, hours.now);
    return {
      key: row.id,
      // Under the headings of the days on which it arrived.
      group: part === "read" ? heading(new Date(row.at)) : late ? t("today.band.late") : others,
      element: <InboxLine {...{ row, known, hours, acts, part, undo }} soon={isSoon} late={late} />,
    };
  };
  const [, navigate] = useLocation();
  const several = part === "mine" && rows.length > 0;
  useKey(
    "answer",
    () => navigate(ONE_BY_ONE),
    () => (several ? { about: t("inbox.mine") } : undefined),
  );
  return (
    <Page
      name={t("inbox.title")}
      title={t("inbox.title")}
      actions={
        several && (
          <Button component={Link} href={ONE_BY_ONE} variant="default">
            {t("keys.answer")}
          </Button>
        )
      }
    >
      <nav className={css.tabs} aria-label={t("inbox.tabs")}>
        {PARTS.map(({ part: name, href }) => (
          <Link key={name} href={href} aria-current={name === part ? "page" : undefined}>
            {t(`inbox.${name}`)}
            {name === "mine" && <Count count={view?.waitsForMe.length ?? 0} />}
          </Link>
        ))}
      </nav>
      {told && <Elsewhere all={view.elsewhere} known={known} hours={hours} undo={undo} />}
      {!ready || (view?.reading && rows.length === 0) ? (
        <Loading label={t("inbox.loading")} lines={6} />
      ) : rows.length > 0 ? (
        <LongRows key={part} name={`inbox ${part}`} comesBack={comesBack} count={rows.length} row={one} />
      ) : (
        !told && (
          <Notice title={t(`inbox.${part}None`)} action={<Instead view={view} part={part} />}>
            {t(`inbox.${part}NoneWhy`)}
          </Notice>
        )
      )}
      {ready && part !== "theirs" && view.later.length > 0 && (
        <Closed
          says={t("inbox.later", { when: hours.at(view.later[0]?.at ?? 0), count: view.later.length })}
          rows={view.later}
          one={(row) => <Line key={row.id} row={row} known={known} side={hours.at(row.at)} />}
        />
      )}
      {ready && part !== "theirs" && view.snoozed.length > 0 && (
        <Closed
          says={t("inbox.snoozed", { count: view.snoozed.length })}
          rows={view.snoozed}
          one={(row) => (
            <Line
              key={row.id}
              row={row}
              known={known}
              side={t("inbox.back", { when: hours.at(row.at) })}
              wake={() => acts.wake(row)}
            />
          )}
        />
      )}
      {shows}
    </Page>
  );
}

/** What there is to do where nothing is: what else has come, else one writes. */
function Instead({ view, part }: { view: InboxView; part: Part }): ReactElement {
  const t = useT();
  const write = useWritePath();
  const other = { mine: view.toRead, read: view.waitsForMe, theirs: [] }[part].length > 0;
  if (!other) return <WriteButton to={write} />;
  const to = PARTS.find((one) => one.part === (part === "mine" ? "read" : "mine"));
  return (
    <Button component={Link} href={to?.href ?? "/inbox"} variant="default">
      {t(`inbox.${part === "mine" ? "read" : "mine"}`)}
    </Button>
  );
}

/** One line, which opens. */
function Closed(props: { says: string; rows: readonly InboxRow[]; one(row: InboxRow): ReactNode }): ReactElement {
  const { says, rows, one } = props;
  const [open, setOpen] = useState(false);
  return (
    <details className={css.closed} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{says}</summary>
      {open && <RowGroup name="">{rows.map(one)}</RowGroup>}
    </details>
  );
}

function InboxLine(props: {
  row: InboxRow;
  known: Known;
  hours: MyHours;
  acts: InboxActs;
  part: Part;
  undo: Undo;
  soon: boolean;
  /** Its date has passed. */
  late: boolean;
}): ReactElement {
  const { row, known, hours, acts, part, undo, soon, late } = props;
  const language = useLanguage();
  const { question } = row;
  if (question && part !== "read") {
    return (
      <Line
        row={row}
        known={known}
        acts={acts}
        side={<Chip question={question} hours={hours} soon={soon} />}
        second={part === "theirs" ? <Open row={row} known={known} /> : undefined}
        below={late && <Passed row={row} mine={part === "theirs"} hours={hours} undo={undo} />}
      />
    );
  }
  const at = new Date(row.at);
  const side = (
    <time dateTime={at.toISOString()} title={exactly(at, language, hours.hours.zone)}>
      {hours.clock(row.at)}
    </time>
  );
  return <Line row={row} known={known} acts={acts} side={side} />;
}

/** What was asked, and who has not answered. */
function Open({ row, known }: { row: InboxRow; known: Known }): ReactElement {
  const t = useT();
  const open = row.question?.open ?? [];
  const [first = "", second] = open.map((person) => known.name(row.space, person));
  const names = second && open.length === 2 ? `${first}, ${second}` : first;
  const more = open.length > 2 ? open.length - 1 : 0;
  return (
    <>
      <span>{row.title ?? t("thread.untitled")}</span>{" "}
      {/* Who has answered what is sealed is not known, and is nobody's business. */}
      <span>
        {row.item.sealed
          ? t("checkin.sealedRow")
          : more > 0
            ? t("inbox.ofMore", { names, count: more })
            : t("inbox.of", { names })}
      </span>
    </>
  );
}
