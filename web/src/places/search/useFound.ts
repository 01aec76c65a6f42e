// What is found for a search: by the server while it is there, else by this device. Rows that are looked at do not move:
// an answer that comes late is offered, not put in their place.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Id } from "../../generated/types";
import type { Found, Hit, SearchFilter, Sort } from "../../sync/api";
import { Offline, Refusal, type Sync } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";

/** Milliseconds between the last letter and the question. */
const PAUSE = 150;
/** Milliseconds after which one need not wait for the server alone. */
const SLOW = 1500;
/** Milliseconds until the server is asked again while it is still reading. */
const CATCHING_UP = 3000;
const PAGE = 30;
/** Milliseconds in which going back shows what was there. */
const FRESH = 120_000;

/** Why what is found is found by this device. */
export type Why = "offline" | "cannot" | "slow";

/** How a search stands. */
export interface Standing {
  how: "idle" | "searching" | "done" | "failed";
  found?: Found;
  why?: Why;
  /** The server's answer that came after rows were looked at. */
  late?: Found;
  /** The server's sentence. */
  fault?: string;
  /** The search that `found` answers is not the one that is asked now. */
  stale: boolean;
  /** More is being read. */
  growing: boolean;
}

interface Kept {
  key: string;
  found: Found;
  at: number;
}

/** Answers by their search, for those who come back. */
const kept: Kept[] = [];

function keep(key: string, found: Found): void {
  const at = kept.findIndex((one) => one.key === key);
  if (at >= 0) kept.splice(at, 1);
  kept.unshift({ key, found, at: Date.now() });
  kept.length = Math.min(kept.length, 10);
}

const recall = (key: string) => kept.find((one) => one.key === key && Date.now() - one.at < FRESH)?.found;

/** Without those that are there already. */
function joined(before: readonly Hit[], more: readonly Hit[]): Hit[] {
  const there = new Set(before.map(placeOf));
  return [...before, ...more.filter((hit) => !there.has(placeOf(hit)))];
}

/** Tells apart what is in two Spaces, while it is moved from one to the other. */
export const placeOf = ({ spaceId, id }: Hit): string => `${spaceId} ${id}`;

/** Without what is in a Space that one is not in (any more). */
export function inside(found: Found, spaces: ReadonlySet<Id>): Found {
  const hits = found.hits.filter((hit) => spaces.has(hit.spaceId));
  const named = found.spaces.filter(({ spaceId }) => spaces.has(spaceId));
  const gone = found.hits.length - hits.length;
  if (gone === 0 && named.length === found.spaces.length) return found;
  return { ...found, hits, spaces: named, total: found.total - gone, reached: found.reached - gone };
}

/** Follows a search. `looked` says whether somebody is among the rows. */
export function useFound(filter: SearchFilter | null, sort: Sort, looked: () => boolean) {
  const sync = useSync();
  const connection = useLive((s) => s.status(), [])?.connection;
  const memberships = useLive((s) => s.memberships(), []);
  const key = filter ? JSON.stringify([sync.me, sort, filter]) : "";
  const here = connection === "offline";
  const [standing, stand] = useState<Standing & { key: string }>(() => begin(key));
  const asked = useRef({ filter, sort, looked });
  asked.current = { filter, sort, looked };
  const [tries, again] = useState(0);
  const running = useRef<Search | null>(null);
  /** How many rows of the device are wanted: as many as there were, if another one has to look. */
  const wide = useRef({ key, many: PAGE });

  useEffect(() => {
    const { filter: wanted, sort: order } = asked.current;
    if (!wanted) return stand({ key, how: "idle", stale: false, growing: false });
    const known = recall(key);
    if (known && tries === 0) {
      stand({ key, how: "done", found: known, stale: false, growing: false });
      if (known.by === "server") return undefined;
    } else {
      stand((now) => ({ ...now, key, how: "searching", stale: now.key !== key, late: undefined, growing: false }));
    }
    if (wide.current.key !== key) wide.current = { key, many: PAGE };
    const search = new Search(sync, key, wanted, order, wide.current, stand, () => asked.current.looked());
    running.current = search;
    if (here) search.onDevice("offline");
    else search.ask(known ? 0 : PAUSE);
    return () => {
      running.current = null;
      search.end();
    };
  }, [sync, key, here, tries]);

  const latest = useRef(standing);
  latest.current = standing;
  const more = useCallback(async () => {
    const { found, growing, stale, why } = latest.current;
    const { filter: wanted, sort: order } = asked.current;
    if (!found || !wanted || growing || stale || latest.current.key !== key) return;
    if (found.by === "device") {
      wide.current.many = found.reached + PAGE;
      // The server goes on searching meanwhile.
      return running.current?.onDevice(why ?? "cannot", wide.current.many);
    }
    stand((now) => ({ ...now, growing: true }));
    try {
      const next = await sync.search(wanted, order, found.reached, PAGE);
      stand((now) => {
        if (now.key !== key || !now.found) return now;
        const hits = joined(now.found.hits, next.hits);
        const grown = { ...now.found, hits, reached: next.reached };
        keep(key, grown);
        return { ...now, found: grown, growing: false };
      });
    } catch {
      stand((now) => (now.key === key ? { ...now, growing: false } : now));
    }
  }, [sync, key]);

  const take = useCallback(() => {
    stand((now) => (now.late ? { ...now, found: now.late, late: undefined, why: undefined } : now));
  }, []);

  const spaces = useMemo(() => memberships && new Set(memberships.map(({ id }) => id)), [memberships]);
  const { found: all, late } = standing;
  const found = useMemo(() => all && spaces && inside(all, spaces), [all, spaces]);
  const own: Standing = { ...standing, found, late: late && spaces && inside(late, spaces) };
  // What was kept is shown when it is known where one is.
  if (all && !found) own.how = "searching";
  const shown: Standing = standing.key === key ? own : { ...own, how: filter ? "searching" : "idle", stale: true };
  return { standing: shown, more, take, again: () => again((n) => n + 1) };
}

function begin(key: string): Standing & { key: string } {
  const found = key ? recall(key) : undefined;
  return { key, how: key ? (found ? "done" : "searching") : "idle", found, stale: false, growing: false };
}

type Stand = (next: (now: Standing & { key: string }) => Standing & { key: string }) => void;

/** One search until its end. */
class Search {
  readonly #end = new AbortController();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #stop = () => {};
  #answered = false;

  constructor(
    private readonly sync: Sync,
    private readonly key: string,
    private readonly filter: SearchFilter,
    private readonly sort: Sort,
    private readonly wide: { many: number },
    private readonly stand: Stand,
    private readonly looked: () => boolean,
  ) {}

  end(): void {
    this.#end.abort();
    this.#timers.forEach(clearTimeout);
    this.#stop();
  }

  #later(after: number, what: () => void): void {
    this.#timers.add(setTimeout(what, after));
  }

  #say(next: (now: Standing) => Standing): void {
    if (this.#end.signal.aborted) return;
    this.stand((now) => (now.key === this.key ? { ...next(now), key: this.key } : now));
  }

  /** By the server; by the device if that has not answered soon, or can't. */
  ask(after: number): void {
    this.#later(after, () => void this.#server());
    this.#later(after + SLOW, () => {
      if (!this.#answered) this.onDevice("slow");
    });
  }

  async #server(): Promise<void> {
    try {
      const found = await this.sync.search(this.filter, this.sort, 0, PAGE, this.#end.signal);
      this.#answered = true;
      this.#stop();
      keep(this.key, found);
      this.#say((now) => {
        const moving = !now.stale && now.found?.by === "device" && now.found.hits.length > 0 && this.looked();
        if (moving) return { ...now, how: "done", late: found };
        return { how: "done", found, stale: false, growing: false };
      });
      if (found.catchingUp) this.#later(CATCHING_UP, () => void this.#progress());
    } catch (error) {
      if (this.#end.signal.aborted) return;
      this.#answered = true;
      // An older server, or one that is busy or lost just now: if it stays away, that is told soon.
      const cannot = error instanceof Offline || (error instanceof Refusal && error.type === "unknownMethod");
      if (cannot) this.onDevice("cannot");
      else this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    this.#say(() => ({ how: "failed", fault, stale: false, growing: false }));
  }

  /** How far the server has read; what it finds then is shown to those who are not among the rows. */
  async #progress(): Promise<void> {
    try {
      const found = await this.sync.search(this.filter, this.sort, 0, PAGE, this.#end.signal);
      this.#say((now) => {
        const grown = now.found && now.found.reached > PAGE;
        if (this.looked() || grown)
          return { ...now, found: now.found && { ...now.found, catchingUp: found.catchingUp } };
        keep(this.key, found);
        return { ...now, found };
      });
      if (found.catchingUp) this.#later(CATCHING_UP, () => void this.#progress());
    } catch {
      // The next search says what is wrong.
    }
  }

  /** By the device, so many rows. */
  onDevice(why: Why, many = this.wide.many): void {
    if (this.#end.signal.aborted) return;
    this.#stop();
    this.#stop = this.sync.searchHere(this.filter, this.sort, many).subscribe(
      (found) => {
        keep(this.key, found);
        this.#say(() => ({ how: "done", found, why, stale: false, growing: false }));
      },
      (error) => this.#fail(error),
    );
  }
}
