//! What places, items and ui may ask of a workspace: live reads, acts, and how things stand. Everything else in this
//! folder is private to it. Knows no screen.

import type {
  Draft,
  Id,
  Item,
  Member,
  Membership,
  Person,
  Settings,
  Space,
  SpaceCard,
  Thread,
  UTCDate,
  Workspace,
} from "../generated/types";

/** A value that changes. `subscribe` tells the current value soon, then every newer one, and gives the way to stop. */
export interface Live<T> {
  subscribe(told: (value: T) => void, failed?: (error: unknown) => void): () => void;
}

/** How things stand between this device and the server. */
export interface Status {
  /**
   * `connecting`: looked for, at first, when it was lost, and after `wake`. `offline`: not found soon; it is looked for
   * again from time to time.
   */
  connection: "online" | "connecting" | "offline";
  /** True until the first reading of everything has ended. */
  filling: boolean;
  /** Commands that wait to be sent. */
  waiting: number;
  /** Commands that the server refused and that a person has to look at. */
  refused: number;
  /** `memory`: the browser gives no storage, so nothing outlives this tab. */
  storage: "disk" | "memory";
  /** The session has ended: sign in again. What waits is kept. */
  signedOut: boolean;
}

/** Why something stands in a thread that is not in its Space yet. */
export interface Waiting {
  /**
   * `device`: only here so far, leaves when online. `undoable`: on the server, can be taken back until `until`.
   * `leaving`: the time is over, it is being published. `refused`: see `reason`.
   */
  how: "device" | "undoable" | "leaving" | "refused";
  /** Milliseconds of `Sync.now()` until which it can be taken back. */
  until?: number;
  /** The server's sentence. */
  reason?: string;
}

/** A file that is attached but not uploaded yet, by its key in the replica. */
export interface LocalFile {
  localId: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
}

/** A file of something that is written: uploaded already, or on this device only. */
export type Attachment = { blobId: Id; name: string; type?: string | null; size?: number | null } | LocalFile;

/** What a person has written, before it is an Item. */
export interface NewItem {
  kind: string;
  title?: string;
  text?: string;
  parentId?: Id;
  mentions?: Id[];
  blobs?: Attachment[];
  [property: string]: unknown;
}

/** An Item as it is shown: the server's record, with what waits on this device laid over it. */
export interface ItemView extends Omit<Item, "blobs"> {
  blobs: Attachment[];
  /** Set while it is not in its Space yet. */
  waiting?: Waiting;
  /** Set while a change of it (an edit, a reaction, a deletion) is not on the server yet, or was refused. */
  changing?: { how: "waiting" | "refused"; reason?: string; outboxId: number };
}

/** A thread in a Space's list: its root, and what happened below it. */
export interface ThreadRow {
  root: ItemView;
  thread?: Thread;
  /** When something was last said in it: of the thread, else of the root. */
  lastAt: UTCDate;
  /** How many replies it has, with those that wait on this device. */
  replies: number;
}

/** A whole thread. `gone`: not in this replica although it is complete. */
export interface ThreadView {
  how: "loading" | "here" | "gone";
  root?: ItemView;
  /** Replies in order of `seq`, those that wait last. */
  posts: ItemView[];
}

/** A command on its way. */
export interface OutboxEntry {
  id: number;
  account: Id;
  type: string;
  recordId: Id;
  act: "create" | "update" | "destroy";
  /** What is written or changed. */
  value: Record<string, unknown>;
  /** Milliseconds of this device's clock when the person did it. */
  at: number;
  how: "waiting" | "sending" | "refused";
  reason?: string;
}

/** How Send is to happen. */
export interface SendOptions {
  /** Seconds in which it can be taken back; the person's setting, else the server's default, if left out. */
  undoSeconds?: number;
}

/** The workspace, as one person's device has it. Every act resolves when it is kept on this device, not when it is sent. */
export interface Sync {
  readonly me: Id;
  /** Of the session: limits by the names of docs/protocol/limits.md. */
  readonly limits: Readonly<Record<string, number>>;
  /** Null for guests. */
  readonly workspaceAccount: Id | null;
  /** The server's time in milliseconds as well as this device can tell; a wrong clock here does not matter. */
  now(): number;

  status(): Live<Status>;
  workspace(): Live<Workspace | undefined>;
  settings(): Live<Settings | undefined>;
  memberships(): Live<Membership[]>;
  space(space: Id): Live<Space | undefined>;
  members(space: Id): Live<Member[]>;
  people(): Live<Person[]>;
  cards(): Live<SpaceCard[]>;
  /** The threads of a Space, the newest activity first. */
  threads(space: Id, limit: number): Live<{ rows: ThreadRow[]; more: boolean; filling: boolean }>;
  thread(space: Id, root: Id): Live<ThreadView>;
  /** One Item, for links. `null`: not here. */
  item(space: Id, id: Id): Live<ItemView | null>;
  drafts(): Live<Draft[]>;
  outbox(): Live<OutboxEntry[]>;

  /** A fresh id that the server will keep. `letter` as in docs/protocol/basics.md. */
  newId(letter: "i" | "p" | "s" | "g"): Id;
  /** Keeps a file on this device, to be attached. Refuses what is larger than the server takes. */
  attach(file: Blob, name: string): Promise<LocalFile>;
  /** The bytes of a file that is on this device only. */
  localFile(localId: string): Promise<Blob | undefined>;
  /** Where a file of a Space can be read; same origin. */
  fileUrl(account: Id, blobId: Id, name: string, type?: string): string;

  /** Sends with undo. Gives the id, which is final. */
  send(space: Id, item: NewItem, options?: SendOptions): Promise<Id>;
  /**
   * Takes back what was sent. Gives what was written, which is a Draft with the same id from now on; or null if it has
   * left already. Pressed twice it is the same Draft. Offline, or while the answer is unknown, it counts as taken back;
   * should the server say otherwise, the outbox has a refused entry, and the Draft stays.
   */
  undo(id: Id): Promise<NewItem | null>;
  edit(
    space: Id,
    id: Id,
    changes: { title?: string; text?: string; blobs?: Attachment[]; mentions?: Id[] },
    version: number,
  ): Promise<void>;
  react(space: Id, id: Id, emoji: string, on: boolean): Promise<void>;
  remove(space: Id, id: Id): Promise<void>;
  /** What an Item said before; needs the server. */
  versions(space: Id, id: Id): Promise<Array<{ version: number; title?: string; text?: string; replacedAt: UTCDate }>>;

  saveDraft(draft: { id: Id; spaceId: Id; item: NewItem }): Promise<void>;
  dropDraft(id: Id): Promise<void>;
  saveSettings(changes: Partial<Pick<Settings, "undoSeconds" | "language">>): Promise<void>;
  markRead(space: Id, threadId: Id, lastSeq: number): Promise<void>;

  /**
   * Makes a Space; needs the server, since it makes an account. With an `id` of one's own (`newId("s")`) it can be asked
   * for again where it is unknown whether it was made: it is made once.
   */
  createSpace(space: { id?: Id; name: string; purpose?: string; whoMayJoin: "invited" | "members" }): Promise<Id>;
  /** Any one record of any account, now; needs the server. Throws `Refusal`. */
  change(
    account: Id,
    type: string,
    id: Id,
    act: "create" | "update",
    value: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;

  /** Sends a refused command again, or forgets it. */
  retry(outboxId: number): Promise<void>;
  discard(outboxId: number): Promise<void>;

  /** Looks for the server now instead of at the next try. */
  wake(): void;
  /** Stops; the replica stays. */
  close(): Promise<void>;
  /** Stops and deletes all that is kept on this device. */
  forget(): Promise<void>;
}

/** The server's no, in its words. */
export class Refusal extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly properties?: string[],
  ) {
    super(message);
  }
}

/** Nobody is signed in here, and nothing is kept on this device that could be shown. `openSync` rejects with it. */
export class SignedOut extends Error {}

/** There is no connection, for an act that needs one. `openSync` rejects with it where nothing is kept yet. */
export class Offline extends Error {}
