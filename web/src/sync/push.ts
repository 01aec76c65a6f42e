// Sends what waits, in order, and takes in the answers: what was done leaves the outbox together with the coming of the
// record as the server has it now; what was refused stays, with the server's sentence. Not to be asked for two steps at
// once, nor during a step of `pull.ts`: answers must be taken in in the order of their snapshots.
import type { Id, Item, Submission, TypeName, Types, UTCDate } from "../generated/types";
import { made } from "./conversations";
import { says } from "./overlay";
import { neverSent } from "./outbox";
import { SignedOut, type Answer, type Call, type Client, type Fault, type Json } from "./jmap";
import type { Entry, Replica, Writing } from "./replica";
import { missing, withUploads } from "./uploads";
import { without } from "./values";
import { askFor, kept } from "./window";

/** Commands of one request, and about how many characters of them. */
const MOST_COMMANDS = 50;
const MOST_TEXT = 2_000_000;
/** Milliseconds until a command is sent again that came too often. */
const TOO_OFTEN = 20_000;

/** What a step has done. */
export interface Pushed {
  /** Something was sent. */
  sent: boolean;
  /** Files that have to be uploaded before it can go on. */
  files: boolean;
}

type Outcome = { how: "done"; version?: number } | { how: "refused"; fault: Fault } | { how: "again"; wait: number };

/** The records that came back with the answers, by account, type and id; null: it is not there. */
type Records = Map<string, { id: Id } | null>;

const keyOf = (account: Id, type: string, id: Id) => `${account} ${type} ${id}`;

/** Sends what waits. */
export class Push {
  /** Commands of one request; fewer after a request was too large. */
  #most = MOST_COMMANDS;
  /** Milliseconds of this device's clock before which the server wants to be left alone. */
  #notBefore = 0;

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    private readonly me: Id,
    private readonly fence: (tx: Writing) => Promise<void>,
  ) {}

  /** Sends as much as goes into one request. */
  async step(signal: AbortSignal): Promise<Pushed> {
    if (Date.now() < this.#notBefore) return { sent: false, files: false };
    const taken = await this.replica.write((tx) => this.#take(tx));
    if (taken.entries.length === 0) return { sent: false, files: taken.files };
    const { entries } = taken;
    const calls = [...entries.map(({ entry }) => setCall(entry)), ...reads(entries.map(({ entry }) => entry))];
    let answers: Answer[];
    try {
      answers = await this.client.call(calls, signal);
    } catch (error) {
      if (!isTooLarge(error)) {
        await this.#putBack(entries.map(({ entry }) => entry));
        throw error;
      }
      // The whole request was refused. Alone, a command is to blame itself.
      const fault = { type: "tooLarge", description: (error as Error).message };
      this.#most = Math.max(1, Math.floor(entries.length / 2));
      if (entries.length > 1) await this.#putBack(entries.map(({ entry }) => entry));
      else await this.#refuseAll([entries[0]!.entry], fault);
      return { sent: true, files: taken.files };
    }
    this.#most = MOST_COMMANDS;
    const wait = await this.replica.write(async (tx) => {
      await this.fence(tx);
      return this.#apply(tx, entries, answers, calls);
    });
    if (wait !== undefined) this.#notBefore = Date.now() + wait;
    return { sent: true, files: taken.files };
  }

  /** Marks what is sent now. What still needs a file stays, and with it what has to come after it. */
  async #take(tx: Writing) {
    await this.fence(tx);
    const entries: Array<{ entry: Entry; uncertain: boolean }> = [];
    const held: Entry[] = [];
    let [text, files] = [0, false];
    for (const waiting of await tx.outbox()) {
      if (waiting.how === "refused") continue;
      const entry = await withUploads(tx, waiting);
      const incomplete = missing(entry) !== undefined;
      files ||= incomplete;
      // What is written over an edit of one's own has to know which version that becomes.
      const over = entries.some((other) => entry.ifVersion !== undefined && follows(entry, other.entry));
      if (incomplete || over || held.some((other) => comesAfter(entry, other))) {
        held.push(entry);
        continue;
      }
      text += JSON.stringify(entry.value).length;
      if (entries.length >= this.#most || (entries.length > 0 && text > MOST_TEXT)) break;
      const sent: Entry = { ...entry, how: "sending", uncertain: true };
      await tx.change(sent);
      entries.push({ entry: sent, uncertain: !neverSent(waiting) });
    }
    return { entries, files };
  }

  /** They are sent again, as far as they are still as this step has left them. */
  async #putBack(entries: Entry[]): Promise<void> {
    await this.replica.write(async (tx) => {
      await this.fence(tx);
      for (const entry of await underWay(tx, entries)) await tx.change({ ...entry, how: "waiting" });
    });
  }

  async #refuseAll(entries: Entry[], fault: Fault): Promise<void> {
    await this.replica.write(async (tx) => {
      await this.fence(tx);
      for (const entry of await underWay(tx, entries)) await this.#refuse(tx, entry, fault);
    });
  }

  async #apply(tx: Writing, sent: Array<{ entry: Entry; uncertain: boolean }>, answers: Answer[], calls: Call[]) {
    const records = await this.#takeIn(tx, calls.slice(sent.length), answers.slice(sent.length));
    let wait: number | undefined;
    for (const [i, { entry, uncertain }] of sent.entries()) {
      const outcome = judge(entry, uncertain, answers[i], records, this.me);
      if (outcome.how === "again") {
        await tx.change({ ...entry, how: "waiting" });
        wait = Math.max(wait ?? 0, outcome.wait);
      } else if (outcome.how === "refused") {
        await this.#refuse(tx, entry, outcome.fault);
      } else {
        await tx.drop(entry.id);
        if (entry.type === "Space") await made(tx, this.me, entry);
        if (outcome.version !== undefined) await rebase(tx, entry, outcome.version);
      }
    }
    return wait;
  }

  /** Puts the records that were read after writing into the replica, as far as their accounts are kept. */
  async #takeIn(tx: Writing, calls: Call[], answers: Answer[]): Promise<Records> {
    const records: Records = new Map();
    for (const [i, [method, args]] of calls.entries()) {
      const got = answers[i]?.args;
      if (!got) continue;
      const type = method.split("/")[0] as TypeName;
      const account = String(args["accountId"]);
      const list = got["list"] as Types[TypeName][];
      const gone = got["notFound"] as Id[];
      list.forEach((record) => records.set(keyOf(account, type, record.id), record));
      gone.forEach((id) => records.set(keyOf(account, type, id), null));
      const row = await tx.state(account, type);
      if (!row) continue;
      const own = type === "Item" ? await kept(tx, account, list as Item[]) : list;
      await tx.put(account, type, own);
      await tx.remove(account, type, gone);
      const came = own.map((record) => record.id);
      await askFor(tx, account, type, came);
    }
    return records;
  }

  async #refuse(tx: Writing, entry: Entry, fault: Fault): Promise<void> {
    if (fault.type === "blobNotFound" && !entry.uploadedAgain) {
      const retried = await this.#forgetUploads(tx, entry);
      if (retried) return tx.change(retried);
    }
    const later = (await tx.outbox()).filter((other) => follows(other, entry) && other.id > entry.id);
    // Deleted here since: that what came before is refused is of no interest any more.
    if (later.some((other) => other.act === "destroy")) return tx.drop(entry.id);
    const back = later.find((e) => entry.type === "Submission" && entry.act === "create" && e.act === "update");
    if (back) {
      // It was taken back, and its text given back: nothing of it is left to look at.
      await tx.drop(entry.id);
      return tx.drop(back.id);
    }
    const reason = fault.description ?? fault.type;
    await tx.change({ ...entry, how: "refused", uncertain: false, reason });
  }

  /** An upload that no record named is kept for a day: after that the file is uploaded again. */
  async #forgetUploads(tx: Writing, entry: Entry): Promise<Entry | undefined> {
    let any = false;
    for (const blob of missing(entry, true) ?? []) {
      const file = await tx.file(blob);
      if (!file?.blobId) continue;
      any = true;
      await tx.putFile(without(file, "blobId"));
    }
    return any ? { ...entry, how: "waiting", uploadedAgain: true } : undefined;
  }
}

const isTooLarge = (error: unknown) =>
  error instanceof Error && "type" in error && /:error:(limit|notJSON|notRequest)$|^http413$/.test(String(error.type));

/** True if both are of the same record. */
function follows(entry: Entry, other: Entry): boolean {
  return entry.recordId === other.recordId && entry.account === other.account && entry.type === other.type;
}

const sends = (entry: Entry) => entry.type === "Submission" && entry.act === "create";

/** True if it must not leave before the other: the same record, what is sent to it, a reply, and what is sent later. */
function comesAfter(entry: Entry, other: Entry): boolean {
  if (follows(entry, other) || (other.type === "Space" && entry.space === other.recordId)) return true;
  if (!sends(entry) || !sends(other)) return false;
  return entry.space === other.space || (entry.value["item"] as Json)["parentId"] === other.recordId;
}

/** Which of them are still there and being sent, as they are now. */
async function underWay(tx: Writing, entries: Entry[]): Promise<Entry[]> {
  const ids = new Set(entries.map((entry) => entry.id));
  return (await tx.outbox()).filter((entry) => ids.has(entry.id) && entry.how === "sending");
}

/** Later edits of the same record were written over this one. */
async function rebase(tx: Writing, done: Entry, version: number): Promise<void> {
  for (const entry of await tx.outbox()) {
    if (follows(entry, done) && entry.ifVersion === done.ifVersion) await tx.change({ ...entry, ifVersion: version });
  }
}

function setCall(entry: Entry): Call {
  const { account: accountId, type, recordId: id, act, ifVersion } = entry;
  const value = ofType(type, withoutLocal(entry.value));
  const version = ifVersion === undefined ? {} : { ifVersion: { [id]: ifVersion } };
  if (act === "destroy") return [`${type}/set`, { accountId, destroy: [id] }];
  if (act === "update") return [`${type}/set`, { accountId, update: { [id]: value }, ...version }];
  if (entry.undoSeconds !== undefined) {
    value["sendIn"] = secondsLeft(entry);
    const waited = secondsWaited(entry);
    if (waited > 0) value["waited"] = waited;
  }
  const update = entry.upsert ? { update: { [id]: changeable(type, value) } } : {};
  return [`${type}/set`, { accountId, create: { [id]: value }, ...update }];
}

/** Of the time in which it can be taken back. By this device's clock alone, so it matters not how wrong that is. */
export function secondsLeft({ at, undoSeconds = 0 }: Pick<Entry, "at" | "undoSeconds">): number {
  return Math.min(Math.max(Math.ceil(undoSeconds - (Date.now() - at) / 1000), 0), undoSeconds);
}

/** Since Send was pressed, so that what waited for a network bears the time at which it was said. */
export function secondsWaited({ at }: Pick<Entry, "at">): number {
  return Math.max(0, Math.floor((Date.now() - at) / 1000));
}

/** What an update may name of what a create names. */
function changeable(type: TypeName, value: Json): Json {
  if (type !== "Cursor" && type !== "Follow") return value;
  return without(value, "spaceId", "threadId");
}

/** An Import has one file, by its id alone. */
function ofType(type: TypeName, value: Json): Json {
  const [file] = type === "Import" ? ((value["blobs"] ?? []) as Json[]) : [];
  return file ? { ...without(value, "blobs"), blobId: file["blobId"] } : value;
}

/** Without the names that files have on this device. */
function withoutLocal(value: Json): Json {
  const clean = (holder: Json): Json =>
    Array.isArray(holder["blobs"])
      ? { ...holder, blobs: (holder["blobs"] as Json[]).map((blob) => without(blob, "localId")) }
      : { ...holder };
  const item = value["item"];
  return item ? { ...clean(value), item: clean(item as Json) } : clean(value);
}

/** Reads what was written, and of a Submission also what it may have become, and the question that it answers. */
function reads(entries: Entry[]): Call[] {
  const wanted = new Map<string, { accountId: Id; type: string; ids: Set<Id> }>();
  const want = (accountId: Id, type: string, id: Id) => {
    const key = `${accountId} ${type}`;
    if (!wanted.has(key)) wanted.set(key, { accountId, type, ids: new Set() });
    wanted.get(key)!.ids.add(id);
  };
  for (const { account, type, recordId, space, value } of entries) {
    // A Space is in an account of its own from then on.
    if (type !== "Space") want(account, type, recordId);
    if (!space) continue;
    want(space, "Item", recordId);
    const question = (value["item"] as Json | undefined)?.["inAnswerTo"];
    if (typeof question === "string") want(space, "Item", question);
  }
  return [...wanted.values()].map(({ accountId, type, ids }) => [`${type}/get`, { accountId, ids: [...ids] }]);
}

/** True if what was said for that instant has happened then, or later. */
const isBy = (said: UTCDate, happened: UTCDate) => Date.parse(said) <= Date.parse(happened);

function judge(entry: Entry, uncertain: boolean, answer: Answer | undefined, records: Records, me: Id): Outcome {
  const { account, type, recordId: id, act, space } = entry;
  if (!answer) return { how: "again", wait: 1000 };
  if (answer.error) {
    if (answer.error.type === "accountNotFound" && account === me) throw new SignedOut("somebody else is signed in");
    return { how: "refused", fault: answer.error };
  }
  const said = answer.args as Record<string, Record<Id, Json & Fault> | null>;
  const fault = said["notCreated"]?.[id] ?? said["notUpdated"]?.[id] ?? said["notDestroyed"]?.[id];
  if (!fault) {
    const version = (said["updated"]?.[id] as Json | null | undefined)?.["version"];
    return entry.ifVersion !== undefined && typeof version === "number" ? { how: "done", version } : { how: "done" };
  }
  if (fault.type === "rateLimit") return { how: "again", wait: TOO_OFTEN };
  if (act === "destroy" && fault.type === "notFound") return { how: "done" };
  const record = records.get(keyOf(account, type, id));
  if (fault.type === "invalidPatch" && act === "update" && record && says(record, entry.value)) return { how: "done" };
  if (fault.type === "versionMismatch" && uncertain && record && says(record, withoutLocal(entry.value))) {
    // It was this command, whose answer was lost, that made the other version.
    return { how: "done", version: (record as Item).version };
  }
  const sendAt = act === "update" ? entry.value["sendAt"] : undefined;
  // It was to leave by then, and has.
  const left = record as Submission | undefined | null;
  if (typeof sendAt === "string" && fault.type === "cannotUnsend" && left && isBy(sendAt, left.sendAt)) {
    return { how: "done" };
  }
  if (type === "Submission" && act === "update" && fault.type === "notFound" && space) {
    // Put away: published, or gone back to Drafts, or never to be seen again.
    const published = records.get(keyOf(space, "Item", id)) as Item | undefined | null;
    if (!published || (typeof sendAt === "string" && isBy(sendAt, published.createdAt))) return { how: "done" };
    const description = "it was published already; edit or delete it where it is";
    return { how: "refused", fault: { type: "cannotUnsend", description } };
  }
  return { how: "refused", fault };
}
