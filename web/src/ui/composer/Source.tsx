// The plain field: Markdown as it is written. It stands there until the editor is loaded, for those who prefer it, and for
// what the editor can't hold.
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, type ClipboardEvent, type Ref } from "react";
import css from "./Composer.module.css";
import { WRITE, type FieldHandle, type FieldProps } from "./field";
import { insert, type Written } from "./marks";
import { PickList, whenGone } from "./PickList";
import type { Pick } from "./picks";
import { spelled } from "../references";
import { TOOLS } from "./tools";
import { usePicks } from "./usePicks";

function asMarkdown(pick: Exclude<Pick, { kind: "form" | "template" }>): string {
  if (pick.kind === "name") return `@${pick.named.name}`;
  return pick.kind === "emoji" ? pick.emoji.emoji : spelled(pick.place, pick.place.name);
}

/** A text area that grows. */
export function Source(props: FieldProps & { handle: Ref<FieldHandle> }) {
  const { text, write, name, attach, label, placeholder, readOnly, autoFocus, caret, handle } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  // What stood here when the keyboard came.
  const met = useRef<string | null>(null);
  const latest = useRef(text);
  latest.current = text;

  useEffect(() => {
    const field = area.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, Math.max(320, window.innerHeight * 0.6))}px`;
  }, [text]);

  // In the same moment as the text, so that no key that follows finds the caret elsewhere.
  const select = useRef<Written | null>(null);
  useLayoutEffect(() => {
    const next = select.current;
    if (!next || next.text !== text) return;
    select.current = null;
    area.current?.focus();
    area.current?.setSelectionRange(next.from, next.to);
  });

  const change = (next: Written) => {
    select.current = next;
    write(next.text);
  };

  const picks = usePicks(props, (pick, { back }) => {
    const field = area.current;
    if (!field || pick.kind === "form") return;
    picks.close();
    if (pick.kind === "template") return props.begin(pick.template);
    const to = field.selectionStart;
    change(insert({ text: latest.current, from: to - back, to }, `${asMarkdown(pick)} `));
    if (pick.kind === "name") name(pick.named);
  });
  const look = (field: HTMLTextAreaElement) => {
    const before = field.value.slice(0, field.selectionStart);
    picks.look(before, { forms: false, alone: before === field.value });
  };

  useImperativeHandle(handle, () => ({
    focus: () => area.current?.focus(),
    act: (tool) => {
      const { selectionStart: from = 0, selectionEnd: to = 0 } = area.current ?? {};
      change(TOOLS[tool].act({ text: latest.current, from, to }));
    },
    insert: (markdown) => {
      const { selectionStart: from = 0, selectionEnd: to = 0 } = area.current ?? {};
      const text = latest.current;
      // It is not to run into the words around it.
      const before = from > 0 && text[from - 1] !== "\n" ? "\n\n" : "";
      const after = to < text.length && text[to] !== "\n" ? "\n\n" : "";
      change(insert({ text, from, to }, before + markdown + after));
    },
    caret: () => area.current?.selectionStart ?? 0,
    focused: () => area.current === document.activeElement,
    busy: () => area.current === document.activeElement && met.current !== null && met.current !== latest.current,
  }));

  useLayoutEffect(() => {
    const field = area.current;
    if (!field || caret === null) return;
    field.focus();
    field.setSelectionRange(caret, caret);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- as it is opened
  }, []);

  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    // A copied table or text may come with a picture of itself; the words go first.
    if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    attach(files);
  };

  const open = picks.open;
  return (
    <div className={css.field}>
      <textarea
        ref={area}
        className={css.text}
        value={text}
        rows={3}
        readOnly={readOnly}
        dir="auto"
        placeholder={placeholder}
        aria-label={label}
        aria-controls={open ? `${id}-picks` : undefined}
        aria-activedescendant={open ? `${id}-picks-${open.at}` : undefined}
        {...{ [WRITE]: "" }}
        onChange={(event) => {
          write(event.target.value);
          look(event.target);
        }}
        onKeyDown={(event) => {
          // Keys of an input method choose among its own suggestions.
          if (event.nativeEvent.isComposing) return;
          // What the list took means nothing else.
          if (picks.key(event)) event.stopPropagation();
        }}
        onClick={(event) => look(event.currentTarget)}
        onFocus={() => (met.current = latest.current)}
        onBlur={({ currentTarget }) => {
          met.current = null;
          whenGone(currentTarget, picks.close);
        }}
        onPaste={paste}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by opening it
        autoFocus={autoFocus}
      />
      {open && <PickList id={`${id}-picks`} found={open.found} at={open.at} choose={(pick) => picks.choose(pick)} />}
    </div>
  );
}
