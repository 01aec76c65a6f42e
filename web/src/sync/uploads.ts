// Files that are attached on this device: uploaded before the command that names them is sent, each once. Does not know
// what kind of thing they belong to.
import type { Id } from "../generated/types";
import { Refusal } from "./api";
import { SignedOut, type Client, type Json } from "./jmap";
import { inPieces, LARGE, type Going } from "./pieces";
import type { Entry, FileRow, Replica, Writing } from "./replica";
import { without } from "./values";

/** A file as a command names it: on this device, uploaded, or both. */
interface Named {
  localId?: string;
  blobId?: Id;
}

/** The object of a command that has the files: the Item inside, or itself. */
function holder(entry: Pick<Entry, "value">): Json {
  return (entry.value["item"] as Json | undefined) ?? entry.value;
}

/** The files of this device that a command names and that are not uploaded (or, on demand, all); else undefined. */
export function missing(entry: Pick<Entry, "value">, all = false): string[] | undefined {
  const blobs = (holder(entry)["blobs"] ?? []) as Named[];
  const local = blobs.filter(({ localId, blobId }) => localId !== undefined && (all || blobId === undefined));
  return local.length > 0 ? local.map(({ localId }) => localId!) : undefined;
}

/** The command with the blobIds of what is uploaded by now. */
export async function withUploads<T extends Pick<Entry, "value">>(tx: Writing, entry: T): Promise<T> {
  const named = missing(entry, true);
  if (!named) return entry;
  const blobs: Named[] = [];
  for (const { blobId: held, ...blob } of holder(entry)["blobs"] as Named[]) {
    const file = blob.localId === undefined ? undefined : await tx.file(blob.localId);
    // Where the file is put away by now, what the command holds is right.
    const blobId = file ? file.blobId : held;
    blobs.push(blobId === undefined ? blob : { ...blob, blobId });
  }
  const changed = { ...holder(entry), blobs };
  return { ...entry, value: entry.value["item"] ? { ...entry.value, item: changed } : changed };
}

/** Uploads one file that such a command waits for. False if there is none but those that are under way. */
export async function uploadNext(
  replica: Replica,
  client: Client,
  me: Id,
  signal: AbortSignal,
  wanted: (entry: Entry) => boolean,
  busy: Set<string>,
): Promise<boolean> {
  const next = await replica.write(async (tx) => {
    for (const waiting of await tx.outbox()) {
      if (waiting.how === "refused" || !wanted(waiting)) continue;
      const [localId] = (missing(await withUploads(tx, waiting)) ?? []).filter((name) => !busy.has(name));
      if (localId === undefined) continue;
      const file = await tx.file(localId);
      if (file) return file;
      const reason = "a file of it is not on this device any more: attach it again";
      await tx.change({ ...waiting, how: "refused", reason });
    }
    return undefined;
  });
  // Another lane may have begun with it meanwhile.
  if (!next || busy.has(next.localId)) return false;
  busy.add(next.localId);
  try {
    const blobId = await upload(replica, client, me, next, signal);
    await replica.write(async (tx) => {
      await stands(tx, next.localId, undefined);
      const file = await tx.file(next.localId);
      if (file && blobId !== undefined) await tx.putFile({ ...file, blobId });
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error instanceof SignedOut) throw error;
    const reason = `${next.name}: ${error.message}`;
    await replica.write(async (tx) => {
      const naming = (await tx.outbox()).filter((entry) => missing(entry)?.includes(next.localId));
      for (const entry of naming) await tx.change({ ...entry, how: "refused", reason });
    });
  } finally {
    busy.delete(next.localId);
  }
  return true;
}

/** Uploads a file, from where it is; undefined if nobody wants it any more. */
async function upload(
  replica: Replica,
  client: Client,
  me: Id,
  file: FileRow,
  signal: AbortSignal,
): Promise<Id | undefined> {
  if (file.size <= LARGE) return String((await client.upload(me, file.bytes, file.type, signal))["blobId"]);
  const held = (await replica.read((tx) => tx.meta("uploads")))?.[file.localId];
  const keep = (going: Going) =>
    replica.write(async (tx) => {
      const named = (await tx.outbox()).some((entry) => missing(entry, true)?.includes(file.localId));
      await stands(tx, file.localId, named ? going : undefined);
      return named;
    });
  return inPieces(client, file, held, keep, signal);
}

/** Keeps how far a file is. */
async function stands(tx: Writing, localId: string, going: Going | undefined): Promise<void> {
  const all = (await tx.meta("uploads")) ?? {};
  if (!going && !all[localId]) return;
  await tx.setMeta("uploads", going ? { ...all, [localId]: going } : without(all, localId));
}

/** Milliseconds that a file is kept though nothing names it: it may stand in a composer. */
const UNNAMED = 2 * 86_400_000;

/** Forgets files that nothing here names any more. */
export async function forgetUnnamed(tx: Writing): Promise<void> {
  const named = new Set((await tx.outbox()).flatMap((entry) => missing(entry, true) ?? []));
  for (const { localId, at } of await tx.files()) {
    if (named.has(localId) || Date.now() - at <= UNNAMED) continue;
    await tx.dropFile(localId);
    await stands(tx, localId, undefined);
  }
}
