// A link to a Space or a thread, in the place of what was typed to find it.
import type { Editor } from "@tiptap/core";
import { calledSo, pathTo } from "../references";
import type { Place } from "../composer/places";

/** Puts it there, with a blank behind it. */
export function refer(editor: Editor, place: Place, { from, to }: { from: number; to: number }): void {
  const { schema } = editor;
  const link = schema.marks["link"]?.create({ href: pathTo(place) });
  const words = schema.text(calledSo(place.name), link ? [link] : []);
  editor
    .chain()
    .focus()
    .command(({ tr }) => {
      // What stood there may have had looks of its own, which are not those of a link.
      tr.replaceWith(from, to, [words, schema.text(" ")]).setMeta("preventAutolink", true);
      return true;
    })
    .run();
}
