// Rhythm: when something may reach a person. The same law as the server's (crates/model/src/person/rhythm.rs), so that
// what is written offline can say when it arrives; one file of cases holds both to it.
import type { Id, PersonRhythm } from "../generated/types";

const DAY = 86_400_000;
const MINUTE = 60_000;
const WEEK = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const USUAL: PersonRhythm["hours"] = (["mo", "tu", "we", "th", "fr"] as const).map((weekday) => ({
  weekday,
  spans: [{ from: "09:00", to: "17:00" }],
}));

/** Hours of one day: from an instant up to another, which is no part of it. In ms. */
export type Span = readonly [from: number, to: number];

type Time = Pick<typeof Temporal, "Instant" | "PlainDateTime">;
let time: Time | undefined = globalThis.Temporal as Time | undefined;

/** Needed once before `Rhythm` is used: where the browser has no `Temporal`, it is fetched. */
export async function loadTime(): Promise<void> {
  time ??= (await import("temporal-polyfill/implementation")).Temporal;
}

function known(): Time {
  if (!time) throw new Error("loadTime was not awaited");
  return time;
}

/** As a Person bears them; undefined in a zone that this device does not know. */
export function rhythmOf(given: PersonRhythm | null | undefined, zone?: string): Rhythm | undefined {
  const rhythm = new Rhythm(given, zone);
  try {
    rhythm.dayOf(0);
    return rhythm;
  } catch {
    return undefined;
  }
}

/** The same, in a zone that this device does not know as if in UTC. */
export function knownRhythm(given: PersonRhythm | null | undefined, zone?: string): Rhythm {
  return rhythmOf(given, zone) ?? new Rhythm(given && { ...given, zone: "UTC" });
}

/** A person's hours. */
export class Rhythm {
  readonly zone: string;
  /** From Monday; the hours of each day in minutes since midnight, in order. */
  readonly week: ReadonlyArray<ReadonlyArray<readonly [number, number]>>;
  readonly #arrivals: number[];
  /** First and last day, in days since 1970, and who stands in. */
  readonly #off: Array<readonly [number, number, Id | null]>;
  readonly #urgent: boolean;

  /** As a Person bears it; without one: Monday to Friday, 9 to 17, in that zone. */
  constructor(given: PersonRhythm | null | undefined, zone = "UTC") {
    this.zone = given?.zone ?? zone;
    const hours = given?.hours?.length ? given.hours : USUAL!;
    this.week = WEEK.map((word) => {
      const spans = hours.find(({ weekday }) => weekday === word)?.spans ?? [];
      return spans.map(({ from, to }) => [minutes(from), minutes(to)] as const).sort(([a], [b]) => a - b);
    });
    this.#urgent = given?.urgent === true;
    this.#arrivals = (given?.arrivals ?? []).map(minutes).sort((a, b) => a - b);
    this.#off = (given?.timeOff ?? []).map(
      ({ from, to, coveredBy }) => [dayNumber(from), dayNumber(to), coveredBy ?? null] as const,
    );
  }

  /** When something that is there at `at` may reach the person: then, or when his next hours or arrivals are. */
  arrival(at: number): number {
    for (const spans of this.#days(at)) {
      const times = this.#times(spans);
      if (times) {
        const next = times.find((when) => when >= at);
        if (next !== undefined) return next;
      } else {
        const [from] = spans.find(([, to]) => at < to) ?? [];
        if (from !== undefined) return Math.max(at, from);
      }
    }
    return at;
  }

  /** When something urgent may: then, if he lets it and has no day off; else as anything does. */
  urgentArrival(at: number): number {
    return this.#urgent && !this.isOff(this.dayOf(at)) ? at : this.arrival(at);
  }

  /** When something that should have arrived at `due` arrives, now that it is `now`. */
  late(due: number, now: number): number {
    let until = due;
    for (const spans of this.#days(due)) {
      for (const [from, to] of spans) {
        if (from > until) return this.arrival(now);
        until = Math.max(until, to);
        if (now < until) return Math.max(now, due);
      }
    }
    return this.arrival(now);
  }

  /** The instant at which the person has had so many minutes of his own hours since `from`. */
  worked(from: number, minutes: number): number {
    let left = minutes * MINUTE;
    for (const spans of this.#days(from)) {
      for (const [begin, to] of spans) {
        const start = Math.max(begin, from);
        if (to - start >= left) return start + left;
        left -= Math.max(to - start, 0);
      }
    }
    return from;
  }

  /** The hours of a day (since 1970), in the person's zone; none on days off. */
  hoursOf(day: number): Span[] {
    return this.isOff(day) ? [] : this.#spans(day);
  }

  /** The day in which an instant lies, in the person's zone: days since 1970. */
  dayOf(at: number): number {
    const { year, month, day } = known().Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.zone);
    return Date.UTC(year, month - 1, day) / DAY;
  }

  /** Whether a weekday has hours, days off aside; of a day since 1970. */
  isWorkday(day: number): boolean {
    return (this.week[dayOfWeek(day)] ?? []).length > 0;
  }

  /** The instant of a time of day, in minutes. One that a change of the clocks leaves out moves on with them. */
  instant(day: number, minute: number): number {
    const date = new Date((minute === 1440 ? day + 1 : day) * DAY);
    const [hours, rest] = minute === 1440 ? [0, 0] : [Math.floor(minute / 60), minute % 60];
    const [year, month, of] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    return new (known().PlainDateTime)(year, month, of, hours, rest).toZonedDateTime(this.zone).epochMilliseconds;
  }

  /** Whether a day (since 1970) is one of the person's days off. */
  isOff(day: number): boolean {
    return this.#off.some(([from, to]) => from <= day && day <= to);
  }

  /** Who stands in for what is there at `at`: whoever covers the first days off that take hours away before it arrives. */
  cover(at: number): Id | null {
    const back = this.dayOf(this.arrival(at));
    for (let day = this.dayOf(at); day < back; day++) {
      const cover = this.isWorkday(day) && this.#off.find(([from, to, by]) => from <= day && day <= to && by)?.[2];
      if (cover) return cover;
    }
    return null;
  }

  /** The hours of each day with hours, from the day of an instant on, without days off. */
  *#days(at: number): Generator<Span[]> {
    // Days off are bounded (the server refuses more), and a week has hours.
    for (let [day, end] = [this.dayOf(at), this.dayOf(at) + 150 * 366]; day < end; day++) {
      const spans = this.hoursOf(day);
      if (spans.length > 0) yield spans;
    }
  }

  #spans(day: number): Span[] {
    const week = this.week[dayOfWeek(day)] ?? [];
    const instants = week.map(([from, to]): Span => [this.instant(day, from), this.instant(day, to)]);
    return instants.filter(([from, to]) => from < to);
  }

  /** The arrival times of a day with these hours; `undefined`: at any time of them. */
  #times(spans: Span[]): number[] | undefined {
    const first = spans[0]?.[0];
    if (first === undefined || this.#arrivals.length === 0) return undefined;
    const all = this.#arrivals.map((minute) => this.instant(this.dayOf(first), minute));
    const within = all.filter((when) => spans.some(([from, to]) => from <= when && when < to));
    return within.length > 0 ? within : [first];
  }
}

/** "09:30" in minutes since midnight. */
export function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

/** 0 is Monday; of a day since 1970, which began on a Thursday. */
export function dayOfWeek(day: number): number {
  return (day + 3) % 7;
}
