// The arrow keys in a list of which one entry is chosen, while the keyboard stays in a field. Pure.

/** Where one is after that key, round and round; null: it moves nothing. */
export function stepped(key: string, at: number, count: number): number | null {
  const by = { ArrowDown: 1, ArrowUp: -1 }[key];
  return by && count > 0 ? (at + by + count) % count : null;
}
