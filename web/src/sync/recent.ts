// Where one went and what one looked for last, on this device alone.
import type { Live, Recent } from "./api";
import type { Replica } from "./replica";

/** More are not kept. */
const MOST = 12;

/** The newest first. */
export function recent(replica: Replica, what: Recent): Live<string[]> {
  return replica.observe(async (tx) => (await tx.meta(what)) ?? []);
}

/** It is the newest from now on. */
export async function remember(replica: Replica, what: Recent, value: string): Promise<void> {
  await replica.write(async (tx) => {
    const others = ((await tx.meta(what)) ?? []).filter((other) => other !== value);
    await tx.setMeta(what, [value, ...others].slice(0, MOST));
  });
}
