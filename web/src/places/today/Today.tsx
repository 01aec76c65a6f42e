// Today: who waits for one and by when, in one's own hours, then what there is to read. It never lists what has not
// arrived.
import { useMemo, type ReactElement } from "react";
import { Link } from "wouter";
import type { InboxView } from "../../sync/api";
import { useLanguage, useT, type Say } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { part } from "../../ui/part";
import { RowGroup } from "../../ui/Rows";
import { exactly } from "../../ui/time";
import { useUndo } from "../../ui/useUndo";
import { useReturn } from "../../ui/walk";
import { Chip } from "../inbox/Chip";
import { hrefOf, Line } from "../inbox/Line";
import { useMyHours, type MyHours } from "../inbox/useMyHours";
import { useInboxActs } from "../inbox/useInboxActs";
import { useInboxKeys } from "../inbox/useInboxKeys";
import { useKnown, type Known } from "../inbox/useKnown";
import { WriteButton } from "../shell/WriteButton";
import { agendaOf, type Agenda, type Band } from "./agenda";
import { awayOf } from "./away";
import css from "./Today.module.css";

const WhileAway = part(() => import("./WhileAway").then((module) => module.WhileAway));

/** So much of what there is to read is shown here; the rest is in the Inbox. */
const TO_READ = 5;
const BANDS: readonly Band[] = ["late", "next", "week", "after", "none"];

/** The place at /. `write`: where Write leads. */
export function Today({ write }: { write: string }): ReactElement {
  const t = useT();
  const view = useLive((s) => s.inbox(), []);
  const hours = useMyHours();
  const known = useKnown();
  const now = hours?.now ?? 0;
  const agenda = useMemo(
    () => (view && hours ? agendaOf(view.waitsForMe, hours.hours, now) : undefined),
    [view, hours?.hours, now],
  );
  const away = useMemo(() => (hours ? awayOf(hours.hours, now) : null), [hours?.hours, now]);
  const shown = [...(agenda?.asked.map(({ row }) => row) ?? []), ...(view?.toRead.slice(0, TO_READ) ?? [])];
  const undo = useUndo();
  const [acts, shows] = useInboxActs(hours, undo);
  useInboxKeys(shown, acts, undo);
  useReturn();
  if (!view || !hours || !known || !agenda || (view.reading && shown.length === 0)) {
    return (
      <Page name={t("today.title")}>
        <Loading label={t("inbox.loading")} lines={6} />
      </Page>
    );
  }
  return (
    <Page
      name={t("today.title")}
      title={headline(agenda, t)}
      lede={lede(agenda, hours, t)}
      rail={<Rail view={view} hours={hours} known={known} />}
    >
      {BANDS.map((band) => {
        const asked = agenda.asked.filter((one) => one.band === band);
        const name = band === "next" ? t("today.band.next", { day: hours.day(agenda.day) }) : t(`today.band.${band}`);
        if (asked.length === 0) return null;
        return (
          <RowGroup key={band} name={name}>
            {asked.map(({ row, soon }) => (
              <Line
                key={row.id}
                row={row}
                known={known}
                acts={acts}
                side={row.question && <Chip question={row.question} hours={hours} soon={soon} />}
              />
            ))}
          </RowGroup>
        );
      })}
      {away && <WhileAway away={away} view={view} hours={hours} known={known} undo={undo} />}
      {view.toRead.length > 0 && (
        <RowGroup name={t("today.band.read")}>
          {view.toRead.slice(0, TO_READ).map((row) => (
            <Line key={row.id} row={row} known={known} acts={acts} side={<When at={row.at} hours={hours} />} />
          ))}
        </RowGroup>
      )}
      {view.toRead.length > TO_READ && (
        <p className={css.all}>
          <Link href="/inbox/to-read">{t("today.allRead")}</Link>
        </p>
      )}
      {shown.length === 0 && <WriteButton to={write} />}
      {shows}
    </Page>
  );
}

function headline({ people }: Agenda, t: Say): string {
  return people.length === 0 ? t("today.nobody") : t("today.people", { count: people.length });
}

function lede({ asked }: Agenda, hours: MyHours, t: Say): string {
  if (asked.length === 0) return t("today.nobodyWhy");
  const first = asked[0]?.due;
  if (!first) return t("today.noDates");
  return t(first.how === "was" ? "today.firstLate" : "today.first", { due: hours.words(first) });
}

/** When it arrived: the time today, else the day. */
function When({ at, hours }: { at: number; hours: MyHours }): ReactElement {
  const language = useLanguage();
  const day = hours.hours.dayOf(at);
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(new Date(at), language, hours.hours.zone)}>
      {day === hours.today ? hours.clock(at) : hours.day(day)}
    </time>
  );
}

function Rail({ view, hours, known }: { view: InboxView; hours: MyHours; known: Known }): ReactElement {
  const t = useT();
  return (
    <>
      <RailPart title={t("today.owed")}>
        {view.iWaitFor.length === 0 ? (
          <p className={css.quiet}>{t("today.owedNone")}</p>
        ) : (
          <ul className={css.owed}>
            {view.iWaitFor.slice(0, 6).map((row) => (
              <li key={row.id}>
                <Link href={hrefOf(row)} dir="auto">
                  {row.title ?? t("thread.untitled")}
                </Link>
                <span dir="auto">
                  {row.item.sealed
                    ? t("checkin.sealedRow")
                    : row.question?.open
                        .slice(0, 3)
                        .map((person) => known.name(row.space, person))
                        .join(", ")}
                </span>
              </li>
            ))}
          </ul>
        )}
      </RailPart>
      {view.next !== null && (
        <p className={css.next}>
          {t("today.next", { when: hours.at(view.next) })} {t("today.nextWhy")}
        </p>
      )}
    </>
  );
}
