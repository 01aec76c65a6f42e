// Reads what is on this device into memory when it is first looked for, newest first, and follows the replica from then
// on. Answers searches from it, with what waits to be sent laid over. Reads only.
import type { Id, Item } from "../../generated/types";
import type { Found, Hit, ItemView, Live, Names, SearchFilter, Sort } from "../api";
import { itemWith, on, pendingView, pendingWith, type Pending } from "../overlay";
import { names } from "../persons";
import type { Entry as Outgoing, Reading } from "../replica";
import type { Reader } from "../views";
import { Corpus, entryOf, type Cursors, type Entry, type Match } from "./corpus";
import { Held } from "./held";
import { fold, marksIn, plain, quality, snippet, termsOf, type Term } from "./words";

/** Items that are read at once. */
const PAGE = 200;
/** Spaces, and persons, that are named above what was said. */
const MOST_NAMES = 5;
/** Milliseconds between two looks while much is being read. */
const CALM = 400;

/** What of one's own is on its way, as one search sees it. */
interface Mine {
  entries: Outgoing[];
  pending: Pending[];
}

/** What is on this device, to be searched. */
export class Here {
  readonly #corpus = new Corpus();
  readonly #names: Held<Names>;
  readonly #cursors: Held<Cursors>;
  readonly #watchers = new Set<() => void>();
  /** The change up to which all is in memory. */
  #at = 0;
  #whole = false;
  #begun = false;
  #stop = () => {};

  constructor(private readonly reader: Reader) {
    const { replica, me } = reader;
    const tell = () => this.#tell();
    this.#names = new Held(names(reader), tell);
    const cursors = async (tx: Reading) =>
      Object.fromEntries((await tx.records(me, "Cursor")).map((cursor) => [cursor.threadId, cursor]));
    this.#cursors = new Held(replica.observe(cursors), tell);
  }

  /** Begins to read, once. */
  open(): void {
    if (this.#begun) return;
    this.#begun = true;
    let turn: Promise<void> = Promise.resolve();
    const live = this.reader.replica.observe((tx) => tx.changesHead());
    this.#stop = live.subscribe(() => (turn = turn.then(() => this.#catchUp()).catch(() => {})));
  }

  /** Stops following. */
  close(): void {
    this.#stop();
    this.#names.close();
    this.#cursors.close();
    this.#watchers.clear();
  }

  /** Told whenever there is more or something else to find. */
  #watch(told: () => void): () => void {
    this.#watchers.add(told);
    return () => this.#watchers.delete(told);
  }

  #tell(): void {
    this.#watchers.forEach((told) => told());
  }

  async #catchUp(): Promise<void> {
    if (!this.#whole) await this.#readAll();
    const { replica } = this.reader;
    const rows = await replica.read((tx) => tx.changesSince(this.#at));
    if (!rows) {
      this.#whole = false;
      return this.#readAll();
    }
    for (const { n, account, ids } of rows) {
      if (!ids) this.#corpus.drop(account);
      else await this.#readSome(account, ids);
      this.#at = n;
    }
    if (rows.length > 0) this.#tell();
  }

  /** Everything, in small transactions. What changes meanwhile is named by the changes after its beginning. */
  async #readAll(): Promise<void> {
    const { replica } = this.reader;
    this.#corpus.clear();
    const begin = await replica.read(async (tx) => {
      const rows = (await tx.states()).filter((row) => row.type === "Item");
      return { at: await tx.changesHead(), accounts: rows.map((row) => row.account) };
    });
    // A page of each in turn, so that what is newest anywhere is there first.
    let open = begin.accounts.map((account) => ({ account, before: undefined as Id | undefined }));
    while (open.length > 0) {
      const next: typeof open = [];
      for (const { account, before } of open) {
        const items = await replica.read((tx) => tx.itemsBefore(account, before, PAGE));
        for (const item of items) this.#corpus.put(account, item);
        const last = items.at(-1);
        if (last && items.length === PAGE) next.push({ account, before: last.id });
        if (items.length > 0) this.#tell();
      }
      open = next;
    }
    this.#at = begin.at;
    this.#whole = true;
    this.#tell();
  }

  async #readSome(account: Id, ids: readonly Id[]): Promise<void> {
    const items = await this.reader.replica.read((tx) => Promise.all(ids.map((id) => tx.record(account, "Item", id))));
    for (const [i, item] of items.entries()) {
      if (item) this.#corpus.put(account, item);
      else this.#corpus.remove(account, ids[i] as Id);
    }
  }

  /** What is found here, anew while more is read and when something changes. */
  search(filter: SearchFilter, sort: Sort, limit: number): Live<Found> {
    return {
      subscribe: (told, failed) => {
        let [over, running, again] = [false, false, false];
        let timer: ReturnType<typeof setTimeout> | undefined;
        const look = async () => {
          again = true;
          if (running) return;
          running = true;
          try {
            while (again && !over) {
              again = false;
              const found = await this.#find(filter, sort, limit, () => over);
              if (found && !over) told(found);
            }
          } catch (error) {
            if (!over) failed?.(error);
          }
          running = false;
        };
        const soon = () => {
          timer ??= setTimeout(() => ((timer = undefined), void look()), CALM);
        };
        this.open();
        const unwatch = this.#watch(soon);
        const waiting = this.reader.replica.observe(async (tx) =>
          (await tx.outbox()).map(({ id, at, how }) => [id, at, how]),
        );
        let first = true;
        const unobserve = waiting.subscribe(() => (first ? ((first = false), void look()) : soon()), failed);
        return () => {
          over = true;
          clearTimeout(timer);
          unwatch();
          unobserve();
        };
      },
    };
  }

  /** Threads by their titles, for as long as the corpus is not changed. */
  titles(): Live<Array<{ space: Id; id: Id; title: string; at: number }>> {
    return {
      subscribe: (told) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const say = () => {
          timer = undefined;
          told([...this.#corpus.titles()].map(({ space, id, title, at }) => ({ space, id, title, at })));
        };
        this.open();
        const unwatch = this.#watch(() => (timer ??= setTimeout(say, CALM)));
        say();
        return () => {
          clearTimeout(timer);
          unwatch();
        };
      },
    };
  }

  async #find(filter: SearchFilter, sort: Sort, limit: number, over: () => boolean): Promise<Found | undefined> {
    const { replica } = this.reader;
    const terms = termsOf(filter.text ?? "", filter.prefixLast ?? false);
    const cursors = filter.is?.includes("unread") ? await this.#cursors.now() : {};
    const { mine, instead, older } = await replica.read(async (tx) => {
      const waiting = await this.#mine(tx);
      return { mine: waiting, instead: await this.#instead(tx, waiting), older: await hasOlder(tx, filter.in) };
    });
    const covers = { things: this.#corpus.size, whole: this.#whole, older };
    const matches = await this.#corpus.search({ filter, terms, sort, cursors, instead }, over);
    if (over()) return undefined;
    const shown = matches.slice(0, limit);
    const hits = await replica.read((tx) => Promise.all(shown.map((match) => this.#hit(tx, match, terms, mine))));
    return {
      by: "device",
      hits: hits.filter((hit) => hit !== undefined),
      total: matches.length,
      reached: limit,
      totalIsCapped: false,
      catchingUp: null,
      covers,
      ...(filter.text ? namesIn(await this.#names.now(), terms) : { spaces: [], people: [] }),
    };
  }

  /** What waits on this device, or in one's own account, for its Space. */
  async #mine(tx: Reading): Promise<Mine> {
    const entries = await tx.outbox();
    const submissions = await tx.records(this.reader.me, "Submission");
    return { entries, pending: pendingWith(submissions, entries, this.reader.offset()) };
  }

  /** Items that waiting commands make, change or take away. */
  async #instead(tx: Reading, { entries, pending }: Mine): Promise<Map<Id, Map<Id, Entry | null>>> {
    const { me } = this.reader;
    const out = new Map<Id, Map<Id, Entry | null>>();
    const put = (space: Id, id: Id, entry: Entry | null) =>
      out.set(space, (out.get(space) ?? new Map<Id, Entry | null>()).set(id, entry));
    for (const { type, account, recordId } of entries) {
      if (type !== "Item" || out.get(account)?.has(recordId)) continue;
      const item = await tx.record(account, "Item", recordId);
      const view = item && itemWith(item, on(entries, "Item", account, recordId), me, true);
      put(account, recordId, (view && entryOf(account, view as Item)) ?? null);
    }
    for (const one of pending) {
      if (await tx.record(one.space, "Item", one.id)) continue;
      const parent = one.item.parentId;
      const root = parent ? ((await tx.record(one.space, "Item", parent))?.threadId ?? parent) : one.id;
      put(one.space, one.id, entryOf(one.space, pendingView(one, root, me) as Item) ?? null);
    }
    return out;
  }

  async #hit(tx: Reading, { entry }: Match, terms: readonly Term[], mine: Mine): Promise<Hit | undefined> {
    const { me } = this.reader;
    const { space, id, thread } = entry;
    const there = await tx.record(space, "Item", id);
    let view: ItemView | undefined = there && itemWith(there, on(mine.entries, "Item", space, id), me, true);
    if (!there) {
      const one = mine.pending.find((pending) => pending.id === id);
      view = one && pendingView(one, thread, me);
    }
    // Gone since it was found.
    if (!view || view.deleted) return undefined;
    const root = thread === id ? view : await tx.record(space, "Item", thread);
    const text = plain(view.text ?? view.excerpt);
    const blob = view.blobs.find(({ name }) => marksIn(name, terms).length > 0);
    const title = view.title ?? "";
    return {
      spaceId: space,
      id,
      kind: view.kind,
      threadId: thread,
      threadTitle: root?.title || root?.excerpt || "",
      title,
      createdBy: view.createdBy,
      createdAt: view.createdAt,
      receivedAt: view.receivedAt,
      origin: view.origin,
      ...snippet(text, terms),
      titleMarks: marksIn(title, terms),
      ...(blob ? { blobName: blob.name } : {}),
    };
  }
}

/** Whether some of these Spaces, or of any, have older things at the server alone. */
async function hasOlder(tx: Reading, spaces: readonly Id[] | undefined): Promise<boolean> {
  if (spaces) return (await Promise.all(spaces.map((space) => tx.state(space, "Item")))).some((row) => row?.older);
  return (await tx.states()).some((row) => row.older);
}

/** Spaces and persons whose names have all the words. */
function namesIn({ spaces, people }: Names, terms: readonly Term[]): Pick<Found, "spaces" | "people"> {
  const fits = ({ name }: { name: string }) => {
    const folded = fold(name);
    return terms.some((term) => !term.excluded) && terms.every((term) => quality(folded, term) > 0 !== term.excluded);
  };
  const some = (known: Array<{ id: Id; name: string }>) => known.filter(fits).slice(0, MOST_NAMES);
  return {
    spaces: some(spaces).map(({ id, name }) => ({ spaceId: id, name, nameMarks: marksIn(name, terms) })),
    people: some(people).map(({ id, name }) => ({ personId: id, name, nameMarks: marksIn(name, terms) })),
  };
}
