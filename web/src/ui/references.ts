// Links to Spaces and threads that are shown by their names of today: `[#Name](/s/<space>/t/<thread>)`. Who reads it may
// see less than who wrote it, so a name stands in the text only where all of its readers may know it; else there is `#…`.
// Pure, but for the address of this place.
import type { Id } from "../generated/types";

/** A Space, or a thread in it. */
export interface Reference {
  space: Id;
  thread?: Id;
}

/** Words in place of a name. */
const NAMELESS = "#…";
/** A longer name is cut: it is the beginning of a text. */
const MOST = 80;
const PATH = /^\/s\/([sd][a-z2-7]{26})(?:\/t\/(i[a-z2-7]{26}))?$/;
/** Code, which is left as it is; or such a link. */
const PIECE = /```[\s\S]*?(?:```|$)|`[^`\n]*`|\[(#(?:\\.|[^\]\\\n])*)\]\(([^)\s]+)\)/g;

/** The path of a reference. */
export function pathTo({ space, thread }: Reference): string {
  return thread ? `/s/${space}/t/${thread}` : `/s/${space}`;
}

/** Where an address leads, if that is a Space or a thread here. */
export function referenceTo(address: string): Reference | null {
  const path = address.startsWith(`${location.origin}/`) ? address.slice(location.origin.length) : address;
  const [, space, thread] = PATH.exec(path) ?? [];
  return space ? { space, ...(thread && { thread }) } : null;
}

/** As it is called in a text. */
export function calledSo(name: string): string {
  const line = name.replaceAll(/\s+/g, " ").trim();
  return `#${line.length > MOST ? `${line.slice(0, MOST).trimEnd()}…` : line}`;
}

/** As Markdown, with its name. */
export function spelled(to: Reference, name: string): string {
  return `[${calledSo(name).replaceAll(/[\\[\]*_`<>~&]/g, "\\$&")}](${pathTo(to)})`;
}

function replaced(text: string, by: (words: string, to: Reference) => string | null): string {
  if (!text.includes("[#")) return text;
  return text.replaceAll(PIECE, (whole: string, words?: string, address?: string) => {
    const to = words && address ? referenceTo(address) : null;
    return (to && by(words as string, to)) ?? whole;
  });
}

/** The references of a text whose names are not in it. */
export function nameless(text: string): Reference[] {
  const found = new Map<string, Reference>();
  replaced(text, (words, to) => {
    if (words === NAMELESS) found.set(pathTo(to), to);
    return null;
  });
  return [...found.values()];
}

/** What is edited: with the names that are known, by path. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return replaced(text, (words, to) => {
    const name = words === NAMELESS ? names.get(pathTo(to)) : undefined;
    return name ? spelled(to, name) : null;
  });
}

/** What is sent to a Space: only its own threads keep their names, which all of its readers may know. */
export function withoutNames(text: string, here: Id): string {
  return replaced(text, (_, to) => (to.thread && to.space === here ? null : `[${NAMELESS}](${pathTo(to)})`));
}

/** Whether the words of a link stand for the name of what it leads to. */
export function standsForName(words: string): boolean {
  return words.startsWith("#");
}

/** Whether there is a name in them. */
export function isNameless(words: string): boolean {
  return words === NAMELESS;
}
