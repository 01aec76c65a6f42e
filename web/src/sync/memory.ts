// The replica where the browser gives no storage: the same in memory, gone with the tab.
import type { Id, Item, TypeName, Types } from "../generated/types";
import type { Live } from "./api";
import { KEPT_CHANGES, places, type Entry, type FileRow, type Meta, type Reading, type Replica } from "./replica";
import { equal } from "./values";
import type { ChangeRow, StateRow, Writing } from "./replica";

interface Tables {
  /** By account, type and id. */
  records: Map<string, Types[TypeName]>;
  states: Map<string, StateRow>;
  outbox: Map<number, Entry>;
  files: Map<string, FileRow>;
  kept: Map<string, unknown>;
  changes: Map<number, ChangeRow>;
}

/** A replica that nothing outlives. */
export class MemoryReplica implements Replica {
  readonly storage = "memory";
  #tables = empty();
  #next = 1;
  #last: Promise<unknown> = Promise.resolve();
  #watchers = new Set<() => void>();

  /** One transaction after the other. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  read<T>(work: (tx: Reading) => Promise<T>): Promise<T> {
    return this.#turn(() => work(this.#access(this.#tables)));
  }

  write<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    return this.#turn(async () => {
      const copy = Object.fromEntries(Object.entries(this.#tables).map(([name, table]) => [name, new Map(table)]));
      const done = await work(this.#access(copy as unknown as Tables));
      this.#tables = copy as unknown as Tables;
      this.#watchers.forEach((look) => look());
      return done;
    });
  }

  observe<T>(work: (tx: Reading) => Promise<T>): Live<T> {
    return {
      subscribe: (told, failed) => {
        let last: { value: T } | undefined;
        let [looking, again, over] = [false, false, false];
        const look = async () => {
          again = true;
          if (looking) return;
          looking = true;
          while (again && !over) {
            again = false;
            try {
              const value = await this.read(work);
              if (over || (last && equal(last.value, value))) continue;
              last = { value };
              told(value);
            } catch (error) {
              if (!over) failed?.(error);
            }
          }
          looking = false;
        };
        const watch = () => void look();
        this.#watchers.add(watch);
        watch();
        return () => {
          over = true;
          this.#watchers.delete(watch);
        };
      },
    };
  }

  async close(): Promise<void> {
    this.#watchers.clear();
  }

  async destroy(): Promise<void> {
    this.#watchers.clear();
    this.#tables = empty();
  }

  #access({ records, states, outbox, files, kept, changes }: Tables): Writing {
    const head = () => [...changes.keys()].at(-1) ?? 0;
    const changed = (account: Id, ids?: Id[]) => {
      const n = head() + 1;
      changes.set(n, { n, account, ...(ids ? { ids } : {}) });
      changes.delete(n - KEPT_CHANGES);
    };
    const key = (...parts: string[]) => parts.join(" ");
    const among = <T>(prefix: string) =>
      [...records].filter(([name]) => name.startsWith(prefix)).map(([, record]) => record as T);
    const placed = (space: Id) => {
      const roots = among<Item>(key(space, "Item", "")).filter((item) => item.threadId === item.id);
      const all = roots.map((item) => {
        const thread = records.get(key(space, "Thread", item.id)) as Types["Thread"] | undefined;
        return { id: item.id, ...(thread ? places("Thread", thread) : places("Item", item)) };
      });
      return all.sort((a, b) => b.order! - a.order! || b.seq! - a.seq!);
    };
    const order = (space: Id) => placed(space).map(({ id }) => id);
    const forget = (map: Map<string, unknown>, prefix: string) =>
      [...map.keys()].filter((name) => name.startsWith(prefix)).forEach((name) => map.delete(name));
    return {
      record: async <T extends TypeName>(account: Id, type: T, id: Id) =>
        records.get(key(account, type, id)) as Types[T] | undefined,
      records: async <T extends TypeName>(account: Id, type: T) => among<Types[T]>(key(account, type, "")),
      several: async <T extends TypeName>(account: Id, type: T, ids: readonly Id[]) =>
        ids.map((id) => records.get(key(account, type, id)) as Types[T] | undefined),
      order: async (space, from, count) => order(space).slice(from, from + count),
      ordered: async (space, before) => {
        const all = order(space);
        if (before === undefined) return all.length;
        const at = all.indexOf(before);
        return at < 0 ? undefined : at;
      },
      orderedSince: async (space, at) => placed(space).filter(({ order: when }) => when! >= at).length,
      newest: async <T extends TypeName>(space: Id, type: T, limit: number) => {
        const all = among<Types[T]>(key(space, type, "")).map((record) => ({ record, ...places(type, record) }));
        const listed = all.filter(({ order }) => order !== undefined);
        listed.sort((a, b) => b.order! - a.order! || b.seq! - a.seq!);
        return listed.slice(0, limit).map(({ record }) => record);
      },
      thread: async (space, root) => among<Item>(key(space, "Item", "")).filter((item) => item.threadId === root),
      itemsBefore: async (account, before, limit) => {
        const items = among<Item>(key(account, "Item", "")).filter(({ id }) => before === undefined || id < before);
        return items.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
      },
      changesHead: async () => head(),
      changesSince: async (n) => {
        const rows = [...changes.values()].filter((row) => row.n > n);
        return (rows[0]?.n ?? n + 1) === n + 1 ? rows : null;
      },
      state: async (account, type) => states.get(key(account, type)),
      states: async () => [...states.values()],
      outbox: async () => [...outbox.values()].sort((a, b) => a.id - b.id),
      file: async (localId) => files.get(localId),
      files: async () => [...files.values()],
      meta: async <K extends keyof Meta>(name: K) => kept.get(name) as Meta[K] | undefined,
      put: async (account, type, list) => {
        list.forEach((record) => records.set(key(account, type, record.id), record));
        if (type === "Item" && list.length > 0)
          changed(
            account,
            list.map((record) => record.id),
          );
      },
      remove: async (account, type, ids) => {
        ids.forEach((id) => records.delete(key(account, type, id)));
        if (type === "Item" && ids.length > 0) changed(account, ids);
      },
      clear: async (account, type) => {
        if (type === "Item") changed(account);
        forget(records, key(account, type, ""));
        states.delete(key(account, type));
      },
      purge: async (account) => {
        changed(account);
        forget(records, key(account, ""));
        forget(states, key(account, ""));
      },
      setState: async (row) => void states.set(key(row.account, row.type), row),
      add: async (entry) => {
        const id = this.#next++;
        outbox.set(id, { ...entry, id } as Entry);
        return id;
      },
      change: async (entry) => void outbox.set(entry.id, entry),
      drop: async (id) => void outbox.delete(id),
      putFile: async (file) => void files.set(file.localId, file),
      dropFile: async (localId) => void files.delete(localId),
      setMeta: async (name, value) => void (value === undefined ? kept.delete(name) : kept.set(name, value)),
    };
  }
}

function empty(): Tables {
  return {
    records: new Map(),
    states: new Map(),
    outbox: new Map(),
    files: new Map(),
    kept: new Map(),
    changes: new Map(),
  };
}
