// What Today says, from one sorted list: the headline, the bands and each chip come of it, so that none can say something
// else than another. Pure.
import type { Id } from "../../generated/types";
import { dayOfWeek } from "../../sync";
import type { InboxRow } from "../../sync/api";
import { dueIn, type Due, type Hours } from "../../ui/due";

/** Something that waits for one, with its date in one's own hours. */
export interface Asked {
  row: InboxRow;
  /** Undefined: nobody said until when. */
  due?: Due;
  band: Band;
  /** It is to be done in the working day that is now or next. */
  soon: boolean;
}

/** Where it stands: its date has passed; it is due in the working day that is now or comes next; later in the week; … */
export type Band = "late" | "next" | "week" | "after" | "none";

/** All of it, what is due first at first. */
export interface Agenda {
  asked: Asked[];
  /** Who waits, once each, in the order of their dates. */
  people: Id[];
  /** The day of the band `next`, in days since 1970. */
  day: number;
}

const ORDER: readonly Band[] = ["late", "next", "week", "after", "none"];

/** Of what waits for one, in one's hours. */
export function agendaOf(rows: readonly InboxRow[], hours: Hours, now: number): Agenda {
  const day = workingDay(hours, now);
  const asked = rows.map((row): Asked => {
    const by = row.question?.by;
    if (!by) return { row, band: "none", soon: false };
    const due = dueIn(Date.parse(by), hours, now);
    const band = bandOf(due, day);
    return { row, due, band, soon: band === "late" || band === "next" };
  });
  const place = ({ due }: Asked) => due?.until ?? Infinity;
  const date = ({ due }: Asked) => due?.by ?? Infinity;
  asked.sort((a, b) => {
    const bands = ORDER.indexOf(a.band) - ORDER.indexOf(b.band);
    return bands || order(place(a), place(b)) || order(date(a), date(b)) || a.row.at - b.row.at;
  });
  return { asked, people: [...new Set(asked.map(({ row }) => row.item.createdBy))], day };
}

/** Infinity is no number to subtract. */
function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The day, since 1970, on which one works now or next. */
function workingDay(hours: Hours, now: number): number {
  const today = hours.dayOf(now);
  for (let day = today; day < today + 400; day++) {
    if (hours.hoursOf(day).some(([, to]) => to > now)) return day;
  }
  return today;
}

function bandOf(due: Due, day: number): Band {
  if (due.how === "was") return "late";
  // "Before Tuesday starts" is to be done on Monday, where that has hours left.
  const last = due.how === "before" ? Math.floor(due.day - 1) : due.day;
  if (last <= day) return "next";
  // Weeks begin on Monday.
  const sunday = day + 6 - dayOfWeek(day);
  return last <= sunday ? "week" : "after";
}
