// What the editor shows beside the text itself: who is named in it, and what one may write where nothing is yet.
import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import prose from "../prose.module.css";

/** Where in some words somebody is named. */
export type NamesIn = (words: string) => Array<[from: number, to: number]>;

/** Told with a transaction when other names are known. */
export const NAMES = new PluginKey<DecorationSet>("names");

/** Draws both. */
export function marked(namesIn: () => NamesIn, hint: () => string): Plugin {
  const draw = (doc: Node) => {
    const marks: Decoration[] = [];
    const first = doc.firstChild;
    if (doc.childCount === 1 && first?.type.name === "paragraph" && first.content.size === 0) {
      marks.push(Decoration.node(0, first.nodeSize, { "data-hint": hint() }));
    }
    const find = namesIn();
    doc.descendants((node, at) => {
      if (!node.isTextblock) return true;
      if (node.type.spec.code) return false;
      // What is code stays as long and names nobody.
      const words = node.children.map((one) => {
        const code = one.marks.some((mark) => mark.type.name === "code");
        return one.isText && !code ? one.text : " ".repeat(one.nodeSize);
      });
      for (const [from, to] of find(words.join(""))) {
        marks.push(Decoration.inline(at + 1 + from, at + 1 + to, { class: prose["mention"] ?? "" }));
      }
      return false;
    });
    return DecorationSet.create(doc, marks);
  };
  return new Plugin({
    key: NAMES,
    state: {
      init: (_, state) => draw(state.doc),
      apply: (tr, held) => (tr.docChanged || tr.getMeta(NAMES) ? draw(tr.doc) : held),
    },
    props: { decorations: (state) => NAMES.getState(state) },
  });
}
