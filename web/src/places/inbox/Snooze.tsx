// Until when something is to be out of the way: a few instants in one's own hours, or a day.
import type { ReactElement } from "react";
import { ChooseTime } from "../../ui/ChooseTime";
import { useT } from "../../ui/i18n";
import { instants, onDay } from "../../ui/instants";
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
  const of = {
    title: t("snooze.title"),
    choices: instants(hours.hours, hours.now).map(({ name, until }) => ({ label: t(`when.${name}`), at: until })),
    set: t("snooze.set"),
    told: (until: number) => t("snooze.told", { when: hours.at(until) }),
    words: hours.at,
    instant: (day: string) => onDay(day, hours.hours, hours.now),
  };
  return <ChooseTime of={of} at={at} close={close} choose={choose} />;
}
