// What is offered while one types: persons after @, Spaces after #, threads after [[, emoji after a colon, and after / forms
// at the beginning of a line and templates where nothing is written yet.
// Pure, but for the emoji, whose names come from our own server.
import type { Id } from "../../generated/types";
import type { MessageId } from "../../locales/en";
import { emojiFor, type Emoji } from "./emoji";
import type { ToolId } from "./field";
import { candidates, mentionAt, type Named } from "./mentions";
import { spacesFor, threadsFor, type Place, type Threads } from "./places";
import type { Template } from "./templates";

/** One line of the list. */
export type Pick =
  | { kind: "name"; named: Named }
  | { kind: "space"; place: Place }
  | { kind: "thread"; place: Place }
  | { kind: "emoji"; emoji: Emoji }
  | { kind: "template"; template: Template }
  | { kind: "form"; tool: ToolId; label: MessageId };

/** What is being looked for: by which sign, and the words behind it. */
export interface Sought {
  /** After / it is `form`, or `template` where these are offered too. */
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

/** What may be offered after /. */
export interface Offers {
  /** A line begins here, and can become something else. */
  forms: boolean;
  /** There are templates, for a text that is nothing yet. */
  templates: boolean;
}

/** What the words before the caret ask for. */
export function soughtIn(before: string, { forms, templates }: Offers): Sought | null {
  const form = (forms || templates) && /^\/(\p{L}*)$/u.exec(before);
  if (form) return { kind: templates ? "template" : "form", typed: form[1] ?? "", back: before.length };
  const thread = /\[\[([^[\]\n]{0,80})$/.exec(before);
  if (thread) return { kind: "thread", typed: thread[1] ?? "", back: thread[0].length };
  const space = /(?:^|[\s(])(#((?:[\p{L}\p{N}'._-]+(?: [\p{L}\p{N}'._-]*){0,2})?))$/u.exec(before);
  if (space) return { kind: "space", typed: space[2] ?? "", back: space[1]?.length ?? 0 };
  const emoji = /(?:^|[\s(])(:([\p{L}\p{N}+_-]{2,}))$/u.exec(before);
  if (emoji) return { kind: "emoji", typed: emoji[2] ?? "", back: emoji[1]?.length ?? 0 };
  const mention = mentionAt(before, before.length);
  return mention && { kind: "name", typed: mention.typed, back: before.length - mention.from };
}

/** Everything that can be offered. */
export interface Known {
  names: readonly Named[];
  emoji: readonly Emoji[];
  spaces: ReadonlyArray<{ id: Id; name: string }>;
  threads: Threads;
  templates: readonly Template[];
  /** Whether a line can become something else here. */
  forms: boolean;
  say(id: MessageId): string;
}

/** What fits. */
export function picksFor({ kind, typed }: Sought, of: Known): Pick[] {
  switch (kind) {
    case "name":
      return candidates(typed, of.names).map((named) => ({ kind, named }));
    case "emoji":
      return emojiFor(typed, of.emoji).map((emoji) => ({ kind, emoji }));
    case "space":
      return spacesFor(typed, of.spaces).map((place) => ({ kind, place }));
    case "thread":
      return threadsFor(typed, of.threads).map((place) => ({ kind, place }));
    case "template": {
      const fitting = of.templates.filter(({ name }) => begins(name, typed));
      const forms = of.forms ? formsFor(typed, of) : [];
      return [...fitting.map((template) => ({ kind, template })), ...forms];
    }
    case "form":
      return formsFor(typed, of);
  }
}

/** Whether one of its words begins so. */
function begins(name: string, typed: string): boolean {
  const wanted = typed.toLocaleLowerCase();
  const words = name.toLocaleLowerCase().split(/\s+/);
  return words.some((word) => word.startsWith(wanted));
}

function formsFor(typed: string, { say }: Known): Pick[] {
  return FORMS.filter(({ label }) => begins(say(label), typed)).map((form) => ({ kind: "form", ...form }));
}
