// What a browser says it is, in plain words.

/** `Firefox` and `Linux` from a User-Agent; undefined for what is not recognised. Order matters: most browsers also
 * name those they descend from. */
export function readClient(agent: string): { browser?: string; system?: string } {
  const first = (pairs: ReadonlyArray<readonly [RegExp, string]>) => pairs.find(([test]) => test.test(agent))?.[1];
  return {
    browser: first([
      [/\bEdgA?(iOS)?\//, "Edge"],
      [/\bOPR\/|\bOpera\b/, "Opera"],
      [/\bSamsungBrowser\//, "Samsung Internet"],
      [/\bVivaldi\//, "Vivaldi"],
      [/\bFirefox\/|\bFxiOS\//, "Firefox"],
      [/\bHeadlessChrome\/|\bChromium\//, "Chromium"],
      [/\bChrome\/|\bCriOS\//, "Chrome"],
      [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
      [/^curl\//, "curl"],
    ]),
    system: first([
      [/\biPhone\b/, "iPhone"],
      [/\biPad\b/, "iPad"],
      [/\bAndroid\b/, "Android"],
      [/\bWindows\b/, "Windows"],
      [/\bMac OS X\b|\bMacintosh\b/, "Mac"],
      [/\bCrOS\b/, "ChromeOS"],
      [/\bLinux\b|\bX11\b/, "Linux"],
    ]),
  };
}
