// What a person does becomes a command that is durable before the act resolves, and what waits can be changed as long
// as it was never sent. Works inside a transaction of the replica; knows nothing of the network.
import type { Id, TypeName, UTCDate } from "../generated/types";
import type { NewItem } from "./api";
import { draftsWith, on, says } from "./overlay";
import type { Entry, Reading, Writing } from "./replica";
import { withRemembered } from "./showing";
import { withUploads } from "./uploads";
import { without } from "./values";

/** A command as an act gives it. */
export type Command = Pick<Entry, "account" | "type" | "recordId" | "act" | "value"> &
  Partial<Pick<Entry, "ifVersion" | "undoSeconds" | "upsert" | "space">>;

/** Types of which only the newest value counts. */
const NEWEST_COUNTS: ReadonlySet<TypeName> = new Set([
  "Draft",
  "Settings",
  "Cursor",
  "Delivery",
  "Follow",
  "SavedSearch",
  "Import",
]);

/** True if the server can't know of it. */
export const neverSent = (entry: Entry) => entry.how !== "sending" && !entry.uncertain;

/** The commands on the same record, in order; `all`: the outbox, where it has been read. */
async function same(tx: Reading, { account, type, recordId }: Command, all?: Entry[]): Promise<Entry[]> {
  const entries = all ?? (await tx.outbox());
  return entries.filter((e) => e.account === account && e.type === type && e.recordId === recordId);
}

/** Keeps a command. What was never sent and is overtaken by it becomes one with it. */
export async function enqueue(tx: Writing, command: Command, all?: Entry[]): Promise<void> {
  const at = Date.now();
  const earlier = await same(tx, command, all);
  const last = earlier.at(-1);
  if (NEWEST_COUNTS.has(command.type)) {
    const overtaken = earlier.filter((entry) => entry.how === "refused" || neverSent(entry));
    for (const entry of overtaken) await tx.drop(entry.id);
    if (command.act === "destroy") {
      const known = await tx.record(command.account, command.type, command.recordId);
      if (!known && overtaken.length === earlier.length) return;
    }
    const value = command.act === "destroy" ? {} : Object.assign({}, ...overtaken.map((e) => e.value), command.value);
    await tx.add({ ...command, value, at, how: "waiting", uncertain: false });
  } else if (command.ifVersion !== undefined && last?.ifVersion !== undefined && neverSent(last)) {
    // A refused edit is overtaken: whoever edits again has seen what the server holds.
    const { ifVersion } = last.how === "refused" ? command : last;
    const value = { ...last.value, ...command.value };
    await tx.change({ ...last, value, ifVersion, at, how: "waiting", reason: undefined });
  } else {
    await tx.add({ ...command, at, how: "waiting", uncertain: false });
  }
}

/** Keeps many commands, each on another record. */
export async function enqueueAll(tx: Writing, commands: readonly Command[]): Promise<void> {
  const all = await tx.outbox();
  for (const command of commands) await enqueue(tx, command, all);
}

/** What is known of something that one has sent. */
export interface TakenBack {
  item: NewItem | null;
  /** Where it was to go. */
  space?: Id;
  /** The command whose answer decides, if the server knows of it. */
  entry?: number;
  /** It had been taken back before. */
  before?: boolean;
}

/** Takes back a Submission, as far as this device can tell. `now`: the server's clock. */
export async function takeBack(tx: Writing, me: Id, id: Id, now: number): Promise<TakenBack> {
  const earlier = await same(tx, { account: me, type: "Submission", recordId: id, act: "create", value: {} });
  const create = earlier.find((entry) => entry.act === "create");
  if (create && (create.how === "refused" || neverSent(create))) {
    for (const entry of earlier) await tx.drop(entry.id);
    return { item: (create.value as { item: NewItem }).item, space: create.space };
  }
  const known = await tx.record(me, "Submission", id);
  const space = known?.spaceId ?? create?.space;
  const item = (known?.item ?? create?.value["item"]) as NewItem | undefined;
  if (!item || !space || (await tx.record(space, "Item", id))) return { item: null };
  const left = known && (known.undoStatus === "final" || Date.parse(known.sendAt) <= now);
  if (left) return { item: null };
  // Taken back already: pressed twice.
  const cancel = earlier.find(
    (entry) =>
      entry.act !== "create" && entry.how !== "refused" && !("sendAt" in entry.value) && !("item" in entry.value),
  );
  if (cancel) return { item, space, entry: cancel.id, before: true };
  if (known?.undoStatus === "canceled") return { item, space, before: true };
  const value = { undoStatus: "canceled" };
  const command = { account: me, type: "Submission" as const, recordId: id, act: "update" as const, value, space };
  const entry = await tx.add({ ...command, at: Date.now(), how: "waiting", uncertain: false });
  return { item, space, entry };
}

/** Puts a Submission at another instant. */
export async function reschedule(tx: Writing, me: Id, id: Id, sendAt: UTCDate): Promise<void> {
  const command: Command = { account: me, type: "Submission", recordId: id, act: "update", value: { sendAt } };
  const earlier = await same(tx, command);
  const create = earlier.find((entry) => entry.act === "create");
  if (create && (create.how === "refused" || neverSent(create))) {
    await tx.change({ ...without(create, "reason"), how: "waiting", value: { ...create.value, sendAt } });
    return;
  }
  const last = earlier.at(-1);
  const space = create?.space ?? (await tx.record(me, "Submission", id))?.spaceId;
  if (last && "sendAt" in last.value && last.act === "update" && neverSent(last)) await tx.drop(last.id);
  await tx.add({ ...command, ...(space && { space }), at: Date.now(), how: "waiting", uncertain: false });
}

/**
 * Takes back a Submission, and makes what was written a Draft with the same id. Whoever does so twice finds that Draft,
 * whatever was written into it since.
 */
export async function toDrafts(tx: Writing, me: Id, id: Id, now: number): Promise<TakenBack> {
  const taken = await takeBack(tx, me, id, now);
  if (taken.item) taken.item = await withRemembered(tx, id, taken.item);
  if (taken.item && taken.space && !taken.before) await enqueue(tx, draftOf(me, id, taken.space, taken.item));
  if (taken.item || (await tx.record(me, "Submission", id))) return taken;
  // The server never knew of it, or has given it back.
  const held = await tx.record(me, "Draft", id);
  const [draft] = draftsWith(held ? [held] : [], on(await tx.outbox(), "Draft", me, id));
  if (!draft?.spaceId || (await tx.record(draft.spaceId, "Item", id))) return taken;
  return { item: draft.item as NewItem, space: draft.spaceId, before: true };
}

/** It has left after all: drops the Draft that `toDrafts` has made of it, unless something else was written there since. */
export async function notToDrafts(tx: Writing, me: Id, id: Id, space: Id, item: NewItem): Promise<void> {
  // As long as it is being published it may still come back: then the Draft is where its text is.
  if (!(await tx.record(space, "Item", id))) return;
  const draft = draftOf(me, id, space, item);
  const entries = await same(tx, draft);
  const held = await tx.record(me, "Draft", id);
  const texts: object[] = [...(held ? [held] : []), ...entries.map((entry) => entry.value)];
  const { value } = await withUploads(tx, draft);
  const edited = entries.some((entry) => entry.act !== "create") || !texts.every((text) => says(text, value));
  if (!edited) await enqueue(tx, { ...draft, act: "destroy", value: {} });
}

function draftOf(me: Id, id: Id, spaceId: Id, item: NewItem): Command {
  return { account: me, type: "Draft", recordId: id, act: "create", value: { spaceId, item }, upsert: true };
}

/** Puts away what was taken back earlier: its text was given back then. */
export async function tidy(tx: Writing, me: Id): Promise<void> {
  const busy = new Set((await tx.outbox()).map((entry) => entry.recordId));
  for (const { id, undoStatus } of await tx.records(me, "Submission")) {
    if (undoStatus !== "canceled" || busy.has(id)) continue;
    await enqueue(tx, { account: me, type: "Submission", recordId: id, act: "destroy", value: {} });
  }
}

/** A refused command again. An edit that came too late overwrites now: a person has looked at it. */
export async function again(tx: Writing, id: number): Promise<void> {
  const entry = (await tx.outbox()).find((e) => e.id === id);
  if (entry?.how !== "refused") return;
  const version =
    entry.ifVersion === undefined ? undefined : (await tx.record(entry.account, "Item", entry.recordId))?.version;
  await tx.change({
    ...without(entry, "reason"),
    how: "waiting",
    ...(version === undefined ? {} : { ifVersion: version }),
  });
}
