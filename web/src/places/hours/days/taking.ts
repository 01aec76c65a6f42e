// Days that may become days off, holidays or days of a calendar file: which of them are new, and what is written of those that
// are chosen. Pure.
import type { PersonRhythmTimeOff } from "../../../generated/types";
import type { Rhythm } from "../../../sync";
import { inOrder } from "../week";
import { dayNumber } from "../wording";
import type { DaysOff } from "./daysOff";

/** So many the server takes. */
export const MOST_OFF = 50;
/** Days after which what is over is of no use to anybody any more: Today tells of it on the first day back. */
const LET_GO = 60;

/** How such days stand to what is there. `idle`: no hours of one's own are on them. */
export type Standing = "new" | "planned" | "past" | "idle";

/** Days with how they stand; `key` tells them apart. */
export interface Offer extends DaysOff {
  key: string;
  standing: Standing;
}

/** In order, and with how they stand; the same days under the same name once. */
export function offers(days: readonly DaysOff[], law: Rhythm, today: number): Offer[] {
  const all = new Map(days.map((one) => [[one.from, one.to, one.note].join(" "), one]));
  return inOrder([...all].map(([key, one]) => ({ ...one, key, standing: standingOf(one, law, today) })));
}

function standingOf({ from, to }: DaysOff, law: Rhythm, today: number): Standing {
  if (dayNumber(to) < today) return "past";
  let working = 0;
  // Days that are over are no matter.
  for (let day = Math.max(dayNumber(from), today); day <= dayNumber(to); day++) {
    if (!law.isWorkday(day)) continue;
    if (!law.isOff(day)) return "new";
    working++;
  }
  return working > 0 ? "planned" : "idle";
}

/** What is written of those that were chosen. */
export interface Taken {
  timeOff: PersonRhythmTimeOff[];
  /** How many of the chosen are in it, and how many did not fit. */
  taken: number;
  over: number;
  /** How many that have long been over made room. */
  letGo: number;
}

/** Takes what is chosen, the next first, as far as there is room. */
export function take(all: readonly PersonRhythmTimeOff[], chosen: readonly DaysOff[], today: number): Taken {
  const old = inOrder(all.filter(({ to }) => dayNumber(to) < today - LET_GO));
  const missing = Math.max(all.length + chosen.length - MOST_OFF, 0);
  const gone = new Set(old.slice(0, missing));
  const kept = all.filter((one) => !gone.has(one));
  const room = Math.max(MOST_OFF - kept.length, 0);
  const taken = inOrder(chosen).slice(0, room);
  const added = taken.map(({ from, to, note }) => ({ from, to, note: note || null }));
  return {
    timeOff: inOrder([...kept, ...added]),
    taken: taken.length,
    over: chosen.length - taken.length,
    letGo: gone.size,
  };
}
