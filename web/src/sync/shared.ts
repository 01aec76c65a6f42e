// Reads that several screens follow at once are read once, and whoever comes later knows at once what is known.
import type { Live } from "./api";

interface Follower<T> {
  told(value: T): void;
  failed(error: unknown): void;
}

/** A live read for all who follow it; it is read while somebody does. */
class Shared<T> implements Live<T> {
  current: T | undefined;
  #known = false;
  #stop: (() => void) | undefined;
  readonly #followers = new Set<Follower<T>>();

  constructor(
    private readonly source: Live<T>,
    private readonly over: () => void,
  ) {}

  subscribe(told: (value: T) => void, failed: (error: unknown) => void = () => {}): () => void {
    const follower = { told, failed };
    this.#followers.add(follower);
    if (this.#known) told(this.current as T);
    this.#stop ??= this.source.subscribe(
      (value) => {
        this.current = value;
        this.#known = true;
        for (const one of this.#followers) one.told(value);
      },
      (error) => {
        const all = [...this.#followers];
        this.#followers.clear();
        this.#end();
        for (const one of all) one.failed(error);
      },
    );
    return () => {
      this.#followers.delete(follower);
      // Where one screen goes and the next comes in the same moment, it is read on.
      queueMicrotask(() => this.#followers.size === 0 && this.#end());
    };
  }

  #end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#known = false;
    this.current = undefined;
    this.over();
  }
}

/** The same live read for all who ask for the same. */
export function shared<A extends ReadonlyArray<string | number | boolean | undefined>, T>(
  read: (...of: A) => Live<T>,
): (...of: A) => Live<T> {
  const held = new Map<string, Live<T>>();
  return (...of) => {
    const key = of.join(" ");
    const found = held.get(key);
    if (found) return found;
    const made = new Shared(read(...of), () => held.get(key) === made && held.delete(key));
    held.set(key, made);
    return made;
  };
}
