// Where the keyboard goes when what was open is gone.
import { useEffect, useRef } from "react";

/** When this is gone, the keyboard is where it was before it came, unless something else has taken it. */
export function useFocusBack(): void {
  const before = useRef(document.activeElement);
  useEffect(
    () => () => {
      const from = before.current;
      requestAnimationFrame(() => {
        const { activeElement } = document;
        if (activeElement && activeElement !== document.body) return;
        if (from instanceof HTMLElement) from.focus({ preventScroll: true });
      });
    },
    [],
  );
}
