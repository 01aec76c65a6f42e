// What is said of a check-in: until when it is open, whether answers are sealed, and from whom there is none. Pure.
import type { Id } from "../../generated/types";
import { askedBy, type Rhythm } from "../../sync";
import type { ItemView } from "../../sync/api";
import type { Say } from "../../ui/i18n";
import { moment } from "../../ui/reach";

/** In whose words. */
export interface Reader {
  mine: Rhythm;
  now: number;
  language: string;
  t: Say;
  nameOf(id: Id): string;
}

/** Whether it takes no answer as one of its round any more. */
export function isClosed(item: ItemView, now: number): boolean {
  return Boolean(item.closed) || (item.closesAt ? Date.parse(item.closesAt) <= now : false);
}

/** "Open until Friday 17:00. Nobody sees an answer before that." */
export function standsWords(item: ItemView, { mine, now, language, t }: Reader): string {
  const end = item.closesAt ?? item.expects?.by;
  if (isClosed(item, now)) {
    const at = new Date(item.closed?.at ?? end ?? item.createdAt);
    const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(at);
    return t("checkin.closedOn", { day });
  }
  if (!end) return "";
  const when = moment(Date.parse(end), mine, now, language, t);
  return t(item.sealed ? "checkin.stands.sealed" : "checkin.stands.open", { when });
}

/** Who was asked and has said nothing: those who are away until after the date apart from the others. */
export function silent(item: ItemView): { quiet: Id[]; away: Id[] } {
  const none = askedBy(item).filter((id) => !item.answers[id]);
  const paused = new Set(item.paused ?? []);
  return { quiet: none.filter((id) => !paused.has(id)), away: none.filter((id) => paused.has(id)) };
}
