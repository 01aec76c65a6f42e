// Made from the server's own tables: do not edit. A test fails when this file is stale;
// `UPDATE_EXPECT=1 cargo nextest run -p scenarios --test house` writes it anew.
//
// An interface is what `/get` answers when it is asked for whole records. `name?: T | null`: the server may leave it out
// or say null, and both mean that nothing is there. Everything else is always there.

/** A letter that says the type, and 26 characters of lower-case base32. */
export type Id = string;

/** An instant in UTC, `2026-11-22T09:00:00Z`. */
export type UTCDate = string;

/** A calendar day, `2026-11-22`. */
export type Day = string;

/** The kinds of Item that this server knows. A client shows others by their common properties. */
export const KINDS = ["topic", "post", "file"] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** A Space. It is created in one's own personal account, and lives in an account of its own from then on. */
export interface Space {
  id: Id;
  /** Team, or direct: between the persons named. */
  kind: "team" | "direct";
  /** What it is called. */
  name?: string | null;
  /** What it is for. */
  purpose?: string | null;
  /** Only who is invited, or every member of the workspace. */
  whoMayJoin: "invited" | "members";
  /** Of a direct Space: all of them. */
  persons: Id[];
  /** Who made it. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** From then on it is only read. */
  archivedAt?: UTCDate | null;
}

/** A person of a Space, or somebody named in it (role none): name, picture and role, never an address or hours. Its id is the person's. */
export interface Member {
  id: Id;
  /** Who; also the id of the record. */
  personId: Id;
  /** His name, kept up to date by the server. */
  name: string;
  /** What he may here; none for who left. */
  role: "admin" | "member" | "guest" | "none";
  /** The change with which he joined; part of his state. */
  joinedSeq?: number | null;
  /** When he joined, the last time. */
  joinedAt?: UTCDate | null;
  /** When he left. */
  leftAt?: UTCDate | null;
  /** Who added him. */
  createdBy: Id;
}

export interface ItemBlob {
  /** The upload. */
  blobId: Id;
  /** The file's name. */
  name: string;
  /** Its media type. */
  type?: string | null;
  /** Its size in bytes, set by the server. */
  size?: number | null;
}

export interface ItemExpects {
  /** What is asked for. */
  what: "reply" | "decision" | "acknowledgement";
  /** Until when. */
  by?: UTCDate | null;
  /** Of whom. */
  of?: Id[];
}

export interface ItemAnswer {
  /** The post that answers; null for a "Got it" or an answer from elsewhere. */
  itemId?: Id | null;
  /** When. */
  at: UTCDate;
}

export interface ItemClosed {
  /** Who. */
  by: Id;
  /** When. */
  at: UTCDate;
}

export interface ItemDeleted {
  /** Who. */
  by: Id;
  /** When. */
  at: UTCDate;
}

/** Anything said or made in a Space; its kind says what. */
export interface Item {
  id: Id;
  /** What it is; never changes. */
  kind: Kind | (string & {});
  /** The root of its thread: itself, or that of what it replies to. */
  threadId: Id;
  /** Its place in the Space, in order of arrival; sort by this. */
  seq: number;
  /** Counts the edits; for ifVersion. */
  version: number;
  /** How it came to be. */
  origin: "said" | "imported" | "moved" | "restored";
  /** What it replies to. */
  parentId?: Id | null;
  /** A line that names it. */
  title?: string | null;
  /** What is said, in Markdown. */
  text?: string | null;
  /** The first words. */
  excerpt: string;
  /** Its files. */
  blobs: ItemBlob[];
  /** Whose it is. */
  createdBy: Id;
  /** When it was said; for imports the date it bears. */
  createdAt: UTCDate;
  /** When it came into this Space. */
  receivedAt: UTCDate;
  /** When it was last edited. */
  editedAt?: UTCDate | null;
  /** Whom it names; in the text [@Name](mw:<id>). */
  mentions: Id[];
  /** What is asked, of whom, by when; null asks nothing. */
  expects?: ItemExpects | null;
  /** The Item whose question this answers. */
  inAnswerTo?: Id | null;
  /** Who has answered. */
  answers: Record<Id, ItemAnswer>;
  /** Emoji, then person, then true. */
  reactions: Record<string, Record<Id, boolean>>;
  /** Who closed it, and when. */
  closed?: ItemClosed | null;
  /** Set when it was emptied because something hangs below it. */
  deleted?: ItemDeleted | null;
  /** The Message-ID of the mail it came from. */
  messageId?: string | null;
}

/** The activity of what hangs below an Item. Made with the first reply; its id is that of the root. */
export interface Thread {
  id: Id;
  /** The seq of the newest living post that was said here; Cursors compare with it. */
  lastSeq: number;
  /** When that was; for imports the date of the newest. */
  lastAt: UTCDate;
  /** How many living Items hang below the root. */
  posts: number;
}

/** The directory: a Space that every member of the workspace may join. */
export interface SpaceCard {
  id: Id;
  /** What it is called. */
  name: string;
  /** What it is for. */
  purpose?: string | null;
  /** Who may join. */
  whoMayJoin: "invited" | "members";
}

/** The workspace itself: one record, with the id of its account. */
export interface Workspace {
  id: Id;
  /** What it is called. */
  name: string;
  /** Days after which what was deleted is gone for good. */
  retentionDays?: number | null;
}

export interface PersonRhythmHourSpan {
  /** The time of day it begins, 09:00. */
  from: string;
  /** The time of day it ends, 17:00. */
  to: string;
}

export interface PersonRhythmHour {
  /** As in RFC 5545. */
  weekday: "mo" | "tu" | "we" | "th" | "fr" | "sa" | "su";
  /** The hours of that day. */
  spans: PersonRhythmHourSpan[];
}

export interface PersonRhythmTimeOff {
  /** The first day off. */
  from: Day;
  /** The last day off. */
  to: Day;
  /** For those who ask. */
  note?: string | null;
  /** The deputy. */
  coveredBy?: Id | null;
}

export interface PersonRhythm {
  /** An IANA zone. */
  zone: string;
  /** The hours of each weekday. */
  hours?: PersonRhythmHour[];
  /** Times of day at which things arrive. */
  arrivals?: string[];
  /** Days off. */
  timeOff?: PersonRhythmTimeOff[];
  /** BCP 47, the best first. */
  languages?: string[];
}

/** A person: member, guest, bot, or the placeholder of an imported author. The id is also that of the personal account. */
export interface Person {
  id: Id;
  /** How the person is called. */
  name: string;
  /** The address. */
  email?: string | null;
  /** What the person may in the workspace. */
  role: "admin" | "member" | "guest";
  /** Stands for an imported author until the person claims it. */
  placeholder: boolean;
  /** Hours and time off (shown as Hours & time off). */
  rhythm?: PersonRhythm | null;
  /** Who made the record. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** From then on the person is out: sessions, tokens and streams end within a minute. */
  deactivatedAt?: UTCDate | null;
}

/** A named set of persons, to be named and asked together. */
export interface Group {
  id: Id;
  /** What it is called. */
  name: string;
  /** Who is in it. */
  persons: Id[];
}

/** What is written but not yet in its Space. Its id is the id that the Item will have. It can be taken back while undoStatus is pending. */
export interface Submission {
  id: Id;
  /** Where it goes. */
  spaceId: Id;
  /** The whole Item. */
  item: Pick<Item, "kind"> & Partial<Item>;
  /** When it is published. */
  sendAt: UTCDate;
  /** Pending; canceled by its author; final from the moment it is published. */
  undoStatus: "pending" | "final" | "canceled";
  /** When Send was pressed; the Item is created then too. */
  createdAt: UTCDate;
}

/** What is being written, on all devices of its author. What could not be published comes back here, with the reason. */
export interface Draft {
  id: Id;
  /** Where it is meant to go. */
  spaceId?: Id | null;
  /** The Item as far as it is written. */
  item: Record<string, unknown>;
  /** Why it came back. */
  reason?: string | null;
  /** When it was begun. */
  createdAt: UTCDate;
  /** When it was last touched. */
  editedAt?: UTCDate | null;
  /** Counts nothing here. */
  version: number;
}

/** One thing reaching one person: why, what is asked by when, and what the person did. */
export interface Delivery {
  id: Id;
  /** Where it is. */
  spaceId: Id;
  /** What it is. */
  itemId: Id;
  /** Why it reaches this person. */
  why: "mention" | "reply" | "assignment" | "decision" | "direct" | "followed" | "announced" | "owed";
  /** When it arrived; null while it waits for the next hours. */
  arrivedAt?: UTCDate | null;
  /** When the person was done with it. */
  doneAt?: UTCDate | null;
  /** When it comes back. */
  snoozedUntil?: UTCDate | null;
}

/** How far its owner has read a thread. Its id is the thread's. It never goes backwards by itself: two devices merge to the later one; "unread from here" is said by "unreadFrom". */
export interface Cursor {
  id: Id;
  /** The Space. */
  spaceId: Id;
  /** The thread. */
  threadId: Id;
  /** The newest post that was read. */
  lastSeq: number;
  /** Kept unread from this post on; null again when the thread is read. */
  unreadFrom?: number | null;
  /** Follows the thread; null as the Space does. */
  follows?: boolean | null;
  /** When. */
  readAt: UTCDate;
}

/** A Space that one is in: a copy of the Member record. Its id is the Space's. Clients follow joins and leaves through Membership/changes. */
export interface Membership {
  id: Id;
  /** The Space, and the id of its account. */
  spaceId: Id;
  /** As in Space. */
  kind: "team" | "direct";
  /** What it is called. */
  name?: string | null;
  /** Of a direct Space. */
  persons: Id[];
  /** What one may there. */
  role: "admin" | "member" | "guest" | "none";
  /** As in Member. */
  joinedSeq: number;
  /** A direct Space that one does not want in the list. */
  hidden?: boolean;
}

/** One's own settings: one record, with the id of the account. */
export interface Settings {
  id: Id;
  /** How long Send can be undone. */
  undoSeconds?: number | null;
  /** Of the screen, BCP 47. */
  language?: string | null;
}

/** Every type by its name. */
export interface Types {
  Space: Space;
  Member: Member;
  Item: Item;
  Thread: Thread;
  SpaceCard: SpaceCard;
  Workspace: Workspace;
  Person: Person;
  Group: Group;
  Submission: Submission;
  Draft: Draft;
  Delivery: Delivery;
  Cursor: Cursor;
  Membership: Membership;
  Settings: Settings;
}

/** The name of a type. */
export type TypeName = keyof Types;

/** Which accounts hold a type. */
export type AccountKind = "space" | "personal" | "workspace";

/** Of each type: the accounts that hold it, the letter of its ids, what a replica fetches first, and what is
 * long. The properties of all kinds are among them. */
export const TYPES = {
  Space: {
    account: "space",
    letter: "s",
    head: ["kind", "name", "purpose", "whoMayJoin", "persons", "createdBy", "createdAt", "archivedAt"],
    body: [],
  },
  Member: {
    account: "space",
    letter: "p",
    head: ["personId", "name", "role", "joinedSeq", "joinedAt", "leftAt", "createdBy"],
    body: [],
  },
  Item: {
    account: "space",
    letter: "i",
    head: ["kind", "threadId", "seq", "version", "origin", "parentId", "title", "excerpt", "blobs", "createdBy", "createdAt", "receivedAt", "editedAt", "mentions", "expects", "inAnswerTo", "answers", "reactions", "closed", "deleted", "messageId"],
    body: ["text"],
  },
  Thread: {
    account: "space",
    letter: "i",
    head: ["lastSeq", "lastAt", "posts"],
    body: [],
  },
  SpaceCard: {
    account: "workspace",
    letter: "s",
    head: ["name", "purpose", "whoMayJoin"],
    body: [],
  },
  Workspace: {
    account: "workspace",
    letter: "w",
    head: ["name", "retentionDays"],
    body: [],
  },
  Person: {
    account: "workspace",
    letter: "p",
    head: ["name", "email", "role", "placeholder", "rhythm", "createdBy", "createdAt", "deactivatedAt"],
    body: [],
  },
  Group: {
    account: "workspace",
    letter: "g",
    head: ["name", "persons"],
    body: [],
  },
  Submission: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "sendAt", "undoStatus", "createdAt"],
    body: ["item"],
  },
  Draft: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "reason", "createdAt", "editedAt", "version"],
    body: ["item"],
  },
  Delivery: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "itemId", "why", "arrivedAt", "doneAt", "snoozedUntil"],
    body: [],
  },
  Cursor: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "threadId", "lastSeq", "unreadFrom", "follows", "readAt"],
    body: [],
  },
  Membership: {
    account: "personal",
    letter: "s",
    head: ["spaceId", "kind", "name", "persons", "role", "joinedSeq", "hidden"],
    body: [],
  },
  Settings: {
    account: "personal",
    letter: "p",
    head: ["undoSeconds", "language"],
    body: [],
  },
} as const satisfies {
  [T in TypeName]: {
    account: AccountKind;
    letter: string;
    head: readonly (keyof Types[T])[];
    body: readonly (keyof Types[T])[];
  };
};

/** What the Session object names, and `using` of every request. */
export const CAPABILITIES = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"] as const;

/** The name of a limit; its value is in a capability. */
export type Limit =
  | "invitationDays"
  | "maxBlobs"
  | "maxCallsInRequest"
  | "maxConcurrentRequests"
  | "maxConcurrentUpload"
  | "maxDirectPersons"
  | "maxObjectsInGet"
  | "maxObjectsInRequest"
  | "maxObjectsInSet"
  | "maxPersonsAsked"
  | "maxReactions"
  | "maxSizeHead"
  | "maxSizeRequest"
  | "maxSizeResponse"
  | "maxSizeText"
  | "maxSizeTitle"
  | "maxSizeUpload"
  | "maxUndoSeconds"
  | "resetDays"
  | "undoSeconds";
