// In whose words a decision is told, and whose hours are which.
import { useMemo } from "react";
import type { Id, Member } from "../../generated/types";
import { knownRhythm, rhythmOf } from "../../sync";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import type { Reader } from "./words";

/** In whose words a decision is told here. */
export function useReader(members: readonly Member[]): Reader & { hours: ReturnType<typeof useHoursOf> } {
  const t = useT();
  const { me } = useSync();
  const language = useLanguage();
  const now = useNow(20_000);
  const hours = useHoursOf();
  const mine = hours(me) ?? knownRhythm(null, Intl.DateTimeFormat().resolvedOptions().timeZone || undefined);
  const nameOf = (id: Id) => (id === me ? t("you") : members.find((one) => one.id === id)?.name || t("person.unknown"));
  return { mine, now, language, t, nameOf, hours };
}

/** Whose hours are which, as far as one may know. */
function useHoursOf() {
  const people = useLive((s) => s.people(), []);
  return useMemo(() => {
    const byId = new Map((people ?? []).map((one) => [one.id, one]));
    return (id: Id) => {
      const person = byId.get(id);
      return person && !person.deactivatedAt && !person.placeholder ? rhythmOf(person.rhythm) : undefined;
    };
  }, [people]);
}
