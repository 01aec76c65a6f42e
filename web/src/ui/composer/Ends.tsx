// When a decision ends: at a date, or after so many working hours of each, with who has had them last.
import { useId, type ReactElement } from "react";
import type { Id, UTCDate } from "../../generated/types";
import { useLanguage, useT } from "../i18n";
import { moment, type KnownHours } from "../reach";
import css from "./Asking.module.css";
import { AskUntil } from "./AskUntil";
import { DAY, lastToHave, type Decides } from "./deciding";
import { Pill } from "./Pill";

/** The choice. */
export function Ends(props: {
  rule: Decides["rule"];
  /** Of each; null: it ends at a date. */
  minutes: number | null;
  by: UTCDate | null;
  voters: readonly Id[];
  set(change: { minutes?: number | null; by?: UTCDate | null }): void;
  nameOf(id: Id): string;
  hours: KnownHours;
  /** Since when hours count; ms. */
  from: number;
  now: number;
}): ReactElement {
  const { rule, minutes, by, voters, set, nameOf, hours, from, now } = props;
  const t = useT();
  const language = useLanguage();
  const name = useId();
  const count = useId();
  const last = minutes === null ? undefined : lastToHave(voters, minutes, hours.of, from);
  return (
    <>
      <fieldset className={css.part}>
        <legend>{t("decision.ends")}</legend>
        <div className={css.choices}>
          <Pill name={name} checked={minutes !== null} choose={() => set({ minutes: DAY })}>
            {t("decision.ends.hours")}
          </Pill>
          <Pill name={name} checked={minutes === null} choose={() => set({ minutes: null })}>
            {t("decision.ends.date")}
          </Pill>
        </div>
        {minutes !== null && (
          <div className={css.fields}>
            <label htmlFor={count}>
              {t("decision.ends.count")}
              <input
                id={count}
                type="number"
                className={css.input}
                min={0.25}
                max={160}
                step={0.25}
                value={minutes > 0 ? minutes / 60 : ""}
                onChange={(event) => set({ minutes: Math.round((event.target.valueAsNumber || 0) * 60) })}
                onKeyDown={(event) => {
                  // It would send what is not finished yet.
                  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
                }}
              />
            </label>
          </div>
        )}
      </fieldset>
      {minutes === null ? (
        <AskUntil must by={by} change={(next) => set({ by: next })} mine={hours.mine} now={now} />
      ) : (
        <p className={css.hint} role="status" dir="auto">
          {last && minutes > 0
            ? t("decision.last", {
                says: t(`decision.${rule}.by`, { when: moment(last.at, hours.mine, now, language, t) }),
                name: nameOf(last.id),
                hours: minutes / 60,
              })
            : t("decision.ends.note")}
        </p>
      )}
    </>
  );
}
