// Saving takes a moment, in which older words are still told. This tells them from what was written elsewhere. Pure.

/** What was saved of one text, and not told yet. */
export class Saves {
  #coming: string[] = [];
  #told: string | null = null;

  /** These words are on their way. */
  add(words: string): void {
    this.#coming.push(words);
  }

  /** Nothing is on its way: it was sent, given up, or could not be saved. */
  forget(): void {
    this.#coming = [];
  }

  /** Whether these words, which are told now, are older than what was saved here. */
  isOld(told: string): boolean {
    const at = this.#coming.indexOf(told);
    if (told !== this.#told) this.#coming = at < 0 ? [] : this.#coming.slice(at + 1);
    // The same may be told again before what comes next.
    else if (at === 0) this.#coming.shift();
    this.#told = told;
    return this.#coming.length > 0;
  }
}
