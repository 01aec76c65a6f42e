// Browsers outlive releases: brings what an older version of this program left on the device up to date. What can be
// read anew is thrown away; what a person wrote never is.
import { FORMAT, NewerReplica, type Writing } from "./replica";

/** Steps from a format to the next that keep the records. A format without one has its records read anew. */
const STEPS: Record<number, (tx: Writing) => Promise<void>> = {
  // Threads have a place in order, and what has reached one a place as long as it is not done.
  1: async (tx) => {
    const accounts = new Set((await tx.states()).map((row) => row.account));
    for (const account of accounts) {
      await tx.put(account, "Delivery", await tx.records(account, "Delivery"));
      for (const type of ["Item", "Thread"] as const)
        await tx.put(account, type, await tx.newest(account, type, Infinity));
    }
  },
  // A copy of all of a Space is a window that reaches to its beginning. Threads are read in another order now.
  2: async (tx) => {
    for (const { account, type, filling } of await tx.states())
      if (type === "Thread" && filling) await tx.clear(account, type);
  },
};

/** Runs in the first transaction of every opening. */
export async function upgrade(tx: Writing): Promise<void> {
  const found = (await tx.meta("format")) ?? 0;
  if (found > FORMAT) {
    throw new NewerReplica(
      `What is kept on this device was written by a newer version of this program (format ${found}, this one knows ${FORMAT}). Load the page anew; nothing was changed.`,
    );
  }
  for (let format = found; format < FORMAT; format++) {
    const step = STEPS[format];
    if (step) await step(tx);
    else await readAnew(tx);
  }
  if (found < FORMAT) await tx.setMeta("format", FORMAT);
}

/** Drops all that the server has too. Outbox and files stay, and so does every draft that waits in the outbox. */
export async function readAnew(tx: Writing): Promise<void> {
  const accounts = new Set((await tx.states()).map((row) => row.account));
  for (const account of accounts) await tx.purge(account);
  await tx.setMeta("eventId", undefined);
  await tx.setMeta("filled", undefined);
}
