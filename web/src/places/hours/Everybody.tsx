// Everybody's hours on one axis of a day, by one's own clock. For those who hear it, it is a list with a sentence a line.
import { Button, VisuallyHidden } from "@mantine/core";
import { useId, useMemo, useState, type CSSProperties, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { Person } from "../../generated/types";
import { dayOfWeek } from "../../sync";
import { Avatar } from "../../ui/Avatar";
import { useSync } from "../../ui/live";
import { Choice, Section } from "../settings/parts";
import { fullHour } from "../../ui/time";
import { timeIn } from "../settings/zones";
import { at, dayAxis, hourMarks, linesOf, MOST_LINES, pieces, type Line, type Piece, type Span } from "./axis";
import css from "./Everybody.module.css";
import { Handles } from "./Handles";
import { onDay, type DaySpan } from "./week";
import { areWide, lineWords, sharedWords, type Reader } from "./wording";

/** Of the axis, in its CSS. */
const along = ({ from, to }: Piece): CSSProperties => ({
  insetInlineStart: `${from * 100}%`,
  width: `${(to - from) * 100}%`,
});

/** So near to now the time of an hour gives way to the time that it is. */
const NEAR = 0.1;

/** Moving the ends of one's own bar. */
export interface Moving {
  week: DaySpan[][];
  change: (week: DaySpan[][]) => void;
  /** The form that saves it, where there is something to save. */
  form?: string;
}

/** Those whose hours are shown. `moving`: undefined while one's own can't be moved here. `title` and `hint`: of the part. */
export function Everybody(props: {
  people: Person[];
  moving: Moving | undefined;
  reader: Reader;
  title?: string;
  hint?: string;
}): ReactElement {
  const { people, moving, reader, title, hint } = props;
  const { t, here, now, language } = reader;
  const sync = useSync();
  const label = useId();
  const [which, choose] = useState<"today" | "tomorrow">("today");
  const [all, showAll] = useState(false);
  const [touched, touch] = useState(false);
  const day = here.dayOf(now) + (which === "tomorrow" ? 1 : 0);
  const axis = useMemo(() => dayAxis(here, day), [here, day]);
  const drawn = useMemo(() => linesOf(people, sync.me, axis), [people, sync.me, axis]);
  const { lines, shared } = drawn;
  const marks = useMemo(() => hourMarks(here, day).filter(({ hour }) => hour % 3 === 0), [here, day]);
  const shown = all ? lines : lines.slice(0, MOST_LINES);
  const weekday = dayOfWeek(day);
  const own = moving?.week[weekday] ?? [];
  const move = (spans: DaySpan[]) => {
    touch(true);
    moving?.change(onDay(moving.week, weekday, spans));
  };
  const nowAt = which === "today" ? at(now, axis) : undefined;
  return (
    <Section
      title={title ?? t("hours.all")}
      hint={hint ?? t("hours.all.hint")}
      action={
        <div className={css.which}>
          <VisuallyHidden id={label}>{t("hours.all.which")}</VisuallyHidden>
          <Choice<"today" | "tomorrow">
            row
            labelledBy={label}
            value={which}
            options={(["today", "tomorrow"] as const).map((value) => ({ value, label: t(`hours.all.${value}`) }))}
            onChange={choose}
          />
        </div>
      }
    >
      <div className={css.chart}>
        <div className={css.scale} aria-hidden="true">
          {marks.map(({ hour, instant, at: place }) => (
            <span
              key={hour}
              data-six={hour % 6 === 0 || undefined}
              data-near={(nowAt !== undefined && Math.abs(place - nowAt) < NEAR) || undefined}
              style={{ insetInlineStart: `${place * 100}%` }}
            >
              {fullHour(instant, language, here.zone)}
            </span>
          ))}
          {nowAt !== undefined && (
            <b className={css.nowTime} style={{ insetInlineStart: `${nowAt * 100}%` }}>
              {timeIn(here.zone, now, language)}
            </b>
          )}
        </div>
        <div className={css.ground} aria-hidden="true">
          {pieces(shared, axis).map((piece) => (
            <span key={piece.from} className={css.shared} style={along(piece)} />
          ))}
          {marks.map(({ hour, at: place }) =>
            hour % 6 === 0 ? <i key={hour} style={{ insetInlineStart: `${place * 100}%` }} /> : null,
          )}
        </div>
        {nowAt !== undefined && (
          <div className={css.over} aria-hidden="true">
            <span style={{ insetInlineStart: `${nowAt * 100}%` }} />
          </div>
        )}
        <ul className={css.lines}>
          {shown.map((line) => (
            <LineRow key={line.key} line={line} axis={axis} reader={reader}>
              {line.mine && line.spans.length > 0 && <Handles spans={own} day={day} change={move} reader={reader} />}
            </LineRow>
          ))}
        </ul>
      </div>
      {touched && moving?.form && (
        <div className={css.unsaved}>
          <span>{t("hours.all.unsaved")}</span>
          <Button type="submit" form={moving.form}>
            {t("save")}
          </Button>
        </div>
      )}
      {lines.length > shown.length && (
        <Button variant="default" className={css.more} onClick={() => showAll(true)}>
          {t("hours.all.more", { count: lines.length - shown.length })}
        </Button>
      )}
      <p className={css.caption}>{sharedWords(drawn, reader)}</p>
    </Section>
  );
}

/** `children` lie over its lane. */
function LineRow(props: { line: Line; axis: Span; reader: Reader; children?: ReactNode }): ReactElement {
  const { line, axis, reader, children } = props;
  const { t, now, language } = reader;
  const words = lineWords(line, reader);
  const many = line.people.length > 1;
  const [open, setOpen] = useState(false);
  const [one] = line.people;
  const bars = pieces(line.spans, axis);
  const wide = areWide(bars);
  const there = words.other ? `${words.theirs} ${t("hours.all.there")}` : words.theirs;
  const time = timeIn(line.zone, now, language);
  const facts = many
    ? [line.off > 0 && line.spans.length > 0 && t("hours.all.someOff", { count: line.off })]
    : [line.unsaid ? t("hours.all.unsaid") : words.place, !line.unsaid && time];
  if (!wide && line.spans.length > 0) facts.push(there);
  return (
    <li className={css.line} data-mine={line.mine || undefined}>
      {many || !one ? (
        <VisuallyHidden>{words.spoken}</VisuallyHidden>
      ) : (
        <Link href={`/p/${one.id}`} className={css.person}>
          <VisuallyHidden>{words.spoken}</VisuallyHidden>
        </Link>
      )}
      <div className={css.who} aria-hidden="true">
        {many ? (
          <span className={css.count}>{line.people.length}</span>
        ) : (
          <Avatar id={one?.id ?? ""} name={one?.name ?? ""} size={28} />
        )}
        <span className={css.names}>
          <b dir="auto" data-many={many || undefined}>
            {line.mine ? t("hours.all.me") : words.name}
          </b>
          <small dir="auto">{facts.filter(Boolean).join(" · ")}</small>
        </span>
      </div>
      <div className={css.lane} aria-hidden="true" data-off={words.off ? true : undefined}>
        {words.off ? (
          <span className={css.off} dir="auto">
            {words.off}
          </span>
        ) : (
          bars.map((piece) => (
            <span key={piece.from} className={css.bar} style={along(piece)}>
              {wide && (
                <span className={css.text}>
                  {words.theirs}
                  {words.other && <span> {t("hours.all.there")}</span>}
                </span>
              )}
            </span>
          ))
        )}
      </div>
      {children}
      {many && (
        <button type="button" className={css.open} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? "hours.all.hide" : "hours.all.show")}
        </button>
      )}
      {open && (
        <ul className={css.lines}>
          {line.within.map((inner) => (
            <LineRow key={inner.key} line={inner} axis={axis} reader={reader} />
          ))}
        </ul>
      )}
    </li>
  );
}
