// The Spaces that one is in, as every list shows them.
import { useMemo } from "react";
import type { Membership } from "../../generated/types";
import { useLanguage } from "../../ui/i18n";
import { useFilling, useLive } from "../../ui/live";

/** By name, without those that one has hidden; undefined until they are read. */
export function useSpaces(): Membership[] | undefined {
  const language = useLanguage();
  const read = useLive((s) => s.memberships(), []);
  const filling = useFilling();
  const all = filling && read?.length === 0 ? undefined : read;
  return useMemo(
    () =>
      all
        ?.filter((one) => !one.hidden)
        .toSorted((a, b) => (a.name ?? "").localeCompare(b.name ?? "", language, { numeric: true })),
    [all, language],
  );
}
