// What both pages of this folder, and the settings, know about times and addresses.

/** `14:05`: the time of day in so many seconds; a minute from now if the server did not say. */
export function atTime(seconds: number | undefined, language: string): string {
  const at = new Date(Date.now() + (seconds ?? 60) * 1000);
  // Whole minutes, rounded up: whoever comes at that time is not too early.
  at.setSeconds(at.getSeconds() + 59);
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** As the server compares addresses: one @, something on both sides, no blanks. */
export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]{2,}$/.test(text.trim());
}
