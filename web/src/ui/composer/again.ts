// How something is said again and again: what can be chosen, how that is called, and what is sent. Pure.
import type { Schedule, UTCDate } from "../../generated/types";
import type { MessageId } from "../../locales/en";
import type { Next, Rhythm, Rule } from "../../sync";
import type { Plan } from "../../sync/api";
import type { Say } from "../i18n";
import { dates } from "../formats";
import { dayName } from "../time";

/** As it stands in a draft. */
export interface Repeats {
  often: Often;
  /** The first day, 2026-11-30; a weekly one comes on its weekday. */
  day: string;
  time: string;
  /** The last day on which it may come; left out: until somebody ends it. */
  last?: string;
}

/** How often it can be chosen to come. */
export const OFTEN = ["daily", "workdays", "weekly", "fortnightly", "monthlyDay", "monthlyDate"] as const;
export type Often = (typeof OFTEN)[number];

const WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const DAY = 86_400_000;

/** With what one begins: weekly, from the next day with hours of one's own that is a beginning of a week, or any. */
export function begins(mine: Rhythm, now: number): Repeats {
  const today = mine.dayOf(now);
  const week = Array.from({ length: 14 }, (_, at) => today + 1 + at);
  const day = week.find((one) => dayOfWeek(one) === 0) ?? today + 1;
  return { often: "weekly", day: dayName(day), time: "09:00" };
}

/** What a draft says of it. */
export function repeatsOf(item: Record<string, unknown>): Repeats | undefined {
  const again = item["again"] as Partial<Repeats> | undefined;
  const { often, day, time, last } = again ?? {};
  if (!often || !OFTEN.includes(often) || day === undefined || time === undefined) return undefined;
  return { often, day, time, ...(last && { last }) };
}

/** 0 is Monday; of a day since 1970, which began on a Thursday. */
const dayOfWeek = (day: number) => (day + 3) % 7;
const dayOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / DAY;

/** The rule; undefined as long as day and time are not there. */
export function ruleOf({ often, day, time, last }: Repeats, timeZone: string): Rule | undefined {
  const at = /^2\d{3}-\d{2}-\d{2}$/.test(day) && /^\d{2}:\d{2}$/.test(time) ? dayOf(day) : NaN;
  if (Number.isNaN(at)) return undefined;
  const weekday = WEEK[dayOfWeek(at)]!;
  const nth = Math.ceil(Number(day.slice(8)) / 7);
  const rules: Record<Often, Schedule["recurrenceRule"]> = {
    daily: { frequency: "daily" },
    workdays: { frequency: "weekly", byDay: WEEK.slice(0, 5).map((one) => ({ day: one })) },
    weekly: { frequency: "weekly", byDay: [{ day: weekday }] },
    fortnightly: { frequency: "weekly", interval: 2, byDay: [{ day: weekday }] },
    // The fifth is not in every month; whoever means it means the last.
    monthlyDay: { frequency: "monthly", byDay: [{ day: weekday, nthOfPeriod: nth > 4 ? -1 : nth }] },
    monthlyDate: { frequency: "monthly" },
  };
  const until = last && /^2\d{3}-\d{2}-\d{2}$/.test(last) ? { until: `${last}T23:59:59` } : {};
  return { recurrenceRule: { ...rules[often], ...until }, start: `${day}T${time}:00`, timeZone };
}

/** "Every Monday", "Every second Tuesday of the month"; of a rule that can't be chosen here how often it comes. */
export function ruleWords(
  { recurrenceRule: rule, start }: Pick<Rule, "recurrenceRule" | "start">,
  language: string,
  t: Say,
): string {
  const weekday = (word: string) => {
    // The fifth of January 1970 was a Monday.
    const at = (4 + WEEK.indexOf(word as (typeof WEEK)[number])) * DAY;
    return dates(language, { weekday: "long", timeZone: "UTC" }).format(at);
  };
  const { frequency, interval, byDay } = rule;
  const every = interval ?? 1;
  const days = byDay ?? [];
  if (frequency === "daily" && every === 1 && days.length === 0) return t("again.rule.daily");
  if (frequency === "weekly" && every === 1 && days.map(({ day }) => day).join() === "mo,tu,we,th,fr") {
    return t("again.rule.workdays");
  }
  if (frequency === "weekly" && every <= 2) {
    const own = days.length > 0 ? days.map(({ day }) => day) : [WEEK[dayOfWeek(dayOf(start.slice(0, 10)))]!];
    const named = new Intl.ListFormat(language).format(own.map(weekday));
    return t(every === 1 ? "again.rule.weekly" : "again.rule.fortnightly", { day: named });
  }
  if (frequency === "monthly" && every === 1) {
    const [one, other] = days;
    if (!one) return t("again.rule.monthlyDate", { date: Number(start.slice(8, 10)) });
    const nth = one.nthOfPeriod;
    if (!other && nth && ((nth > 0 && nth < 5) || nth === -1)) {
      return t("again.rule.monthlyDay", {
        nth: t(`again.nth.${nth === -1 ? "last" : nth}` as MessageId),
        day: weekday(one.day),
      });
    }
  }
  return t(`again.rule.other.${frequency}`, { every });
}

/** Its next times in words, in one's own zone: "Mon 30 Nov, 09:00". */
export function timeWords(at: number, zone: string, language: string): string {
  const parts = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return dates(language, { ...parts, timeZone: zone }).format(at);
}

/** Why it can't be set up so; null if it can. */
export function repeatsFault(
  repeats: Repeats,
  by: UTCDate | null,
  mine: Rhythm,
  now: number,
  next: Next,
): MessageId | null {
  const rule = ruleOf(repeats, mine.zone);
  if (!rule) return "again.fault.start";
  const [first] = next(rule, 0, 1);
  if (!first) return "again.fault.never";
  if (mine.instant(dayOf(repeats.day), minutesOf(repeats.time)) <= now) return "again.fault.past";
  return by && Date.parse(by) <= first.at ? "again.fault.by" : null;
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** What is sent. The date until which it asks the first time says how long it asks each time. */
export function planOf(item: Plan["item"], repeats: Repeats, mine: Rhythm, next: Next): Plan {
  const rule = ruleOf(repeats, mine.zone);
  if (!rule) throw new Error("without a beginning");
  const expects = item["expects"] as { by?: UTCDate | null } | undefined;
  if (!expects) return { item, ...rule };
  const { by, ...asks } = expects;
  const [first] = next(rule, 0, 1);
  if (!by || !first) return { item: { ...item, expects: asks }, ...rule };
  // Midnight is the end of a day: of the next one it is the first minute.
  const until = Date.parse(by);
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: mine.zone });
  const days = mine.dayOf(until) - mine.dayOf(first.at);
  return { item: { ...item, expects: asks }, ...rule, answerBy: { days, time: clock.format(until) } };
}

/** What can be chosen here of a rule that is there, from its next time on; undefined where it is a rule of its own. */
export function repeatsIn(rule: Rule, now: number, after: Next): Repeats | undefined {
  const [next] = after(rule, now, 1);
  if (!next) return undefined;
  const plain = (one: Rule) => {
    const { frequency, interval, byDay } = one.recurrenceRule;
    const days = (byDay ?? []).map(({ day, nthOfPeriod }) => `${day}${nthOfPeriod ?? ""}`);
    // Without days it is that of the beginning.
    if (frequency === "weekly" && days.length === 0) days.push(WEEK[dayOfWeek(dayOf(one.start.slice(0, 10)))]!);
    return JSON.stringify([frequency, interval ?? 1, days, frequency === "monthly" && days.length === 0]);
  };
  // What comes so and so often can't be said here.
  if (rule.recurrenceRule.count) return undefined;
  const last = rule.recurrenceRule.until?.slice(0, 10);
  const said = { day: next.local.slice(0, 10), time: next.local.slice(11, 16), ...(last && { last }) };
  const often = OFTEN.find((one) => {
    const chosen = ruleOf({ often: one, ...said }, rule.timeZone);
    return chosen !== undefined && plain(chosen) === plain(rule);
  });
  return often && { often, ...said };
}
