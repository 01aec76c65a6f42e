// Making invitations, one after the other. What was made is kept in this tab until its admin has passed it on, wherever
// in the app the admin goes meanwhile, since no link can be shown twice.
import { useSyncExternalStore } from "react";
import type { Id, Person } from "../../generated/types";
import { Offline, type Sync } from "../../sync/api";
import { AuthProblem, makeLink, ways } from "../../sync/auth";

/** Somebody on the way to a link. */
export interface Ask {
  id: Id;
  name: string;
  email?: string;
  role: Person["role"];
  /** The Person record is there, only the link is missing. */
  there: boolean;
}

/** A person who has a link. */
export interface Made {
  id: Id;
  name: string;
  link: string;
  /** The address that it was mailed to, if it was. */
  mailed?: string;
}

/** How far it is. */
export interface Inviting {
  made: readonly Made[];
  /** What went wrong with whom. Of those that were not tried any more, `error` is null. */
  failed: ReadonlyArray<{ ask: Ask; error: unknown }>;
  running: { done: number; count: number } | null;
  /** Somebody has copied them all, or each. */
  copied: ReadonlySet<Id>;
}

const NOTHING: Inviting = { made: [], failed: [], running: null, copied: new Set() };
let state = NOTHING;
let stopped = false;
const listeners = new Set<() => void>();

function set(next: Partial<Inviting>): void {
  state = { ...state, ...next };
  const uncopied = state.made.some((made) => !state.copied.has(made.id));
  window.removeEventListener("beforeunload", hold);
  if (uncopied || state.running) window.addEventListener("beforeunload", hold);
  for (const told of listeners) told();
}

/** The browser asks before the tab is closed with links that nobody has copied. */
function hold(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** How far it is, live. */
export function useInviting(): Inviting {
  return useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => void listeners.delete(told);
    },
    () => state,
  );
}

/** Makes persons and links, in order. What fails for one does not stop the others; a lost connection does. */
export async function invite(sync: Sync, account: Id, asks: readonly Ask[]): Promise<void> {
  if (state.running || asks.length === 0) return;
  stopped = false;
  set({ failed: [], running: { done: 0, count: asks.length } });
  let lost: unknown = null;
  // Where that can't be known, a link is made all the same, to be passed on.
  const mails = await ways().then(
    ({ mail }) => mail,
    () => false,
  );
  for (const [index, ask] of asks.entries()) {
    if (lost !== null || stopped) {
      set({ failed: [...state.failed, { ask, error: lost }] });
      continue;
    }
    let there = ask.there;
    try {
      if (!there) {
        const { id, name, email, role } = ask;
        await sync.change(account, "Person", id, "create", email ? { name, email, role } : { name, role });
        there = true;
      }
      const mailed = mails && ask.email ? ask.email : undefined;
      const link = await makeLink(ask.id, "invitation", Boolean(mailed));
      set({ made: [...state.made, { id: ask.id, name: ask.name, link, ...(mailed && { mailed }) }] });
      if (mailed) markCopied([ask.id]);
    } catch (error) {
      set({ failed: [...state.failed, { ask: { ...ask, there }, error }] });
      if (isLost(error)) lost = error;
    }
    set({ running: { done: index + 1, count: asks.length } });
  }
  set({ running: null });
}

/** The one that is being made is the last. */
export function stopInviting(): void {
  stopped = true;
}

/** These links are out of here. */
export function markCopied(ids: readonly Id[]): void {
  set({ copied: new Set([...state.copied, ...ids]) });
}

/** Lets those go who could not be invited; what was made stays. */
export function dropFailed(): void {
  set({ failed: [] });
}

/** Forgets all links. */
export function forgetInvitations(): void {
  set(NOTHING);
}

function isLost(error: unknown): boolean {
  return error instanceof Offline || (error instanceof AuthProblem && [0, 401, 403, 429, 503].includes(error.status));
}
