// What is loaded as the editor.
import { getSchema } from "@tiptap/core";
import type { MessageId } from "../../locales/en";
import { DOMParser } from "@tiptap/pm/model";
import { hold, MOST } from "./hold";
import { cleaned } from "./paste";
import { extensions } from "./schema";
import { write } from "./write";

export { Rich } from "./Rich";

const schema = getSchema(extensions(""));

/** HTML as Markdown. */
export function markdownFrom(html: string): string {
  // A document of its own, in which nothing is loaded.
  const { body } = new window.DOMParser().parseFromString(cleaned(html), "text/html");
  return write(DOMParser.fromSchema(schema).parse(body));
}

/** Why the editor can't hold a text; null if it can. */
export function faultOf(text: string): MessageId | null {
  if (text.length > MOST) return "composer.longForEditor";
  return hold(text, schema) ? null : "composer.markdownOnly";
}
