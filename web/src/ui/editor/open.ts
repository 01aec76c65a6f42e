// An editor on the page, and how a text comes into it from outside. Knows nothing of what surrounds it.
import { Editor, Extension } from "@tiptap/core";
import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { EditorState, Plugin, Selection } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { hold } from "./hold";
import { marked, type NamesIn } from "./marked";
import { asMarkdown, cleaned } from "./paste";
import { extensions } from "./schema";
import { write } from "./write";

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;

/** Makes one. */
export function open(of: {
  element: HTMLElement;
  /** What a box to tick is called. */
  done: string;
  hint(): string;
  namesIn(): NamesIn;
  /** Nothing may be changed now. */
  locked(): boolean;
  attach(files: File[]): void;
  /** True if the key means something else than to the editor. */
  key(event: KeyboardEvent): boolean;
}): Editor {
  const around = Extension.create({
    name: "around",
    addProseMirrorPlugins: () => [
      marked(of.namesIn, of.hint),
      new Plugin({ filterTransaction: (tr) => !tr.docChanged || Boolean(tr.getMeta("taken")) || !of.locked() }),
    ],
  });
  return new Editor({
    element: of.element,
    extensions: [...extensions(of.done), around],
    injectCSS: false,
    enablePasteRules: false,
    textDirection: "auto",
    editorProps: {
      handleKeyDown: (view, event) => !view.composing && !event.isComposing && of.key(event),
      handlePaste: (view, event) => {
        const data = event.clipboardData;
        const files = [...(data?.files ?? [])];
        // A copied table or text may come with a picture of itself; the words go first.
        if (files.length > 0 && !data?.types.includes("text/plain")) {
          of.attach(files);
          return true;
        }
        const words = data?.getData("text/plain").trim() ?? "";
        return ADDRESS.test(words) && linked(view, words);
      },
      // The composer takes them.
      handleDrop: (_, event) => (event.dataTransfer?.files.length ?? 0) > 0,
      transformPastedHTML: cleaned,
      clipboardTextSerializer: ({ content }) => {
        const { firstChild: first, childCount } = content;
        if (childCount === 1 && first?.isTextblock) return first.textBetween(0, first.content.size, undefined, "\n");
        return write(first?.type.schema.topNodeType.create(null, content) as Node);
      },
      clipboardTextParser: (text, _, plain, view) => fromText(text, plain, view),
    },
  });
}

/** An address over some words makes a link of them. */
function linked({ state, dispatch }: EditorView, href: string): boolean {
  const { from, to, empty, $from } = state.selection;
  const type = state.schema.marks["link"];
  if (empty || !type || $from.parent.type.spec.code) return false;
  dispatch(state.tr.addMark(from, to, type.create({ href })).setMeta("preventAutolink", true));
  return true;
}

/** Puts Markdown in the place of what is selected. */
export function put({ view }: Editor, markdown: string): void {
  view.dispatch(view.state.tr.replaceSelection(sliceOf(markdown, false, view.state)).scrollIntoView());
  view.focus();
}

/** Words without marks are Markdown, unless they are to stay as they are, letter by letter. */
function fromText(text: string, plain: boolean, { state }: EditorView): Slice {
  return sliceOf(plain ? text : asMarkdown(text), plain, state);
}

function sliceOf(text: string, plain: boolean, { schema }: EditorState): Slice {
  const doc = plain ? null : hold(text, schema);
  const content = doc ? doc.content : asTyped(text, schema);
  const ends = (node: Node | null) => (node?.type.name === "paragraph" ? 1 : 0);
  return new Slice(content, ends(content.firstChild), ends(content.lastChild));
}

function asTyped(text: string, { nodes, text: word }: EditorState["schema"]): Fragment {
  const paragraphs = text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((part) => {
      const lines = part
        .split("\n")
        .flatMap((line, i) => [...(i > 0 ? [nodes["hardBreak"]?.create()] : []), ...(line ? [word(line)] : [])]);
      return nodes["paragraph"]?.create(
        null,
        lines.filter((one) => one !== undefined),
      );
    });
  return Fragment.from(paragraphs.filter((one) => one !== undefined));
}

/** Puts a text in the place of what stands there, and changes no more than differs; `fresh`: nothing was there. */
export function take(editor: Editor, text: string, fresh = false): void {
  const { state, schema, view } = editor;
  const read = hold(text, schema) ?? schema.topNodeType.createAndFill();
  if (!read) return;
  // One can go on below a quote or a table.
  const open = /^(paragraph|bulletList|orderedList|heading)$/.test(read.lastChild?.type.name ?? "");
  const doc = open ? read : read.copy(read.content.addToEnd(schema.nodes["paragraph"]?.create() as Node));
  if (text === "" || fresh) {
    // Nothing that was sent comes back by undo.
    view.updateState(EditorState.create({ doc, plugins: state.plugins }));
    view.dispatch(view.state.tr.setMeta("taken", true));
    return;
  }
  const start = state.doc.content.findDiffStart(doc.content);
  const end = state.doc.content.findDiffEnd(doc.content);
  if (start === null || !end) return;
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const { tr } = state;
  tr.replace(start, end.a + overlap, doc.slice(start, end.b + overlap));
  if (!tr.doc.eq(doc)) tr.replaceWith(0, tr.doc.content.size, doc.content);
  // What comes at the end is gone on with.
  if (end.a + overlap >= state.doc.content.size - 1) tr.setSelection(Selection.atEnd(tr.doc));
  view.dispatch(tr.setMeta("taken", true).setMeta("preventAutolink", true));
}
