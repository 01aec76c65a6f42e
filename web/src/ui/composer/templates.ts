// How a thread may begin: the templates of a Space, and what becomes of a draft that begins with one. Pure.
import type { Space } from "../../generated/types";
import { withoutLinks } from "./mentions";
import type { Writing } from "./useDraft";

/** One of them, with its key. */
export type Template = Space["templates"][string] & { key: string };

/** In their order. */
export function templatesOf(space: Space | undefined): Template[] {
  const all = Object.entries(space?.templates ?? {}).map(([key, template]) => ({ ...template, key }));
  return all.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.name.localeCompare(b.name));
}

/** What is typed to look for one is nothing that is written. */
const LOOKING = /^\/\p{L}*$/u;

/** Whether nothing was written yet. */
export function isUnwritten({ title, text }: Writing): boolean {
  return !title.trim() && (!text.trim() || LOOKING.test(text.trim()));
}

/** A draft of which nothing was written, as it begins with a template. */
export function begunWith(writing: Writing, { title, text, expects }: Template): Writing {
  return {
    ...writing,
    title: title ?? "",
    text: withoutLinks(text ?? ""),
    asks: writing.asks ?? (expects ? { what: expects.what, of: [], by: null } : null),
  };
}
