// Somebody without a mouse: goes by Tab, presses keys and types, and has to see at every step where the keyboard is.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Device } from "./browser";

/** More stops than any place has before what one is looking for. */
const FAR = 120;

/** Two hands on a keyboard. */
export class Hands {
  readonly page: Page;

  constructor(device: Device) {
    this.page = device.page;
  }

  /** Presses one key after another. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types it where the keyboard is. */
  async types(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** True if the keyboard is there. */
  private isAt = (there: Locator): Promise<boolean> =>
    there.evaluateAll((all) => all.includes(document.activeElement as HTMLElement));

  /** Waits until the keyboard is there by itself, and can be seen. */
  async isOn(there: Locator): Promise<void> {
    await expect.poll(() => this.isAt(there)).toBe(true);
    await this.sees();
  }

  /** Goes on by Tab until the keyboard is there; it is seen wherever it comes to on the way. */
  async goesTo(there: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await there.first().waitFor({ state: "attached" });
    for (let step = 0; step < FAR; step += 1) {
      if (await this.isAt(there)) return this.sees();
      await this.press(key);
      await this.sees();
    }
    throw new Error(`no way by ${key} to ${String(there)}`);
  }

  /** Goes there and presses it. */
  async uses(there: Locator, key = "Enter"): Promise<void> {
    await this.goesTo(there);
    await this.press(key);
  }

  /** Fails if what has the keyboard can't be told from the rest, or is out of sight. */
  private async sees(): Promise<void> {
    // The browser scrolls to it in its own time.
    await expect.poll(() => this.page.evaluate(unseen), { timeout: 5_000 }).toBe("");
  }
}

/** What is wrong with how the keyboard's place is shown; runs in the page. */
function unseen(): string {
  const focused = document.activeElement;
  // Between two rounds of Tab the keyboard is in the browser's own bar.
  if (!focused || focused === document.body) return "";
  const name = () => focused.outerHTML.slice(0, 160);
  // What is drawn for it: a field of no size has a label, a composer stands around its text.
  const label = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])] : [];
  const around = [focused.parentElement, focused.closest("form, label, [class*=composer], [class*=field]")];
  const shown = [focused, focused.nextElementSibling, ...label, ...around].filter(
    (one): one is Element => one !== null,
  );
  const marked = (one: Element) => {
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return ring || /inset|0px 0px 0px [1-9]/.test(style.boxShadow);
  };
  // A caret is seen by itself.
  const writes = "input:not([type=radio], [type=checkbox], [type=file]), textarea, [contenteditable]";
  if (!focused.matches(writes) && !shown.some(marked)) return `can't be seen: ${name()}`;
  const box = shown.map((one) => one.getBoundingClientRect()).find(({ width, height }) => width > 2 && height > 2);
  if (!box) return `has no size: ${name()}`;
  if (focused.id === "main") return "";
  const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return within ? "" : `out of sight: ${name()}`;
}
