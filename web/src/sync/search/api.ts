// What a search asks, and what it finds: by the server or on this device alone.
import type { Id, Item, UTCDate } from "../../generated/types";

/** In which order things are found. */
export type Sort = "rank" | "newest";

/** What is looked for (`Search/query`): all that is given has to hold. */
export interface SearchFilter {
  /** Words, "phrases", beginnings*, -excluded. */
  text?: string;
  /** The last word is still being typed. */
  prefixLast?: boolean;
  /** Said by one of these persons. */
  from?: Id[];
  /** In one of these Spaces. */
  in?: Id[];
  before?: UTCDate;
  /** At this instant or later. */
  after?: UTCDate;
  has?: string[];
  is?: string[];
  kind?: string[];
}

/** Something that was found. Marks are pieces in UTF-16 code units: where they begin, and how long they are. */
export interface Hit {
  spaceId: Id;
  id: Id;
  kind: string;
  threadId: Id;
  threadTitle: string;
  /** Its own, if it has one. */
  title?: string | null;
  titleMarks: Array<[number, number]>;
  createdBy: Id;
  createdAt: UTCDate;
  receivedAt: UTCDate;
  origin: Item["origin"];
  snippet: string;
  marks: Array<[number, number]>;
  /** The file in which it was found. */
  blobId?: Id | null;
  blobName?: string | null;
}

/** An answer to a search. */
export interface Found {
  /** Who has searched: the server everything one may read, the device what is kept on it. */
  by: "server" | "device";
  hits: Hit[];
  total: number;
  /** So many of them were looked at for `hits`, of which some may be gone: there the next page begins. */
  reached: number;
  /** There are more than that. */
  totalIsCapped: boolean;
  /** The server has not read everything yet: how far it is. */
  catchingUp: { done: number; total: number } | null;
  /**
   * Of the device: how many things it has looked at, whether that is all that is kept here, and whether there are older
   * ones at the server alone.
   */
  covers?: { things: number; whole: boolean; older: boolean };
  /** Names that fit; with the first page only. */
  spaces: Array<{ spaceId: Id; name: string; nameMarks: Array<[number, number]> }>;
  people: Array<{ personId: Id; name: string; nameMarks: Array<[number, number]> }>;
}
