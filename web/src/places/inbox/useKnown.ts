// How those are called who stand in the Inbox: persons, also guests of a Space, and Spaces.
import { useMemo } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";

/** Names by id. */
export interface Known {
  name(space: Id, person: Id): string;
  space(space: Id): string;
}

/** Undefined until they are read. */
export function useKnown(): Known | undefined {
  const t = useT();
  const names = useLive((s) => s.names(), []);
  return useMemo(() => {
    if (!names) return undefined;
    const people = new Map(names.people.map(({ id, name }) => [id, name]));
    const spaces = new Map(names.spaces.map(({ id, name }) => [id, name]));
    return {
      name: (_space, person) => people.get(person) || t("person.unknown"),
      space: (space) => spaces.get(space) || t("space.untitled"),
    };
  }, [names, t]);
}
