// What the buttons of the toolbar do in the editor, and what is so at its caret.
import type { Editor } from "@tiptap/core";
import type { ToolId } from "../composer/field";

/** Does it. A link is asked for elsewhere. */
export function act(editor: Editor, tool: Exclude<ToolId, "link">): void {
  const chain = editor.chain().focus();
  const acts = {
    bold: () => chain.toggleBold(),
    italic: () => chain.toggleItalic(),
    code: () => chain.toggleCode(),
    heading: () => chain.toggleHeading({ level: 2 }),
    list: () => chain.togglePlainList(),
    ordered: () => chain.toggleOrderedList(),
    tasks: () => chain.toggleTasks(),
    quote: () => chain.toggleBlockquote(),
    fence: () => chain.toggleCodeBlock(),
    // A table in a table has no place.
    table: () => (editor.isActive("table") ? chain : chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true })),
    rule: () => chain.setHorizontalRule(),
  };
  acts[tool]().run();
}

/** What is so at the caret, as one text to compare. */
export function activeIn(editor: Editor): ReadonlySet<ToolId> {
  const on = (tool: ToolId, is: boolean): ToolId[] => (is ? [tool] : []);
  const checked = editor.getAttributes("listItem")["checked"] as boolean | null | undefined;
  const inList = editor.isActive("bulletList");
  return new Set([
    ...on("bold", editor.isActive("bold")),
    ...on("italic", editor.isActive("italic")),
    ...on("code", editor.isActive("code")),
    ...on("link", editor.isActive("link")),
    ...on("heading", editor.isActive("heading")),
    ...on("list", inList && checked == null),
    ...on("tasks", inList && checked != null),
    ...on("ordered", editor.isActive("orderedList")),
    ...on("quote", editor.isActive("blockquote")),
    ...on("fence", editor.isActive("codeBlock")),
    ...on("table", editor.isActive("table")),
  ]);
}
