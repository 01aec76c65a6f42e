// The time zones of the world, as this browser knows them.
import { clock, place } from "../../ui/time";

/** The zone of this device, if the browser tells. */
export function deviceZone(): string | undefined {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || undefined;
}

/** `14:05` in a zone; undefined in one that this browser does not know. */
export function timeIn(zone: string, at: number, language: string): string | undefined {
  try {
    return clock(at, language, zone);
  } catch {
    return undefined;
  }
}

/** Zones by region, for a select; `also` is among them even if this browser does not list it. */
export function zoneGroups(also?: string): Array<{ group: string; items: Array<{ value: string; label: string }> }> {
  const zones = new Set(Intl.supportedValuesOf("timeZone"));
  for (const zone of ["UTC", deviceZone(), also]) if (zone) zones.add(zone);
  const groups = new Map<string, Array<{ value: string; label: string }>>();
  for (const zone of [...zones].sort()) {
    const [region = "", ...rest] = zone.split("/");
    const group = rest.length > 0 ? region : "UTC";
    const inside = rest.length > 1 ? ` (${rest.slice(0, -1).join(", ").replaceAll("_", " ")})` : "";
    const items = groups.get(group) ?? [];
    items.push({ value: zone, label: place(zone) + inside });
    groups.set(group, items);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}
