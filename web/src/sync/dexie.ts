// The replica in IndexedDB, through Dexie. Generic: one table of records with computed index columns, whatever the type.
import Dexie, { liveQuery, type Table } from "dexie";
import type { Id, Item, TypeName, Types } from "../generated/types";
import type { Live } from "./api";
import { upgrade } from "./format";
import { keepOrder, ORDER, readOrder, type OrderRow } from "./order";
import { KEPT_CHANGES, places, type Entry, type FileRow, type Meta, type Reading, type Replica } from "./replica";
import { equal } from "./values";
import type { ChangeRow, StateRow, Writing } from "./replica";

interface RecordRow {
  account: Id;
  type: string;
  id: Id;
  record: unknown;
  order?: number;
  seq?: number;
  thread?: Id;
}

/** What a test puts in the place of the browser's. */
export interface Factory {
  indexedDB: IDBFactory;
  IDBKeyRange: typeof globalThis.IDBKeyRange;
}

class Store extends Dexie {
  declare records: Table<RecordRow, [Id, string, Id]>;
  declare states: Table<StateRow, [Id, string]>;
  declare outbox: Table<Entry, number>;
  declare files: Table<FileRow, string>;
  declare kept: Table<{ name: string; value: unknown }, string>;
  declare changes: Table<ChangeRow, number>;
  declare order: Table<OrderRow, [Id, Id]>;

  constructor(name: string, factory?: Factory) {
    super(name, { cache: "disabled", ...factory });
    this.version(1).stores({
      records: "[account+type+id], [account+type+order+seq], [account+thread]",
      states: "[account+type]",
      outbox: "++id",
      files: "localId",
      kept: "name",
    });
    this.version(2).stores({ changes: "++n" });
    this.version(3).stores({ order: ORDER });
  }
}

/** Opens it, and brings an older format up to date. Throws `NewerReplica`, or whatever the browser refuses with. */
export async function openDexie(name: string, factory?: Factory): Promise<Replica> {
  // Live queries look for the global one before they begin.
  if (factory && !globalThis.indexedDB) Object.assign(Dexie.dependencies, factory);
  const store = new Store(name, factory);
  const replica = new DexieReplica(store);
  try {
    await store.open();
    await replica.write(upgrade);
  } catch (refused) {
    store.close();
    throw refused;
  }
  return replica;
}

class DexieReplica implements Replica {
  readonly storage = "disk";
  readonly #tx: Writing;

  constructor(private readonly store: Store) {
    this.#tx = access(store);
  }

  // Async functions, for Dexie keeps a transaction open over an `await` only in those.
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T> {
    return this.store.transaction("r", this.store.tables, async () => work(this.#tx));
  }

  write<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    return this.store.transaction("rw", this.store.tables, async () => work(this.#tx));
  }

  observe<T>(work: (tx: Reading) => Promise<T>): Live<T> {
    return {
      subscribe: (told, failed) => {
        let last: { value: T } | undefined;
        const next = (value: T) => {
          if (last && equal(last.value, value)) return;
          last = { value };
          told(value);
        };
        const following = liveQuery(() => this.read(work)).subscribe({ next, error: failed ?? (() => {}) });
        return () => following.unsubscribe();
      },
    };
  }

  async close(): Promise<void> {
    this.store.close();
  }

  async destroy(): Promise<void> {
    await this.store.delete();
  }
}

/** The whole range of keys that begin with these parts. */
function below<K>(table: Table<RecordRow, K>, index: string, ...parts: Id[]) {
  return table.where(index).between([...parts, Dexie.minKey], [...parts, Dexie.maxKey], true, true);
}

function access({ records, states, outbox, files, kept, changes, order }: Store): Writing {
  const PRIMARY = "[account+type+id]";
  const head = async () => (await changes.orderBy("n").last())?.n ?? 0;
  const changed = async (account: Id, ids?: Id[]) => {
    const n = await changes.add({ account, ...(ids ? { ids } : {}) } as ChangeRow);
    await changes
      .where("n")
      .belowOrEqual(n - KEPT_CHANGES)
      .delete();
  };
  const all = async <T>(rows: Promise<RecordRow[]>) => (await rows).map((row) => row.record as T);
  const several = async <T extends TypeName>(account: Id, type: T, ids: readonly Id[]) => {
    const rows = await records.bulkGet(ids.map((id): [Id, string, Id] => [account, type, id]));
    return rows.map((row) => row?.record as Types[T] | undefined);
  };
  const inOrder = keepOrder(order, {
    threads: (space, ids) => several(space, "Thread", ids),
    roots: (space, ids) => several(space, "Item", ids),
    filling: async (space) => (await states.get([space, "Item"]))?.filling !== undefined,
  });
  return {
    record: async <T extends TypeName>(account: Id, type: T, id: Id) =>
      (await records.get([account, type, id]))?.record as Types[T] | undefined,
    records: <T extends TypeName>(account: Id, type: T) =>
      all<Types[T]>(below(records, PRIMARY, account, type).toArray()),
    several,
    ...readOrder(order),
    newest: <T extends TypeName>(space: Id, type: T, limit: number) =>
      all<Types[T]>(below(records, "[account+type+order+seq]", space, type).reverse().limit(limit).toArray()),
    thread: (space, root) => all<Item>(records.where("[account+thread]").equals([space, root]).toArray()),
    itemsBefore: (account, before, limit) =>
      all<Item>(
        records
          .where(PRIMARY)
          .between([account, "Item", Dexie.minKey], [account, "Item", before ?? Dexie.maxKey], true, false)
          .reverse()
          .limit(limit)
          .toArray(),
      ),
    changesHead: head,
    changesSince: async (n) => {
      const rows = await changes.where("n").above(n).toArray();
      return (rows[0]?.n ?? n + 1) === n + 1 ? rows : null;
    },
    state: (account, type) => states.get([account, type]),
    states: () => states.toArray(),
    outbox: () => outbox.toArray(),
    file: (localId) => files.get(localId),
    files: () => files.toArray(),
    meta: async <K extends keyof Meta>(name: K) => (await kept.get(name))?.value as Meta[K] | undefined,
    put: async (account, type, list) => {
      if (list.length === 0) return;
      await records.bulkPut(list.map((record) => ({ account, type, id: record.id, record, ...places(type, record) })));
      if (type === "Item" || type === "Thread") await inOrder.put(account, type, list);
      if (type === "Item")
        await changed(
          account,
          list.map((record) => record.id),
        );
    },
    remove: async (account, type, ids) => {
      await records.bulkDelete(ids.map((id) => [account, type, id]));
      if (type === "Item" || type === "Thread") await inOrder.remove(account, type, ids);
      if (type === "Item" && ids.length > 0) await changed(account, ids);
    },
    clear: async (account, type) => {
      if (type === "Item") await changed(account);
      await below(records, PRIMARY, account, type).delete();
      await inOrder.clear(account, type);
      await states.delete([account, type]);
    },
    purge: async (account) => {
      await changed(account);
      await below(records, PRIMARY, account).delete();
      await inOrder.clear(account, undefined);
      await states.where("[account+type]").between([account, Dexie.minKey], [account, Dexie.maxKey]).delete();
    },
    setState: async (row) => void (await states.put(row)),
    add: (entry) => outbox.add(entry as Entry),
    change: async (entry) => void (await outbox.put(entry)),
    drop: (id) => outbox.delete(id),
    putFile: async (file) => void (await files.put(file)),
    dropFile: (localId) => files.delete(localId),
    setMeta: async (name, value) => {
      if (value === undefined) await kept.delete(name);
      else await kept.put({ name, value });
    },
  };
}
