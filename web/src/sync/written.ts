// What one has written and what is in no Space yet: drafts, and what leaves later. Only reads.
import type { Draft, Id } from "../generated/types";
import type { Destination, ItemView, Live, WrittenView } from "./api";
import { draftsWith, pendingView, pendingWith } from "./overlay";
import type { Reading } from "./replica";
import { rootOf, timed, type Reader } from "./views";

/** All of it, told anew when something has left. */
export function written(reader: Reader): Live<WrittenView> {
  const { replica, me, offset } = reader;
  const live = replica.observe(async (tx): Promise<WrittenView> => {
    const entries = await tx.outbox();
    const pending = pendingWith(await tx.records(me, "Submission"), entries, offset());
    const destination = async (space: Id, parent?: Id): Promise<Destination> => {
      if (!parent) return { space };
      // A reply may wait for a thread that waits itself.
      const first = pending.find(({ id }) => id === parent);
      const root = first
        ? await rootOf(tx, space, pending, first)
        : ((await tx.record(space, "Item", parent))?.threadId ?? parent);
      return { space, root, title: await titleOf(tx, space, root, pending) };
    };
    const later: WrittenView["later"] = [];
    for (const one of pending) {
      if (one.waiting.how !== "later" || (await tx.record(one.space, "Item", one.id))) continue;
      const to = await destination(one.space, one.item.parentId);
      later.push({ item: pendingView(one, to.root ?? one.id, me), to });
    }
    later.sort((a, b) => (a.item.waiting?.until ?? 0) - (b.item.waiting?.until ?? 0));
    const drafts: WrittenView["drafts"] = [];
    for (const draft of draftsWith(await tx.records(me, "Draft"), entries).sort((a, b) => touched(b) - touched(a))) {
      const parent = draft.item["parentId"];
      const at = draft.spaceId;
      const to = at ? { to: await destination(at, typeof parent === "string" ? parent : undefined) } : {};
      drafts.push({ draft, ...to });
    }
    return { drafts, later };
  });
  return timed(live, reader, ({ later }): ItemView[] => later.map(({ item }) => item));
}

async function titleOf(tx: Reading, space: Id, root: Id, pending: ReturnType<typeof pendingWith>) {
  const waits = pending.find(({ id }) => id === root);
  return (await tx.record(space, "Item", root))?.title ?? waits?.item.title ?? null;
}

const touched = ({ editedAt, createdAt }: Draft) => Date.parse(editedAt ?? createdAt);
