// The hours of those whom one may know, one's own among them: for words about dates, wherever something is written.
import { useMemo } from "react";
import type { Id } from "../../generated/types";
import { knownRhythm, rhythmOf, type Rhythm } from "../../sync";
import { useLive, useSync } from "../../ui/live";
import type { KnownHours } from "../../ui/reach";
import { deviceZone } from "../settings/zones";

/** Guests know nobody's, and for their own have the usual ones where they are. */
export function useHours(): KnownHours {
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  return useMemo(() => {
    // Nothing reaches who is out, or an author that was only imported.
    const there = (people ?? []).filter((one) => !one.deactivatedAt && !one.placeholder);
    const byId = new Map(there.map((one) => [one.id, one]));
    const read = new Map<Id, Rhythm | undefined>();
    const of = (id: Id) => {
      const person = byId.get(id);
      if (person && !read.has(id)) read.set(id, rhythmOf(person.rhythm));
      return read.get(id);
    };
    const mine = knownRhythm(byId.get(sync.me)?.rhythm, deviceZone());
    return { mine, of };
  }, [people, sync.me]);
}
