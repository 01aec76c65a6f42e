// A row that is swiped away by a finger: towards the end of the line it is done, towards the beginning it is for later.
// It begins away from the edges of the screen, where the browser goes back, and leaves scrolling alone.
import { useRef, type HTMLAttributes, type MouseEvent, type PointerEvent } from "react";

/** What a swipe does. */
export type Way = "done" | "later";

/** Pixels from the edges, in which a swipe is the browser's. */
const EDGE = 28;
/** Pixels until it is told whether one scrolls or swipes. */
const SLOP = 10;
/** Pixels after which letting go does it. */
export const ENOUGH = 96;

/** What a finger that has moved so far means; undefined: not told yet. */
export function meant(dx: number, dy: number): "swipe" | "scroll" | undefined {
  if (Math.hypot(dx, dy) < SLOP) return undefined;
  return Math.abs(dx) > 1.5 * Math.abs(dy) ? "swipe" : "scroll";
}

/** Which way it goes, and whether it is far enough; `dx` towards the end of the line. */
export function wayOf(dx: number): { way: Way; enough: boolean } {
  return { way: dx > 0 ? "done" : "later", enough: Math.abs(dx) >= ENOUGH };
}

type Handlers = Pick<
  HTMLAttributes<HTMLLIElement>,
  "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onClickCapture"
>;

/** For a row; without `does` it stays where it is. */
export function useSwipe(does: ((way: Way, row: HTMLElement) => void) | undefined): Handlers {
  const touch = useRef<{ id: number; x: number; y: number; swipes: boolean } | null>(null);
  const swiped = useRef(false);
  if (!does) return {};
  const along = (row: HTMLElement, dx: number) => (getComputedStyle(row).direction === "rtl" ? -dx : dx);
  const show = (row: HTMLElement, dx: number | null) => {
    if (dx === null) {
      row.style.removeProperty("--slide");
      delete row.dataset["swipe"];
      delete row.dataset["enough"];
      return;
    }
    const { way, enough } = wayOf(along(row, dx));
    row.style.setProperty("--slide", `${dx}px`);
    row.dataset["swipe"] = way;
    if (enough) row.dataset["enough"] = "true";
    else delete row.dataset["enough"];
  };
  const end = (event: PointerEvent<HTMLLIElement>) => {
    if (touch.current?.id !== event.pointerId) return;
    touch.current = null;
    show(event.currentTarget, null);
  };
  return {
    onPointerDown(event) {
      const { clientX: x, clientY: y, pointerId: id } = event;
      swiped.current = false;
      if (event.pointerType !== "touch" || !event.isPrimary || x < EDGE || x > window.innerWidth - EDGE) return;
      touch.current = { id, x, y, swipes: false };
    },
    onPointerMove(event) {
      const held = touch.current;
      if (held?.id !== event.pointerId) return;
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      if (!held.swipes) {
        const what = meant(dx, dy);
        if (what === "scroll") touch.current = null;
        if (what !== "swipe") return;
        held.swipes = true;
        swiped.current = true;
        event.currentTarget.setPointerCapture(held.id);
      }
      show(event.currentTarget, dx);
    },
    onPointerUp(event) {
      const held = touch.current;
      const row = event.currentTarget;
      end(event);
      if (held?.id !== event.pointerId || !held.swipes) return;
      const { way, enough } = wayOf(along(row, event.clientX - held.x));
      if (enough) does(way, row);
    },
    onPointerCancel: end,
    onClickCapture(event: MouseEvent) {
      if (!swiped.current) return;
      swiped.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
