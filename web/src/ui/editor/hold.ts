// Whether the editor can hold a text: only if nothing of it is lost on the way in and out. Pure.
import type { Node, Schema } from "@tiptap/pm/model";
import { read } from "./read";
import { write } from "./write";

/** Longer texts are edited as they are written: each key would cost too much. */
export const MOST = 100_000;

/** The document of a text; null if something of it would be lost. */
export function hold(text: string, schema: Schema): Node | null {
  if (text.length > MOST) return null;
  const json = read(text);
  if (!json) return null;
  const doc = schema.nodeFromJSON(json);
  const again = read(write(doc));
  return again && schema.nodeFromJSON(again).eq(doc) ? doc : null;
}
