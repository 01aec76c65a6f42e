// The secret of a one-time link. It stands behind `#`, which browsers send to nobody; it is read once and taken out of
// the address, so that neither the history nor somebody looking on keeps it.

let held: string | null = null;

/** The secret of the link that was opened, kept in memory for as long as this page lives. Null: there was none. */
export function takeSecret(): string | null {
  const found = window.location.hash.slice(1);
  if (found) {
    held = decode(found);
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }
  return held;
}

/** Forgets it, once it was used. */
export function dropSecret(): void {
  held = null;
}

/** Mail programs like to escape what stands in links. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text;
  }
}
