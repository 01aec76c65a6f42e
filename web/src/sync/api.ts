//! What places, items and ui may ask of a workspace: live reads, acts, and how things stand. Everything else in this
//! folder is private to it. Knows no screen.

import type {
  Draft,
  Follow,
  Group,
  Id,
  Import,
  Item,
  ItemBlob,
  ItemExpects,
  Member,
  Membership,
  Move,
  Person,
  SavedSearch,
  Settings,
  Space,
  SpaceCard,
  UTCDate,
  Workspace,
  TypeName,
} from "../generated/types";
import type { DecisionAct, DecisionList } from "./deciding";
import type { InboxView } from "./inbox/api";
import type { MoveWish, Whereabouts } from "./moving";
import type { Found, SearchFilter, Sort } from "./search/api";
import type { Shown } from "./showing";
import type { Again } from "./schedules";
import type { ReadMark, SpaceNews, ThreadList, ThreadView } from "./threads";
import type { Version } from "./versions";

export type * from "./inbox/api";
export type { DecisionAct, DecisionList } from "./deciding";
export type { MoveWish, Whereabouts } from "./moving";
export type { Again, Plan, ScheduleView } from "./schedules";
export type * from "./search/api";
export type { Shown } from "./showing";
export type * from "./threads";
export type { Version } from "./versions";

/** A value that changes. `subscribe` tells the current value soon, then every newer one, and gives the way to stop. */
export interface Live<T> {
  /** The newest value, where it is known already since somebody follows it. */
  readonly current?: T;
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
   * `later`: its author has said when it leaves, at `until`. `leaving`: the time is over, it is being published.
   * `refused`: see `reason`.
   */
  how: "device" | "undoable" | "later" | "leaving" | "refused";
  /** Milliseconds of `Sync.now()` until which it can be taken back. */
  until?: number;
  /** Of what leaves later: the server does not have it yet. `sealed`: it leaves when the check-in closes that it answers. */
  here?: boolean;
  sealed?: true;
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
  /** Of a picture, in pixels, where they are known. */
  width?: number;
  height?: number;
}

/** A file of something that is written: uploaded already, or on this device only. */
export type Attachment = ItemBlob | LocalFile;

/** An export that an admin brings in: on its way to the server, or there. */
export type ImportView = Pick<Import, "id" | "name" | "createdAt"> &
  Partial<Import> & {
    /** Not there yet; `refused` is the server's sentence if it does not take it. */
    going?: { outboxId: number; file: LocalFile; refused?: string };
  };

/** What a person has written, before it is an Item. */
export interface NewItem {
  kind: string;
  title?: string;
  text?: string;
  parentId?: Id;
  mentions?: Id[];
  blobs?: Attachment[];
  expects?: ItemExpects;
  inAnswerTo?: Id;
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

/** Where something that is written is meant to go. */
export interface Destination {
  space: Id;
  /** The thread that it is a reply in. */
  root?: Id;
  /** What that thread is called; null: it is not on this device. */
  title?: string | null;
}

/** What is written and in no Space yet. */
export interface WrittenView {
  /** Those last touched first; `to` is left out where no Space is said. */
  drafts: Array<{ draft: Draft; to?: Destination }>;
  /** What leaves later, in the order in which it leaves. */
  later: Array<{ item: ItemView; to: Destination }>;
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

/** Who and what one can name: of persons those that one may know, of Spaces one's own. */
export interface Names {
  /** `out`: nothing reaches that person, who was deactivated or wrote only what was imported. */
  people: Array<{ id: Id; name: string; hint?: string; out?: boolean }>;
  spaces: Array<{ id: Id; name: string }>;
  /** One's own zone, as one has said it. */
  zone?: string;
}

/** A Space or a thread as it is called now; no name: it is not on this device, or not for oneself. */
export interface Called {
  /** Where it is. */
  space: Id;
  name: string | null;
  /** One is in the Space that was asked for, or in the one where it is. */
  member: boolean;
}

/** Where a person went or what was looked for, here. */
export type Recent = "searches" | "visits";

/** What one wants to hear of a thread or a Space from now on. */
export interface Wish {
  followed?: boolean;
  /** `until` null: until one says otherwise. */
  muted?: { until: UTCDate | null } | null;
}

/** How Send is to happen. */
export interface SendOptions {
  /** Seconds in which it can be taken back; the person's setting, else the server's default, if left out. */
  undoSeconds?: number;
  /** When it is to leave, in ms of `Sync.now()`; then it bears that time. What is over leaves at once. */
  sendAt?: number;
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
  /** Of the workspace; none for guests, who know those that were named in their Spaces among `members`. */
  groups(): Live<Group[]>;
  /** The threads of a Space, the newest activity first, muted ones last; so many, from a place on; or the followed. */
  threads(space: Id, limit: number, followed?: boolean, from?: number): Live<ThreadList>;
  thread(space: Id, root: Id): Live<ThreadView>;
  /** What is decided in a Space, and what was called urgent since an instant (ms), as far as it is here. */
  decisions(space: Id): Live<DecisionList>;
  urgent(space: Id, since: number): Live<ItemView[]>;
  readonly again: Again;
  /** One Item, for links. `null`: not here. */
  item(space: Id, id: Id): Live<ItemView | null>;
  /** What one wants to hear of a thread or a Space; null: nothing was said. */
  wish(of: Id): Live<Follow | null>;
  /** What has reached one, and what will; told anew when something arrives. */
  inbox(): Live<InboxView>;
  drafts(): Live<Draft[]>;
  /** All that one has written and that is in no Space yet, with where it is meant to go. */
  written(): Live<WrittenView>;
  /** What one has asked to be moved; `doneAt` tells that it is there. */
  moves(): Live<Move[]>;
  /** One's Spaces into which one may write. */
  writable(): Live<Membership[]>;
  outbox(): Live<OutboxEntry[]>;
  /** Whom and what one can name. */
  names(): Live<Names>;
  /** Of whom there is a picture, and where. Guests know those whom they meet. */
  faces(): Live<Record<Id, { account: Id; blobId: Id }>>;
  /** One's Spaces in which a person is, conversations not among them. */
  spacesWith(person: Id): Live<Membership[]>;
  /** By name. */
  savedSearches(): Live<SavedSearch[]>;
  /** What one brings in from elsewhere, the newest first. */
  imports(): Live<ImportView[]>;
  /** The newest first. */
  recent(what: Recent): Live<string[]>;
  /** Looks through what is on this device. */
  searchHere(filter: SearchFilter, sort: Sort, limit: number): Live<Found>;
  /** Threads on this device that have a title, in no order; reading them begins when they are first asked for. */
  titles(): Live<Array<{ space: Id; id: Id; title: string; at: number }>>;
  /** What Spaces and threads are called now, and where they are, in the same order. */
  called(of: ReadonlyArray<{ space: Id; thread?: Id }>): Live<Called[]>;

  /** Asks the server; throws `Offline` or `Refusal`. */
  search(filter: SearchFilter, sort: Sort, position: number, limit: number, until?: AbortSignal): Promise<Found>;
  /**
   * Brings all of the thread of an Item here, with who wrote in it; needs the server. False if there is no such Item, as
   * far as one may know, or if one's Membership is not here (yet).
   */
  reach(space: Id, id: Id): Promise<boolean>;
  /** Reads the next older part of a Space; needs the server. False if nothing came. */
  older(space: Id): Promise<boolean>;
  /** Moves, splits and merges threads; needs the server, and throws `Refusal`. To other Spaces it takes its time. */
  move(wishes: readonly MoveWish[]): Promise<void>;
  /** Asks the server where something is; null: nowhere, as far as one may know. */
  whereIs(space: Id, item: Id): Promise<Whereabouts | null>;

  /** A fresh id that the server will keep. `letter` as in docs/protocol/basics.md. */
  newId(letter: "i" | "p" | "s" | "g" | "m"): Id;
  /** Keeps a file on this device, to be attached; of a picture with its sides. Refuses what is larger than the server takes. */
  attach(file: Blob, name: string, sides?: { width: number; height: number }): Promise<LocalFile>;
  /** Large files that are going up: how many bytes of each the server has. */
  uploads(): Live<Readonly<Record<string, number>>>;
  /** Puts a file on the server that a record is to name soon; needs the server. Throws `Refusal`. */
  upload(file: Blob): Promise<Id>;
  /** The bytes of a file that is on this device only. */
  localFile(localId: string): Promise<Blob | undefined>;
  /** Where a file of a Space can be read; same origin. */
  fileUrl(account: Id, blobId: Id, name: string, type?: string): string;
  /** Where a preview of a picture can be read, in one of the widths there are. */
  previewUrl(account: Id, blobId: Id, name: string, width: number): string;

  /** Sends with undo, or later. Gives the id, which is final. */
  send(space: Id, item: NewItem, options?: SendOptions): Promise<Id>;
  /**
   * Takes back what was sent. Gives what was written, which is a Draft with the same id from now on; or null if it has
   * left already. Pressed twice it is the same Draft. Offline, or while the answer is unknown, it counts as taken back;
   * should the server say otherwise, the outbox has a refused entry, and the Draft stays.
   */
  undo(id: Id): Promise<NewItem | null>;
  /** Has what leaves later leave at another time; one that is over means now. */
  reschedule(id: Id, at: number): Promise<void>;
  edit(
    space: Id,
    id: Id,
    changes: { title?: string; text?: string; blobs?: Attachment[]; mentions?: Id[]; expects?: ItemExpects | null },
    version: number,
  ): Promise<void>;
  react(space: Id, id: Id, emoji: string, on: boolean): Promise<void>;
  remove(space: Id, id: Id): Promise<void>;
  /** One's "Got it", where an Item asks for one, or that taken back. */
  gotIt(space: Id, id: Id, on: boolean): Promise<void>;
  /** One says "I take it" of a question of which one answer is enough, or gives it back. */
  take(space: Id, id: Id, on: boolean): Promise<void>;
  /** Votes in a decision or takes that back, changes who decides until when, or withdraws it. */
  decide(space: Id, id: Id, act: DecisionAct): Promise<void>;
  /** Nobody needs to answer what one has asked any more, or they do again. */
  closeQuestion(space: Id, id: Id, on: boolean): Promise<void>;
  /** One is done with what reached one (the ids of the Items), or not. */
  done(ids: readonly Id[], on: boolean): Promise<void>;
  /** Puts it out of the way until an instant; null brings it back. */
  snooze(ids: readonly Id[], until: UTCDate | null): Promise<void>;
  /** What an Item said before; needs the server. */
  versions(space: Id, id: Id): Promise<Version[]>;

  saveDraft(draft: { id: Id; spaceId?: Id; item: NewItem }): Promise<void>;
  dropDraft(id: Id): Promise<void>;
  /**
   * Shows a draft to a person, in the conversation with that person: `first` is the thread it begins there, or `again` a
   * reply where it was shown before. The draft stays what it is, and is kept with what this gives, in its `item.shown`.
   */
  showDraft(
    draft: { id: Id; spaceId?: Id; item: NewItem },
    person: Id,
    as: { first: NewItem; again: NewItem },
  ): Promise<Shown[]>;
  /** Gives the server an export, to be looked through first. It goes up beside all else, also after a reload. */
  giveImport(file: Blob, name: string): Promise<Id>;
  /** Forgets it; what came in stays. */
  dropImport(id: Id): Promise<void>;
  saveSearch(search: Pick<SavedSearch, "id" | "name" | "query">): Promise<void>;
  dropSearch(id: Id): Promise<void>;
  /** Remembers on this device, as the newest. */
  remember(what: Recent, value: string): Promise<void>;
  saveSettings(changes: Partial<Omit<Settings, "id">>): Promise<void>;
  /** Follows or mutes a thread, or with null a whole Space. What is left out stays as it is. */
  follow(space: Id, threadId: Id | null, wish: Wish): Promise<void>;
  markRead(space: Id, threadId: Id, lastSeq: number): Promise<void>;
  /** One has read all threads of a Space. Gives those that had something new, as they were. */
  readAll(space: Id): Promise<ReadMark[]>;
  /** What is behind these marks is new again. */
  unread(space: Id, marks: readonly ReadMark[]): Promise<void>;
  /** The threads of a Space in which something is new, the newest activity first; without those that one has muted. */
  news(space: Id): Promise<Array<{ id: Id; title: string | null }>>;
  /** Where something new was said since an instant (ms), the newest at first. */
  newsSince(since: number): Promise<SpaceNews[]>;

  /** Makes a Space; needs the server. With an `id` of one's own (`newId("s")`) it is made once, however often it is asked for. */
  createSpace(space: { id?: Id; name: string; purpose?: string; whoMayJoin: "invited" | "members" }): Promise<Id>;
  /**
   * The direct Space of these persons and oneself. Where there is none yet it can be opened and written into at once, and
   * is made with the first thing that is sent there. Rejects guests.
   */
  directSpace(persons: readonly Id[]): Promise<Id>;
  /** Any record of any account, now; needs the server. Throws `Refusal`, also if `inStep` and the server knows more. */
  change(
    account: Id,
    type: TypeName,
    id: Id,
    act: "create" | "update",
    value: Record<string, unknown>,
    inStep?: boolean,
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
    /** Of an answer that was refused as a whole. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Nobody is signed in here, and nothing is kept on this device that could be shown. `openSync` rejects with it. */
export class SignedOut extends Error {}

/** There is no connection, for an act that needs one. `openSync` rejects with it where nothing is kept yet. */
export class Offline extends Error {}
