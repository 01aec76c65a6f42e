// Where the caret is, when the editor and the plain field change places.
import type { Node, Schema } from "@tiptap/pm/model";
import type { EditorState } from "@tiptap/pm/state";
import { read } from "./read";
import { write } from "./write";

/** A character that nobody writes. */
const MARK = "\ue000";

/** The place in the document of a place in its Markdown. */
export function placeIn(text: string, caret: number, schema: Schema, doc: Node): number {
  const marked = read(text.slice(0, caret) + MARK + text.slice(caret));
  let found = doc.content.size;
  if (marked) {
    schema.nodeFromJSON(marked).descendants((node, at) => {
      const i = node.isText ? (node.text ?? "").indexOf(MARK) : -1;
      if (i >= 0) found = at + i;
    });
  }
  return Math.min(found, doc.content.size);
}

/** The place in the Markdown of the caret in the document. */
export function caretIn(state: EditorState): number {
  const marked = write(state.tr.insertText(MARK, state.selection.head).doc);
  const at = marked.indexOf(MARK);
  return at < 0 ? marked.length : at;
}
