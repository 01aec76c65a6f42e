// Who said what in a decision, and who has not yet. Pure.
import type { Id } from "../../generated/types";
import { askedBy } from "../../sync";
import type { ItemView } from "../../sync/api";

/** An objection; `of` is for whom it was raised, by whoever stands in. */
export interface Objection {
  by: Id;
  of: Id | null;
  why: string;
}

/** How it stands. */
export interface Tally {
  /** Who chose which option. */
  chose: Map<string, Id[]>;
  /** Who said yes to what is proposed. */
  agree: Id[];
  objections: Objection[];
  /** Who has not said anything yet; of one that has ended nobody. */
  silent: Id[];
}

/** Whether its time is over at an instant, in ms, also if the outcome has not come yet. */
export function isOver({ outcome, closesAt }: Pick<ItemView, "outcome" | "closesAt">, now: number): boolean {
  return Boolean(outcome) || (closesAt != null && Date.parse(closesAt) <= now);
}

/** How a decision stands at an instant, in ms. */
export function tallyOf(item: ItemView, now: number): Tally {
  const votes = item.votes ?? {};
  const chose = new Map<string, Id[]>();
  const [agree, objections]: [Id[], Objection[]] = [[], []];
  for (const [by, { option, objects, why, for: of }] of Object.entries(votes)) {
    if (objects) objections.push({ by, of: of ?? null, why: why ?? "" });
    else if (option) chose.set(option, [...(chose.get(option) ?? []), by]);
    if (!objects && item.rule === "consent") agree.push(by);
  }
  const silent = isOver(item, now) ? [] : askedBy(item).filter((id) => !votes[id]);
  return { chose, agree, objections, silent };
}
