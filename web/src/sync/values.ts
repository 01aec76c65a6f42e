// Small things one does with values from JSON.
import type { Item, UTCDate } from "../generated/types";
import type { Live } from "./api";

/** True if two values from JSON are equal. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => equal(left[name], right[name]));
}

/** The path of what a patch changes (RFC 6901, without the first slash), whatever its parts are called. */
export function pathOf(...parts: string[]): string {
  return parts.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
}

/** The parts of such a path. */
export function partsOf(path: string): string[] {
  return path.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A copy without some of its parts. */
export function without<T extends object, K extends string>(object: T, ...names: K[]): Omit<T, K> {
  const kept = Object.entries(object).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}

/** The instant by which something is found and put in order: what was imported bears the date that it had there. */
export function dateOf(item: Pick<Item, "origin" | "createdAt" | "receivedAt">): UTCDate {
  return item.origin === "imported" ? item.createdAt : item.receivedAt;
}

/** Milliseconds as the server writes them. */
export function instant(ms: number): UTCDate {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The value now. */
export function now<T>(live: Live<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    stop = live.subscribe((value) => {
      resolve(value);
      queueMicrotask(() => stop());
    }, reject);
  });
}
