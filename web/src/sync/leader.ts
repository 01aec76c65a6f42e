// One tab of a browser does the network work for all. Where the browser has locks they decide; else (plain http from
// another machine) a lease in the replica does. Does not know what the work is.
import type { Replica, Writing } from "./replica";
import { pause } from "./bell";

/** Milliseconds for which a tab leads without a sign of life, and between two signs. */
const LEASE = 6000;
const BEAT = 2000;

/** Another tab leads by now. */
export class Overtaken extends Error {}

/** Checked in every transaction of the work: throws `Overtaken`. */
export type Fence = (tx: Writing) => Promise<void>;

/** Does the work whenever it is this tab's turn, until the signal. */
export async function lead(
  replica: Replica,
  name: string,
  signal: AbortSignal,
  work: (fence: Fence, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const locks = replica.storage === "disk" ? globalThis.navigator?.locks : undefined;
  while (!signal.aborted) {
    try {
      if (locks) await locks.request(name, { signal }, () => work(async () => {}, signal));
      else await leased(replica, signal, work);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Overtaken)) console.error("the work on the network begins anew", error);
    }
    await pause(BEAT * (0.5 + Math.random()), signal);
  }
}

async function leased(
  replica: Replica,
  signal: AbortSignal,
  work: (fence: Fence, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const holder = Math.random().toString(36).slice(2);
  if (!(await replica.write((tx) => take(tx, holder)))) return;
  const over = new AbortController();
  const beat = setInterval(async () => {
    const mine = await replica.write((tx) => take(tx, holder)).catch(() => false);
    if (!mine) over.abort(new Overtaken());
  }, BEAT);
  const fence: Fence = async (tx) => {
    if ((await tx.meta("lease"))?.holder !== holder) throw new Overtaken();
  };
  try {
    await work(fence, AbortSignal.any([signal, over.signal]));
  } finally {
    clearInterval(beat);
    await replica.write((tx) => release(tx, holder)).catch(() => {});
  }
}

/** True if it is this one's turn, for a while from now. */
async function take(tx: Writing, holder: string): Promise<boolean> {
  const lease = await tx.meta("lease");
  const left = (lease?.until ?? 0) - Date.now();
  // One that ends too far in the future was taken before the clock was set back.
  if (lease && lease.holder !== holder && left > 0 && left <= LEASE) return false;
  await tx.setMeta("lease", { holder, until: Date.now() + LEASE });
  return true;
}

async function release(tx: Writing, holder: string): Promise<void> {
  if ((await tx.meta("lease"))?.holder === holder) await tx.setMeta("lease", undefined);
}
