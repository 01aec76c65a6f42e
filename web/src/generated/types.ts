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
export const KINDS = ["topic", "post", "file", "decision", "checkin"] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

export interface SpaceTemplateExpects {
  /** What the thread asks for. */
  what: "reply" | "decision" | "acknowledgement";
}

export interface SpaceTemplate {
  /** What it is called in the list. */
  name: string;
  /** Its place in the list, the lowest first. */
  order?: number | null;
  /** The title that a thread begins with. */
  title?: string | null;
  /** The text that a thread begins with, in Markdown. */
  text?: string | null;
  /** What such a thread asks for; of whom is said when it is written. */
  expects?: SpaceTemplateExpects | null;
}

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
  /** Its members; or everyone, who reads it on plain pages at /public/<id> without signing in. Who may say so is in the Workspace's `whoMayPublish`. */
  readableBy: "members" | "everyone";
  /** Who may call something `urgent` here: its members, its admins, or nobody; guests never. It reaches outside hours whoever lets it, and nobody else. */
  whoMayInterrupt: "members" | "admins" | "nobody";
  /** Search engines may list its public pages; else these ask them not to. */
  indexed: boolean;
  /** Of a direct Space: all of them. */
  persons: Id[];
  /** Who made it. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** From then on it is only read. */
  archivedAt?: UTCDate | null;
  /** How threads may begin that are written here, each under a key of the client's choice. */
  templates: Record<string, SpaceTemplate>;
}

/** A person of a Space, or somebody named in it (role none): name, picture and role, never an address or hours. Its id is the person's. A group that is named in the Space has one too, with the group's id and its handle as the name. */
export interface Member {
  id: Id;
  /** Who; also the id of the record. Given at creation; null where a group stands here. */
  personId?: Id | null;
  /** His name, kept up to date by the server. */
  name: string;
  /** His picture as long as he is here, kept up to date by the server; it is downloaded from this account. */
  picture?: Id | null;
  /** What he may here; none for who left. */
  role: "admin" | "member" | "guest" | "none";
  /** The change with which he joined; part of his state. */
  joinedSeq?: number | null;
  /** When he joined, the last time. */
  joinedAt?: UTCDate | null;
  /** When he left; of a group, when it was archived. */
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
  /** Of a picture, as people see it, in pixels: the author's word, so that its place is kept. */
  width?: number | null;
  /** The same, of its height. */
  height?: number | null;
}

export interface ItemExpects {
  /** What is asked for. */
  what: "reply" | "decision" | "acknowledgement";
  /** Until when. */
  by?: UTCDate | null;
  /** Of whom: persons, and groups that stand for theirs. */
  of?: Id[];
  /** True: one of them is enough; the first answer closes it for all, and who takes it tells the others. */
  anyOne?: boolean | null;
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

export interface ItemOption {
  /** Its key, by which votes name it. */
  id: string;
  /** A line that names it. */
  title: string;
  /** What there is to say about it, in Markdown. */
  text?: string | null;
}

export interface ItemVote {
  /** The key of what was chosen; null where nothing was. */
  option?: string | null;
  /** True for an objection. */
  objects?: boolean;
  /** The reason, in Markdown; an objection has one. */
  why?: string | null;
  /** Of an objection: for which voter who is away it is raised, by whoever stands in. */
  for?: Id | null;
  /** When, by the server's clock. */
  at?: UTCDate | null;
}

export interface ItemWithdrawn {
  /** Who. */
  by: Id;
  /** When. */
  at: UTCDate;
}

export interface ItemOutcome {
  /** Agreed: nobody objected; objected; chosen: an option has the most votes; tied: several have; nobody has voted; withdrawn. */
  how: "agreed" | "objected" | "chosen" | "tied" | "nobody" | "withdrawn";
  /** The key of the option that it came to. */
  option?: string | null;
  /** When it ended. */
  at: UTCDate;
  /** Who ended it before its time; null where its time did. */
  by?: Id | null;
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
  /** Whom it names, persons and groups; in the text [@Name](mw:<id>). */
  mentions: Id[];
  /** For whom each group that it names stood when it was sent: its persons who were in this Space then. */
  groups: Record<Id, Id[]>;
  /** What is asked, of whom, by when; null asks nothing. Its author may change it; once somebody has answered, "what" stays. */
  expects?: ItemExpects | null;
  /** Whom it asked and does not ask any more, without an answer of theirs, and since when. */
  unasked: Record<Id, UTCDate>;
  /** Why it can't wait. It reaches whom it asks or names outside their hours too, where they let it (`rhythm/urgent`), and else in their next ones. Who may say so is in the Space's `whoMayInterrupt`; all who are there see it. */
  urgent?: string | null;
  /** The Item whose question this answers. */
  inAnswerTo?: Id | null;
  /** Who has answered. Set with the post that answers (`inAnswerTo`), and taken back with it; one's own "Got it" is set here, with `itemId` null. */
  answers: Record<Id, ItemAnswer>;
  /** Of those of whom one is enough, who has said "I take it", and when; the instant is the server's. It waits for him alone then, until he answers it or gives it back. */
  takenBy: Record<Id, UTCDate>;
  /** Emoji, then person, then true. */
  reactions: Record<string, Record<Id, boolean>>;
  /** Who closed it, and when. */
  closed?: ItemClosed | null;
  /** Set when it was emptied because something hangs below it. */
  deleted?: ItemDeleted | null;
  /** The Schedule that said it, where one did. */
  scheduleId?: Id | null;
  /** The Message-ID of the mail it came from. */
  messageId?: string | null;
  /** Of a decision: how it comes to an outcome: the option with the most votes; or what is proposed is agreed unless somebody objects. It stays once there is a vote. */
  rule?: "vote" | "consent";
  /** Of a decision: between what: two or more of a vote; of a consent what is proposed, or none where the text is the proposal. Once there is a vote, options can only be added. */
  options?: ItemOption[];
  /** Of a decision: instead of a date (`expects/by`): how many minutes of hours of his own each voter has; it ends when the last of them has had them. Days off do not count. */
  workingMinutes?: number | null;
  /** Of a decision: who voted what. Each sets his own vote, and may change it until it ends; a vote is written down in `answers` too. */
  votes?: Record<Id, ItemVote>;
  /** Of a decision: with `workingMinutes`: since when the hours of each voter count. */
  countsFrom?: Record<Id, UTCDate>;
  /** Of a decision or a checkin: when it ends, or has ended: from that instant on no vote is taken. */
  closesAt?: UTCDate | null;
  /** Of a decision: who withdrew it, and when: then nothing comes of it. To have it end now with what was said so far, set `closed`. */
  withdrawn?: ItemWithdrawn | null;
  /** Of a decision: what came of it; null as long as it is open. */
  outcome?: ItemOutcome | null;
  /** Of a decision: the decision whose place it takes, once it is agreed or chosen. */
  supersedes?: Id | null;
  /** Of a decision: the decision that took its place. */
  supersededBy?: Id | null;
  /** Of a checkin: true: it asks everybody in the Space. `of` is left empty then, and filled by the server a moment later with all who are in the Space; where these are more than an Item may ask, it stays empty, and asks them all without a Delivery to each. */
  everyone?: boolean;
  /** Of a checkin: true: nobody sees an answer of another before it closes, who asks and admins included. */
  sealed?: boolean;
  /** Of a checkin: of those whom it asks, whom it would reach only after its date: it does not ask them, and waits for nothing of theirs. They may answer all the same. */
  passedOver?: Id[];
}

/** The activity of what hangs below an Item. Made with the first reply; its id is that of the root. */
export interface Thread {
  id: Id;
  /** The seq of the newest living post that was said here; Cursors compare with it. */
  lastSeq: number;
  /** When that was; for imports the date of the newest. */
  lastAt: UTCDate;
  /** Since when it is on its way to another Space, or something from there into it: until that is done nothing is written to it. */
  movedAt?: UTCDate | null;
  /** How many living Items hang below the root. */
  posts: number;
}

export interface ScheduleRecurrenceRuleByDay {
  /** As in RFC 5545. */
  day: "mo" | "tu" | "we" | "th" | "fr" | "sa" | "su";
  /** Of what comes monthly: which of these weekdays of the month, from its end where negative; null: all of them. */
  nthOfPeriod?: number | null;
}

export interface ScheduleRecurrenceRule {
  /** How often. */
  frequency: "daily" | "weekly" | "monthly";
  /** Every so many of them; null: each. */
  interval?: number | null;
  /** On which weekdays; without any: as the beginning. Weeks begin on Monday. */
  byDay?: ScheduleRecurrenceRuleByDay[] | null;
  /** The last local time at which it may come. */
  until?: string | null;
  /** How often it comes in all; those that are skipped count. */
  count?: number | null;
}

export interface ScheduleAnswerBy {
  /** So many days behind the one on which it is said. */
  days?: number | null;
  /** At that time of day, as 17:00; null: at the time at which it was said. */
  time?: string | null;
  /** Or: when the last of those whom it asks has had so many minutes of hours of his own. */
  workingMinutes?: number | null;
}

export interface SchedulePaused {
  /** Who; null where the server did, because it could not be said. */
  by?: Id | null;
  /** When. */
  at: UTCDate;
  /** Why, in words. */
  why?: string | null;
}

/** What is said again and again in a Space. The Space owns it: everybody there sees it, and when whoever says it can't any more, it pauses until somebody takes it over by writing himself into `saidBy`. To end it, destroy it; what it said stays. After a time at which the server was down, only the newest of what was missed is said. */
export interface Schedule {
  id: Id;
  /** The whole Item that is said each time, as a create would take it. It opens a thread, and has no date: `answerBy` says until when it asks. */
  item: Pick<Item, "kind"> & Partial<Item>;
  /** When it comes, in the words of JSCalendar (RFC 8984 4.3.3). */
  recurrenceRule: ScheduleRecurrenceRule;
  /** From when on it comes, in local time, and at which time of day: 2026-11-30T09:00:00. No time of the rule lies before it. */
  start: string;
  /** The zone of all its local times, such as Europe/Lisbon. */
  timeZone: string;
  /** Times that are skipped: local time, then true. What is past is taken out by the server. */
  excluded: Record<string, boolean>;
  /** Until when it asks each time, which becomes `expects/by`: `days`, or `workingMinutes`. */
  answerBy?: ScheduleAnswerBy | null;
  /** In whose name it is said, by that person's rights at the time. While it is paused because it could not be said, another member takes it over by writing himself here; admins may always. */
  saidBy: Id;
  /** Since when it is not said, and why; null lets it go on. */
  paused?: SchedulePaused | null;
  /** When it is said next; null while it is paused, and when it has come for the last time. */
  nextAt?: UTCDate | null;
  /** Of what was said last: the time at which it was due. */
  lastAt?: UTCDate | null;
  /** What was said last. */
  lastItemId?: Id | null;
  /** Who set it up. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** When it was last changed. */
  editedAt?: UTCDate | null;
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
  /** Who makes a Space public that he is an admin of: admins of the workspace (so too where this is null), every admin of a Space, or nobody; then no Space is public, whatever its `readableBy` says. */
  whoMayPublish?: "admins" | "spaceAdmins" | "nobody" | null;
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
  /** Who said it for the person, who is told so when he is back; null: he himself. */
  saidBy?: Id | null;
}

export interface PersonRhythm {
  /** An IANA zone. */
  zone: string;
  /** The hours of each weekday, none on those that are left out; where there is no day at all, Monday to Friday, 09:00 to 17:00. */
  hours?: PersonRhythmHour[];
  /** Times of day, within the hours, at which things arrive; none: at any time of the hours. */
  arrivals?: string[];
  /** Days off. */
  timeOff?: PersonRhythmTimeOff[];
  /** True: what is urgent and asks or names the person arrives outside these hours too, days off aside; off by default. */
  urgent?: boolean | null;
  /** Within how many minutes of these hours the person usually answers, as he says himself: nothing measures it. */
  answersWithin?: number | null;
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
  /** A picture of the person, square; members download it from the workspace account. */
  picture?: Id | null;
  /** How the name is said, in letters that others can read. */
  pronunciation?: string | null;
  /** How to work with this person best, in his own words. */
  workingWith?: string | null;
  /** Hours and time off (shown as Hours & time off). */
  rhythm?: PersonRhythm | null;
  /** Who made the record. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** From then on the person is out: sessions, tokens and streams end within a minute. */
  deactivatedAt?: UTCDate | null;
}

/** A named set of persons, to be named and asked together. In a Space it stands for those of them who are in it. */
export interface Group {
  id: Id;
  /** The word behind the @: small letters a to z, digits, - and _; no two groups that are not archived have the same. */
  handle: string;
  /** What it is called. */
  name: string;
  /** What it is for. */
  purpose?: string | null;
  /** Who is in it, each with true. */
  persons: Record<Id, boolean>;
  /** Who made it. */
  createdBy: Id;
  /** When. */
  createdAt: UTCDate;
  /** From then on nobody names it any more, and its handle is free. */
  archivedAt?: UTCDate | null;
}

/** What is written but not yet in its Space. Its id is the id that the Item will have. It can be taken back while undoStatus is pending. */
export interface Submission {
  id: Id;
  /** Where it goes. */
  spaceId: Id;
  /** The whole Item. It stays as it was sent, unless it is sealed: then its author changes its words and files until it is published. */
  item: Pick<Item, "kind"> & Partial<Item>;
  /** When it is published. Its author may give it, and change it as long as it is pending, at most maxUndoSeconds ahead: send later. Left out, it follows from sendIn. */
  sendAt: UTCDate;
  /** Pending; canceled by its author; final from the moment it is published. */
  undoStatus: "pending" | "final" | "canceled";
  /** The open check-in that it answers, where that is sealed: it is published when that closes, at whatever instant that is, and nobody else knows of it until then. */
  sealedBy?: Id | null;
  /** When Send was pressed, or the sendAt that its author gave; the Item is dated so. */
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

/** Moves a thread, or a post with all that hangs below it, to another Space or into another thread. It may be asked for by the author of the thread and by admins of its Space, who may write where it goes. Ids, authors and dates stay; nothing becomes unread. */
export interface Move {
  id: Id;
  /** Where it is. */
  spaceId: Id;
  /** What is moved: the root of a thread, or a post, with all below it. */
  itemId: Id;
  /** Where it goes; the same Space to split or merge threads. */
  toSpaceId: Id;
  /** The thread that it becomes a part of; null: a thread of its own. */
  toThreadId?: Id | null;
  /** Of the topic that is made for it, where a post becomes a thread of its own; else left out. */
  title?: string | null;
  /** The thread in which it is afterwards. */
  newThreadId?: Id | null;
  /** When it was asked for. */
  createdAt: UTCDate;
  /** Since when it is there; null while it is under way. */
  doneAt?: UTCDate | null;
}

/** An export of another program (a zip of Slack), which an admin of the workspace brings in. First it is only looked through, and `preview` says what would come of it. What came in stays when it is stopped or fails; to go on, it is wanted once more. What is there already is never doubled. */
export interface Import {
  id: Id;
  /** The export. */
  blobId: Id;
  /** Of the file. */
  name: string;
  /** What is to be done; "nothing" stops what is under way, and is what the server sets when it is done with it. */
  wanted: "nothing" | "preview" | "import";
  /** How far it is. */
  state: "waiting" | "previewing" | "previewed" | "importing" | "imported" | "stopped" | "failed";
  /** What is being done, `done` of `of`; null when nothing is. */
  progress?: Record<string, unknown> | null;
  /** What would come of it; an object as `meanwhile import slack --preview --json` prints it, with the largest Spaces alone. */
  preview?: Record<string, unknown> | null;
  /** What came in at the last run, and what of it could not be taken. */
  result?: Record<string, unknown> | null;
  /** Why it failed, and what to do. */
  reason?: string | null;
  /** When it was given. */
  createdAt: UTCDate;
}

/** One thing reaching one person, and what the person did with it. Its id is that of the Item, which says the rest. Until it arrives it is there to be seen, and reaches out to nobody. */
export interface Delivery {
  id: Id;
  /** Where it is. One's own account: in a Space that one is not in, of which one is told alone that it asks whom one stands in for, and until when (`covers`, `by`). */
  spaceId: Id;
  /** The thread that it is in. */
  threadId: Id;
  /** Why it reaches this person: it asks him, names him, replies to him, is in a direct Space, or in a thread that he follows; `owed`: he asks others; `unasked`: it asked him, and does not any more; what had not arrived by then does not arrive; `covering`: it asks somebody who is away, and for whom he stands in; `decision`: a decision that asked him, or that he began, has ended. */
  why: "asked" | "mention" | "reply" | "direct" | "followed" | "owed" | "assignment" | "decision" | "announced" | "unasked" | "covering";
  /** For whom he stands in, where that is why; else null. */
  covers?: Id | null;
  /** Until when it asks, as this person was told; asked again after that date, it arrives again, in the next hours. Null where it asks nothing of this person, or said no date. */
  by?: UTCDate | null;
  /** When it was on its way to this person. */
  createdAt: UTCDate;
  /** When it arrived; null while it waits for his next hours. */
  arrivedAt?: UTCDate | null;
  /** When it arrived once more because its date is near and it waits for this person still, at most once; else null. */
  remindedAt?: UTCDate | null;
  /** True while it waits for his next hours, else null. */
  pending?: boolean | null;
  /** When the person was done with it; null if he is not. */
  doneAt?: UTCDate | null;
  /** Until then it is out of the way; then it arrives once more. */
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
  /** When. */
  readAt: UTCDate;
}

export interface FollowMuted {
  /** Since when. */
  at: UTCDate;
  /** Until when; null until it is taken back. */
  until?: UTCDate | null;
}

/** What its owner wants to hear of a thread, or of a whole Space: everything (followed), or less (muted). Its id is that of the thread, or of the Space, with the letter f. Nobody else can see it. What names its owner, or asks him, reaches him from a muted thread too. */
export interface Follow {
  id: Id;
  /** The Space. */
  spaceId: Id;
  /** The thread; null for the whole Space. */
  threadId?: Id | null;
  /** Since when its owner follows it; null if not. */
  followedAt?: UTCDate | null;
  /** Since when, and until when, it is muted; null if not. */
  muted?: FollowMuted | null;
}

export interface PushSubscriptionKeys {
  /** The device's public key on P-256, in base64url. */
  p256dh: string;
  /** 16 bytes that only the device and this server know, in base64url. */
  auth: string;
}

/** A device of its owner on which arrivals are shown, by the push service of its browser: encrypted for the device (RFC 8291), within its owner's hours, one for all that arrives together. It ends at "expires", and when the push service says that the device is gone. */
export interface PushSubscription {
  id: Id;
  /** Which device; a new subscription takes the place of its older one. */
  deviceClientId: string;
  /** The address at its push service, https. */
  url: string;
  /** For whom it is encrypted. */
  keys: PushSubscriptionKeys;
  /** What its owner sees in the list of devices. */
  name?: string | null;
  /** True: it says how many things arrived, and nothing of them. */
  hideContent: boolean;
  /** What asks its owner, or all that arrives (so too where this is null). */
  wants?: "asks" | "everything" | null;
  /** Until when; a client asks for more in time, at most a year ahead. */
  expires?: UTCDate | null;
  /** When it was made. */
  createdAt: UTCDate;
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
  /** Of the screen and of mail, BCP 47. */
  language?: string | null;
  /** Which arrivals are told by mail, where the server sends any: none, what asks its owner (so too where this is null), or all. */
  mail?: "nothing" | "asks" | "everything" | null;
  /** True: mail says who and why, and shows nothing of what was written. */
  mailHidesContent?: boolean | null;
  /** Threads that a new workspace begins with, to try things on; null once they are removed. */
  tryOn?: Id[] | null;
}

/** A search that its owner has given a name, on all of his devices. */
export interface SavedSearch {
  id: Id;
  /** What its owner calls it. */
  name: string;
  /** The search as clients write it: words and operators, persons and Spaces by their ids. */
  query: string;
  /** When it was saved. */
  createdAt: UTCDate;
}

/** Every type by its name. */
export interface Types {
  Space: Space;
  Member: Member;
  Item: Item;
  Thread: Thread;
  Schedule: Schedule;
  SpaceCard: SpaceCard;
  Workspace: Workspace;
  Person: Person;
  Group: Group;
  Submission: Submission;
  Draft: Draft;
  Move: Move;
  Import: Import;
  Delivery: Delivery;
  Cursor: Cursor;
  Follow: Follow;
  PushSubscription: PushSubscription;
  Membership: Membership;
  Settings: Settings;
  SavedSearch: SavedSearch;
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
    head: ["kind", "name", "purpose", "whoMayJoin", "readableBy", "whoMayInterrupt", "indexed", "persons", "createdBy", "createdAt", "archivedAt"],
    body: ["templates"],
  },
  Member: {
    account: "space",
    letter: "p",
    head: ["personId", "name", "picture", "role", "joinedSeq", "joinedAt", "leftAt", "createdBy"],
    body: [],
  },
  Item: {
    account: "space",
    letter: "i",
    head: ["kind", "threadId", "seq", "version", "origin", "parentId", "title", "excerpt", "blobs", "createdBy", "createdAt", "receivedAt", "editedAt", "mentions", "groups", "expects", "unasked", "urgent", "inAnswerTo", "answers", "takenBy", "reactions", "closed", "deleted", "scheduleId", "messageId", "rule", "workingMinutes", "closesAt", "withdrawn", "outcome", "supersedes", "supersededBy", "everyone", "sealed", "passedOver"],
    body: ["text", "options", "votes", "countsFrom"],
  },
  Thread: {
    account: "space",
    letter: "i",
    head: ["lastSeq", "lastAt", "movedAt", "posts"],
    body: [],
  },
  Schedule: {
    account: "space",
    letter: "r",
    head: ["recurrenceRule", "start", "timeZone", "excluded", "answerBy", "saidBy", "paused", "nextAt", "lastAt", "lastItemId", "createdBy", "createdAt", "editedAt"],
    body: ["item"],
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
    head: ["name", "retentionDays", "whoMayPublish"],
    body: [],
  },
  Person: {
    account: "workspace",
    letter: "p",
    head: ["name", "email", "role", "placeholder", "picture", "pronunciation", "workingWith", "rhythm", "createdBy", "createdAt", "deactivatedAt"],
    body: [],
  },
  Group: {
    account: "workspace",
    letter: "g",
    head: ["handle", "name", "purpose", "persons", "createdBy", "createdAt", "archivedAt"],
    body: [],
  },
  Submission: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "sendAt", "undoStatus", "sealedBy", "createdAt"],
    body: ["item"],
  },
  Draft: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "reason", "createdAt", "editedAt", "version"],
    body: ["item"],
  },
  Move: {
    account: "personal",
    letter: "m",
    head: ["spaceId", "itemId", "toSpaceId", "toThreadId", "title", "newThreadId", "createdAt", "doneAt"],
    body: [],
  },
  Import: {
    account: "personal",
    letter: "m",
    head: ["blobId", "name", "wanted", "state", "progress", "reason", "createdAt"],
    body: ["preview", "result"],
  },
  Delivery: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "threadId", "why", "covers", "by", "createdAt", "arrivedAt", "remindedAt", "pending", "doneAt", "snoozedUntil"],
    body: [],
  },
  Cursor: {
    account: "personal",
    letter: "i",
    head: ["spaceId", "threadId", "lastSeq", "unreadFrom", "readAt"],
    body: [],
  },
  Follow: {
    account: "personal",
    letter: "f",
    head: ["spaceId", "threadId", "followedAt", "muted"],
    body: [],
  },
  PushSubscription: {
    account: "personal",
    letter: "i",
    head: ["deviceClientId", "url", "keys", "name", "hideContent", "wants", "expires", "createdAt"],
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
    head: ["undoSeconds", "language", "mail", "mailHidesContent", "tryOn"],
    body: [],
  },
  SavedSearch: {
    account: "personal",
    letter: "i",
    head: ["name", "query", "createdAt"],
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
  | "maxComers"
  | "maxConcurrentRequests"
  | "maxConcurrentUpload"
  | "maxDirectPersons"
  | "maxItemsMoved"
  | "maxItemsMovedFrom"
  | "maxObjectsInGet"
  | "maxObjectsInRequest"
  | "maxObjectsInSet"
  | "maxOpenUploads"
  | "maxPersonsAsked"
  | "maxPersonsInGroup"
  | "maxReactions"
  | "maxSchedules"
  | "maxSearchHits"
  | "maxSearchIds"
  | "maxSearchLimit"
  | "maxSearchWords"
  | "maxSizeHead"
  | "maxSizePicture"
  | "maxSizeQuery"
  | "maxSizeRequest"
  | "maxSizeResponse"
  | "maxSizeSearchText"
  | "maxSizeTemplate"
  | "maxSizeText"
  | "maxSizeTitle"
  | "maxSizeUpload"
  | "maxSizeWorkingWith"
  | "maxTemplates"
  | "maxUndoSeconds"
  | "resetDays"
  | "spaceLinkDays"
  | "undoSeconds"
  | "uploadDays";
