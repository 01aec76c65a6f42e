// What holds for groups in the settings: who changes one, and which handles are taken. The server decides; this says it
// before it is asked.
import type { Group, Id } from "../../generated/types";
import type { MessageId } from "../../locales/en";

/** Whether somebody may change a group. */
export function mayChange(group: Group, me: Id, admin: boolean): boolean {
  return admin || group.createdBy === me;
}

/** Why a handle is not taken, if it is not; `but` is the group that has it already. */
export function checkHandle(handle: string, groups: readonly Group[], but?: Id): MessageId | undefined {
  if (!/^[a-z0-9][a-z0-9_-]+$/.test(handle)) return "groups.handle.wrong";
  const taken = groups.some((group) => group.handle === handle && !group.archivedAt && group.id !== but);
  return taken ? "groups.handle.taken" : undefined;
}
