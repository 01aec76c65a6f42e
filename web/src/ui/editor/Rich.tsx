// The editor: what one writes looks as it will be read, and is Markdown underneath. It is a part of its own, loaded when
// somebody may write; until then, and for what it can't hold, there is composer/Source.tsx.
import { Editor } from "@tiptap/core";
import { Selection } from "@tiptap/pm/state";
import {
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type Ref,
  type ReactElement,
} from "react";
import css from "../composer/Composer.module.css";
import { WRITE, type FieldHandle, type FieldProps, type ToolId } from "../composer/field";
import { namesAt, type Named } from "../composer/mentions";
import { PickList, whenGone } from "../composer/PickList";
import { usePicks } from "../composer/usePicks";
import { useT } from "../i18n";
import prose from "../prose.module.css";
import { act, activeIn } from "./acts";
import { caretIn, placeIn } from "./caret";
import own from "./editor.module.css";
import { LinkBar } from "./LinkBar";
import { NAMES } from "./marked";
import { open as openEditor, put, take } from "./open";
import { refer } from "./refer";
import { TableBar } from "./TableBar";
import { write as written } from "./write";

type Props = FieldProps & {
  handle: Ref<FieldHandle>;
  /** Whom the names in the text mean, where that is settled. */
  named: readonly Named[];
  /** What is so at the caret. */
  setActive(active: ReadonlySet<ToolId>): void;
};

/** The field. */
export function Rich(props: Props): ReactElement {
  const { text, members, name, readOnly, label, placeholder, handle, named } = props;
  const t = useT();
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [inTable, setInTable] = useState(false);
  const latest = useRef(props);
  latest.current = props;
  /** The Markdown that stands here, as it was taken or given; and as the editor itself would write it. */
  const held = useRef({ text: "", own: "" });

  const picks = usePicks(props, (pick, { back }) => {
    if (!editor) return;
    picks.close();
    const { head } = editor.state.selection;
    const range = { from: head - back, to: head };
    if (pick.kind === "form") {
      editor.chain().focus().deleteRange(range).run();
      if (pick.tool !== "link") act(editor, pick.tool);
      return;
    }
    if (pick.kind === "template") return props.begin(pick.template);
    if (pick.kind === "space" || pick.kind === "thread") return refer(editor, pick.place, range);
    const what = pick.kind === "name" ? `@${pick.named.name} ` : `${pick.emoji.emoji} `;
    editor
      .chain()
      .focus()
      .command(({ tr }) => Boolean(tr.insertText(what, range.from, range.to)))
      .run();
    if (pick.kind === "name") name(pick.named);
  });
  const picking = useRef(picks);
  picking.current = picks;

  const askForLink = () => {
    if (editor) setLink((editor.getAttributes("link")["href"] as string | undefined) ?? "");
  };
  const asks = useRef(askForLink);
  asks.current = askForLink;

  useLayoutEffect(() => {
    const { text, caret, autoFocus, setActive } = latest.current;
    const made = openEditor({
      element: place.current as HTMLElement,
      done: t("composer.done"),
      hint: () => latest.current.placeholder,
      namesIn: () => (words) => {
        const { members, named } = latest.current;
        return namesAt(words, members, named).map(({ from, to }) => [from, to]);
      },
      locked: () => latest.current.readOnly,
      attach: (files) => latest.current.attach(files),
      key: (event) => {
        if (picking.current.key(event)) {
          event.stopPropagation();
          return true;
        }
        const command = event.ctrlKey || event.metaKey;
        if (command && event.shiftKey && event.key.toLowerCase() === "k") {
          event.preventDefault();
          asks.current();
          return true;
        }
        // The composer's own, which the editor would take as a new line.
        return command && event.key === "Enter";
      },
    });
    take(made, text, true);
    held.current = { text, own: written(made.state.doc) };
    let doc = made.state.doc;
    made.on("transaction", ({ transaction }) => {
      const { selection } = made.state;
      setActive(activeIn(made));
      setInTable(made.isActive("table"));
      const changed = doc !== made.state.doc;
      doc = made.state.doc;
      if (changed && !transaction.getMeta("taken")) {
        const now = written(doc);
        if (now !== held.current.own) {
          held.current = { text: now, own: now };
          latest.current.write(now);
        }
      }
      const { $from, empty } = selection;
      const plain = empty && $from.parent.isTextblock && !$from.parent.type.spec.code && !made.isActive("code");
      const before = plain && made.isFocused ? $from.parent.textBetween(0, $from.parentOffset, undefined, "\n") : null;
      if (!changed && !picking.current.open) return;
      const forms = $from.parent.type.name === "paragraph";
      picking.current.look(before, { forms, alone: doc.textContent === before });
    });
    made.on("blur", () => whenGone(made.view.dom, () => picking.current.close()));
    const at = caret === null ? null : placeIn(text, caret, made.schema, made.state.doc);
    if (at !== null || autoFocus) {
      const { doc, tr } = made.state;
      made.view.dispatch(tr.setSelection(at === null ? Selection.atEnd(doc) : Selection.near(doc.resolve(at))));
      // Not by the editor's own command, which waits for the next frame: a key might come before.
      made.view.focus();
    }
    setEditor(made);
    return () => made.destroy();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one editor for as long as the field stands
  }, []);

  // What was written elsewhere, quoted, or sent; before another key is pressed, which would be taken for older.
  useLayoutEffect(() => {
    if (!editor || text === held.current.text) return;
    take(editor, text);
    held.current = { text, own: written(editor.state.doc) };
  }, [editor, text]);

  useEffect(() => {
    if (editor && !editor.isDestroyed) editor.view.dispatch(editor.state.tr.setMeta(NAMES, true));
  }, [editor, members, named, placeholder]);

  const open = picks.open;
  useLayoutEffect(() => {
    const root = editor?.view.dom;
    if (!root) return;
    // The editor looks at itself whenever something of it is set, also to what it is.
    const set = (attribute: string, value: string | null) => {
      if (root.getAttribute(attribute) === value) return;
      if (value === null) root.removeAttribute(attribute);
      else root.setAttribute(attribute, value);
    };
    set("class", `${prose["prose"]} ${own["editor"]} ${editor.isFocused ? "ProseMirror-focused" : ""}`);
    set("role", "textbox");
    set("aria-multiline", "true");
    set("aria-label", label);
    set("aria-placeholder", placeholder);
    set("aria-readonly", readOnly ? "true" : null);
    set(WRITE, "");
    set("aria-controls", open ? `${id}-picks` : null);
    set("aria-activedescendant", open ? `${id}-picks-${open.at}` : null);
  });

  useImperativeHandle(handle, () => ({
    focus: () => editor?.view.focus(),
    act: (tool) => {
      if (tool === "link") askForLink();
      else if (editor) act(editor, tool);
    },
    insert: (markdown) => {
      if (editor) put(editor, markdown);
    },
    caret: () => (editor ? caretIn(editor.state, held.current.text) : 0),
    focused: () => Boolean(editor?.isFocused),
    busy: () => false,
  }));

  const ends = (set?: string | null) => {
    setLink(null);
    if (!editor) return;
    editor.view.focus();
    const chain = editor.chain();
    if (set === null) chain.extendMarkRange("link").unsetLink().run();
    else if (set && editor.state.selection.empty && link === "")
      chain
        .insertContent({
          type: "text",
          text: set.replace(/^mailto:/, ""),
          marks: [{ type: "link", attrs: { href: set } }],
        })
        .run();
    else if (set) chain.extendMarkRange("link").setLink({ href: set }).run();
    else chain.run();
  };

  return (
    <>
      <div className={`${css.field} ${own["box"]}`} ref={box}>
        <div ref={place} />
        {open && editor && (
          <PickList
            id={`${id}-picks`}
            found={open.found}
            at={open.at}
            style={beside(editor, open.sought.back, box.current, open.found.length)}
            choose={(pick) => picks.choose(pick)}
          />
        )}
      </div>
      {link !== null && (
        <LinkBar href={link} set={(href) => ends(href)} remove={() => ends(null)} close={() => ends()} />
      )}
      {inTable && link === null && editor && <TableBar editor={editor} />}
    </>
  );
}

/** Below the words that it is about, or above them where the window ends. */
function beside(editor: Editor, back: number, box: HTMLElement | null, lines: number) {
  if (!box) return undefined;
  const { head } = editor.state.selection;
  const around = box.getBoundingClientRect();
  const caret = editor.view.coordsAtPos(Math.max(0, head - back));
  const width = Math.min(340, around.width - 16);
  const left = Math.max(8, Math.min(caret.left - around.left - 8, around.width - width - 8));
  const height = lines * (matchMedia("(pointer: coarse)").matches ? 44 : 36) + 14;
  const below = Math.min(caret.bottom, around.bottom) + 6;
  // On the phone the places stand at the bottom.
  const room = window.innerHeight - (window.innerWidth < 820 ? 72 : 0);
  const fits = below + height < room || caret.top < height;
  const place = fits
    ? { top: below - around.top, bottom: "auto" }
    : { top: "auto", bottom: around.bottom - caret.top + 6 };
  return { ...place, left, right: "auto", transform: "none" };
}
