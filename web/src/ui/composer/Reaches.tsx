// One sentence above Send: when it reaches those whom it asks or names. It warns where a date leaves somebody no time,
// and has a better one ready; it forces nothing.
import { Button } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import type { Id, UTCDate } from "../../generated/types";
import type { Rhythm } from "../../sync";
import { dayWords } from "../due";
import { useLanguage, useT } from "../i18n";
import { useLive } from "../live";
import { People } from "../People";
import { fairFor, reachWords, tooSoonFor, whenReached, type Reached } from "../reach";
import { utcDate } from "../time";
import css from "./Asking.module.css";
import { namesInLine } from "./asks";

/** More than so many are listed when one asks for it. */
const FEW = 3;

/** The sentence, the list, and the warning. */
export function Reaches(props: {
  all: readonly Reached[];
  asked: readonly Reached[];
  by: UTCDate | null;
  mine: Rhythm;
  now: number;
  /** What somebody is called who stands in for another and is here; undefined if nobody is. */
  deputy(id: Id): string | undefined;
  /** Takes another date. */
  use(by: UTCDate): void;
}): ReactElement | null {
  const { all, asked, by, mine, now, deputy, use } = props;
  const t = useT();
  const language = useLanguage();
  const offline = useLive((s) => s.status(), [])?.connection === "offline";
  const [listed, list] = useState(false);
  const id = useId();
  if (all.length === 0) return null;
  const today = mine.dayOf(now);
  const date = by === null ? NaN : Date.parse(by);
  const soon = date > now ? tooSoonFor(asked, date) : [];
  const fair = soon.length > 0 ? fairFor(asked, mine, now) : null;
  const covered = asked.flatMap(({ name, off, hours }) => {
    const cover = off && hours.cover(now);
    const called = cover && deputy(cover);
    return called ? [t("reach.cover", { name, deputy: called })] : [];
  });
  // What leaves later reaches nobody now.
  const reaches =
    offline && all.every(({ at }) => at <= now) ? t("reach.online") : reachWords(all, mine, now, language, t);
  const says = [reaches, ...covered.slice(0, FEW)].join(" ");
  return (
    <div className={css.reaches}>
      {all.length > FEW ? (
        <button
          type="button"
          aria-expanded={listed}
          aria-controls={listed ? id : undefined}
          onClick={() => list(!listed)}
        >
          {says}
        </button>
      ) : (
        <p dir="auto">{says}</p>
      )}
      {listed && all.length > FEW && (
        <div id={id} className={css.everybody}>
          <People
            people={all.map((one) => ({
              id: one.id,
              name: one.name,
              note: one.off
                ? t("reach.back", { when: whenReached(one.at, mine, now, language, t) })
                : whenReached(one.at, mine, now, language, t),
            }))}
          />
        </div>
      )}
      <div role="status">
        {fair && (
          <div className={css.warning}>
            <p dir="auto">
              {t("reach.tooSoon", {
                names: namesInLine(
                  soon.map(({ name }) => name),
                  language,
                  t,
                ),
                count: soon.length,
              })}
            </p>
            <Button variant="default" h={34} type="button" onClick={() => use(utcDate(fair.by))}>
              {t("reach.use", { day: dayWords(fair.day, today, language, t) })}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
