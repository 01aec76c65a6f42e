// Scrolling to a post. What lies outside the window has no size of its own yet, so the place moves when it comes near.

/** Frames in which what stands around gets its size. */
const FRAMES = 5;
/** The frame that is to come; a newer wish ends an older one. */
let next = 0;

/** Brings it there, and holds it there while what stands around it is drawn. */
export function bringIn(element: Element, block: "start" | "center"): void {
  cancelAnimationFrame(next);
  let left = FRAMES;
  const go = () => {
    element.scrollIntoView({ block });
    if (--left > 0 && element.isConnected) next = requestAnimationFrame(go);
  };
  go();
}
