// The one sentence about hours when somebody comes in: what the browser tells of them. Coming in agrees to it; whoever does not
// says so here, and is led to the hours.
import { VisuallyHidden } from "@mantine/core";
import { useId, type ReactElement } from "react";
import type { PersonRhythm } from "../../generated/types";
import { useLanguage, T, useT } from "../../ui/i18n";
import css from "./FirstHours.module.css";
import { hoursWords } from "./hoursWords";

/** `differs`: somebody wants to say other hours. */
export function FirstHours(props: {
  rhythm: PersonRhythm;
  differs: boolean;
  differ: (differs: boolean) => void;
}): ReactElement {
  const { rhythm, differs, differ } = props;
  const t = useT();
  const language = useLanguage();
  const id = useId();
  const { where, days, from, to } = hoursWords(rhythm, language, t);
  const values = { place: where, days, from, to };
  const strong = [<strong key="0" />, <strong key="1" />];
  return (
    <section className={css.hours} aria-labelledby={id}>
      <VisuallyHidden component="h2" id={id}>
        {t("join.hours.title")}
      </VisuallyHidden>
      <p data-differs={differs || undefined}>
        {/* UTC and the like are no places. */}
        {rhythm.zone.includes("/") && !rhythm.zone.startsWith("Etc/") ? (
          <T id="join.hours.text" values={values} parts={strong} />
        ) : (
          <T id="join.hours.textZone" values={values} parts={strong} />
        )}
      </p>
      <label>
        <input type="checkbox" checked={differs} onChange={(event) => differ(event.currentTarget.checked)} />
        <span>
          {t("join.hours.differ")}
          {differs && <small>{t("join.hours.differHint")}</small>}
        </span>
      </label>
    </section>
  );
}
