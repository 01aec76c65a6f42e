// Decisions: what one does with one, and those of a Space. Only reads, and patches.
import type { Id, ItemVote, UTCDate } from "../generated/types";
import type { ItemView, Live } from "./api";
import { withAnswers } from "./inbox/question";
import type { Json } from "./jmap";
import { itemWith, on, pendingView } from "./overlay";
import { pathOf } from "./values";
import { isFilling, own, type Reader } from "./views";

/** A vote, or one taken back; or that nothing is to come of it; or that others decide, or until another time. */
export type DecisionAct =
  | { vote: Pick<ItemVote, "option" | "objects" | "why" | "for"> | null }
  | { withdraw: true }
  | { change: { of: Id[]; by: UTCDate | null; minutes: number | null } };

/** The decisions of a Space. */
export interface DecisionList {
  /** The next to end at first. */
  open: ItemView[];
  /** The newest at first. */
  ended: ItemView[];
  /** There are older ones at the server alone, or may be. */
  older: boolean;
  filling: boolean;
}

/** What an act changes. */
export function deciding(act: DecisionAct, me: Id, at: UTCDate): Json {
  if ("withdraw" in act) return { withdrawn: { by: me, at } };
  if ("change" in act) {
    const { of, by, minutes } = act.change;
    return { [pathOf("expects", "of")]: of, [pathOf("expects", "by")]: by, workingMinutes: minutes };
  }
  const vote = act.vote && { option: null, objects: false, why: null, for: null, ...act.vote, at };
  return { [pathOf("votes", me)]: vote };
}

/** The decisions of a Space that are here: open ones first, the next to end at first, then the others, the newest first. */
export function decisions(reader: Reader, space: Id): Live<DecisionList> {
  const { replica, me } = reader;
  return replica.observe(async (tx): Promise<DecisionList> => {
    const { pending, entries } = await own(tx, reader, space);
    const here = (await tx.records(space, "Item")).filter(({ kind, deleted }) => kind === "decision" && !deleted);
    const held = here.map((item) =>
      withAnswers(itemWith(item, on(entries, "Item", space, item.id), me, false), pending, entries, me),
    );
    const waiting = pending.filter(({ item }) => item.kind === "decision").map((one) => pendingView(one, one.id, me));
    const all = [...waiting, ...held.filter((item) => item !== undefined)];
    const end = (one: (typeof all)[number]) => Date.parse(one.outcome?.at ?? one.closesAt ?? one.createdAt);
    const open = all.filter(({ outcome }) => !outcome).sort((a, b) => end(a) - end(b));
    const ended = all.filter(({ outcome }) => outcome).sort((a, b) => end(b) - end(a));
    const older = (await tx.state(space, "Item"))?.older !== undefined;
    return { open, ended, older, filling: await isFilling(tx, me, space) };
  });
}
