// The acts of a person and the live reads, over replica, outbox and network: what `api.ts` promises. Every act is one
// transaction of the replica.
import type { Id, Settings, UTCDate } from "../generated/types";
import type { Attachment, Found, LocalFile, MoveWish, NewItem, ReadMark, Recent } from "./api";
import type { SearchFilter, SendOptions, Shown, Sort, Sync, Wish } from "./api";
import { Offline, Refusal } from "./api";
import { called } from "./called";
import { deciding, decisions, type DecisionAct } from "./deciding";
import { directId, followId, freshId } from "./ids";
import * as conversations from "./conversations";
import * as inbox from "./inbox/inbox";
import { Busy, granted, type Client, type Json, type Session } from "./jmap";
import { again, enqueue, notToDrafts, reschedule, takeBack, tidy, toDrafts, type Command } from "./outbox";
import * as list from "./list";
import { moveAll, whereIs } from "./moving";
import { cursorWith } from "./overlay";
import * as persons from "./persons";
import { older, reach } from "./reach";
import * as reading from "./reading";
import { recent, remember } from "./recent";
import type { Reading, Replica, Writing } from "./replica";
import { Here } from "./search/here";
import { searchThere } from "./search/server";
import { shared } from "./shared";
import * as showing from "./showing";
import { Again } from "./schedules";
import { instant, pathOf, without } from "./values";
import { versions } from "./versions";
import * as views from "./views";
import { written } from "./written";

/** Milliseconds that an act waits for an answer that would be good to have. */
const SOON = 3000;
/** Milliseconds that a small upload may take. */
const UPLOAD = 60_000;

/** The workspace of one person on one device, in one tab. */
export class LocalSync implements Sync {
  readonly me: Id;
  readonly limits: Readonly<Record<string, number>>;
  readonly workspaceAccount: Id | null;
  readonly #reader: views.Reader;
  readonly #here: Here;
  #asked = false;

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    session: Session,
    private readonly stop: () => Promise<void>,
    private readonly forgetSession: () => Promise<void>,
  ) {
    this.me = session.username;
    this.limits = session.limits;
    this.workspaceAccount = session.workspaceAccountId;
    this.#reader = { replica, me: this.me, workspace: this.workspaceAccount, offset: () => client.offset };
    this.#here = new Here(this.#reader);
    this.again = new Again(this.#reader, (work) => this.#act(work), this.now);
  }

  now = (): number => Date.now() + this.client.offset;

  status = shared(() => views.status(this.#reader));
  workspace = shared(() =>
    this.replica.observe((tx) => this.#common(tx, "Workspace").then(([workspace]) => workspace)),
  );
  settings = shared(() => views.settings(this.#reader));
  memberships = shared(() => persons.memberships(this.#reader));
  space = shared((space: Id) => this.replica.observe((tx) => tx.record(space, "Space", space)));
  members = shared((space: Id) => persons.members(this.#reader, space));
  people = shared(() => this.replica.observe((tx) => this.#common(tx, "Person")));
  cards = shared(() => this.replica.observe((tx) => this.#common(tx, "SpaceCard")));
  groups = shared(() => this.replica.observe((tx) => this.#common(tx, "Group")));
  threads = shared((space: Id, limit: number, followed?: boolean, from?: number) =>
    list.threads(this.#reader, space, limit, followed, from),
  );
  inbox = shared(() => inbox.inbox(this.#reader));
  thread = shared((space: Id, root: Id) => views.thread(this.#reader, space, root));
  decisions = shared((space: Id) => decisions(this.#reader, space));
  urgent = shared((space: Id, since: number) => views.urgent(this.#reader, space, since));
  readonly again: Again;
  item = shared((space: Id, id: Id) => views.item(this.#reader, space, id));
  wish = shared((of: Id) => views.wish(this.#reader, of));
  drafts = shared(() => views.drafts(this.#reader));
  written = shared(() => written(this.#reader));
  moves = shared(() => this.replica.observe((tx) => tx.records(this.me, "Move")));
  writable = shared(() => persons.writable(this.#reader));
  outbox = shared(() => views.outbox(this.#reader));
  uploads = shared(() => views.uploads(this.#reader));
  names = shared(() => persons.names(this.#reader));
  faces = shared(() => persons.faces(this.#reader));
  spacesWith = shared((person: Id) => persons.spacesWith(this.#reader, person));
  savedSearches = shared(() => views.savedSearches(this.#reader));
  imports = shared(() => views.imports(this.#reader));
  recent = shared((what: Recent) => recent(this.replica, what));
  searchHere = (filter: SearchFilter, sort: Sort, limit: number) => this.#here.search(filter, sort, limit);
  titles = shared(() => this.#here.titles());
  called = (of: Parameters<Sync["called"]>[0]) => called(this.#reader, of);

  search = (filter: SearchFilter, sort: Sort, position: number, limit: number, until?: AbortSignal): Promise<Found> =>
    searchThere((calls) => this.#ask(calls, until), this.me, { filter, sort, position, limit });

  reach = (space: Id, id: Id): Promise<boolean> => reach(this.replica, (calls) => this.#ask(calls), this.me, space, id);
  older = (space: Id): Promise<boolean> => older(this.replica, (calls) => this.#ask(calls), this.me, space);
  move = (wishes: readonly MoveWish[]) => moveAll((calls) => this.#ask(calls), this.me, wishes);
  versions = (space: Id, id: Id) => versions((calls) => this.#ask(calls), space, id);
  whereIs = (space: Id, item: Id) => whereIs((calls) => this.#ask(calls), this.me, space, item);

  remember = (what: Recent, value: string) => remember(this.replica, what, value);

  async saveSearch({ id, name, query }: Parameters<Sync["saveSearch"]>[0]): Promise<void> {
    const command = this.#mine("SavedSearch", id, "create", { name, query });
    await this.#act((tx) => enqueue(tx, { ...command, upsert: true }));
  }

  async giveImport(file: Blob, name: string): Promise<Id> {
    const local = await this.attach(file, name);
    const id = this.newId("m");
    await this.#act((tx) => enqueue(tx, this.#mine("Import", id, "create", { blobs: [local], name })));
    return id;
  }

  dropImport = (id: Id) => this.#act((tx) => enqueue(tx, this.#mine("Import", id, "destroy", {})));
  dropSearch = (id: Id) => this.#act((tx) => enqueue(tx, this.#mine("SavedSearch", id, "destroy", {})));

  async #common<T extends "Workspace" | "Person" | "SpaceCard" | "Group">(tx: Reading, type: T) {
    return this.workspaceAccount ? tx.records(this.workspaceAccount, type) : [];
  }

  newId = (letter: "i" | "p" | "s" | "g" | "m"): Id => freshId(letter, this.now());

  async attach(file: Blob, name: string, sides?: { width: number; height: number }): Promise<LocalFile> {
    const most = this.limits["maxSizeUpload"] ?? Infinity;
    if (file.size > most) throw new Refusal("tooLarge", `${name} has ${file.size} bytes; the server takes ${most}`);
    const local = { localId: freshId("f", this.now()), name, type: file.type, size: file.size };
    await this.#act((tx) => tx.putFile({ ...local, bytes: file, at: Date.now() }));
    return { ...local, ...sides };
  }

  async upload(file: Blob): Promise<Id> {
    const answer = await this.client.upload(this.me, file, file.type, AbortSignal.timeout(UPLOAD));
    return String(answer["blobId"]);
  }

  async localFile(localId: string): Promise<Blob | undefined> {
    return (await this.replica.read((tx) => tx.file(localId)))?.bytes;
  }

  fileUrl(accountId: Id, blobId: Id, name: string, type = ""): string {
    const template = this.client.session?.downloadUrl ?? "";
    return this.client.address(template, { accountId, blobId, name, type });
  }

  previewUrl(account: Id, blobId: Id, name: string, width: number): string {
    return `${this.fileUrl(account, blobId, name)}&width=${width}`;
  }

  /** One transaction. The first asks the browser not to throw away what is written here. */
  async #act<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    if (!this.#asked) void globalThis.navigator?.storage?.persist?.().catch(() => false);
    this.#asked = true;
    return this.replica.write(work);
  }

  async send(space: Id, item: NewItem, options: SendOptions = {}): Promise<Id> {
    const id = this.newId("i");
    await this.#act((tx) => this.#send(tx, id, space, item, options));
    return id;
  }

  async #send(tx: Writing, id: Id, space: Id, item: NewItem, options: SendOptions): Promise<void> {
    const wished = options.undoSeconds ?? (await tx.record(this.me, "Settings", this.me))?.undoSeconds;
    const undoSeconds = wished ?? this.limits["undoSeconds"] ?? 30;
    await tidy(tx, this.me);
    await conversations.make(tx, this.me, space);
    await showing.rememberShown(tx, id, item);
    const { sendAt } = options;
    const said = { spaceId: space, item: without(item, "persons", "shown") };
    const value = { ...said, ...(sendAt !== undefined && { sendAt: instant(sendAt) }) };
    const window = sendAt === undefined ? { undoSeconds } : {};
    await enqueue(tx, { ...this.#mine("Submission", id, "create", value), ...window, space });
  }

  async undo(id: Id): Promise<NewItem | null> {
    const { item, space, entry } = await this.#act(async (tx) => {
      const taken = await toDrafts(tx, this.me, id, this.now());
      if (taken.space) await conversations.unmake(tx, taken.space);
      return taken;
    });
    if (!item || !space || entry === undefined) return item;
    const answered = await this.#until(async (tx) => {
      const online = (await tx.meta("status"))?.connection === "online";
      const found = (await tx.outbox()).find((other) => other.id === entry);
      if (found?.how === "refused") return { left: true };
      // Another tab may have looked on as well, and have been told first.
      if (!found) return { left: (await tx.record(space, "Item", id)) !== undefined };
      return online ? undefined : { left: false };
    });
    if (!answered?.left) return item;
    await this.#until(async (tx) => (await tx.record(space, "Item", id)) && true);
    // The server has said no while the person looks on: there is nothing left to be told later.
    await this.#act(async (tx) => {
      await tx.drop(entry);
      await notToDrafts(tx, this.me, id, space, item);
    });
    return null;
  }

  async reschedule(id: Id, at: number): Promise<void> {
    await this.#act((tx) => reschedule(tx, this.me, id, instant(Math.max(at, this.now()))));
  }

  async edit(space: Id, id: Id, changes: Json & { blobs?: Attachment[] }, version: number): Promise<void> {
    const value = Object.fromEntries(Object.entries(changes).filter(([, changed]) => changed !== undefined));
    await this.#act((tx) => enqueue(tx, { ...item(space, id, "update", value), ifVersion: version }));
  }

  async #update(space: Id, id: Id, value: Json): Promise<void> {
    await this.#act((tx) => enqueue(tx, item(space, id, "update", value)));
  }

  react = (space: Id, id: Id, emoji: string, on: boolean): Promise<void> =>
    this.#update(space, id, { [pathOf("reactions", emoji, this.me)]: on ? true : null });

  async remove(space: Id, id: Id): Promise<void> {
    await this.#act(async (tx) => {
      if (!(await tx.record(space, "Item", id)) && (await takeBack(tx, this.me, id, this.now())).item) return;
      await enqueue(tx, item(space, id, "destroy", {}));
    });
  }

  gotIt = (space: Id, id: Id, on: boolean): Promise<void> =>
    this.#update(space, id, { [`answers/${this.me}`]: on ? { itemId: null, at: this.#instant() } : null });

  take = (space: Id, id: Id, on: boolean): Promise<void> =>
    this.#update(space, id, { [`takenBy/${this.me}`]: on ? this.#instant() : null });

  decide = (space: Id, id: Id, act: DecisionAct): Promise<void> =>
    this.#update(space, id, deciding(act, this.me, this.#instant()));

  closeQuestion = (space: Id, id: Id, on: boolean): Promise<void> =>
    this.#update(space, id, { closed: on ? { by: this.me, at: this.#instant() } : null });

  done = (ids: readonly Id[], on: boolean): Promise<void> =>
    this.#deliveries(ids, { doneAt: on ? this.#instant() : null });

  snooze = (ids: readonly Id[], until: UTCDate | null): Promise<void> => this.#deliveries(ids, { snoozedUntil: until });

  async #deliveries(ids: readonly Id[], value: Json): Promise<void> {
    await this.#act(async (tx) => {
      for (const id of ids) await enqueue(tx, this.#mine("Delivery", id, "update", value));
    });
  }

  /** Now, as the server writes it. */
  #instant(): UTCDate {
    return instant(this.now());
  }

  saveDraft = (draft: Parameters<Sync["saveDraft"]>[0]) => this.#act((tx) => this.#saveDraft(tx, draft));

  async #saveDraft(tx: Writing, { id, ...draft }: Parameters<Sync["saveDraft"]>[0]): Promise<void> {
    const persons = draft.spaceId ? await conversations.forDraft(tx, this.me, draft.spaceId) : {};
    const value = { ...draft, item: { ...draft.item, ...persons } };
    await enqueue(tx, { ...this.#mine("Draft", id, "create", value), upsert: true });
  }

  async showDraft(...[draft, person, { first, again }]: Parameters<Sync["showDraft"]>): Promise<Shown[]> {
    const space = await this.directSpace([person]);
    const id = this.newId("i");
    return this.#act(async (tx) => {
      const before = await showing.knownOf(tx, this.me, draft.id, draft.item);
      const thread = await showing.threadWith(tx, this.#reader, before, person);
      const shown = showing.withShown(before, { person, space, thread: thread ?? id, item: id, at: this.#instant() });
      await this.#saveDraft(tx, { ...draft, item: { ...draft.item, shown } });
      await this.#send(tx, id, space, thread ? { ...again, parentId: thread } : first, {});
      return shown;
    });
  }

  async dropDraft(id: Id): Promise<void> {
    await this.#act((tx) => enqueue(tx, this.#mine("Draft", id, "destroy", {})));
  }

  async saveSettings(changes: Partial<Omit<Settings, "id">>): Promise<void> {
    const command = this.#mine("Settings", this.me, "create", { ...changes });
    await this.#act((tx) => enqueue(tx, { ...command, upsert: true }));
  }

  async markRead(space: Id, threadId: Id, lastSeq: number): Promise<void> {
    await this.#act(async (tx) => {
      const known = cursorWith(await tx.record(this.me, "Cursor", threadId), await tx.outbox(), threadId);
      if (known && known.lastSeq >= lastSeq && !known.unreadFrom) return;
      const value = { spaceId: space, threadId, lastSeq: Math.max(lastSeq, known?.lastSeq ?? 0), unreadFrom: null };
      await enqueue(tx, { ...this.#mine("Cursor", threadId, "create", value), upsert: true });
    });
  }

  readAll = (space: Id) => this.#act((tx) => reading.readAll(tx, this.me, space));
  unread = (space: Id, marks: readonly ReadMark[]) => this.#act((tx) => reading.unread(tx, this.me, space, marks));

  newsSince = (since: number) => this.replica.read((tx) => reading.newsSince(tx, this.me, since, this.now()));
  news = (space: Id) => this.replica.read((tx) => reading.news(tx, this.me, space, this.now()));

  async follow(space: Id, threadId: Id | null, { followed, muted }: Wish): Promise<void> {
    const now = this.#instant();
    const value: Json = { spaceId: space, ...(threadId && { threadId }) };
    if (followed !== undefined) value["followedAt"] = followed ? now : null;
    if (muted !== undefined) value["muted"] = muted && { at: now, ...(muted.until && { until: muted.until }) };
    const command = this.#mine("Follow", followId(threadId ?? space), "create", value);
    await this.#act((tx) => enqueue(tx, { ...command, upsert: true }));
  }

  async createSpace({ id = this.newId("s"), ...space }: Parameters<Sync["createSpace"]>[0]): Promise<Id> {
    await this.change(this.me, "Space", id, "create", space);
    // So that a screen that goes there finds it.
    await this.#until(async (tx) => (await tx.record(id, "Space", id)) && true);
    return id;
  }

  async directSpace(others: readonly Id[]): Promise<Id> {
    const { me, workspaceAccount } = this;
    if (!workspaceAccount) throw new Refusal("forbidden", "guests begin no conversations of their own");
    const persons = [...new Set([...others, me])];
    const id = directId(workspaceAccount, persons);
    await this.#act((tx) => conversations.begin(tx, me, id, persons));
    return id;
  }

  change: Sync["change"] = async (account, type, id, act, value, inStep) => {
    const ifInState = inStep ? (await this.replica.read((tx) => tx.state(account, type)))?.state : undefined;
    const [answer] = await this.#ask([[`${type}/set`, { accountId: account, ifInState, [act]: { [id]: value } }]]);
    const said = granted(answer) as Record<string, Record<Id, Json | null> | null>;
    const fault = said["notCreated"]?.[id] ?? said["notUpdated"]?.[id];
    if (fault) {
      const { type: why, description, properties } = fault as { type: string; description?: string; properties?: [] };
      throw new Refusal(why, description ?? why, properties);
    }
    return { ...value, ...said["created"]?.[id], ...said["updated"]?.[id], id };
  };

  async retry(outboxId: number): Promise<void> {
    await this.#act((tx) => again(tx, outboxId));
  }

  async discard(outboxId: number): Promise<void> {
    await this.#act(async (tx) => {
      const entry = (await tx.outbox()).find(({ id }) => id === outboxId);
      if (entry && entry.how !== "sending") await tx.drop(outboxId);
    });
  }

  wake = (): void => void this.replica.write((tx) => tx.setMeta("wake", Date.now())).catch(() => {});

  async close(): Promise<void> {
    this.#here.close();
    await this.stop();
    await this.replica.close();
  }

  async forget(): Promise<void> {
    this.#here.close();
    await this.stop();
    await this.replica.destroy();
    await this.forgetSession();
  }

  #mine(type: Command["type"], recordId: Id, act: Command["act"], value: Json): Command {
    return { account: this.me, type, recordId, act, value };
  }

  /** Asks the server now. */
  async #ask(calls: Parameters<Client["call"]>[0], until?: AbortSignal) {
    try {
      return await this.client.call(calls, until);
    } catch (error) {
      throw error instanceof Busy ? new Offline(error.message, { cause: error }) : error;
    }
  }

  /** What a read gives, as soon as it gives something; undefined if that is not soon. */
  #until<T>(read: (tx: Reading) => Promise<T | undefined>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const end = (value?: T) => {
        clearTimeout(timer);
        resolve(value);
        queueMicrotask(() => stop());
      };
      const timer = setTimeout(end, SOON);
      stop = this.replica.observe(read).subscribe((value) => value !== undefined && end(value), reject);
    });
  }
}

function item(account: Id, recordId: Id, act: "update" | "destroy", value: Json): Command {
  return { account, type: "Item", recordId, act, value };
}
