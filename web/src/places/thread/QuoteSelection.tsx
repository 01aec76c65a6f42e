// Words of a post that were selected can be quoted below. The button stands at the end of the selection, and comes when
// the selection is made, not while it grows.
import { IconCornerUpLeft } from "@tabler/icons-react";
import { useEffect, useState, type CSSProperties, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { editorPart } from "../../ui/composer/useEditor";
import { useT } from "../../ui/i18n";
import { useDesk } from "./desk";
import css from "./QuoteSelection.module.css";

interface Selected {
  item: Id;
  range: Range;
  place: CSSProperties;
}

/** What is selected, if it is words of one post. */
function selected(): Selected | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const begin = range.startContainer;
  const said = (begin instanceof Element ? begin : begin.parentElement)?.closest<HTMLElement>("[data-says]");
  const item = said?.dataset["says"];
  if (!item || said.querySelector("form") || !range.toString().trim()) return null;
  if (!said.contains(range.endContainer)) {
    // A last paragraph that is selected by three clicks ends where the next thing begins.
    if (range.endOffset > 0) return null;
    range.setEnd(said, said.childNodes.length);
  }
  const end = [...range.getClientRects()].at(-1);
  if (!end) return null;
  const left = Math.max(8, Math.min(end.right + scrollX - 60, document.documentElement.clientWidth - 128));
  return { item, range, place: { left, top: end.bottom + scrollY + 8 } };
}

/** The words as Markdown, with their links and marks. */
async function markdownOf(range: Range): Promise<string> {
  const box = document.createElement("div");
  box.append(range.cloneContents());
  try {
    return (await editorPart()).markdownFrom(box.innerHTML);
  } catch {
    // Without a network at the first time: the words alone.
    return range.toString();
  }
}

/** The button. `quote` is given the post and the words. */
export function QuoteSelection({ quote }: { quote(item: Id, words: string): void }): ReactElement | null {
  const t = useT();
  const { readOnly } = useDesk();
  const [found, find] = useState<Selected | null>(null);
  useEffect(() => {
    if (readOnly) return undefined;
    let timer = 0;
    const settle = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => find(selected()), 250);
    };
    document.addEventListener("selectionchange", settle);
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener("selectionchange", settle);
    };
  }, [readOnly]);
  if (!found) return null;
  return (
    <button
      type="button"
      className={css.button}
      style={found.place}
      // The selection stays until it is quoted.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        const { item, range } = found;
        void markdownOf(range).then((words) => quote(item, words));
        document.getSelection()?.removeAllRanges();
        find(null);
      }}
    >
      <IconCornerUpLeft size={16} stroke={1.8} aria-hidden="true" />
      {t("post.quoteWords")}
    </button>
  );
}
