// A table whose cells are lines, as Markdown has them, and the keys in it.
import type { Editor } from "@tiptap/core";
import { Table as Base, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Selection } from "@tiptap/pm/state";
import { isInTable, nextCell, selectionCell } from "@tiptap/pm/tables";

function goTo(editor: Editor, at: number): true {
  const { state, view } = editor;
  view.dispatch(state.tr.setSelection(Selection.near(state.doc.resolve(at), 1)).scrollIntoView());
  return true;
}

/** The cell below; below the last row comes another. */
function down(editor: Editor): boolean {
  if (!isInTable(editor.state)) return false;
  const next = () => nextCell(selectionCell(editor.state), "vert", 1);
  if (!next()) editor.commands.addRowAfter();
  return goTo(editor, (next() ?? selectionCell(editor.state)).pos + 1);
}

/** The next cell; behind the last one, what stands below the table, so that nobody is caught in it. */
function on(editor: Editor): boolean {
  if (!isInTable(editor.state)) return false;
  return editor.commands.goToNextCell() || goTo(editor, selectionCell(editor.state).after(-1));
}

const line = { content: "paragraph" };

/** All of its parts. */
export const table = [
  Base.extend({
    addKeyboardShortcuts() {
      return {
        ...this.parent?.(),
        Tab: ({ editor }) => on(editor),
        Enter: ({ editor }) => down(editor),
        "Shift-Enter": ({ editor }) => down(editor),
      };
    },
  }).configure({ cellMinWidth: 0 }),
  TableRow,
  TableHeader.extend(line),
  TableCell.extend(line),
];
