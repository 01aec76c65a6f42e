// By when one asks: a day in words, each until the end of one's own hours, or a day and time of one's own.
import { useId, useState, type ReactElement } from "react";
import type { UTCDate } from "../../generated/types";
import type { Rhythm } from "../../sync";
import { dayWords } from "../due";
import { useLanguage, useT } from "../i18n";
import { exactly, utcDate } from "../time";
import css from "./Asking.module.css";
import { choices, endOf } from "./asks";
import { Pill } from "./Pill";
import { dayName } from "../time";

const DAY = 86_400_000;

/** A day and a time as fields have them; without a time it is the end of one's hours. */
interface Own {
  day: string;
  time: string;
}

/** A date in fields. */
function asOwn(by: number, mine: Rhythm): Own {
  const text = dayName;
  // Midnight is the end of a day.
  const before = mine.dayOf(by - 1);
  if (by === endOf(before, mine)) return { day: text(before), time: "" };
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: mine.zone });
  return { day: text(mine.dayOf(by)), time: clock.format(by) };
}

/** The date that fields say; undefined as long as there is no day in them. A year that is being typed is none yet. */
function asDate({ day, time }: Own, mine: Rhythm): number | undefined {
  const at = /^2\d{3}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) / DAY : NaN;
  if (Number.isNaN(at)) return undefined;
  const [hours = NaN, minutes = NaN] = time.split(":").map(Number);
  return Number.isNaN(minutes) ? endOf(at, mine) : mine.instant(at, hours * 60 + minutes);
}

/** The choice. */
export function AskUntil(props: {
  by: UTCDate | null;
  change(by: UTCDate | null): void;
  mine: Rhythm;
  now: number;
  /** There has to be a date. */
  must?: boolean;
}): ReactElement {
  const { by, change, mine, now, must } = props;
  const t = useT();
  const language = useLanguage();
  const name = useId();
  const days = choices(mine, now);
  const chosen = days.find((one) => one.by === by);
  const [own, setOwn] = useState<Own | null>(() => (by && !chosen ? asOwn(Date.parse(by), mine) : null));
  const today = mine.dayOf(now);
  const labelOf = ({ word, day }: (typeof days)[number]) => {
    if (word === "week" || (word === "tomorrow" && day === today + 1)) return t(`asking.${word}`);
    return dayWords(day, today, language, t);
  };
  const write = (next: Own) => {
    setOwn(next);
    const at = asDate(next, mine);
    change(at === undefined ? null : utcDate(at));
  };
  return (
    <fieldset className={css.part}>
      <legend>{t("asking.by")}</legend>
      <div className={css.choices}>
        {!must && (
          <Pill
            name={name}
            checked={!by && !own}
            choose={() => {
              setOwn(null);
              change(null);
            }}
          >
            {t("asking.noDate")}
          </Pill>
        )}
        {days.map((one) => (
          <Pill
            key={one.word}
            name={name}
            checked={!own && chosen?.word === one.word}
            title={exactly(new Date(one.by), language, mine.zone)}
            choose={() => {
              setOwn(null);
              change(one.by);
            }}
          >
            {labelOf(one)}
          </Pill>
        ))}
        <Pill
          name={name}
          checked={own !== null || (by !== null && !chosen)}
          choose={() => setOwn(by ? asOwn(Date.parse(by), mine) : { day: "", time: "" })}
        >
          {t("asking.own")}
        </Pill>
      </div>
      {(own || (by && !chosen)) && <Fields own={own ?? asOwn(Date.parse(by as UTCDate), mine)} write={write} />}
      {by && Date.parse(by) <= now && (
        <p className={css.past} role="alert">
          {t("asking.past")}
        </p>
      )}
    </fieldset>
  );
}

function Fields({ own, write }: { own: Own; write(own: Own): void }): ReactElement {
  const t = useT();
  return (
    <div className={css.fields}>
      <label>
        {t("asking.day")}
        <input
          type="date"
          className={css.input}
          value={own.day}
          max="2199-12-31"
          onChange={(event) => write({ ...own, day: event.target.value })}
        />
      </label>
      <label>
        {t("asking.time")}
        <input
          type="time"
          className={css.input}
          value={own.time}
          onChange={(event) => write({ ...own, time: event.target.value })}
        />
      </label>
      <p className={css.hint}>{t("asking.timeHint")}</p>
    </div>
  );
}
