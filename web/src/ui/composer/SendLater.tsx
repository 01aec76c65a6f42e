// Send later: when what is written is to leave. It reaches each reader at a good hour of his own whenever it leaves.
import { memo, useState, type ReactElement, type Ref } from "react";
import { IconClockHour4 } from "@tabler/icons-react";
import type { Rhythm } from "../../sync";
import { ChooseTime, type TimeChoice } from "../ChooseTime";
import { useLanguage, useT, type Say } from "../i18n";
import { IconButton } from "../IconButton";
import { atTime, instants } from "../instants";
import { useSync } from "../live";
import { moment, whenReached } from "../reach";

/** What can be chosen, in one's own hours. */
export function laterChoice(mine: Rhythm, now: number, language: string, t: Say, hint?: string): TimeChoice {
  return {
    title: t("later.title"),
    ...(hint && { hint }),
    choices: instants(mine, now).map(({ name, until }) => ({ label: t(`when.${name}`), at: until })),
    set: t("later.set"),
    told: (at) => t("later.told", { when: whenReached(at, mine, now, language, t) }),
    words: (at) => moment(at, mine, now, language, t),
    instant: (day, time) => atTime(day, time, mine, now),
    time: "09:00",
  };
}

/** The button beside Send; `choose` is told the instant in ms. */
export const SendLater = memo(function SendLater(props: {
  mine: Rhythm;
  disabled: boolean;
  choose(at: number): void;
  button: Ref<HTMLButtonElement>;
}): ReactElement {
  const { mine, disabled, choose, button } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const [at, open] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        ref={button}
        icon={IconClockHour4}
        label={t("later.title")}
        aria-haspopup="dialog"
        aria-expanded={at !== null}
        disabled={disabled}
        onClick={(event) => open(event.currentTarget)}
      />
      {at && (
        <ChooseTime
          of={laterChoice(mine, sync.now(), language, t, t("later.hint"))}
          at={at}
          close={() => open(null)}
          choose={choose}
        />
      )}
    </>
  );
});
