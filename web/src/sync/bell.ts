// Waiting that can be cut short.

/** Resolves after so many milliseconds, or at the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Bell().wait(ms, signal);
}

/** Rung by one side, waited for by the other. What is rung while nobody waits counts for the next who does. */
export class Bell {
  #rung = false;
  #heard: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#heard?.();
  }

  /** Resolves when it is rung, after so many milliseconds, or at the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#rung = false;
        this.#heard = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#heard = done;
      signal.addEventListener("abort", done);
      if (this.#rung || signal.aborted) done();
    });
  }
}
