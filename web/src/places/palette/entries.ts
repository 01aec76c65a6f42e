// Everything one can jump to, and what of it fits what was typed. Pure.
import type { Act } from "../../ui/keyTable";
import { fit, folded, wantedOf, type Folded } from "./fuzzy";

/** A place or an act, by name. */
export interface Entry {
  /** Where it leads; also its name among the recent ones. */
  path: string;
  /** In place of going there. */
  does?(): void;
  /** By whose key it can be had too. */
  act?: Act;
  group: "verbs" | "recent" | "spaces" | "threads" | "people" | "acts";
  name: string;
  /** Under what else it is found. */
  also?: string;
  /** Beside the name. */
  hint?: string;
  /** Of a Space or person, for the picture. */
  id?: string;
  /** Milliseconds; newer ones come first where all else is equal. */
  at?: number;
}

/** An entry with its names ready to be compared. */
export interface Ready {
  entry: Entry;
  name: Folded;
  also?: Folded;
}

/** Done once for all that is typed. */
export function ready(entries: readonly Entry[]): Ready[] {
  return entries.map((entry) => ({
    entry,
    name: folded(entry.name),
    ...(entry.also ? { also: folded(entry.also) } : {}),
  }));
}

/** An entry that fits, with its letters marked. */
export interface Fitting {
  entry: Entry;
  marks: Array<[number, number]>;
  score: number;
}

const MOST = { verbs: 8, recent: 6, spaces: 6, threads: 8, people: 8, acts: 6 } as const;
/** What fits less is shown only where nothing fits better: letters here and there are in every long name. */
const WELL = 50;
/** What was lately used comes before what fits a little better. */
const LATELY = 12;

/** What fits, by groups; the group with the best entry first. */
export function fitting(typed: string, entries: readonly Ready[], recent: readonly string[]): Fitting[][] {
  const wanted = wantedOf(typed);
  const found: Fitting[] = [];
  for (const { entry, name, also } of entries) {
    const direct = fit(wanted, name);
    const other = direct || !also ? null : fit(wanted, also);
    const fits = direct ?? (other && other.score > WELL ? { score: other.score - 15, marks: [] } : null);
    if (!fits) continue;
    const place = recent.indexOf(entry.path);
    const lately = place < 0 ? 0 : LATELY * (1 - place / (recent.length + 1));
    found.push({ entry, marks: fits.marks, score: fits.score + lately });
  }
  const well = found.some(({ score }) => score >= WELL) ? WELL - LATELY : 0;
  found.sort((a, b) => b.score - a.score || (b.entry.at ?? 0) - (a.entry.at ?? 0));
  const groups = new Map<Entry["group"], Fitting[]>();
  for (const one of found.filter(({ score }) => score >= well)) {
    const group = groups.get(one.entry.group) ?? [];
    if (group.length < MOST[one.entry.group]) group.push(one);
    groups.set(one.entry.group, group);
  }
  return [...groups.values()];
}

/** Before anything is typed: what can be done here, where one was lately, and what there is. */
export function first(entries: readonly Ready[], recent: readonly string[]): Fitting[][] {
  const all = entries.map(({ entry }) => entry);
  const known = new Map(all.map((entry) => [entry.path, entry]));
  const shown = (some: readonly Entry[]) => some.map((entry) => ({ entry, marks: [], score: 0 }));
  const lately = recent.flatMap((path) => known.get(path) ?? []).slice(0, MOST.recent);
  const of = (group: Entry["group"]) =>
    all.filter((entry) => entry.group === group && !lately.includes(entry)).slice(0, MOST[group]);
  const verbs = shown(of("verbs"));
  const places = [shown(lately.map((entry) => ({ ...entry, group: "recent" }))), shown(of("spaces"))];
  // What concerns a thread is why one is here; what concerns all of a page is not done by a hasty Enter.
  const near = verbs.some(({ entry }) => entry.act === "reply");
  const groups = near ? [verbs, ...places, shown(of("acts"))] : [...places, verbs, shown(of("acts"))];
  return groups.filter((group) => group.length > 0);
}
