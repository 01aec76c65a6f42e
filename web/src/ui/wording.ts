// The server's sentences, as they stand on a screen, and the beginnings of texts.

/** Letters. */
const FIRST = 60;

/** They begin small, as they follow a colon elsewhere, and may lack a full stop. */
export function sentence(text: string): string {
  const first = text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** The first words of a text, as many as a line beside a title has room for. */
export function firstWords(text: string): string {
  if (text.length <= FIRST) return text;
  const cut = text.slice(0, FIRST);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), FIRST - 20)).trimEnd()} …`;
}
