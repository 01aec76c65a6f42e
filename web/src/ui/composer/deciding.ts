// How a decision is made that is being written: by which rule, between what, and when it ends. Pure.
import type { Id, ItemExpects } from "../../generated/types";
import type { MessageId } from "../../locales/en";
import type { Rhythm } from "../../sync";
import type { Ask } from "./asks";
import { peopleOf, type Named } from "./mentions";

/** As it stands in a draft and in what is sent. */
export interface Decides {
  rule: "vote" | "consent";
  options: Array<{ id: string; title: string }>;
  /** Of each; null: it ends at a date. */
  workingMinutes: number | null;
  /** The decision whose place it is to take. */
  supersedes?: Id;
}

/** A day of work, with which one begins. */
export const DAY = 8 * 60;
const MOST = 160 * 60;
const LEAST = 15;

/** With which one begins. */
export const BEGINS: Decides = { rule: "consent", options: [], workingMinutes: DAY };

/** What a draft says of it. */
export function decidesOf(item: Record<string, unknown>): Decides {
  const { rule, options, workingMinutes, supersedes } = item as Partial<Decides>;
  return {
    rule: rule === "vote" ? "vote" : "consent",
    options: Array.isArray(options) ? options : [],
    workingMinutes: workingMinutes === undefined ? DAY : workingMinutes,
    ...(supersedes && { supersedes }),
  };
}

/** A key that none of them has. */
export function freshKey(options: Decides["options"]): string {
  for (let at = options.length + 1; ; at++) if (!options.some(({ id }) => id === `o${at}`)) return `o${at}`;
}

/** Options that say something. */
export function said({ rule, options }: Decides): Decides["options"] {
  if (rule === "consent") return [];
  return options.filter(({ title }) => title.trim()).map(({ id, title }) => ({ id, title: title.trim() }));
}

/** Why it can't be sent so; null if it can. */
export function decidingFault(decides: Decides, asks: Ask | null, members: readonly Named[], now: number) {
  const fault = (id: MessageId) => id;
  if (!asks || peopleOf(asks.of, members).length === 0) return fault("decision.fault.nobody");
  const options = said(decides).map(({ title }) => title.toLowerCase());
  if (decides.rule === "vote" && (options.length < 2 || new Set(options).size < options.length)) {
    return fault("decision.fault.options");
  }
  const minutes = decides.workingMinutes;
  if (minutes === null) return asks.by && Date.parse(asks.by) > now ? null : fault("decision.fault.date");
  return minutes >= LEAST && minutes <= MOST ? null : fault("decision.fault.hours");
}

/** What is sent besides the words. */
export function decisionOf(decides: Decides, asks: Ask): Record<string, unknown> {
  const { rule, workingMinutes, supersedes } = decides;
  const expects: ItemExpects = { what: "decision", of: asks.of, by: workingMinutes === null ? asks.by : null };
  return { rule, options: said(decides), workingMinutes, expects, ...(supersedes && { supersedes }) };
}

/** Who has had so many minutes of working time last, and when, if it is begun now; undefined where no hours are known. */
export function lastToHave(
  of: readonly Id[],
  minutes: number,
  hours: (id: Id) => Rhythm | undefined,
  now: number,
): { id: Id; at: number } | undefined {
  const all = of.flatMap((id) => {
    const known = hours(id);
    return known ? [{ id, at: known.worked(now, minutes) }] : [];
  });
  return all.sort((a, b) => b.at - a.at)[0];
}
