// My hours: the zone, the hours of the week, and when in them things arrive. Nothing is written before Save; what was typed
// stays until it is written.
import { Button, NativeSelect } from "@mantine/core";
import {
  useEffect,
  useId,
  useRef,
  useState,
  type Dispatch,
  type FormEvent,
  type ReactElement,
  type SetStateAction,
} from "react";
import type { Id, Person } from "../../generated/types";
import { useSync } from "../../ui/live";
import { useAct } from "../settings/act";
import { Choice, Row, Section, Sheet, Wrong } from "../settings/parts";
import parts from "../settings/parts.module.css";
import { useZoneHint, ZoneField } from "../settings/ZoneField";
import { rhythmOf } from "../../sync";
import css from "./Hours.module.css";
import { Times } from "./Times";
import { Week } from "./Week";
import { faultOf, hoursOf, oneMoreTime, same, withHours, written, type Fault, type MyHours } from "./week";
import { reachWords, timesToSay, weekdayOf, withinWords, type Reader } from "./wording";

/** `draft`: what is typed and not written yet. */
export function Mine(props: {
  /** The form's, for buttons elsewhere. */
  id: string;
  account: Id;
  me: Person;
  draft: MyHours | null;
  setDraft: Dispatch<SetStateAction<MyHours | null>>;
  reader: Reader;
}): ReactElement {
  const { id, account, me, draft, setDraft, reader } = props;
  const { t } = reader;
  const sync = useSync();
  const act = useAct();
  const [zone, anyTime, urgent, within] = [useId(), useId(), useId(), useId()];
  const { say } = act;
  /** What was saved last. */
  const [kept, keep] = useState<MyHours>();
  // Another week is another picture of it: from the beginning, whether its days are alike.
  const [round, begin] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const stored = hoursOf(me.rhythm, reader.here.zone);
  const hours = draft ?? stored;
  const times = useRef(hours.times);
  const hint = useZoneHint(hours.zone);
  // The app says the zone by itself; the hours are said by people.
  const unsaid = !me.rhythm?.hours?.length;
  const changed = unsaid || (draft !== null && !same(draft, stored));
  const fault = faultOf(hours);
  const saved = kept !== undefined && (draft === null || draft === kept);

  // What was saved comes back through the workspace; from then on the form follows it again.
  const back = saved && draft !== null && same(draft, stored);
  useEffect(() => {
    if (back) setDraft(null);
  }, [back, setDraft]);
  useEffect(() => say(undefined), [draft, say]);

  const change = (some: Partial<MyHours>) => setDraft({ ...hours, ...some });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!changed) return;
    if (fault) say(whyNot(fault, reader));
    else if (await act.run(() => sync.change(account, "Person", sync.me, "update", written(hours, me.rhythm)))) {
      // What was typed meanwhile is not saved yet.
      setDraft((typed) => (typed === draft ? hours : typed));
      keep(hours);
      form.current?.focus({ preventScroll: true });
    }
    end.current?.scrollIntoView({ block: "nearest" });
  };
  const offers = changed && !(saved && !act.wrong);
  const law = fault ? null : rhythmOf(withHours(hours, me.rhythm));
  return (
    <Section title={t("hours.mine")} hint={unsaid ? t("hours.unsaid") : undefined}>
      <form id={id} ref={form} tabIndex={-1} className={css.mine} onSubmit={(event) => void submit(event)} noValidate>
        <Sheet>
          <Row label={t("settings.zone")} field={zone} hint={hint}>
            <ZoneField id={zone} zone={hours.zone} onChoose={(next) => change({ zone: next })} />
          </Row>
          <Week key={round} week={hours.week} change={(week) => change({ week })} reader={reader} />
          <Row
            label={t("hours.times")}
            hint={hours.times.length > 0 ? t("hours.times.hint") : undefined}
            labelId={anyTime}
          >
            <Choice<"any" | "chosen">
              labelledBy={anyTime}
              value={hours.times.length > 0 ? "chosen" : "any"}
              options={(["any", "chosen"] as const).map((value) => ({ value, label: t(`hours.times.${value}`) }))}
              onChange={(value) => {
                if (value === "any") times.current = hours.times;
                const before = times.current.length > 0 ? times.current : [oneMoreTime([], hours.week)];
                change({ times: value === "any" ? [] : before });
              }}
            />
            {hours.times.length > 0 && (
              <Times times={hours.times} week={hours.week} change={(next) => change({ times: next })} reader={reader} />
            )}
          </Row>
          <Row label={t("hours.urgent")} hint={t("hours.urgent.hint")} labelId={urgent}>
            <Choice<"wait" | "come">
              labelledBy={urgent}
              value={hours.urgent ? "come" : "wait"}
              options={(["wait", "come"] as const).map((value) => ({ value, label: t(`hours.urgent.${value}`) }))}
              onChange={(value) => change({ urgent: value === "come" })}
            />
          </Row>
          <Row label={t("hours.within")} hint={t("hours.within.hint")} field={within}>
            <NativeSelect
              id={within}
              value={hours.within ?? ""}
              onChange={({ currentTarget: { value } }) => change({ within: value ? Number(value) : undefined })}
              data={[
                { value: "", label: t("hours.within.unsaid") },
                ...timesToSay(hours.within).map((minutes) => ({ value: `${minutes}`, label: withinWords(minutes, t) })),
              ]}
            />
          </Row>
          {(offers || act.wrong || saved) && (
            <div ref={end} className={css.end}>
              {offers && law && (
                <p>
                  <small>{t("hours.with")}</small>
                  {reachWords(law, reader)}
                </p>
              )}
              <Wrong>{act.wrong}</Wrong>
              {offers && (
                <div className={parts.buttons}>
                  <Button type="submit" loading={act.busy}>
                    {t("hours.save")}
                  </Button>
                  {draft && !same(draft, stored) && (
                    <Button
                      variant="subtle"
                      onClick={() => {
                        setDraft(null);
                        keep(undefined);
                        begin(round + 1);
                      }}
                    >
                      {t("cancel")}
                    </Button>
                  )}
                </div>
              )}
              <p className={parts.said} role="status">
                {saved && !act.wrong ? t("settings.saved") : ""}
              </p>
            </div>
          )}
        </Sheet>
      </form>
    </Section>
  );
}

/** A sentence for what can't be. */
function whyNot({ what, day }: Fault, { t, language }: Reader): string {
  const why = t(`hours.wrong.${what}`);
  return day === undefined ? why : t("hours.wrong.on", { day: weekdayOf(day, language, "long"), why });
}
