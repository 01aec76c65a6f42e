// The Spaces into which something can go.
import { useMemo } from "react";
import type { Id } from "../../generated/types";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import type { Option } from "./Choose";

/** By name, without one of them; undefined until they are read. */
export function useSpaceOptions(without?: Id): Option[] | undefined {
  const t = useT();
  const language = useLanguage();
  const writable = useLive((s) => s.writable(), []);
  return useMemo(
    () =>
      writable
        ?.filter(({ id }) => id !== without)
        .map(({ id, name }) => ({ id, name: name || t("space.untitled"), picture: id, square: true }))
        .toSorted((a, b) => a.name.localeCompare(b.name, language, { numeric: true })),
    [writable, without, t, language],
  );
}
