// What is said of a decision: when it ends, and what came of it. Pure.
import type { Id } from "../../generated/types";
import type { Rhythm } from "../../sync";
import type { ItemView } from "../../sync/api";
import { namesInLine } from "../../ui/composer/asks";
import type { Say } from "../../ui/i18n";
import { moment } from "../../ui/reach";
import { isOver, tallyOf } from "./tally";

/** In whose words. */
export interface Reader {
  mine: Rhythm;
  now: number;
  language: string;
  t: Say;
  nameOf(id: Id): string;
}

/** Who of the voters has had the working time last; null where it is not known whose hours are which. */
export function lastOf(item: ItemView, hours: (id: Id) => Rhythm | undefined): Id | null {
  const minutes = item.workingMinutes;
  const end = item.closesAt && Date.parse(item.closesAt);
  if (!minutes || !end) return null;
  for (const [id, from] of Object.entries(item.countsFrom ?? {})) {
    if (hours(id)?.worked(Date.parse(from), minutes) === end) return id;
  }
  return null;
}

/** "Agreed unless someone objects by Thursday 15:00, when Yuki, the last one, has had 8 working hours." */
export function endsWords(item: ItemView, last: Id | null, { mine, now, language, t, nameOf }: Reader): string {
  const rule = item.rule === "consent" ? "consent" : "vote";
  if (!item.closesAt) {
    const hours = (item.workingMinutes ?? 0) / 60;
    return hours > 0 ? t(`decision.${rule}.hours`, { hours }) : t(`decision.${rule}`);
  }
  if (isOver(item, now)) return t("decision.over");
  const when = moment(Date.parse(item.closesAt), mine, now, language, t);
  const says = t(`decision.${rule}.by`, { when });
  if (!item.workingMinutes) return t("decision.sentence", { says });
  const hours = item.workingMinutes / 60;
  return last ? t("decision.last", { says, name: nameOf(last), hours }) : t("decision.lastOfAll", { says, hours });
}

/** What came of it, in a few words. */
export function outcomeWords(item: ItemView, { now, language, t, nameOf }: Omit<Reader, "mine">): string {
  const { outcome } = item;
  if (!outcome) return "";
  const option = item.options?.find(({ id }) => id === outcome.option)?.title;
  switch (outcome.how) {
    case "agreed":
      return option ? t("decision.outcome.agreedTo", { option }) : t("decision.outcome.agreed");
    case "chosen":
      return t("decision.outcome.chosen", { option: option ?? "" });
    case "objected": {
      const by = tallyOf(item, now).objections.map((one) => nameOf(one.of ?? one.by));
      return t("decision.outcome.objected", { names: namesInLine([...new Set(by)], language, t) });
    }
    case "withdrawn":
      return t("decision.outcome.withdrawn", { name: nameOf(outcome.by ?? item.createdBy) });
    default:
      return t(`decision.outcome.${outcome.how}`);
  }
}
