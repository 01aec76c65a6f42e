// Whom one may name in a Space: persons, and groups with those for whom they stand there.
import { useMemo } from "react";
import type { Member } from "../../generated/types";
import { useLive, useSync } from "../live";
import type { Named } from "./mentions";

/** Whom one may name in a Space: who is in it, and the groups. */
export function useNamed(all: readonly Member[]): Named[] {
  const groups = useGroups(all);
  return useMemo(() => [...all.filter(({ role }) => role !== "none"), ...groups], [all, groups]);
}

/** For a guest those that were named in the Space before; who is in them is not told. */
function useGroups(members: readonly Member[]): Named[] {
  const sync = useSync();
  const groups = useLive((s) => s.groups(), []);
  const people = useLive((s) => s.people(), []);
  return useMemo(() => {
    if (!sync.workspaceAccount) {
      const named = members.filter(({ id, leftAt }) => id.startsWith("g") && !leftAt);
      return named.map(({ id, name }) => ({ id, name }));
    }
    const out = new Set((people ?? []).filter((person) => person.deactivatedAt).map((person) => person.id));
    const inside = members.filter(({ id, role }) => role !== "none" && !out.has(id));
    return (groups ?? [])
      .filter((group) => !group.archivedAt)
      .map(({ id, handle, name, persons }) => {
        const here = inside.filter((member) => persons[member.id]).map((member) => member.id);
        return { id, name: handle, title: name, people: here };
      });
  }, [sync, groups, people, members]);
}
