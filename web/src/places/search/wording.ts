// What a chip says to people, and what is wrong with it.
import type { MessageId } from "../../locales/en";
import { HAS, IS, meaning, type Directory, type Known } from "./directory";
import type { Chip } from "./query";

type T = (id: MessageId, values?: Record<string, string | number>) => string;

/** A day in few words: the year where it is another. */
export function shortDay(day: string, { language, today }: Pick<Directory, "language" | "today">): string {
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  const style: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year, timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, style).format(Date.parse(day));
}

const isId = (value: string) => /^[a-z][a-z2-7]{26}$/.test(value);

/** `From Kofi Mensah`. */
export function chipWords(chip: Chip, directory: Directory, t: T): string {
  const { op, value } = chip;
  const means = meaning(chip, directory);
  if (means.how === "ids") {
    const { id, name } = means.found[0] as Known;
    return t(op === "in" ? "search.chip.in" : "search.chip.from", {
      name: id === directory.me ? directory.myself : name,
    });
  }
  if (means.how === "day") {
    return t(`search.chip.${op as "before" | "after" | "on"}`, { day: shortDay(means.day, directory) });
  }
  if (means.how === "word") {
    if (op === "kind") return directory.kinds.find(({ id }) => id === means.word)?.name ?? means.word;
    return t(`search.${op}.${means.word}` as MessageId);
  }
  if (isId(value) && op === "in") return t("search.chip.in", { name: t("search.closedSpace") });
  if (isId(value) && op === "from") return t("search.chip.from", { name: t("search.somebody") });
  return t("search.chip.unknown", { op, value });
}

/** What a person has to know of a chip: that it means nothing, or several. */
export interface Issue {
  chip: Chip;
  says: string;
  /** Which of them is meant. */
  choices: Known[];
}

/** Undefined if all is well, or if not all names are read yet. */
export function issueOf(chip: Chip, directory: Directory, t: T): Issue | undefined {
  const { op, value } = chip;
  const means = meaning(chip, directory);
  if (means.how === "ids" && means.found.length > 1) {
    const values = { value, count: means.found.length };
    const says = t(op === "in" ? "search.issue.severalSpaces" : "search.issue.several", values);
    return { chip, says, choices: means.found };
  }
  if (means.how !== "unknown") return undefined;
  const says = (id: MessageId, more: Record<string, string> = {}): Issue => ({
    chip,
    says: t(id, { value, ...more }),
    choices: [],
  });
  switch (op) {
    case "from":
      return directory.whole ? says(isId(value) ? "search.issue.stranger" : "search.issue.person") : undefined;
    case "in":
      return directory.whole ? says(isId(value) ? "search.issue.closed" : "search.issue.space") : undefined;
    case "has":
      return says("search.issue.word", { words: HAS.join(", ") });
    case "is":
      return says("search.issue.word", { words: IS.join(", ") });
    case "kind":
      return says("search.issue.word", { words: directory.kinds.map(({ name }) => name).join(", ") });
    default:
      return says("search.issue.day", { example: directory.today });
  }
}
