// The keys of the app: one table, which the handlers, the list of all keys and the list of acts read, so that none of
// them can say something else than another. A single key counts only where nobody is typing, and can be switched off
// (WCAG 2.1.4); what holds Ctrl or ⌘ always counts.
import { useEffect, useRef, useSyncExternalStore } from "react";

/** Where a key means something: the headings of the list of all keys. */
export type Where = "everywhere" | "lists" | "thread" | "oneByOne" | "writing";

/** What a key does, where. */
export interface Key {
  /** Strokes, or two after another: `mod` is Ctrl, and ⌘ on a Mac. Of several each will do. */
  keys: readonly string[];
  where: readonly Where[];
  /** It is done with what is focused or open, and so also offered in the list of acts. */
  verb?: true;
  /** The browser or the composer does it; nothing here listens. */
  native?: true;
  /** Held down it is done again and again. */
  repeats?: true;
}

/** All keys there are. */
export const KEYS = {
  jump: { keys: ["mod+k"], where: ["everywhere"] },
  search: { keys: ["/"], where: ["everywhere"] },
  write: { keys: ["c"], where: ["everywhere"] },
  today: { keys: ["g t"], where: ["everywhere"] },
  inbox: { keys: ["g i"], where: ["everywhere"] },
  drafts: { keys: ["g d", "g s"], where: ["everywhere"] },
  undo: { keys: ["z"], where: ["everywhere"] },
  help: { keys: ["?", "mod+/"], where: ["everywhere"] },
  down: { keys: ["j"], where: ["lists", "thread"], repeats: true },
  up: { keys: ["k"], where: ["lists", "thread"], repeats: true },
  open: { keys: ["enter"], where: ["lists"], native: true },
  news: { keys: ["n"], where: ["lists", "thread"] },
  next: { keys: ["n"], where: ["oneByOne"] },
  reply: { keys: ["r"], where: ["lists", "thread", "oneByOne"], verb: true },
  done: { keys: ["e"], where: ["lists", "thread", "oneByOne"], verb: true },
  later: { keys: ["h"], where: ["lists", "thread", "oneByOne"], verb: true },
  follow: { keys: ["f"], where: ["lists", "thread"], verb: true },
  mute: { keys: ["m"], where: ["lists", "thread"], verb: true },
  copy: { keys: ["y"], where: ["lists", "thread"], verb: true },
  readAll: { keys: ["shift+i"], where: ["lists"], verb: true },
  answer: { keys: ["a"], where: ["lists"], verb: true },
  back: { keys: ["u", "escape"], where: ["thread", "oneByOne"] },
  send: { keys: ["mod+enter"], where: ["writing"], native: true },
  sendLater: { keys: ["mod+shift+enter"], where: ["writing"], native: true },
} as const satisfies Record<string, Key>;

/** The name of something that is done by a key. */
export type Act = keyof typeof KEYS;
const ACTS = Object.entries(KEYS) as Array<[Act, Key]>;

/** The acts of a part of the app, in the order of the table. */
export const actsOf = (where: Where): Act[] => ACTS.filter(([, key]) => key.where.includes(where)).map(([act]) => act);

const SETTING = "meanwhile-single-keys";
const told = new Set<() => void>();

/** Whether single keys do something on this device. */
export function singleKeys(): boolean {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
}

/** Switches them on or off, on this device. */
export function setSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(SETTING);
    else localStorage.setItem(SETTING, "off");
  } catch {
    // Without storage they stay on.
  }
  told.forEach((tell) => tell());
}

function follow(tell: () => void): () => void {
  told.add(tell);
  return () => void told.delete(tell);
}

/** The same, followed. */
export const useSingleKeys = (): boolean => useSyncExternalStore(follow, singleKeys);

/** How the table writes what was pressed. Where a sign stands on a keyboard is no matter, so Shift counts for letters only. */
export function strokeOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const key = event.key.toLowerCase();
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  return mod + (event.shiftKey && /^\p{L}$/u.test(key) ? "shift+" : "") + key;
}

/** True where what is pressed is written, or will be in a moment. */
function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || "writes" in target.dataset;
}

/** True if this stroke is not for us here. Nothing behind what is open is meant. */
function isOthers(event: KeyboardEvent, stroke: string): boolean {
  if (stroke.startsWith("mod+")) return false;
  if (writes(event.target) || document.querySelector('[role="dialog"], [role="menu"]')) return true;
  // Escape is no letter that speech could say by mistake; in a form it leaves that.
  if (stroke === "escape") return Boolean((event.target as Element).closest?.("form"));
  return !singleKeys();
}

/** What an act would be done with now. */
export interface Offer {
  about: string;
}

interface Bound {
  act: Act;
  does(): void;
  /** Undefined: there is nothing to do it with. */
  offer?(): Offer | undefined;
}

/** What listens now, the newest last. */
const bound: Bound[] = [];
/** The first of two strokes, and when. */
let first: { stroke: string; at: number } | null = null;
/** Milliseconds in which the second has to follow. */
const SOON = 1500;

const ready = (act: Act) => bound.findLast((one) => one.act === act && (!one.offer || one.offer() !== undefined));

function pressed(event: KeyboardEvent): void {
  if (event.altKey || event.isComposing || /^(Shift|Control|Meta|Alt|AltGraph)$/.test(event.key)) return;
  const stroke = strokeOf(event);
  if (isOthers(event, stroke)) return;
  const both = first && Date.now() - first.at < SOON ? `${first.stroke} ${stroke}` : stroke;
  const means = (typed: string) =>
    ACTS.filter(([, key]) => !key.native && key.keys.includes(typed)).find(([act]) => ready(act));
  const found = means(both) ?? (both === stroke ? undefined : means(stroke));
  first = found ? null : { stroke, at: Date.now() };
  if (!found || (event.repeat && !found[1].repeats)) return;
  event.preventDefault();
  ready(found[0])?.does();
}

/**
 * Does it when its keys are pressed. With `offer` only while that says with what; so it can be chosen from the list of
 * acts too. Of several that listen the newest does it.
 */
export function useKey(act: Act, does: () => void, offer?: () => Offer | undefined): void {
  const latest = useRef({ does, offer });
  latest.current = { does, offer };
  const offers = offer !== undefined;
  useEffect(() => {
    const one: Bound = { act, does: () => latest.current.does() };
    if (offers) one.offer = () => latest.current.offer?.();
    // Before whatever is open closes by the same key, and so is not there to be seen.
    if (bound.length === 0) window.addEventListener("keydown", pressed, true);
    bound.push(one);
    return () => {
      bound.splice(bound.indexOf(one), 1);
      if (bound.length === 0) window.removeEventListener("keydown", pressed, true);
    };
  }, [act, offers]);
}

/** An act that can be chosen. */
export interface Offered {
  act: Act;
  about: string;
  does(): void;
}

/** What can be done now with what is focused or open; it is done with that, whatever is focused then. */
export function offered(): Offered[] {
  const focused = document.activeElement;
  return ACTS.flatMap(([act, key]) => {
    const one = key.verb && ready(act);
    const about = one && one.offer?.()?.about;
    if (!one || about === undefined) return [];
    const does = () => {
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
      one.does();
    };
    return [{ act, about, does }];
  });
}
