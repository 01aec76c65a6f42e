// Everything by one's own clock: that which one has said, else that of this device.
import { useMemo } from "react";
import type { Person } from "../../generated/types";
import { rhythmOf } from "../../sync";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow } from "../../ui/live";
import { deviceZone } from "../settings/zones";
import type { Reader } from "./wording";

/** Who reads, where, in which language, and now. */
export function useReader(me: Person | undefined): Reader {
  const t = useT();
  const language = useLanguage();
  const now = useNow(20_000);
  const said = me?.rhythm?.zone;
  const device = deviceZone() ?? "UTC";
  const here = useMemo(() => {
    const own = said ? rhythmOf({ zone: said }) : null;
    return own ?? rhythmOf({ zone: device }) ?? rhythmOf(null);
  }, [said, device]);
  if (!here) throw new Error("this browser knows no time zone");
  return { t, language, here, now };
}
