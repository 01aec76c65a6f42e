// One's own hours, and the words for instants and days in them.
import { useMemo } from "react";
import { knownRhythm, type Rhythm } from "../../sync";
import { dayWords, dueIn, dueWords, type Due } from "../../ui/due";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { clock } from "../../ui/time";
import { deviceZone } from "../settings/zones";

/** What is known of one's hours now. */
export interface MyHours {
  hours: Rhythm;
  /** Milliseconds; told anew every minute. */
  now: number;
  /** Today, in days since 1970, where one's hours are. */
  today: number;
  /** `09:00`, in one's zone. */
  clock(at: number): string;
  /** `today 09:00`, `Monday 09:00`, `24 December 09:00`. */
  at(at: number): string;
  /** `today`, `Monday`, `24 December`. */
  day(day: number): string;
  /** A date as one's hours have it, and its words. */
  due(by: number): Due;
  words(due: Due): string;
}

/** Undefined until it is known who one is. Who has said nothing has the usual hours, here. */
export function useMyHours(): MyHours | undefined {
  const t = useT();
  const language = useLanguage();
  const sync = useSync();
  const now = useNow(60_000);
  const people = useLive((s) => s.people(), []);
  const given = people?.find(({ id }) => id === sync.me)?.rhythm;
  const hours = useMemo(() => {
    return people && knownRhythm(given, deviceZone());
  }, [given, people !== undefined]);
  if (!hours) return undefined;
  const today = hours.dayOf(now);
  const day = (number: number) => dayWords(number, today, language, t);
  return {
    hours,
    now,
    today,
    clock: (at) => clock(at, language, hours.zone),
    day,
    at: (at) => `${day(hours.dayOf(at))} ${clock(at, language, hours.zone)}`,
    due: (by) => dueIn(by, hours, now),
    words: (due) => dueWords(due, { zone: hours.zone, today, language }, t),
  };
}
