// What is kept on this device, as the rest of this folder sees it: records, the states they belong to, what waits to be
// sent, files, and odds and ends. Knows neither how it is stored nor what is done with it.
import type { Id, Item, TypeName, Types } from "../generated/types";
import type { Live, OutboxEntry } from "./api";
import type { Going } from "./pieces";

/** The number of this format. A new one needs a step in `format.ts`. */
export const FORMAT = 3;

/** A command on its way, with what only this folder needs to know. */
export interface Entry extends OutboxEntry {
  type: TypeName;
  /** The version that is edited. */
  ifVersion?: number;
  /** It was sent at least once, and the answer is unknown. */
  uncertain: boolean;
  /** Of a Submission: how long it can be taken back from `at` on. */
  undoSeconds?: number;
  /** Creates the record if it is missing, and updates it in any case. */
  upsert?: boolean;
  /** Of a Submission: where it goes. */
  space?: Id;
  /** Its files were gone from the server and are uploaded a second time; there is no third. */
  uploadedAgain?: boolean;
}

/** How far one type of one account is read. Either `state` or `filling` is set. */
export interface StateRow {
  account: Id;
  type: TypeName;
  /** Everything up to here is in the replica. */
  state?: string;
  /** The first reading, newest first: its state, the last ids that were read, and how many there were. */
  filling?: { state: string; anchors: Id[]; read?: number };
  /**
   * Records that are asked for beside the changes. They came with the answer to a command, and not by `/changes`: were one
   * destroyed before it is named, the server would never say so. Or something that is here leads to them.
   */
  early?: Id[];
  /** Of Items: what is older is at the server. Left out where all of a Space is here. */
  older?: Older;
}

/** Where the window of a Space ends. */
export interface Older {
  /** All Items of this `seq` or a later one are here. */
  from: number;
  /** The date of the first of them, in ms. In a list of threads, what stands below it has gaps. */
  at: number;
  /** The oldest of them, the last one last: what is older comes behind it. */
  anchors: Id[];
  /** Threads that began before, and all of which was read. */
  whole: Id[];
}

/** A file that is on this device only. */
export interface FileRow {
  localId: string;
  name: string;
  type: string;
  size: number;
  bytes: Blob;
  /** Milliseconds of this device's clock when it was attached. */
  at: number;
  /** Once it is uploaded. */
  blobId?: Id;
}

/** A change of Items in this replica, for whoever keeps something of them: all of an account where no ids are named. */
export interface ChangeRow {
  n: number;
  account: Id;
  ids?: Id[];
}

/** So many of the newest changes are kept. */
export const KEPT_CHANGES = 300;

/** Odds and ends, by name. */
export interface Meta {
  format: number;
  /** The newest event of which everything has been applied. */
  eventId: string;
  /** Set when the first reading of everything has ended. */
  filled: boolean;
  /** Milliseconds that the server's clock is ahead of this device's. */
  offset: number;
  /** Which tab does the network work, where there are no locks; milliseconds of this device's clock. */
  lease: { holder: string; until: number };
  /** What the tab that does the network work has to say. */
  status: { connection: "online" | "connecting" | "offline"; signedOut: boolean };
  /** Large files that are going up, by their localId. */
  uploads: Record<string, Going>;
  /** When some tab wanted the server to be looked for at once. */
  wake: number;
  /** What was looked for on this device, the newest first. */
  searches: string[];
  /** Conversations that were begun on this device and are not made yet, each with its persons. */
  begun: Record<Id, Id[]>;
  /** Of what was sent, to whom it was shown before: so that what is taken back tells it again. */
  shown: Array<{ id: Id; shown: unknown }>;
  /** Where one went from the list of places, the newest first. */
  visits: string[];
}

/** What may be read in a transaction. */
export interface Reading {
  record<T extends TypeName>(account: Id, type: T, id: Id): Promise<Types[T] | undefined>;
  /** All of a type. Not for Items, of which there may be many. */
  records<T extends TypeName>(account: Id, type: T): Promise<Types[T][]>;
  /** Several of a type, in the order of their ids; undefined in the place of what is not there. */
  several<T extends TypeName>(account: Id, type: T, ids: readonly Id[]): Promise<Array<Types[T] | undefined>>;
  /** Threads of a Space in order of what happened last in them, the newest first: so many, from a place on. */
  order(space: Id, from: number, count: number): Promise<Id[]>;
  /** How many threads a Space has; with `before` those that stand before that one, undefined if it is in no order. */
  ordered(space: Id, before?: Id): Promise<number | undefined>;
  /** In how many something happened at that instant, in ms, or since. */
  orderedSince(space: Id, at: number): Promise<number>;
  /**
   * The newest roots of threads by when they were begun (`Item`), or by what happened last (`Thread`); or what has reached
   * one and is not done (`Delivery`).
   */
  newest<T extends "Item" | "Thread" | "Delivery">(space: Id, type: T, limit: number): Promise<Types[T][]>;
  /** A whole thread, in no order. */
  thread(space: Id, root: Id): Promise<Item[]>;
  /** Items of an account in order of their ids, backwards, which is newest first by the day; those below `before`. */
  itemsBefore(account: Id, before: Id | undefined, limit: number): Promise<Item[]>;
  /** The number of the newest change of Items; 0 if there is none. */
  changesHead(): Promise<number>;
  /** What changed since that number; null if that is too long ago to tell. */
  changesSince(n: number): Promise<ChangeRow[] | null>;
  state(account: Id, type: TypeName): Promise<StateRow | undefined>;
  states(): Promise<StateRow[]>;
  /** In order of doing. */
  outbox(): Promise<Entry[]>;
  file(localId: string): Promise<FileRow | undefined>;
  files(): Promise<FileRow[]>;
  meta<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined>;
}

/** What may be written in a transaction. */
export interface Writing extends Reading {
  put<T extends TypeName>(account: Id, type: T, records: Types[T][]): Promise<void>;
  remove(account: Id, type: TypeName, ids: Id[]): Promise<void>;
  /** Forgets all of a type, and how far it was read. */
  clear(account: Id, type: TypeName): Promise<void>;
  /** Forgets an account, and how far it was read. */
  purge(account: Id): Promise<void>;
  setState(row: StateRow): Promise<void>;
  add(entry: Omit<Entry, "id">): Promise<number>;
  change(entry: Entry): Promise<void>;
  drop(entry: number): Promise<void>;
  putFile(file: FileRow): Promise<void>;
  dropFile(localId: string): Promise<void>;
  setMeta<K extends keyof Meta>(name: K, value: Meta[K] | undefined): Promise<void>;
}

/** The replica. Inside the work of a transaction nothing may be awaited but the transaction itself. */
export interface Replica {
  readonly storage: "disk" | "memory";
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>;
  /** All or nothing. */
  write<T>(work: (tx: Writing) => Promise<T>): Promise<T>;
  /** What the work gives, and gives anew whenever what it read has changed, in any tab. Equal values are told once. */
  observe<T>(work: (tx: Reading) => Promise<T>): Live<T>;
  close(): Promise<void>;
  /** Closes it and deletes all of it. */
  destroy(): Promise<void>;
}

/** The replica was written by a newer version of this program. */
export class NewerReplica extends Error {}

/** Where a record stands in lists, and in which thread. What has no place is in no index. */
export function places(type: TypeName, record: Types[TypeName]): { order?: number; seq?: number; thread?: Id } {
  if (type === "Thread") {
    const { lastAt, lastSeq } = record as Types["Thread"];
    return { order: Date.parse(lastAt), seq: lastSeq };
  }
  if (type === "Delivery") {
    const { doneAt, createdAt } = record as Types["Delivery"];
    // What is done is in no list.
    return doneAt ? {} : { order: Date.parse(createdAt), seq: 0 };
  }
  if (type !== "Item") return {};
  const item = record as Item;
  const thread = item.threadId;
  return thread === item.id ? { thread, order: Date.parse(item.createdAt), seq: item.seq } : { thread };
}
