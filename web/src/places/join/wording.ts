// Small words that both pages of this folder, and the settings, say about the server's refusals and about times.
import { useLanguage } from "../../ui/i18n";

/** The language of the screen as it is written where this device is: `en-GB` says 14:05 and 2 December, `en-US` does
 * not. */
export function useRegion(): string {
  const language = useLanguage();
  return navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}

/** `14:05`: the time of day in so many seconds; a minute from now if the server did not say. */
export function atTime(seconds: number | undefined, language: string): string {
  const at = new Date(Date.now() + (seconds ?? 60) * 1000);
  // Whole minutes, rounded up: whoever comes at that time is not too early.
  at.setSeconds(at.getSeconds() + 59);
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** The server's sentences begin small, as they follow a colon elsewhere. */
export function sentence(text: string): string {
  const first = text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** As the server compares addresses: one @, something on both sides, no blanks. */
export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]{2,}$/.test(text.trim());
}
