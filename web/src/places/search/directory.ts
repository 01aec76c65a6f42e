// Who and what the operators of a search can name, and what their values mean: persons and Spaces by id or by name, days
// in the person's zone, and words. Pure.
import type { Day, Id } from "../../generated/types";
import type { SearchFilter } from "../../sync/api";
import { readDay, plusDays, startOf, type DayWords } from "./days";
import type { Chip, Query } from "./query";

/** Somebody or a Space, by name. `hint` tells those of one name apart. */
export interface Known {
  id: Id;
  name: string;
  hint?: string;
}

/** Whom a search can name, and how its days are read. */
export interface Directory {
  people: readonly Known[];
  spaces: readonly Known[];
  /** Kinds of Items and what people call them. */
  kinds: readonly Known[];
  me: Id;
  /** The word for oneself. */
  myself: string;
  language: string;
  /** IANA. */
  zone: string;
  today: Day;
  words: DayWords;
  /** Until all names are read nobody is unknown. */
  whole: boolean;
}

/** The values of `has:` and `is:`. */
export const HAS = ["file", "image", "link", "reaction", "question"] as const;
export const IS = ["thread", "reply", "unread", "open", "edited"] as const;

/** What a chip means. More than one id: several have that name. */
export type Meaning =
  { how: "ids"; found: Known[] } | { how: "day"; day: Day } | { how: "word"; word: string } | { how: "unknown" };

const same = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: "base", usage: "search" }) === 0;

function named(value: string, among: readonly Known[]): Meaning {
  const byId = among.find(({ id }) => id === value);
  if (byId) return { how: "ids", found: [byId] };
  const wanted = value.replace(/^[@#]/, "").trim();
  const exact = among.filter(({ name }) => name === wanted);
  const found = exact.length > 0 ? exact : among.filter(({ name }) => same(name, wanted));
  return found.length > 0 ? { how: "ids", found } : { how: "unknown" };
}

/** What a chip means to this person now. */
export function meaning({ op, value }: Chip, directory: Directory): Meaning {
  const word = value.toLowerCase();
  const among = (words: readonly string[]): Meaning =>
    words.includes(word) ? { how: "word", word } : { how: "unknown" };
  switch (op) {
    case "from": {
      const me = directory.people.find(({ id }) => id === directory.me) ?? { id: directory.me, name: directory.myself };
      if (word === "me" || word === directory.myself.toLowerCase()) return { how: "ids", found: [me] };
      return named(value, directory.people);
    }
    case "in":
      return named(value, directory.spaces);
    case "has":
      return among(HAS);
    case "is":
      return among(IS);
    case "kind": {
      const kind = named(value, directory.kinds);
      return kind.how === "ids" ? { how: "word", word: kind.found[0]!.id } : kind;
    }
    default: {
      const day = readDay(value, directory.language, directory.today, directory.words);
      return day ? { how: "day", day } : { how: "unknown" };
    }
  }
}

/** Names become ids and days become dates, so that the search means the same tomorrow and to others. */
export function settled(chip: Chip, directory: Directory): Chip {
  const means = meaning(chip, directory);
  if (means.how === "ids" && means.found.length === 1) return { ...chip, value: means.found[0]!.id };
  if (means.how === "day") return { ...chip, value: means.day };
  return means.how === "word" ? { ...chip, value: means.word } : chip;
}

/** What the search asks of the server; what means nothing is left out. Null if nothing is left. */
export function filterOf(query: Query, directory: Directory, prefixLast: boolean): SearchFilter | null {
  const filter: SearchFilter = {};
  const put = (name: "from" | "in" | "has" | "is" | "kind", values: readonly string[]) =>
    (filter[name] = [...new Set([...(filter[name] ?? []), ...values])]);
  const later = (at: string) => (filter.after = filter.after && filter.after > at ? filter.after : at);
  const earlier = (at: string) => (filter.before = filter.before && filter.before < at ? filter.before : at);
  for (const chip of query.chips) {
    const means = meaning(chip, directory);
    if (means.how === "ids")
      put(
        chip.op as "from" | "in",
        means.found.map(({ id }) => id),
      );
    else if (means.how === "word") put(chip.op as "has" | "is" | "kind", [means.word]);
    else if (means.how === "day") {
      if (chip.op !== "before") later(startOf(means.day, directory.zone));
      if (chip.op === "before") earlier(startOf(means.day, directory.zone));
      if (chip.op === "on") earlier(startOf(plusDays(means.day, 1), directory.zone));
    }
  }
  const text = query.text.trim();
  if (text) {
    filter.text = text;
    if (prefixLast) filter.prefixLast = true;
  }
  return Object.keys(filter).length > 0 ? filter : null;
}
