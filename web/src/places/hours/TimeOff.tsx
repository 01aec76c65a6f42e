// One's days off: what is planned, the next first; what is over stands behind a word.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import type { Id, Person, PersonRhythmTimeOff } from "../../generated/types";
import { useSync } from "../../ui/live";
import { useAct } from "../settings/act";
import { Wrong } from "../settings/parts";
import { rhythmOf } from "../../sync";
import { calendarFile, saveFile } from "../../ui/calendarFile";
import css from "./Hours.module.css";
import type { Told } from "./ToldLine";
import { keyOf, withTimeOff, writtenOff } from "./week";
import { dayNumber, momentOf, rangeWords, type Reader } from "./wording";

/** More than these are shown when asked for. */
const SHOWN = 6;

/** The list. `plan` opens one to be changed. */
export function TimeOff(props: {
  account: Id;
  me: Person;
  people: readonly Person[];
  reader: Reader;
  plan: (old: PersonRhythmTimeOff) => void;
  tell: (told?: Told) => void;
}): ReactElement {
  const { account, me, people, reader, plan, tell } = props;
  const { t, here, now } = reader;
  const sync = useSync();
  const act = useAct();
  const [wanted, showAll] = useState(false);
  const all = me.rhythm?.timeOff ?? [];
  const today = here.dayOf(now);
  const coming = all.filter(({ to }) => dayNumber(to) >= today).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const past = all.filter(({ to }) => dayNumber(to) < today).toSorted((a, b) => (a.from < b.from ? 1 : -1));
  const put = (timeOff: PersonRhythmTimeOff[]) =>
    act.run(() => sync.change(account, "Person", sync.me, "update", writtenOff(timeOff, me.rhythm, here.zone)));
  const remove = async (one: PersonRhythmTimeOff) => {
    const left = withTimeOff(all, one, undefined);
    if (!(await put(left))) return;
    const undo = async () => {
      if (await put(withTimeOff(left, undefined, one))) tell({ text: t("hours.off.back", { days: words(one) }) });
    };
    tell({ text: t("hours.off.deleted", { days: words(one) }), undo: () => void undo() });
  };
  const words = ({ from, to }: PersonRhythmTimeOff) => rangeWords(from, to, reader);
  const row = (one: PersonRhythmTimeOff) => (
    <Days
      key={keyOf(one)}
      one={one}
      me={me}
      deputy={people.find(({ id }) => id === one.coveredBy)?.name}
      reader={reader}
      busy={act.busy}
      plan={plan}
      remove={(it) => void remove(it)}
    />
  );
  return (
    <>
      {coming.length === 0 ? (
        <p className={css.quiet}>{t("hours.off.none")}</p>
      ) : (
        <ul className={css.offs}>
          {(wanted || coming.length <= SHOWN ? coming : coming.slice(0, SHOWN - 1)).map(row)}
        </ul>
      )}
      {!wanted && coming.length > SHOWN && (
        <div className={css.acts}>
          <Button variant="subtle" onClick={() => showAll(true)}>
            {t("days.all", { count: coming.length })}
          </Button>
        </div>
      )}
      <Wrong>{act.wrong}</Wrong>
      {past.length > 0 && (
        <details className={css.past}>
          <summary>{t("hours.off.past", { count: past.length })}</summary>
          <ul className={css.offs}>{past.map(row)}</ul>
        </details>
      )}
    </>
  );
}

function Days(props: {
  one: PersonRhythmTimeOff;
  me: Person;
  deputy: string | undefined;
  reader: Reader;
  busy: boolean;
  plan: (old: PersonRhythmTimeOff) => void;
  remove: (one: PersonRhythmTimeOff) => void;
}): ReactElement {
  const { one, me, deputy, reader, busy, plan, remove } = props;
  const { t, here, now } = reader;
  const days = rangeWords(one.from, one.to, reader);
  const law = rhythmOf(me.rhythm);
  const ahead = dayNumber(one.to) >= here.dayOf(now);
  const save = () => {
    const { from, to, note } = one;
    const summary = note ? t("days.out.with", { note }) : t("days.out.summary");
    const uid = `${me.id}-${from}-${to}@${window.location.hostname}`;
    saveFile(t("days.out.name", { from }), "text/calendar", calendarFile({ at: { from, to }, summary, uid, now }));
  };
  return (
    <li>
      <b>{days}</b>
      {one.note && (
        <p dir="auto" className={css.note}>
          {one.note}
        </p>
      )}
      {deputy && <p className={css.quiet}>{t("hours.off.covered", { name: deputy })}</p>}
      {ahead && law && (
        <p className={css.quiet}>
          {t("hours.off.after", { moment: momentOf(law.arrival(law.instant(dayNumber(one.to), 0)), reader) })}
        </p>
      )}
      <div className={css.acts}>
        <Button variant="subtle" aria-label={t("hours.off.changeNamed", { days })} onClick={() => plan(one)}>
          {t("hours.off.change")}
        </Button>
        <Button
          variant="subtle"
          disabled={busy}
          aria-label={t("hours.off.deleteNamed", { days })}
          onClick={() => remove(one)}
        >
          {t("hours.off.delete")}
        </Button>
        {ahead && (
          <Button variant="subtle" aria-label={t("days.out.named", { days })} onClick={save}>
            {t("days.out")}
          </Button>
        )}
      </div>
    </li>
  );
}
