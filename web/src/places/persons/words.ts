// What a person's page says of hours, days off and languages. Pure.
import type { Rhythm } from "../../sync";
import { clock, place } from "../../ui/time";
import type { DaySpan } from "../hours/week";
import { momentOf, weekdayOf, type Reader } from "../hours/wording";

/** The weekdays of a week that have the same hours, as runs: `Monday to Thursday 09:00 to 17:00`. */
export function weekWords(week: readonly DaySpan[][], { t, language }: Pick<Reader, "t" | "language">): string[] {
  const said = (spans: readonly DaySpan[]) =>
    new Intl.ListFormat(language).format(spans.map(({ from, to }) => t("hours.all.range", { from, to })));
  const runs: Array<{ from: number; to: number; hours: string }> = [];
  for (const [day, spans] of week.entries()) {
    if (spans.length === 0) continue;
    const hours = said(spans);
    const last = runs.at(-1);
    if (last && last.to === day - 1 && last.hours === hours) last.to = day;
    else runs.push({ from: day, to: day, hours });
  }
  return runs.map(({ from, to, hours }) => {
    const [first, last] = [weekdayOf(from, language, "long"), weekdayOf(to, language, "long")];
    if (from === to) return t("person.hours.day", { day: first, hours });
    return t("person.hours.days", { from: first, to: last, hours });
  });
}

/** When what one writes now reaches somebody, by that person's clock and by one's own. */
export function reachesWords(name: string, law: Rhythm, reader: Reader): string {
  const { t, now, here, language } = reader;
  const at = law.arrival(now);
  if (at <= now) return t("person.reaches.now", { name });
  const theirs = momentOf(at, { ...reader, here: law });
  if (momentOf(at, reader) === theirs) return t("person.reaches.same", { name, theirs });
  const mine = here.dayOf(at) === law.dayOf(at) ? clock(at, language, here.zone) : momentOf(at, reader);
  return t("person.reaches.at", { name, theirs, place: place(law.zone), mine });
}

/** Languages by their names in the language of the screen; what nobody knows stays as it is. */
export function languageName(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
