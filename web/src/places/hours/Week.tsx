// The hours of the week: the same on all working days, which are chosen by a press, or each day with its own.
import { Button, VisuallyHidden } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useId, useState, type ReactElement } from "react";
import { IconButton } from "../../ui/IconButton";
import { Row } from "../settings/parts";
import parts from "../settings/parts.module.css";
import css from "./Hours.module.css";
import { Spans } from "./Spans";
import { allAlike, commonOf, isAlike, oneMore, type DaySpan } from "./week";
import { weekdayOf, type Reader } from "./wording";

/** From Monday. */
export function Week(props: { week: DaySpan[][]; change: (week: DaySpan[][]) => void; reader: Reader }): ReactElement {
  const { week, change, reader } = props;
  const { t } = reader;
  const [wanted, setByDay] = useState(false);
  const byDay = wanted || !isAlike(week);
  // As long as no day has hours, those that were there wait for one.
  const [kept, keep] = useState(commonOf(week));
  const common = week.some((spans) => spans.length > 0) ? commonOf(week) : kept;
  const again = () => {
    keep(common);
    change(allAlike(week, common));
    setByDay(false);
  };
  if (byDay) return <EachDay week={week} change={change} reader={reader} alike={again} />;
  const set = (spans: DaySpan[]) => {
    keep(spans);
    change(allAlike(week, spans));
  };
  const more = oneMore(common);
  return (
    <>
      <WorkingDays
        week={week}
        toggle={(day) => {
          keep(common);
          change(week.map((spans, i) => (i !== day ? spans : spans.length > 0 ? [] : common)));
        }}
        reader={reader}
      />
      <Row label={t("hours.hours")} hint={t("hours.hours.hint")}>
        <Spans spans={common} of={t("hours.hours")} change={set} reader={reader} />
        <div className={parts.buttons}>
          {more && (
            <Button variant="default" onClick={() => set([...common, more])}>
              {t("hours.more")}
            </Button>
          )}
          <Button variant="subtle" onClick={() => setByDay(true)}>
            {t("hours.byDay")}
          </Button>
        </div>
      </Row>
    </>
  );
}

function WorkingDays(props: { week: DaySpan[][]; toggle: (day: number) => void; reader: Reader }): ReactElement {
  const { week, toggle, reader } = props;
  const { t, language } = reader;
  const label = useId();
  return (
    <Row label={t("hours.days")} labelId={label}>
      <div className={css.days} role="group" aria-labelledby={label}>
        {week.map((spans, day) => (
          <button key={day} type="button" aria-pressed={spans.length > 0} onClick={() => toggle(day)}>
            <VisuallyHidden>{weekdayOf(day, language, "long")}</VisuallyHidden>
            <span aria-hidden="true">{weekdayOf(day, language, "short")}</span>
          </button>
        ))}
      </div>
    </Row>
  );
}

function EachDay(props: {
  week: DaySpan[][];
  change: (week: DaySpan[][]) => void;
  alike: () => void;
  reader: Reader;
}): ReactElement {
  const { week, change, alike, reader } = props;
  const { t, language } = reader;
  const label = useId();
  return (
    <Row label={t("hours.each")} hint={t("hours.each.hint")} labelId={label} wide>
      <ul className={css.each} aria-labelledby={label}>
        {week.map((spans, day) => {
          const name = weekdayOf(day, language, "long");
          const more = spans.length > 0 ? oneMore(spans) : commonOf(week)[0];
          const set = (next: DaySpan[]) => change(week.map((old, i) => (i === day ? next : old)));
          return (
            <li key={day} data-off={spans.length === 0 || undefined}>
              <span className={css.day}>{name}</span>
              {spans.length === 0 ? (
                <span className={css.off}>{t("hours.dayOff")}</span>
              ) : (
                <Spans spans={spans} of={name} change={set} reader={reader} empties />
              )}
              {more && (
                <IconButton
                  icon={IconPlus}
                  label={t("hours.moreOn", { day: name })}
                  onClick={() => set([...spans, more])}
                />
              )}
            </li>
          );
        })}
      </ul>
      <div className={parts.buttons}>
        <Button variant="default" onClick={alike}>
          {t("hours.alike")}
        </Button>
      </div>
    </Row>
  );
}
