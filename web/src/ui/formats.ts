// The browser's own words for instants. Making one takes longer than drawing a row, so each is made once.

const made = new Map<string, Intl.DateTimeFormat>();

/** Says instants in a language and style. Throws for a zone that this browser does not know. */
export function dates(language: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // Where no zone is said it is the device's, which may travel.
  const here = style.timeZone === undefined ? new Date().getTimezoneOffset() : "";
  const key = `${language} ${here} ${JSON.stringify(style)}`;
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(language, style)));
  return found;
}
