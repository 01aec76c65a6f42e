// In whose words a check-in is told.
import { useMemo } from "react";
import type { Id, Member } from "../../generated/types";
import { knownRhythm, rhythmOf, type Rhythm } from "../../sync";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import type { Reader } from "./words";

/** In whose words a check-in is told here. */
export function useReader(members: readonly Member[]): Reader & { hours(id: Id): Rhythm | undefined } {
  const t = useT();
  const { me } = useSync();
  const language = useLanguage();
  const now = useNow(20_000);
  const people = useLive((s) => s.people(), []);
  const mine = useMemo(() => {
    const rhythm = people?.find(({ id }) => id === me)?.rhythm;
    return knownRhythm(rhythm, Intl.DateTimeFormat().resolvedOptions().timeZone || undefined);
  }, [people, me]);
  const hours = useMemo(() => {
    const byId = new Map((people ?? []).map((one) => [one.id, one]));
    return (id: Id) => {
      const person = byId.get(id);
      return person && rhythmOf(person.rhythm);
    };
  }, [people]);
  const nameOf = (id: Id) => (id === me ? t("you") : members.find((one) => one.id === id)?.name || t("person.unknown"));
  return { mine, now, language, t, nameOf, hours };
}
