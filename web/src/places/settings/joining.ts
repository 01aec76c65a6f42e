// Becoming part of a Space, and what a person may be in it.
import type { Id, Member, Person } from "../../generated/types";
import { Refusal, type Sync } from "../../sync/api";

/** Makes somebody a member of a Space, also who was in it before. */
export async function join(sync: Sync, space: Id, personId: Id, role: Member["role"], known?: Member): Promise<void> {
  const update = () => sync.change(space, "Member", personId, "update", { role });
  if (known) {
    await update();
    return;
  }
  let made: Record<string, unknown>;
  try {
    made = await sync.change(space, "Member", personId, "create", { personId, role });
  } catch (error) {
    if (!(error instanceof Refusal) || error.type !== "alreadyExists") throw error;
    await update();
    return;
  }
  // To a repeated create the server answers with what is there: whoever had left is still out, and comes back by a change.
  if (made.role !== role) await update();
}

/** What a person may be made in a Space: guests of the workspace are guests everywhere. */
export function rolesFor(person: Person | undefined): ReadonlyArray<Exclude<Member["role"], "none">> {
  return person?.role === "guest" ? ["guest"] : ["member", "admin", "guest"];
}
