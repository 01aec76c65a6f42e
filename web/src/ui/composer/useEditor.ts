// Which of the two fields a text is written in: the editor when it is there and holds the text, else the plain one.
import { useEffect, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import type { MessageId } from "../../locales/en";
import { setWritesMarkdown, writesMarkdown, type FieldHandle } from "./field";

type Part = typeof import("../editor/editorPart");

let part: Part | undefined;

/** The editor's own part, loaded when it is first asked for. */
export async function editorPart(): Promise<Part> {
  part ??= await import("../editor/editorPart");
  return part;
}

/** Later, when nothing else waits for the device. */
function whenIdle(act: () => void): () => void {
  if ("requestIdleCallback" in window) {
    const id = window.requestIdleCallback(act, { timeout: 1500 });
    return () => window.cancelIdleCallback(id);
  }
  const id = globalThis.setTimeout(act, 200);
  return () => globalThis.clearTimeout(id);
}

/** `Rich` is null while it is the plain field; `why` says so where it was not chosen. */
export function useEditor(text: string, field: RefObject<FieldHandle | null>) {
  const [markdown, setMarkdown] = useState(writesMarkdown);
  const [ready, setReady] = useState(part);
  const [seen, see] = useState<{ text: string; fault: MessageId | null }>({ text: "", fault: null });
  /** Where the caret was, for the render in which the fields change places; it comes and goes with that. */
  const [caret, setCaret] = useState<number | null>(null);
  useEffect(() => {
    if (caret !== null) setCaret(null);
  }, [caret]);
  const wanted = !markdown && !ready;

  useEffect(() => {
    if (!wanted) return undefined;
    let over = false;
    const swap = () => {
      if (over || !part) return;
      const now = field.current;
      // Not under somebody's fingers.
      if (now?.busy()) {
        document.addEventListener("focusout", () => window.setTimeout(swap), { once: true });
        return;
      }
      // At once, so that no key comes in between.
      flushSync(() => {
        setCaret(now?.focused() ? now.caret() : null);
        setReady(part);
      });
    };
    // What can't be loaded is tried again with the next composer.
    const stop = whenIdle(() => void editorPart().then(swap, () => {}));
    return () => {
      over = true;
      stop();
    };
  }, [wanted, field]);

  // A text that came from elsewhere is looked at before the editor gets it. Once it is in the plain field it stays there,
  // so that nothing changes under somebody's fingers.
  let { fault } = seen;
  if (ready && !markdown && text !== seen.text && !(fault && text)) {
    fault = ready.faultOf(text);
    see({ text, fault });
  }

  return {
    Rich: ready && !markdown && !fault ? ready.Rich : null,
    why: markdown ? null : fault,
    markdown: markdown || fault !== null,
    caret,
    /** The editor itself wrote this. */
    wrote: (next: string) => see({ text: next, fault: null }),
    toggle() {
      setCaret(field.current?.caret() ?? text.length);
      if (fault && !markdown) {
        // Perhaps it can be held by now.
        see({ text, fault: ready?.faultOf(text) ?? null });
        return;
      }
      setWritesMarkdown(!markdown);
      setMarkdown(!markdown);
    },
  };
}
