// Whom and which Spaces this person can name in a search, from what is on the device.
import { useMemo } from "react";
import { KINDS } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { dayAt } from "./days";
import type { Directory } from "./directory";

/** Told anew when names change, and at midnight. */
export function useDirectory(): Directory {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const names = useLive((s) => s.names(), []);
  const filling = useLive((s) => s.status(), [])?.filling ?? true;
  const zone = zoneOf(names?.zone);
  const today = dayAt(useNow(60_000), zone);
  return useMemo(
    () => ({
      people: (names?.people ?? []).toSorted((a, b) => a.name.localeCompare(b.name, language)),
      spaces: (names?.spaces ?? [])
        .map(({ id, name }) => ({ id, name: name || t("space.untitled") }))
        .toSorted((a, b) => a.name.localeCompare(b.name, language, { numeric: true })),
      kinds: KINDS.map((kind) => ({ id: kind, name: t(viewOf(kind).name), hint: kind })),
      me: sync.me,
      myself: t("you"),
      language,
      zone,
      today,
      words: { today: t("day.today"), yesterday: t("day.yesterday") },
      whole: names !== undefined && !filling,
    }),
    [names, filling, t, sync, language, zone, today],
  );
}

/** A person's zone, if this browser knows it, else that of the device. */
function zoneOf(zone: string | undefined): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (!zone) return here;
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return here;
  }
}
