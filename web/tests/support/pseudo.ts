// A language that nobody speaks, made of the English words when a test asks for it: longer, with marks on every letter, so
// that a word which is not in the catalogue stands out, and one that has too little room is cut. Mirrored, it is written
// from right to left. It stands in the place of another catalogue on its way to the browser, and is in no program.
import { compileMessage } from "@lingui/message-utils/compileMessage";
import type { Page } from "playwright-core";
import { en, type MessageId } from "../../src/locales/en";

/** `stretched`: longer; `mirrored`: longer, and from right to left. */
export type Pseudo = "stretched" | "mirrored";

/** The language whose catalogue it stands in for: one that is fetched by itself. */
export const STANDS_FOR = "de";

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MARKED = "áƀçđéƒǧĥíĵķĺɱñóƥʠŕšťúṽŵẋýžÁƁÇĐÉƑǦĤÍĴĶĹṀÑÓƤɊŔŠŤÚṼŴẊÝŽ";
/** Around what stands for a value, which is nobody's words: isolates, which are not seen. */
const [OPEN, SHUT] = ["\u2068", "\u2069"];
/** Letters run from right to left between these. */
const [TURN, BACK] = ["\u202e", "\u202c"];
/** The first letter by which a browser knows the direction of a line. */
const RIGHT = "\u200f";

type Token = string | [string, ...unknown[]];

/** A piece of a message: each letter marked, each vowel twice. What marks elements stays. */
function stretched(piece: string): string {
  const word = (text: string) =>
    text.replaceAll(/[a-z]/gi, (letter) => {
      const marked = [...MARKED][PLAIN.indexOf(letter)] as string;
      return /[aeiou]/i.test(letter) ? marked + marked.toLowerCase() : marked;
    });
  return piece
    .split(/(<\/?\d+\/?>)/)
    .map((part, i) => (i % 2 ? part : word(part)))
    .join("");
}

function tokens(said: readonly Token[], how: Pseudo): Token[] {
  const turned = (text: string) =>
    how === "stretched"
      ? text
      : text
          .split(/(<\/?\d+\/?>)/)
          .map((part, i) => (i % 2 || !part ? part : TURN + part + BACK))
          .join("");
  return said.flatMap((token): Token[] => {
    if (typeof token === "string") return token === "#" ? [OPEN, "#", SHUT] : [turned(stretched(token))];
    const [name, kind, forms] = token as [string, string?, Record<string, unknown>?];
    if (!forms || typeof forms !== "object") return [OPEN, token, SHUT];
    const each = (form: unknown) =>
      Array.isArray(form) ? tokens(form as Token[], how) : typeof form === "string" ? tokens([form], how) : form;
    return [[name, kind, Object.fromEntries(Object.entries(forms).map(([key, form]) => [key, each(form)]))]];
  });
}

/** A message in it, compiled. */
function message(id: MessageId, how: Pseudo): Token[] {
  const said = compileMessage(en[id]) as string | Token[];
  const inner = tokens(typeof said === "string" ? [said] : said, how);
  return how === "stretched" ? ["[", ...inner, "]"] : [RIGHT, "[", ...inner, "]"];
}

/** What the screen says, of a message with plain values alone. */
export function says(id: MessageId, values: Record<string, string>, how: Pseudo): string {
  return message(id, how)
    .map((token) => (typeof token === "string" ? token : (values[token[0]] ?? "")))
    .join("");
}

/** From now on what this page loads is in it. */
export async function speaks(page: Page, how: Pseudo): Promise<void> {
  const all = Object.fromEntries((Object.keys(en) as MessageId[]).map((id) => [id, message(id, how)]));
  const body = `export const ${STANDS_FOR} = ${JSON.stringify(all)};`;
  await page.route(new RegExp(`/assets/${STANDS_FOR}-[^/]+\\.js$`), (route) =>
    route.fulfill({ contentType: "text/javascript", body }),
  );
  await page.addInitScript(
    ([language, open, shut, mirrored]) => {
      // Dates, numbers and lists are the browser's words: they are marked as values are.
      for (const kind of [Intl.DateTimeFormat, Intl.NumberFormat, Intl.RelativeTimeFormat, Intl.ListFormat]) {
        const its = kind.prototype as { format: unknown; resolvedOptions(): { locale: string } };
        const { get, value } = Object.getOwnPropertyDescriptor(its, "format") as PropertyDescriptor;
        const marked = (self: typeof its, text: string) =>
          self.resolvedOptions().locale.startsWith(language as string) ? open + text + shut : text;
        if (get) {
          Object.defineProperty(its, "format", {
            get(this: typeof its) {
              const plain = get.call(this) as (...of: unknown[]) => string;
              return (...of: unknown[]) => marked(this, plain(...of));
            },
          });
        } else {
          its.format = function (this: typeof its, ...of: unknown[]) {
            return marked(this, (value as (...of: unknown[]) => string).apply(this, of));
          };
        }
      }
      if (mirrored) {
        const turn = () => document.documentElement && (document.documentElement.dir = "rtl");
        if (!turn())
          new MutationObserver((_, watch) => turn() && watch.disconnect()).observe(document, { childList: true });
      }
    },
    [STANDS_FOR, OPEN, SHUT, how === "mirrored"] as const,
  );
}

/** What is wrong with the words on the screen: those that are in no catalogue, and those that are cut. */
export async function faults(page: Page): Promise<string[]> {
  return page.evaluate(
    ([open, shut]) => {
      const found = new Set<string>();
      const seen = (element: Element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
      /** Written by people or by programs, or a name of its own. */
      const theirs =
        '[dir="auto"], [dir="ltr"], [translate="no"], :not(html)[lang], kbd, code, pre, svg, option, textarea';
      let depth = 0;
      /** What stands for no value; values may begin in one node and end in another. */
      const words = (text: string): string => {
        let left = "";
        for (const letter of text) {
          if (letter === open) depth += 1;
          else if (letter === shut) depth -= 1;
          else if (depth === 0) left += letter;
        }
        return left;
      };
      /** True if it stands outside of what it is shown in. */
      const isCut = (node: Node, parent: Element): boolean => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = range.getBoundingClientRect();
        for (let box: Element | null = parent; box && box !== document.body; box = box.parentElement) {
          const { overflowX, position } = getComputedStyle(box);
          const { left, right, width } = box.getBoundingClientRect();
          // Only screen readers read it, or only others see it, who are told more.
          if (width <= 1 || position === "fixed" || box.ariaHidden === "true") return false;
          if (overflowX === "auto" || overflowX === "scroll") return false;
          if (overflowX !== "visible" && (text.left < left - 1 || text.right > right + 1)) return true;
        }
        return false;
      };
      const texts = document.createTreeWalker(document.querySelector("html > body") as Element, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const parent = node.parentElement as Element;
        if (/^(SCRIPT|STYLE|NOSCRIPT)$/.test(parent.tagName)) continue;
        const left = words(node.textContent ?? "");
        if (!seen(parent)) continue;
        if (/[A-Za-z]{2}/.test(left) && !parent.closest(theirs)) found.add(`in no catalogue: ${left.trim()}`);
        if (/[áéíóú]/i.test(left) && isCut(node, parent)) found.add(`cut: ${node.textContent}`);
      }
      for (const element of document.querySelectorAll("body *")) {
        if (!seen(element)) continue;
        for (const name of element.closest('[translate="no"]') ? [] : ["aria-label", "placeholder", "title", "alt"]) {
          depth = 0;
          const left = words(element.getAttribute(name) ?? "");
          // A browser's name for itself is nobody's word.
          if (/[A-Za-z]{2}/.test(left) && !left.startsWith("Mozilla/")) found.add(`in no catalogue, ${name}: ${left}`);
        }
      }
      return [...found];
    },
    [OPEN, SHUT] as const,
  );
}
