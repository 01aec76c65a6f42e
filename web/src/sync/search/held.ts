// A live value that is read once and then followed, for whoever asks for it again and again.
import type { Live } from "../api";

/** Read when it is first asked for. */
export class Held<T> {
  #first: Promise<void> | undefined;
  #value: T | undefined;
  #stop = () => {};

  constructor(
    private readonly live: Live<T>,
    /** Told when it is another than it was. */
    private readonly changed: () => void,
  ) {}

  /** What it is now. */
  async now(): Promise<T> {
    this.#first ??= new Promise((ready, failed) => {
      let begun = false;
      this.#stop = this.live.subscribe((value) => {
        this.#value = value;
        if (begun) this.changed();
        begun = true;
        ready();
      }, failed);
    });
    await this.#first;
    return this.#value as T;
  }

  /** Stops following. */
  close(): void {
    this.#stop();
  }
}
