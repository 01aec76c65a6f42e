// The way in: opens what is kept on this device, and keeps it up to date as long as it is open.
import { MemoryReplica } from "./memory";
import type { Sync } from "./api";
import { openDexie, type Factory } from "./dexie";
import { upgrade } from "./format";
import { Client, type ClientOptions, type Session } from "./jmap";
import { lead } from "./leader";
import { ANSWER, Network, type Patience } from "./network";
import { NewerReplica, type Replica, type Writing } from "./replica";
import { loadTime } from "./rhythm";
import { LastSession } from "./session";
import { LocalSync } from "./sync";
import { WINDOW } from "./window";

export * from "./again";
export * from "./api";
export { holidayIndex, holidaysOf, type CountryHolidays, type HolidayIndex } from "./holidays";
export { directId } from "./ids";
export { askedBy, questionOf } from "./inbox/question";
export { threadOf } from "./moving";
export { isNew } from "./reading";
export { knownRhythm, loadTime, Rhythm, rhythmOf, dayOfWeek } from "./rhythm";
export { beginning, fold } from "./search/words";
export { dateOf, now, pathOf } from "./values";
export { NewerReplica } from "./replica";
export { SignedOut } from "./jmap";

/** How a workspace is opened. */
export interface SyncOptions extends ClientOptions {
  /** Of what is kept on this device; a person's own replica is `<name>-<person>`. */
  name?: string;
  /** In the place of the browser's storage; `"memory"` keeps nothing. */
  storage?: Factory | "memory";
  /** How patiently a lost server is looked for. */
  patience?: Patience;
  /** So many Items of a Space come with its first reading; `WINDOW` if left out. */
  window?: number;
}

/** Milliseconds that a start waits for the server if it could go on without. */
const SOON = 1500;

/**
 * Opens the workspace. Where nothing is kept yet it needs the server: rejects with `Offline`, or with `SignedOut` if
 * nobody is signed in. Rejects with `NewerReplica` if a newer version of this program was here.
 */
export async function openSync(options: SyncOptions): Promise<Sync> {
  const { name = "meanwhile", storage, patience = { first: 500, most: 30_000 }, window = WINDOW } = options;
  const factory = storage === "memory" ? undefined : storage;
  const timed = loadTime();
  const last = new LastSession(name, factory);
  const client = new Client(options);
  const known = storage === "memory" ? undefined : await last.read();
  const asked = client.open(AbortSignal.timeout(patience.answer ?? ANSWER));
  const session = await whoIsHere(asked, known);
  client.session = session;
  const replica = storage === "memory" ? await inMemory() : await stored(`${name}-${session.username}`, factory);
  if (replica.storage === "disk") await last.keep(session);
  client.offset = (await replica.read((tx) => tx.meta("offset"))) ?? 0;
  if (session !== known) await replica.write(isHere);
  else asked.then((late) => (late.username === session.username ? replica.write(isHere) : undefined)).catch(() => {});
  await timed;
  const end = new AbortController();
  const keep = async (now: Session) => void (replica.storage === "disk" && (await last.keep(now)));
  const leading = lead(replica, `${name}-${session.username}`, end.signal, (fence, signal) => {
    const { username, workspaceAccountId } = session;
    return new Network(replica, client, username, workspaceAccountId, fence, patience, keep, window).run(signal);
  });
  const stop = async () => {
    end.abort();
    await leading;
  };
  return new LocalSync(replica, client, session, stop, () => last.forget());
}

/** The server has just said who is here: an older "signed out" is no longer true, and whoever leads need not wait. */
async function isHere(tx: Writing): Promise<void> {
  const said = await tx.meta("status");
  if (said?.signedOut) await tx.setMeta("status", { connection: "connecting", signedOut: false });
  await tx.setMeta("wake", Date.now());
}

/** The session as the server says, or the last one if the server does not say anything soon. */
async function whoIsHere(asked: Promise<Session>, last: Session | undefined): Promise<Session> {
  if (!last) return asked;
  asked.catch(() => {});
  const late = new Promise<Session>((resolve) => setTimeout(resolve, SOON, last));
  // Whatever it says: what is kept can be read, and what waits is not lost. The network tells how things stand.
  return Promise.race([asked, late]).catch(() => last);
}

async function stored(name: string, factory: Factory | undefined): Promise<Replica> {
  try {
    return await openDexie(name, factory);
  } catch (refused) {
    if (refused instanceof NewerReplica) throw refused;
    console.warn("the browser gives no storage: what is written here is gone with this tab", refused);
    return inMemory();
  }
}

async function inMemory(): Promise<Replica> {
  const replica = new MemoryReplica();
  await replica.write(upgrade);
  return replica;
}
