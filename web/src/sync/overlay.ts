// Lays what waits on this device over the server's records, at the moment of reading: the records themselves are never
// touched, so a refusal leaves nothing to repair. Pure.
import type {
  Cursor,
  Delivery,
  Draft,
  Follow,
  Id,
  Import,
  Item,
  SavedSearch,
  Settings,
  Submission,
} from "../generated/types";
import type { Attachment, ImportView, ItemView, LocalFile, NewItem, Waiting } from "./api";
import type { Json } from "./jmap";
import type { Entry } from "./replica";
import { beginning } from "./search/words";
import { equal, partsOf } from "./values";

/** A patch (RFC 8620 5.3) applied to a copy. Deep in a map null takes away, and what is empty then goes too. */
export function patched<T extends object>(record: T, patch: Json): T {
  const out = { ...record } as Json;
  for (const [path, value] of Object.entries(patch)) {
    set(out, partsOf(path), value);
  }
  return out as T;
}

function set(object: Json, [name = "", ...rest]: string[], value: unknown, depth = 0): void {
  if (rest.length > 0) {
    const inner = { ...(object[name] as Json | undefined) };
    set(inner, rest, value, depth + 1);
    if (depth > 0 && Object.keys(inner).length === 0) delete object[name];
    else object[name] = inner;
  } else if (value === null && depth > 0) delete object[name];
  else object[name] = value;
}

/** True if a record says already what a patch would make it say. */
export function says(record: object, patch: Json): boolean {
  return equal(plain(patched(record, patch)), plain(record));
}

/** Without what is not there, and without what the server adds to a file. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { blobId, name } = value as Json;
  if (blobId !== undefined) return { blobId, name };
  const parts = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
  return Object.fromEntries(parts.map(([key, part]) => [key, plain(part)]));
}

/** The commands on one record, in order. */
export function on(entries: readonly Entry[], type: string, account: Id, id: Id): Entry[] {
  return entries.filter((entry) => entry.recordId === id && entry.type === type && entry.account === account);
}

/** An Item with what waits; undefined if it is deleted here. `below`: something hangs below it, so it is only emptied. */
export function itemWith(item: Item, entries: readonly Entry[], me: Id, below: boolean): ItemView | undefined {
  let view = item as ItemView;
  for (const entry of entries) {
    const changing: ItemView["changing"] = { how: "waiting", outboxId: entry.id };
    if (entry.how === "refused") {
      // The server's word stands; what was written is in the outbox.
      view = { ...view, changing: { ...changing, how: "refused", reason: entry.reason } };
    } else if (entry.act === "destroy") {
      if (!below) return undefined;
      const deleted = { by: me, at: new Date(entry.at).toISOString() };
      view = { ...view, title: null, text: null, blobs: [], excerpt: "", deleted, changing };
    } else {
      view = { ...patched(view, entry.value), changing: view.changing?.how === "refused" ? view.changing : changing };
    }
  }
  return view;
}

/** What is sent but not in its Space yet, by the id it will have. */
export interface Pending {
  id: Id;
  space: Id;
  item: NewItem;
  /** Milliseconds of the server's clock when Send was pressed. */
  at: number;
  waiting: Waiting;
}

/** One's own Submissions with what waits; without those that are taken back. `now`: the server's clock. */
export function pendingWith(submissions: readonly Submission[], entries: readonly Entry[], offset: number): Pending[] {
  const out = new Map<Id, Pending>();
  const now = Date.now() + offset;
  for (const { id, spaceId, item, sendAt, createdAt, undoStatus, sealedBy } of submissions) {
    if (undoStatus === "canceled") continue;
    const until = Date.parse(sendAt);
    // Dated as it leaves: its author has said when.
    const how = sendAt === createdAt ? "later" : "undoable";
    const sealed = sealedBy ? { sealed: true as const } : {};
    const waiting: Waiting = undoStatus === "pending" && until > now ? { how, until, ...sealed } : { how: "leaving" };
    out.set(id, { id, space: spaceId, item: item as NewItem, at: Date.parse(createdAt), waiting });
  }
  for (const entry of entries) {
    if (entry.type !== "Submission") continue;
    if (entry.act === "create") {
      // Sent, and the answer unknown: the server's own copy tells more.
      if (out.has(entry.recordId) && entry.how !== "refused") continue;
      const { item, sendAt } = entry.value as { item: NewItem; sendAt?: string };
      const until = sendAt === undefined ? 0 : Date.parse(sendAt);
      const device: Waiting = until > now ? { how: "later", until, here: true } : { how: "device" };
      const waiting: Waiting = entry.how === "refused" ? { how: "refused", reason: entry.reason } : device;
      const at = until > now ? until : entry.at + offset;
      out.set(entry.recordId, { id: entry.recordId, space: entry.space ?? "", item, at, waiting });
    } else if (entry.how !== "refused") {
      const held = out.get(entry.recordId);
      const until = Date.parse(String(entry.value["sendAt"]));
      // Other words of what is sealed.
      if (entry.value["item"]) {
        if (held) out.set(held.id, { ...held, item: entry.value["item"] as NewItem });
        continue;
      }
      if (Number.isNaN(until)) out.delete(entry.recordId);
      else if (held && until > now) out.set(held.id, { ...held, at: until, waiting: { ...held.waiting, until } });
      else if (held) out.set(held.id, { ...held, at: now, waiting: { how: "leaving" } });
    }
  }
  return [...out.values()];
}

/** Something that waits, as it is shown in its thread. */
export function pendingView({ id, item, at, waiting }: Pending, threadId: Id, me: Id): ItemView {
  const when = new Date(at).toISOString();
  const blobs = (item.blobs ?? []) as Attachment[];
  return {
    groups: {},
    answers: {},
    unasked: {},
    takenBy: {},
    mentions: [],
    ...item,
    id,
    threadId,
    blobs,
    waiting,
    seq: 0,
    version: 1,
    origin: "said",
    reactions: {},
    createdBy: me,
    createdAt: when,
    receivedAt: when,
    excerpt: beginning(item.text ?? ""),
  };
}

/** One's drafts with what waits. */
export function draftsWith(drafts: readonly Draft[], entries: readonly Entry[]): Draft[] {
  const out = new Map(drafts.map((draft) => [draft.id, draft]));
  for (const { type, act, recordId: id, value, at, how } of entries) {
    if (type !== "Draft") continue;
    if (act === "destroy") {
      if (how !== "refused") out.delete(id);
    } else {
      const when = new Date(at).toISOString();
      const before = out.get(id) ?? { id, item: {}, createdAt: when, version: 1 };
      out.set(id, { ...before, ...value, editedAt: when });
    }
  }
  return [...out.values()];
}

/** One's saved searches with what waits. */
export function searchesWith(searches: readonly SavedSearch[], entries: readonly Entry[]): SavedSearch[] {
  const out = new Map(searches.map((search) => [search.id, search]));
  for (const { type, act, recordId: id, value, at, how } of entries) {
    if (type !== "SavedSearch" || how === "refused") continue;
    const fresh = { id, name: "", query: "", createdAt: new Date(at).toISOString() };
    if (act === "destroy") out.delete(id);
    else out.set(id, { ...(out.get(id) ?? fresh), ...value });
  }
  return [...out.values()];
}

/** What one brings in, with what is still going up. */
export function importsWith(imports: readonly Import[], entries: readonly Entry[]): ImportView[] {
  const out = new Map<Id, ImportView>(imports.map((one) => [one.id, one]));
  for (const { id: outboxId, type, act, recordId: id, value, at, how, reason } of entries) {
    if (type !== "Import") continue;
    if (act === "destroy") out.delete(id);
    else if (!out.has(id)) {
      const [file] = value["blobs"] as [LocalFile];
      const going = { outboxId, file, ...(how === "refused" && { refused: reason ?? "" }) };
      out.set(id, { id, name: file.name, createdAt: new Date(at).toISOString(), going });
    }
  }
  return [...out.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** One's settings with what waits. */
export function settingsWith(settings: Settings | undefined, entries: readonly Entry[], me: Id): Settings | undefined {
  const own = entries.filter((entry) => entry.type === "Settings" && entry.how !== "refused");
  return own.reduce<Settings | undefined>((held, { value }) => ({ id: me, ...held, ...value }), settings);
}

/** What one follows and has muted, with what waits. */
export function followsWith(follows: readonly Follow[], entries: readonly Entry[]): Record<Id, Follow> {
  const out: Record<Id, Follow> = Object.fromEntries(follows.map((follow) => [follow.id, follow]));
  for (const { type, recordId: id, value, how } of entries) {
    if (type === "Follow" && how !== "refused") out[id] = { id, ...out[id], ...(value as Omit<Follow, "id">) };
  }
  return out;
}

/** What reaches one, with what waits. */
export function deliveriesWith(deliveries: readonly Delivery[], entries: readonly Entry[]): Delivery[] {
  const waits = entries.filter((entry) => entry.type === "Delivery" && entry.how !== "refused");
  if (waits.length === 0) return [...deliveries];
  const out = new Map(deliveries.map((one) => [one.id, one]));
  for (const { recordId: id, value } of waits) {
    const held = out.get(id);
    if (held) out.set(id, { ...held, ...value });
  }
  return [...out.values()];
}

/** How far one has read a thread, with what waits. */
export function cursorWith(
  held: Cursor | undefined,
  entries: readonly Entry[],
  thread: Id,
): Pick<Cursor, "lastSeq" | "unreadFrom"> | undefined {
  let out: Pick<Cursor, "lastSeq" | "unreadFrom"> | undefined = held;
  for (const { type, recordId, value, how } of entries) {
    if (type !== "Cursor" || recordId !== thread || how === "refused") continue;
    const { lastSeq, unreadFrom = out?.unreadFrom } = value as Partial<Cursor>;
    out = { lastSeq: Math.max(out?.lastSeq ?? 0, lastSeq ?? 0), ...(unreadFrom && { unreadFrom }) };
  }
  return out;
}
