// Keys that mean something wherever one is. A single letter counts only where nobody is typing, and can be switched off
// (WCAG 2.1.4).
import { useEffect, useRef } from "react";

const SETTING = "meanwhile-single-keys";

/** Whether single letters do something on this device. */
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
}

/** True where what is pressed is written. */
function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** `mod+k` is Ctrl+K, and ⌘K on a Mac; `/` is the key alone. */
export function useKey(keys: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const wanted = keys.replace("mod+", "");
    const withMod = keys.startsWith("mod+");
    const pressed = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey;
      if (event.key.toLowerCase() !== wanted || event.altKey || event.isComposing || mod !== withMod) return;
      // With Shift it is another key, such as that of a link.
      if (withMod && event.shiftKey) return;
      // Nothing behind an open dialog is meant.
      if (!withMod && (writes(event.target) || !singleKeys() || document.querySelector('[role="dialog"]'))) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [keys]);
}
