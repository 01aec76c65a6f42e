// The buttons below a text: their pictures and names, and what each does to Markdown. What they do in the editor is in
// editor/acts.ts.
import {
  IconBold,
  IconCode,
  IconH2,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconQuote,
  IconSeparatorHorizontal,
  IconSourceCode,
  IconTable,
  type Icon,
} from "@tabler/icons-react";
import type { MessageId } from "../../locales/en";
import type { ToolId } from "./field";
import { insert, lines, link, wrap, type Written } from "./marks";

/** One of them. `key` is the stroke that does the same in the editor. */
export interface Tool {
  label: MessageId;
  icon: Icon;
  key?: string;
  act(written: Written): Written;
}

const below = (written: Written, what: string) =>
  insert(written, `${written.from > 0 && written.text[written.from - 1] !== "\n" ? "\n\n" : ""}${what}`);

const TABLE = "|  |  |\n| --- | --- |\n|  |  |\n";

/** All of them. */
export const TOOLS: Record<ToolId, Tool> = {
  bold: { label: "composer.bold", icon: IconBold, key: "mod+b", act: (written) => wrap(written, "**") },
  italic: { label: "composer.italic", icon: IconItalic, key: "mod+i", act: (written) => wrap(written, "*") },
  code: {
    label: "composer.code",
    icon: IconCode,
    key: "mod+e",
    act: (written) => wrap(written, written.text.slice(written.from, written.to).includes("\n") ? "\n```\n" : "`"),
  },
  link: { label: "composer.link", icon: IconLink, key: "mod+shift+k", act: link },
  heading: { label: "composer.heading", icon: IconH2, act: (written) => lines(written, () => "## ") },
  list: { label: "composer.list", icon: IconList, act: (written) => lines(written, () => "- ") },
  ordered: {
    label: "composer.ordered",
    icon: IconListNumbers,
    act: (written) => lines(written, (index) => `${index + 1}. `),
  },
  tasks: { label: "composer.tasks", icon: IconListCheck, act: (written) => lines(written, () => "- [ ] ") },
  quote: { label: "composer.quote", icon: IconQuote, act: (written) => lines(written, () => "> ") },
  fence: { label: "composer.fence", icon: IconSourceCode, act: (written) => wrap(written, "\n```\n") },
  table: { label: "composer.table", icon: IconTable, act: (written) => below(written, TABLE) },
  rule: { label: "composer.rule", icon: IconSeparatorHorizontal, act: (written) => below(written, "---\n\n") },
};

/** Those that have a button; the others are offered after /. */
export const BUTTONS: readonly ToolId[] = [
  "bold",
  "italic",
  "code",
  "link",
  "list",
  "tasks",
  "quote",
  "fence",
  "table",
];
