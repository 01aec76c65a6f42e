// What there is to do once the date of a question has passed: that closes nothing, and nobody is chased. Who asked asks
// again or needs it no longer; whoever can answers now.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { InboxRow } from "../../sync/api";
import { ChooseTime, type TimeChoice } from "../../ui/ChooseTime";
import { choices, endOf } from "../../ui/composer/asks";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { fairFor, reached } from "../../ui/reach";
import { utcDate } from "../../ui/time";
import type { Undo } from "../../ui/useUndo";
import { useHours } from "../hours/useHours";
import css from "./Line.module.css";
import type { MyHours } from "./useMyHours";
import { useRowTitle } from "./useInboxActs";

const DAY = 86_400_000;

/** True once its date has passed. */
export function hasPassed({ question }: InboxRow, now: number): boolean {
  return Boolean(question?.by && Date.parse(question.by) <= now);
}

/** The answers below a row; `mine`: one has asked it oneself. */
export function Passed(props: { row: InboxRow; mine: boolean; hours: MyHours; undo: Undo }): ReactElement {
  const { row, mine, hours, undo } = props;
  const t = useT();
  const sync = useSync();
  const title = useRowTitle()([row]);
  const [at, ask] = useState<HTMLElement | null>(null);
  const path = `/s/${row.space}/t/${row.thread}${row.id === row.thread ? "" : `/${row.id}`}#answer`;
  const again = async (by: number) => {
    const { expects, version } = row.item;
    if (!expects) return;
    await sync.edit(row.space, row.id, { expects: { ...expects, by: utcDate(by) } }, version);
    undo.offer(t("passed.asked", { title, when: hours.words(hours.due(by)) }));
  };
  const close = () => {
    void sync.closeQuestion(row.space, row.id, true);
    undo.offer(t("passed.closed", { title }), () => void sync.closeQuestion(row.space, row.id, false));
  };
  return (
    <div className={css.below} role="group" aria-label={t("passed.act", { title })}>
      {mine && (
        <>
          <Button
            variant="default"
            h={34}
            aria-haspopup="dialog"
            aria-expanded={at !== null}
            onClick={(event) => ask(event.currentTarget)}
          >
            {t("asking.again")} …
          </Button>
          <Button variant="default" h={34} onClick={close}>
            {t("asking.close")}
          </Button>
        </>
      )}
      <Button component={Link} href={path} variant="default" h={34}>
        {t(mine ? "passed.answerMyself" : "passed.answer")}
      </Button>
      {at && <Again row={row} hours={hours} at={at} close={() => ask(null)} choose={(by) => void again(by)} />}
    </div>
  );
}

/** Until when one asks again: first by a date that leaves everybody hours of his own. */
function Again(props: {
  row: InboxRow;
  hours: MyHours;
  at: HTMLElement;
  close(): void;
  choose(by: number): void;
}): ReactElement {
  const { row, hours, at, close, choose } = props;
  const t = useT();
  const known = useHours();
  const { hours: mine, now } = hours;
  const asked = reached(
    (row.question?.open ?? []).map((id) => ({ id, name: "" })),
    known,
    now,
  );
  const fair = fairFor(asked, mine, now).by;
  const others = choices(mine, now)
    .map(({ word, by }) => ({ label: t(word === "friday" ? "passed.friday" : `asking.${word}`), at: Date.parse(by) }))
    .filter((one) => one.at > fair);
  const of: TimeChoice = {
    title: t("passed.until"),
    hint: t("passed.hint"),
    choices: [{ label: t("passed.fair"), at: fair }, ...others],
    set: t("asking.again"),
    told: (by) => t("passed.told", { when: hours.words(hours.due(by)) }),
    words: (by) => hours.day(mine.dayOf(by - 1)),
    instant: (day) => {
      const by = endOf(Date.parse(`${day}T00:00:00Z`) / DAY, mine);
      return by > now ? by : null;
    },
  };
  return <ChooseTime of={of} at={at} close={close} choose={choose} />;
}
