// Again and again: how often something is said, from when on, and when that is next.
import { IconRepeat } from "@tabler/icons-react";
import { useId, type ReactElement } from "react";
import type { Rhythm } from "../../sync";
import { useLanguage, useT } from "../i18n";
import { useSync } from "../live";
import { begins, OFTEN, ruleOf, ruleWords, timeWords, type Often, type Repeats } from "./again";
import css from "./Asking.module.css";
import { Pill } from "./Pill";

/** So many of its next times are told. */
const TOLD = 3;

/** The choice between once and again and again. */
export function AgainPanel(props: {
  /** It comes again in any case. */
  must?: boolean;
  again: Repeats | undefined;
  set(again: Repeats | undefined): void;
  mine: Rhythm;
  now: number;
}): ReactElement {
  const { must, again, set, mine, now } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const name = useId();
  const often = useId();
  const rule = again && ruleOf(again, mine.zone);
  const next = rule ? sync.again.next(rule, now, TOLD) : [];
  const optionOf = (one: Often) => {
    const chosen = again && ruleOf({ ...again, often: one }, mine.zone);
    return chosen ? ruleWords(chosen, language, t) : t(`again.often.${one}`);
  };
  const still = (event: { key: string; ctrlKey: boolean; metaKey: boolean; preventDefault(): void }) => {
    // It would send what is not finished yet.
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
  };
  return (
    <>
      {!must && (
        <fieldset className={css.part}>
          <legend>{t("again.when")}</legend>
          <div className={css.choices}>
            <Pill name={name} checked={!again} choose={() => set(undefined)}>
              {t("again.once")}
            </Pill>
            <Pill name={name} checked={Boolean(again)} choose={() => set(again ?? begins(mine, now))}>
              <IconRepeat size={15} stroke={1.8} aria-hidden="true" />
              {t("again.again")}
            </Pill>
          </div>
        </fieldset>
      )}
      {again && (
        <div className={css.fields}>
          <label htmlFor={often}>
            {t("again.often")}
            <select
              id={often}
              className={css.input}
              value={again.often}
              onChange={(event) => set({ ...again, often: event.target.value as Often })}
            >
              {OFTEN.map((one) => (
                <option key={one} value={one}>
                  {optionOf(one)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("again.from")}
            <input
              type="date"
              className={css.input}
              value={again.day}
              max="2199-12-31"
              onKeyDown={still}
              onChange={(event) => set({ ...again, day: event.target.value })}
            />
          </label>
          <label>
            {t("asking.time")}
            <input
              type="time"
              className={css.input}
              value={again.time}
              onKeyDown={still}
              onChange={(event) => set({ ...again, time: event.target.value })}
            />
          </label>
          <label>
            {t("again.last")}
            <input
              type="date"
              className={css.input}
              value={again.last ?? ""}
              max="2199-12-31"
              onKeyDown={still}
              onChange={(event) => set({ ...again, last: event.target.value || undefined })}
            />
          </label>
        </div>
      )}
      {again && (
        <p className={css.hint} role="status" dir="auto">
          {next.length > 0
            ? t("again.next", {
                times: new Intl.ListFormat(language).format(next.map(({ at }) => timeWords(at, mine.zone, language))),
              })
            : t("again.never")}{" "}
          {!must && t("again.owned")}
        </p>
      )}
    </>
  );
}
