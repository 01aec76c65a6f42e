// A draft as somebody is shown it before it leaves: where it is meant for, as far as that person may know, and its words as
// they are. Pure.
import type { Id } from "../../generated/types";
import type { NewItem } from "../../sync/api";
import type { Say } from "../i18n";
import { firstWords } from "../wording";
import { plain } from "./marks";
import type { Writing } from "./useDraft";

/** Where a draft is meant for. */
export interface Meant {
  space: Id;
  name: string;
  /** The thread that it replies in, and what that is called. */
  thread?: { id: Id; title: string };
}

const encoder = new TextEncoder();

/** As a thread of its own, and as a reply in that. `meant`: null where the person may not know. */
export function shownAs(
  { title, text, blobs }: Writing,
  meant: Meant | null,
  { origin, most, t }: { origin: string; most: number; t: Say },
): { first: NewItem; again: NewItem } {
  const begins = title.trim() || firstWords(bare(text)) || blobs[0]?.name || "";
  const heading = cut(t("showing.title", { title: begins }), most);
  const link = (name: string, path: string) => `[${plain(name)}](${origin}${path})`;
  const there = meant && link(meant.name, `/s/${meant.space}`);
  const thread = meant?.thread && link(meant.thread.title, `/s/${meant.space}/t/${meant.thread.id}`);
  const where = thread
    ? t("showing.for", { place: `${there} › ${thread}` })
    : there
      ? t("showing.forNew", { place: there })
      : t("showing.elsewhere");
  const named = title.trim() ? `**${plain(title.trim())}**\n\n` : "";
  return {
    first: { kind: "topic", title: heading, text: `${where}\n\n---\n\n${text}`, blobs },
    again: { kind: "post", text: `${t("showing.now")}\n\n---\n\n${named}${text}`, blobs },
  };
}

/** The words of a text without its marks, in a line. */
function bare(text: string): string {
  const words = text.replaceAll(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1").replaceAll(/^[\s>#-]+|[*_`~|]/gm, " ");
  return words
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ (?=[,.:;!?])/g, "")
    .trim();
}

/** As much of a line as so many bytes hold. */
function cut(line: string, most: number): string {
  let out = "";
  let size = 0;
  for (const letter of line) {
    size += encoder.encode(letter).length;
    if (size > most - 3) return `${out.trimEnd()}…`;
    out += letter;
  }
  return line;
}
