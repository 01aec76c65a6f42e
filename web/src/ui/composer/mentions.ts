// `@Name` in what is being written, and `[@Name](mw:<id>)` in what is sent. Pure.
import type { Id, Member } from "../../generated/types";

/** Somebody who can be named: a person, or a group by its handle. */
export interface Named extends Pick<Member, "id" | "name"> {
  /** Of a group: what it is called. */
  title?: string;
  /** Of a group: for whom it stands in this Space, as far as one may know. */
  people?: Id[];
}

/** As somebody is called: a group by its handle. */
export const calledBy = (id: Id, name: string): string => (id.startsWith("g") ? `@${name}` : name);

const LINK = /\[@([^\]\n]+)\]\(mw:([pg][a-z0-9]{26})\)/g;

/**
 * Where persons are named in a text. Longer names are found first; of two persons with one name, the one in `chosen`, who
 * was picked from the list or stood in the text before.
 */
export function namesAt(
  text: string,
  members: readonly Named[],
  chosen: readonly Named[] = [],
): Array<{ from: number; to: number; named: Named }> {
  // Asked of every paragraph at every key.
  if (!text.includes("@")) return [];
  const known = [...chosen, ...members].filter((person) => person.name);
  const byLength = known.toSorted((a, b) => b.name.length - a.name.length);
  const names: Array<{ from: number; to: number; named: Named }> = [];
  // Code is left as it is, and so are addresses and the names of what is linked to.
  const pieces = /(```[\s\S]*?(?:```|$)|`[^`\n]*`|\w+:\/\/\S+|\[#(?:\\.|[^\]\\\n])*\]\([^)\s]*\))|@/g;
  for (const piece of text.matchAll(pieces)) {
    if (piece[1] || piece.index < (names.at(-1)?.to ?? 0)) continue;
    const before = text[piece.index - 1];
    if (before && /[\p{L}\p{N}[/]/u.test(before)) continue;
    const rest = text.slice(piece.index + 1);
    const found = byLength.find(({ name }) => rest.startsWith(name) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length)));
    if (found) names.push({ from: piece.index, to: piece.index + 1 + found.name.length, named: found });
  }
  return names;
}

/** What is sent: every `@` with the name of a person becomes a link. */
export function withLinks(
  text: string,
  members: readonly Named[],
  chosen: readonly Named[] = [],
): { text: string; mentions: Id[] } {
  const mentions = new Set<Id>();
  let out = "";
  let at = 0;
  for (const { from, to, named } of namesAt(text, members, chosen)) {
    out += `${text.slice(at, from)}[@${named.name.replaceAll("]", "")}](mw:${named.id})`;
    at = to;
    mentions.add(named.id);
  }
  for (const [, , id] of text.matchAll(LINK)) mentions.add(id as Id);
  return { text: out + text.slice(at), mentions: [...mentions] };
}

/** What is edited: links to persons and groups as plain names again. */
export function withoutLinks(text: string): string {
  return text.replace(LINK, "@$1");
}

/** Whom a text names by links. */
export function namedIn(text: string): Named[] {
  return [...text.matchAll(LINK)].map(([, name, id]) => ({ id: id as Id, name: name as string }));
}

/** What stands between the last `@` and the caret, if that may become a name. */
export function mentionAt(text: string, caret: number): { from: number; typed: string } | null {
  const found = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}'._-]*(?: [\p{L}\p{N}'._-]*)?)$/u.exec(text.slice(0, caret));
  return found ? { from: caret - (found[1] ?? "").length - 1, typed: found[1] ?? "" } : null;
}

/** Who is meant: each person once, those for whom a group stands among them. */
export function peopleOf(ids: readonly Id[], known: readonly Named[]): Id[] {
  const stands = (id: Id) => known.find((one) => one.id === id)?.people ?? [id];
  return [...new Set(ids.flatMap(stands))];
}

/** How many persons are named. */
export function personsIn(mentions: readonly Id[], known: readonly Named[]): number {
  return peopleOf(mentions, known).length;
}

/** The members whose name, or a word of it, begins with what was typed. */
export function candidates(typed: string, members: readonly Named[], most = 6): Named[] {
  const wanted = typed.toLocaleLowerCase();
  const fits = ({ name, title = "" }: Named) => {
    const lower = name.toLocaleLowerCase();
    const words = `${lower} ${title.toLocaleLowerCase()}`.split(/[\s_-]+/);
    return lower.startsWith(wanted) || words.some((word) => word.startsWith(wanted));
  };
  return members.filter((member) => member.name && fits(member)).slice(0, most);
}
