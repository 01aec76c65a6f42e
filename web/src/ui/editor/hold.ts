// Whether the editor can hold a text: only if nothing of it is lost on the way in and out. Pure.
import type { Node, Schema } from "@tiptap/pm/model";
import { read, sourcesOf } from "./read";
import { keep, write } from "./write";

/** Longer texts are edited as they are written: each key would cost too much. */
export const MOST = 100_000;

/** The document of a text; null if something of it would be lost. */
export function hold(text: string, schema: Schema): Node | null {
  if (text.length > MOST) return null;
  const json = read(text);
  if (!json) return null;
  const doc = schema.nodeFromJSON(json);
  const same = () => {
    const again = read(write(doc));
    return again !== null && schema.nodeFromJSON(again).eq(doc);
  };
  if (!same()) return null;
  const sources = sourcesOf(text);
  keep(doc, sources.length === doc.childCount ? sources : null);
  if (!same()) keep(doc, null);
  return doc;
}
