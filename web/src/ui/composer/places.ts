// Spaces and threads, as they are offered while one types. Pure.
import type { Id } from "../../generated/types";
import type { Reference } from "../references";

/** A Space or a thread that one can link to. */
export interface Place extends Reference {
  name: string;
  /** Of a thread elsewhere: its Space. */
  hint?: string;
}

/** A thread as the device knows it. */
export interface Titled {
  space: Id;
  id: Id;
  title: string;
  at: number;
}

/** So many are offered, and of these so many of other Spaces, if there are. */
const MOST = 6;
const ELSEWHERE = 2;

/** Without marks and capitals. */
export function plainly(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();
}

/** How well a name fits: 0 not at all, 3 it begins so. Every word that was typed begins one of its words. */
export function fits(name: string, typed: string): number {
  if (!typed) return 1;
  if (name.startsWith(typed)) return 3;
  // Whoever types a blank goes on in the name, or behind it.
  if (typed.endsWith(" ")) return name.includes(typed) ? 1 : 0;
  const words = name.split(/[^\p{L}\p{N}]+/u);
  const begins = typed.split(/\s+/).every((part) => !part || words.some((word) => word.startsWith(part)));
  return begins ? 2 : name.includes(typed) ? 1 : 0;
}

/** Spaces whose name fits, the best first. */
export function spacesFor(typed: string, spaces: ReadonlyArray<{ id: Id; name: string }>): Place[] {
  const wanted = plainly(typed.trimStart());
  const rated = spaces.map(({ id, name }) => ({ id, name, fit: name ? fits(plainly(name), wanted) : 0 }));
  const found = rated.filter(({ fit }) => fit > 0).sort((a, b) => b.fit - a.fit || a.name.localeCompare(b.name));
  return found.slice(0, MOST).map(({ id, name }) => ({ space: id, name }));
}

/** Titles made plain once, for all that is typed. */
export interface Threads {
  here: Id;
  all: ReadonlyArray<Titled & { plain: string }>;
  called: ReadonlyMap<Id, string>;
}

/** Threads whose title fits: those of this Space first, then others, the best and the newest first. */
export function threadsFor(typed: string, { here, all, called }: Threads): Place[] {
  const wanted = plainly(typed.trimStart());
  const rated = all.map((one) => ({ one, fit: fits(one.plain, wanted) })).filter(({ fit }) => fit > 0);
  rated.sort((a, b) => b.fit - a.fit || b.one.at - a.one.at);
  const own = rated.filter(({ one }) => one.space === here);
  const others = rated.filter(({ one }) => one.space !== here);
  const room = MOST - Math.min(ELSEWHERE, others.length);
  return [...own.slice(0, room), ...others].slice(0, MOST).map(({ one: { space, id, title } }) => {
    const hint = space === here ? undefined : called.get(space);
    return { space, thread: id, name: title, ...(hint && { hint }) };
  });
}
