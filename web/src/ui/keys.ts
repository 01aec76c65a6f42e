// What keys do. A single key counts only where nobody is typing, and can be switched off (WCAG 2.1.4); what holds Ctrl or ⌘
// always counts.
import { useEffect, useRef } from "react";
import { ACTS, strokeOf, type Act } from "./keyTable";
import { keysOf, ownKey, singleKeys } from "./ownKeys";

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
  const means = (typed: string) => {
    const all = ACTS.filter(([act, key]) => !key.native && keysOf(act).includes(typed) && ready(act));
    // What was chosen goes before what came with a newer table.
    return all.find(([act]) => ownKey(act) === typed) ?? all[0];
  };
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
