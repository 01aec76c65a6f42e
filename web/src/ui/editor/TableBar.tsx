// What one does to the table that one is in.
import type { Editor } from "@tiptap/core";
import type { ReactElement } from "react";
import type { MessageId } from "../../locales/en";
import { useT } from "../i18n";
import css from "./editor.module.css";

const ACTS: Array<[MessageId, (editor: Editor) => unknown]> = [
  ["composer.rowBelow", (editor) => editor.chain().focus().addRowAfter().run()],
  ["composer.columnAfter", (editor) => editor.chain().focus().addColumnAfter().run()],
  ["composer.rowDelete", (editor) => editor.chain().focus().deleteRow().run()],
  ["composer.columnDelete", (editor) => editor.chain().focus().deleteColumn().run()],
  ["composer.tableDelete", (editor) => editor.chain().focus().deleteTable().run()],
];

/** Rows and columns. */
export function TableBar({ editor }: { editor: Editor }): ReactElement {
  const t = useT();
  return (
    <div className={`${css.bar} ${css.acts}`} role="group" aria-label={t("composer.table")}>
      {ACTS.map(([label, act]) => (
        <button key={label} type="button" onMouseDown={(event) => event.preventDefault()} onClick={() => act(editor)}>
          {t(label)}
        </button>
      ))}
    </div>
  );
}
