// The order in which a Space lists its threads, in IndexedDB: a small row for each thread by what happened last in it, so
// that any part of a long list is read without what stands before it.
import type { Table } from "dexie";
import Dexie from "dexie";
import type { Id, Item, Thread, TypeName, Types } from "../generated/types";
import { places } from "./replica";

/** A thread's place. The numbers are below zero, so that what is newest comes first in an index. */
export interface OrderRow {
  space: Id;
  id: Id;
  order: number;
  seq: number;
}

type Rows = Table<OrderRow, [Id, Id]>;

const BY_ORDER = "[space+order+seq]";

/** The columns of the table. */
export const ORDER = `[space+id], ${BY_ORDER}`;

/** What else the records say. */
export interface Beside {
  threads(space: Id, ids: Id[]): Promise<Array<Thread | undefined>>;
  roots(space: Id, ids: Id[]): Promise<Array<Item | undefined>>;
  /** The Items of an account are read for the first time. */
  filling(space: Id): Promise<boolean>;
}

function rowOf(space: Id, id: Id, { order = 0, seq = 0 }: ReturnType<typeof places>): OrderRow {
  return { space, id, order: -order, seq: -seq };
}

const whole = (rows: Rows, space: Id) =>
  rows.where(BY_ORDER).between([space, Dexie.minKey], [space, Dexie.maxKey], true, true);

/** Keeps the order while records are written and removed. */
export function keepOrder(rows: Rows, beside: Beside) {
  const remove = (space: Id, ids: Id[]) => rows.bulkDelete(ids.map((id) => [space, id]));
  return {
    put: async (space: Id, type: TypeName, records: ReadonlyArray<Types[TypeName]>): Promise<void> => {
      if (type === "Thread") {
        const threads = records as Thread[];
        const roots = await beside.roots(
          space,
          threads.map(({ id }) => id),
        );
        const here = threads.filter((_, i) => roots[i]?.threadId === roots[i]?.id && roots[i]);
        await rows.bulkPut(here.map((thread) => rowOf(space, thread.id, places("Thread", thread))));
      } else if (type === "Item") {
        const roots = (records as Item[]).filter((item) => item.threadId === item.id);
        const threads = await beside.threads(
          space,
          roots.map(({ id }) => id),
        );
        const placed = roots.map((item, i) => {
          const thread = threads[i];
          return rowOf(space, item.id, thread ? places("Thread", thread) : places("Item", item));
        });
        await rows.bulkPut(placed);
        // What was a thread may be a part of another one by now.
        if (roots.length === records.length || (await beside.filling(space))) return;
        await remove(
          space,
          (records as Item[]).filter((item) => item.threadId !== item.id).map(({ id }) => id),
        );
      }
    },
    remove: async (space: Id, type: TypeName, ids: Id[]): Promise<void> => {
      if (type === "Item") await remove(space, ids);
      if (type !== "Thread") return;
      const roots = (await beside.roots(space, ids)).filter((item) => item && item.threadId === item.id);
      await rows.bulkPut(roots.map((item) => rowOf(space, item!.id, places("Item", item!))));
    },
    clear: async (space: Id, type: TypeName | undefined): Promise<void> => {
      if (type === undefined || type === "Item") await whole(rows, space).delete();
    },
  };
}

/** Reads the order. */
export function readOrder(rows: Rows) {
  return {
    order: async (space: Id, from: number, count: number): Promise<Id[]> => {
      // The browser itself steps over what stands before; what follows comes in one answer.
      const [start] = from > 0 ? await whole(rows, space).offset(from).limit(1).keys() : [];
      if (from > 0 && start === undefined) return [];
      const part = start ? rows.where(BY_ORDER).between(start, [space, Dexie.maxKey], true, true) : whole(rows, space);
      return (await part.limit(count).toArray()).map(({ id }) => id);
    },
    ordered: async (space: Id, before?: Id): Promise<number | undefined> => {
      if (before === undefined) return whole(rows, space).count();
      const row = await rows.get([space, before]);
      if (!row) return undefined;
      const upTo = [space, row.order, row.seq];
      return rows.where(BY_ORDER).between([space, Dexie.minKey], upTo, true, false).count();
    },
    orderedSince: (space: Id, at: number): Promise<number> =>
      rows.where(BY_ORDER).between([space, Dexie.minKey], [space, -at, Dexie.maxKey], true, true).count(),
  };
}
