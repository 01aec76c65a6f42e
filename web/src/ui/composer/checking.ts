// How a check-in asks that is being written. Pure.
import type { ItemExpects } from "../../generated/types";
import type { MessageId } from "../../locales/en";
import type { Ask } from "./asks";
import { peopleOf, type Named } from "./mentions";

/** As it stands in a draft and in what is sent. */
export interface Checks {
  everyone: boolean;
  sealed: boolean;
}

/** With which one begins. */
export const CHECKS: Checks = { everyone: true, sealed: false };

/** What a draft says of it. */
export function checksOf({ everyone, sealed }: Record<string, unknown>): Checks {
  return { everyone: everyone !== false, sealed: sealed === true };
}

/** Why it can't be sent so; null if it can. */
export function checkingFault(
  checks: Checks,
  asks: Ask | null,
  members: readonly Named[],
  now: number,
): MessageId | null {
  if (!checks.everyone && peopleOf(asks?.of ?? [], members).length === 0) return "checkin.fault.nobody";
  return asks?.by && Date.parse(asks.by) > now ? null : "checkin.fault.date";
}

/** What is sent besides the words. */
export function checkinOf(checks: Checks, asks: Ask): Checks & { expects: ItemExpects } {
  return { ...checks, expects: { what: "reply", of: checks.everyone ? [] : asks.of, by: asks.by } };
}
