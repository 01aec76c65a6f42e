// An instant is chosen: a few in one's own hours, or a day, and where it is wanted a time of that day.
import { Button, Popover } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import css from "./ChooseTime.module.css";
import { useT } from "./i18n";

/** What it says, and what can be chosen. */
export interface TimeChoice {
  title: string;
  /** A sentence below the title. */
  hint?: string;
  choices: ReadonlyArray<{ label: string; at: number }>;
  /** The button that sets a day of the calendar. */
  set: string;
  /** What a chosen instant comes to. */
  told(at: number): string;
  /** `Monday 09:00`. */
  words(at: number): string;
  /** Of a day (2026-12-24) and a time (14:30); null where that is over. Without a time at first, days alone are asked for. */
  instant(day: string, time: string): number | null;
  time?: string;
}

/** Opens at an element; `choose` is told the instant in ms. */
export function ChooseTime(props: {
  of: TimeChoice;
  at: HTMLElement;
  close(): void;
  choose(at: number): void;
}): ReactElement {
  const { of, at, close, choose } = props;
  const t = useT();
  const id = useId();
  const [picking, pick] = useState(false);
  const [day, setDay] = useState("");
  const [time, setTime] = useState(of.time ?? "");
  const until = day === "" ? null : of.instant(day, time);
  const box = at.getBoundingClientRect();
  const end = () => {
    close();
    at.focus({ preventScroll: true });
  };
  const take = (instant: number) => {
    close();
    choose(instant);
  };
  return (
    <Popover
      opened
      onChange={(open) => !open && end()}
      position="bottom-end"
      withinPortal
      trapFocus
      returnFocus={false}
      closeOnEscape
      withRoles={false}
    >
      <Popover.Target>
        <span className={css.at} style={{ top: box.bottom, left: box.left, width: box.width }} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={of.title} className={css.box}>
        <h2>{of.title}</h2>
        {of.hint && <p className={css.hint}>{of.hint}</p>}
        {of.choices.map(({ label, at: instant }) => (
          <button key={label} type="button" className={css.choice} onClick={() => take(instant)}>
            <span>{label}</span>
            <span className={css.when}>{of.words(instant)}</span>
          </button>
        ))}
        {!picking && (
          <button type="button" className={css.choice} onClick={() => pick(true)}>
            {t("when.pick")} …
          </button>
        )}
        {picking && (
          <form
            className={css.pick}
            onSubmit={(event) => {
              event.preventDefault();
              event.stopPropagation();
              if (until !== null) take(until);
            }}
          >
            <label htmlFor={id}>{t("when.day")}</label>
            <input id={id} type="date" autoFocus value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            {of.time !== undefined && (
              <>
                <label htmlFor={`${id}-time`}>{t("when.time")}</label>
                <input
                  id={`${id}-time`}
                  type="time"
                  value={time}
                  onChange={(event) => setTime(event.currentTarget.value)}
                />
              </>
            )}
            <p role="status">{until !== null ? of.told(until) : day !== "" ? t("when.past") : ""}</p>
            <Button type="submit" disabled={until === null}>
              {of.set}
            </Button>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
