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

/**
 * Who was asked and has said nothing. Whom it would have reached only after its date stands apart: who is away by days off
 * that one may know of, and others of whom it is said only that they were not asked.
 */
export function silent(item: ItemView, hours: (id: Id) => Rhythm | undefined) {
  const none = askedBy(item).filter((id) => !item.answers[id]);
  const over = new Set(item.passedOver ?? []);
  const [from, to] = [item.createdAt, item.closesAt ?? item.createdAt].map((at) => Date.parse(at));
  const isOff = (id: Id) => {
    const rhythm = hours(id);
    if (!rhythm) return false;
    const last = rhythm.dayOf(to! - 1);
    for (let day = rhythm.dayOf(from!); day <= last; day++) if (rhythm.isOff(day)) return true;
    return false;
  };
  const passed = none.filter((id) => over.has(id));
  return {
    quiet: none.filter((id) => !over.has(id)),
    away: passed.filter(isOff),
    others: passed.filter((id) => !isOff(id)),
  };
}
