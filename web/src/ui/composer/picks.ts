// What is offered while one types: persons after @, emoji after a colon, and forms at the beginning of a line after /.
// Pure, but for the emoji, whose names come from our own server.
import type { MessageId } from "../../locales/en";
import { emojiFor, type Emoji } from "./emoji";
import type { ToolId } from "./field";
import { candidates, mentionAt, type Named } from "./mentions";

/** One line of the list. */
export type Pick =
  { kind: "name"; named: Named } | { kind: "emoji"; emoji: Emoji } | { kind: "form"; tool: ToolId; label: MessageId };

/** What is being looked for: by which sign, and the words behind it. */
export interface Sought {
  kind: Pick["kind"];
  typed: string;
  /** How many characters before the caret it begins. */
  back: number;
}

/** The forms that a line can take. */
export const FORMS: ReadonlyArray<{ tool: ToolId; label: MessageId }> = [
  { tool: "heading", label: "composer.heading" },
  { tool: "list", label: "composer.list" },
  { tool: "ordered", label: "composer.ordered" },
  { tool: "tasks", label: "composer.tasks" },
  { tool: "quote", label: "composer.quote" },
  { tool: "fence", label: "composer.fence" },
  { tool: "table", label: "composer.table" },
  { tool: "rule", label: "composer.rule" },
];

/** What the words before the caret ask for. `forms`: they are offered here. */
export function soughtIn(before: string, forms: boolean): Sought | null {
  const form = forms && /^\/(\p{L}*)$/u.exec(before);
  if (form) return { kind: "form", typed: form[1] ?? "", back: before.length };
  const emoji = /(?:^|[\s(])(:([\p{L}\p{N}+_-]{2,}))$/u.exec(before);
  if (emoji) return { kind: "emoji", typed: emoji[2] ?? "", back: emoji[1]?.length ?? 0 };
  const mention = mentionAt(before, before.length);
  return mention && { kind: "name", typed: mention.typed, back: before.length - mention.from };
}

/** What fits. */
export function picksFor(
  { kind, typed }: Sought,
  of: { names: readonly Named[]; emoji: readonly Emoji[]; say(id: MessageId): string },
): Pick[] {
  if (kind === "name") return candidates(typed, of.names).map((named) => ({ kind, named }));
  if (kind === "emoji") return emojiFor(typed, of.emoji).map((emoji) => ({ kind, emoji }));
  const wanted = typed.toLocaleLowerCase();
  const fits = ({ label }: { label: MessageId }) =>
    of
      .say(label)
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  return FORMS.filter(fits).map((form) => ({ kind, ...form }));
}
