// Threads, as screens see them.
import type { Follow, Id, Thread, UTCDate } from "../generated/types";
import type { ItemView } from "./api";

/** A thread in a Space's list: its root, and what happened below it. */
export interface ThreadRow {
  root: ItemView;
  thread?: Thread;
  /** When something was last said in it: of the thread, else of the root. */
  lastAt: UTCDate;
  /** How many replies it has, with those that wait on this device. */
  replies: number;
  /** What one wants to hear of it. */
  follow?: Follow;
  /** That is less, now. */
  muted?: boolean;
  /** Somebody else has said something in it that one has not read. */
  unread: boolean;
}

/** A part of the threads of a Space. */
export interface ThreadList {
  rows: ThreadRow[];
  /** The place of the first of them in the whole list. */
  from: number;
  /** How many there are in the whole list. */
  total: number;
  /** There are some behind these. */
  more: boolean;
  /** There are threads in it that one follows. */
  followsSome: boolean;
  filling: boolean;
  /** Older threads are at the server and not here: then `total` counts those that are here. */
  older: boolean;
}

/**
 * A thread. `away`: not on this device, but the server may have it. `gone`: not there, or deleted here.
 */
export interface ThreadView {
  how: "loading" | "here" | "away" | "gone";
  /** Of what is here; some of its posts are at the server alone. */
  part?: boolean;
  root?: ItemView;
  /** Replies in order of `seq`, those that wait last. */
  posts: ItemView[];
  /** The `seq` up to which one has read it; 0: nothing of it. */
  readTo: number;
  /** It is on its way to another Space, or something is into it: until that is done nothing can be written in it. */
  moving?: boolean;
}

/** How far one had read a thread: up to that `seq`; 0: nothing of it. */
export interface ReadMark {
  thread: Id;
  readTo: number;
}

/** A Space in which something new was said. */
export interface SpaceNews {
  space: Id;
  /** Threads in which it was. */
  threads: number;
  /** The newest of it; ms. */
  at: number;
}
