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

/** The place of the caret in the Markdown that the document was read from, or is written as. */
export function caretIn({ doc, schema, selection, tr }: EditorState, text: string): number {
  const marked = write(tr.insertText(MARK, selection.head).doc);
  const at = marked.indexOf(MARK);
  if (at >= 0 && marked.replace(MARK, "") === text) return at;
  // It is not as the editor would write it: the first place that leads there.
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placeIn(text, middle, schema, doc) < selection.head) low = middle + 1;
    else high = middle;
  }
  return low;
}
