// Until when something is to be out of the way: a few instants in one's own hours, or a day.
import { Button, Popover } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import css from "./Snooze.module.css";
import { onDay, snoozes } from "./snoozes";
import type { MyHours } from "./useMyHours";

/** Opens at an element; `choose` is told the instant in ms. */
export function Snooze(props: {
  hours: MyHours;
  at: HTMLElement;
  close(): void;
  choose(until: number): void;
}): ReactElement {
  const { hours, at, close, choose } = props;
  const t = useT();
  const id = useId();
  const [picking, pick] = useState(false);
  const [day, setDay] = useState("");
  const until = day === "" ? null : onDay(day, hours.hours, hours.now);
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
      <Popover.Dropdown role="dialog" aria-label={t("snooze.title")} className={css.box}>
        <h2>{t("snooze.title")}</h2>
        {snoozes(hours.hours, hours.now).map(({ name, until: instant }) => (
          <button key={name} type="button" className={css.choice} onClick={() => take(instant)}>
            <span>{t(`snooze.${name}`)}</span>
            <span className={css.when}>{hours.at(instant)}</span>
          </button>
        ))}
        {!picking && (
          <button type="button" className={css.choice} onClick={() => pick(true)}>
            {t("snooze.pick")} …
          </button>
        )}
        {picking && (
          <form
            className={css.pick}
            onSubmit={(event) => {
              event.preventDefault();
              if (until !== null) take(until);
            }}
          >
            <label htmlFor={id}>{t("snooze.day")}</label>
            <input id={id} type="date" autoFocus value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            <p role="status">
              {until !== null ? t("snooze.told", { when: hours.at(until) }) : day !== "" ? t("snooze.past") : ""}
            </p>
            <Button type="submit" disabled={until === null}>
              {t("snooze.set")}
            </Button>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
