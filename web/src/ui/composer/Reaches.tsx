// One sentence above Send: when it reaches those whom it asks or names. It warns where a date leaves somebody no time,
// and has a better one ready; it forces nothing.
import { Button } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import type { UTCDate } from "../../generated/types";
import { dayWords } from "../due";
import { useLanguage, useT } from "../i18n";
import { useLive, useSync } from "../live";
import { People } from "../People";
import { deputyOf, fairFor, reachWords, tooSoonFor, whenReached, type KnownHours, type Reached } from "../reach";
import { utcDate } from "../time";
import css from "./Asking.module.css";
import { namesInLine } from "./asks";
import type { Named } from "./mentions";

/** More than so many are listed when one asks for it. */
const FEW = 3;

/** The sentence, the list, and the warning. */
export function Reaches(props: {
  all: readonly Reached[];
  asked: readonly Reached[];
  by: UTCDate | null;
  /** One answer is enough. */
  anyOne?: boolean;
  /** It reaches outside hours too whoever lets it. */
  urgent?: boolean;
  hours: KnownHours;
  now: number;
  /** Of the Space: who stands in for another and is none of them is told that it asks, and no more. */
  members: readonly Named[];
  /** Takes another date. */
  use(by: UTCDate): void;
}): ReactElement | null {
  const { all, asked, by, anyOne, urgent, hours, now, members, use } = props;
  const { mine } = hours;
  const t = useT();
  const language = useLanguage();
  const { me } = useSync();
  const offline = useLive((s) => s.status(), [])?.connection === "offline";
  const people = useLive((s) => s.people(), []) ?? [];
  const [listed, list] = useState(false);
  const id = useId();
  if (all.length === 0) return null;
  const today = mine.dayOf(now);
  const date = by === null ? NaN : Date.parse(by);
  const soon = date > now ? tooSoonFor(asked, date) : [];
  const fair = soon.length > 0 ? fairFor(asked, mine, now) : null;
  // Whom it reached before, it asks nothing anew. Of whom one is enough, the others are there.
  const covered = (anyOne && asked.some(({ off }) => !off) ? [] : asked).flatMap(({ id, name, off }) => {
    const cover = off && all.some((one) => one.id === id) && deputyOf(id, hours, now);
    if (!cover || cover === me) return [];
    const deputy = members.find((member) => member.id === cover);
    if (deputy) return [t("reach.cover", { name, deputy: deputy.name })];
    const known = people.find((person) => person.id === cover);
    return known ? [t("reach.coverElsewhere", { name, deputy: known.name })] : [];
  });
  // What leaves later reaches nobody now.
  const reaches =
    offline && all.every(({ at }) => at <= now) ? t("reach.online") : reachWords(all, mine, now, language, t);
  const names = (of: readonly Reached[]) => {
    const line = namesInLine(
      of.map(({ name }) => name),
      language,
      t,
    );
    return { names: line, count: of.length };
  };
  const waiting = all.filter(({ at }) => at > now);
  const woken = all.filter(({ at, hours }) => at <= now && hours.arrival(now) > now);
  const calm = offline
    ? []
    : [
        ...(urgent && waiting.length > 0 ? [t("reach.noUrgent", names(waiting))] : []),
        ...(woken.length > 0 ? [t("reach.interrupts", names(woken))] : []),
        ...(waiting.length === all.length ? [t("reach.nobodyNow")] : []),
      ];
  const says = [reaches, ...covered.slice(0, FEW), ...calm].join(" ");
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
            <p dir="auto">{t("reach.tooSoon", names(soon))}</p>
            <Button variant="default" h={34} type="button" onClick={() => use(utcDate(fair.by))}>
              {t("reach.use", { day: dayWords(fair.day, today, language, t) })}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
