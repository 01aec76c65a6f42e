// What Spaces and threads are called now, for links that lead to them. Only reads.
import type { Id } from "../generated/types";
import type { Called, Live } from "./api";
import { named } from "./persons";
import type { Reading } from "./replica";
import type { Reader } from "./views";

/** In the same order. A thread that was moved is found in the Space in which it is now. */
export function called(reader: Reader, of: ReadonlyArray<{ space: Id; thread?: Id }>): Live<Called[]> {
  return reader.replica.observe(async (tx) => {
    const all = of.some(({ thread }) => !thread) ? await named(tx, reader) : await tx.records(reader.me, "Membership");
    const mine = all.filter(({ role }) => role !== "none");
    const others = mine.map(({ id }) => id);
    return Promise.all(
      of.map(async ({ space, thread }): Promise<Called> => {
        const home = mine.find(({ id }) => id === space);
        if (!thread) return { space, name: home?.name ?? null, member: home !== undefined };
        for (const at of [...(home ? [space] : []), ...others.filter((id) => id !== space)]) {
          const name = await titleOf(tx, at, thread);
          if (name !== undefined) return { space: at, name, member: true };
        }
        return { space, name: null, member: home !== undefined };
      }),
    );
  });
}

async function titleOf(tx: Reading, space: Id, thread: Id): Promise<string | undefined> {
  const item = await tx.record(space, "Item", thread);
  return item && !item.deleted ? item.title || item.excerpt : undefined;
}
