// What is on this device, as far as it can be found by words: folded texts in memory, searched by looking through them
// in slices, so that typing is never held up. Knows no replica.
import type { Cursor, Id, Item } from "../../generated/types";
import type { SearchFilter } from "../api";
import { dateOf } from "../values";
import { fold, plain, quality, type Term } from "./words";

/** What is kept of an Item. */
export interface Entry {
  space: Id;
  id: Id;
  thread: Id;
  kind: string;
  by: Id;
  /** Milliseconds: when it was received, for imports the date it bears. */
  at: number;
  seq: number;
  said: boolean;
  /** As it is written. */
  title: string;
  /** Folded. */
  heading: string;
  words: string;
  has: ReadonlySet<string>;
  is: ReadonlySet<string>;
}

/** Of a text so long only the beginning is searched here. */
const MOST = 100_000;

const IMAGE = /\.(png|jpe?g|gif|webp|avif|svg|heic)$/i;

/** What is kept of an Item; undefined if there is nothing to be found in it. */
export function entryOf(space: Id, item: Item): Entry | undefined {
  if (item.deleted) return undefined;
  const text = item.text ?? item.excerpt;
  const names = item.blobs.map((blob) => blob.name).join(" ");
  const has = new Set<string>();
  if (item.blobs.length > 0) has.add("file");
  if (item.blobs.some((blob) => blob.type?.startsWith("image/") || IMAGE.test(blob.name))) has.add("image");
  if (/https?:\/\//i.test(text)) has.add("link");
  if (Object.keys(item.reactions).length > 0) has.add("reaction");
  if (item.expects) has.add("question");
  const is = new Set<string>([item.threadId === item.id ? "thread" : "reply"]);
  if (item.version > 1) is.add("edited");
  if (item.expects && !item.closed) is.add("open");
  const words = fold(plain(text.slice(0, MOST)).replace(/\s+/g, " "));
  return {
    space,
    id: item.id,
    thread: item.threadId,
    kind: item.kind,
    by: item.createdBy,
    at: Date.parse(dateOf(item)),
    seq: item.seq,
    said: item.origin === "said",
    title: item.threadId === item.id ? (item.title ?? "") : "",
    heading: item.title ? fold(item.title) : "",
    words: names ? `${words} ${fold(names)}` : words,
    has,
    is,
  };
}

/** How far one has read, by thread. */
export type Cursors = Readonly<Record<Id, Cursor>>;

/** What a search needs beside the words. */
export interface Query {
  filter: SearchFilter;
  terms: readonly Term[];
  sort: "rank" | "newest";
  cursors: Cursors;
  /** By Space and id: what waits on this device takes the place of what the server said; null hides it. */
  instead: ReadonlyMap<Id, ReadonlyMap<Id, Entry | null>>;
}

/** What was found, the best first. */
export interface Match {
  entry: Entry;
  score: number;
}

/** Milliseconds that a slice of a search may take. */
const SLICE = 12;
/** Entries between two looks at the clock. */
const STRIDE = 500;

/** Lets everything else have its turn; at once, where the platform can say so. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Everything that can be found on this device. What is moved to another Space is in both for a while. */
export class Corpus {
  readonly #spaces = new Map<Id, Map<Id, Entry>>();

  /** How many things can be found. */
  get size(): number {
    return [...this.#spaces.values()].reduce((sum, entries) => sum + entries.size, 0);
  }

  put(space: Id, item: Item): void {
    const entry = entryOf(space, item);
    if (!entry) return this.remove(space, item.id);
    const entries = this.#spaces.get(space) ?? new Map<Id, Entry>();
    this.#spaces.set(space, entries.set(item.id, entry));
  }

  remove(space: Id, id: Id): void {
    this.#spaces.get(space)?.delete(id);
  }

  /** Forgets a Space. */
  drop(space: Id): void {
    this.#spaces.delete(space);
  }

  clear(): void {
    this.#spaces.clear();
  }

  /** Everything that fits, in order. `over` ends it early with nothing. */
  async search(query: Query, over: () => boolean): Promise<Match[]> {
    const out: Match[] = [];
    const judge = (entry: Entry) => {
      const score = allows(entry, query) ? scoreOf(entry, query.terms) : 0;
      if (score > 0) out.push({ entry, score });
    };
    for (const own of query.instead.values()) for (const entry of own.values()) if (entry) judge(entry);
    let [seen, since] = [0, performance.now()];
    for (const [space, entries] of this.#spaces) {
      const own = query.instead.get(space);
      for (const entry of entries.values()) {
        if (!own?.has(entry.id)) judge(entry);
        if (++seen % STRIDE > 0 || performance.now() - since < SLICE) continue;
        await breathe();
        if (over()) return [];
        since = performance.now();
      }
    }
    const newer = (a: Match, b: Match) => b.entry.at - a.entry.at || (a.entry.id < b.entry.id ? 1 : -1);
    return out.sort(query.sort === "newest" ? newer : (a, b) => b.score - a.score || newer(a, b));
  }

  /** Threads with a title, in no order. */
  *titles(): Iterable<Entry> {
    for (const entries of this.#spaces.values()) for (const entry of entries.values()) if (entry.title) yield entry;
  }
}

function allows(entry: Entry, { filter, cursors }: Query): boolean {
  const { from, in: spaces, kind, before, after, has, is } = filter;
  if (from && !from.includes(entry.by)) return false;
  if (spaces && !spaces.includes(entry.space)) return false;
  if (kind && !kind.includes(entry.kind)) return false;
  if (before && entry.at >= Date.parse(before)) return false;
  if (after && entry.at < Date.parse(after)) return false;
  if (has && !has.every((what) => entry.has.has(what))) return false;
  return !is || is.every((what) => (what === "unread" ? isUnread(entry, cursors) : entry.is.has(what)));
}

/** Said since one has read the thread, as the server tells it too. */
function isUnread(entry: Entry, cursors: Cursors): boolean {
  if (!entry.said) return false;
  const cursor = cursors[entry.thread];
  if (!cursor) return true;
  return entry.seq > cursor.lastSeq || (cursor.unreadFrom != null && entry.seq >= cursor.unreadFrom);
}

/** All terms have to be there, and none of the excluded. A title counts for more, and a whole word too. */
function scoreOf(entry: Entry, terms: readonly Term[]): number {
  let score = 1;
  for (const term of terms) {
    const [title, text] = [quality(entry.heading, term), quality(entry.words, term)];
    if (term.excluded ? title + text > 0 : title + text === 0) return 0;
    if (!term.excluded) score += 4 * title + text;
  }
  return score;
}
