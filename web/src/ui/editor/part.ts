// What is loaded as the editor.
import { getSchema } from "@tiptap/core";
import type { MessageId } from "../../locales/en";
import { hold, MOST } from "./hold";
import { extensions } from "./schema";

export { Rich } from "./Rich";

const schema = getSchema(extensions(""));

/** Why the editor can't hold a text; null if it can. */
export function faultOf(text: string): MessageId | null {
  if (text.length > MOST) return "composer.longForEditor";
  return hold(text, schema) ? null : "composer.markdownOnly";
}
