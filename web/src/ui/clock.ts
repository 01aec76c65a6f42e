// One timer for all that shows a time, however many there are.
import { useSyncExternalStore } from "react";

/** Calls whoever listens every so many milliseconds; runs only while somebody listens. */
class Ticker {
  #listeners = new Set<() => void>();
  #timer = 0;
  #count = 0;

  constructor(readonly every: number) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#timer = window.setInterval(() => {
        this.#count++;
        for (const told of this.#listeners) told();
      }, this.every);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) window.clearInterval(this.#timer);
    };
  };

  readonly count = (): number => this.#count;
}

const tickers = new Map<number, Ticker>();

/** Renders again every so many milliseconds. */
export function useTick(every: number): number {
  let ticker = tickers.get(every);
  if (!ticker) tickers.set(every, (ticker = new Ticker(every)));
  return useSyncExternalStore(ticker.subscribe, ticker.count);
}
