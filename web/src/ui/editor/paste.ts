// What is pasted, made fit for the editor. HTML is taken apart in a document of its own, in which nothing runs and nothing
// is loaded; of it only what the schema knows comes in.
import { safeAddress } from "../Markdown";

/** Browsers show nothing of these. */
const UNSEEN =
  "script, style, title, template, iframe, object, embed, svg, math, noscript, button, select, textarea, audio, video";
const BLOCKS = "p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, pre, section, article, br, hr";

const SELF = `${BLOCKS.replace(" br,", "")}, table, figure, dl, details, main, header, footer, center`;

/** HTML of another program, as its words, lists, tables and links. */
export function cleaned(html: string): string {
  const doc = new DOMParser().parseFromString(html, "text/html");
  const { body } = doc;
  const all = (selector: string) => [...body.querySelectorAll<HTMLElement>(selector)];
  for (const one of all(UNSEEN)) one.remove();
  // Google Docs puts everything into a bold that is not bold.
  for (const one of all('b[id^="docs-internal-guid"]')) unwrap(one);
  for (const one of all("img")) picture(one as HTMLImageElement);
  for (const one of all("a")) {
    const href = one.getAttribute("href") ?? "";
    // A path would lead to a place here, and not where it led; and nobody is named by what looks like a name.
    if (!/^(https?:|mailto:)/i.test(href) || !safeAddress(href)) one.removeAttribute("href");
  }
  // As we show tasks ourselves.
  for (const one of all('li > [role="img"][aria-label]')) {
    const said = one.getAttribute("aria-label") ?? "";
    if (/[☑☐]/.test(said)) one.parentElement?.setAttribute("data-checked", String(said === "☑"));
  }
  wordLists(body);
  // Google Docs puts a list beside the item that it belongs to.
  for (const one of all("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = one.previousElementSibling;
    if (before?.tagName === "LI") before.append(one);
  }
  for (const one of all("table").toReversed()) table(one as HTMLTableElement);
  paragraphs(body);
  return body.innerHTML;
}

/** Words that stand in no block would lose the blanks between them. */
function paragraphs(body: HTMLElement): void {
  let open: HTMLElement | null = null;
  for (const node of Array.from(body.childNodes)) {
    const inside = node instanceof Element && (node.matches(SELF) || node.querySelector(SELF) !== null);
    if (inside || node.nodeType === Node.COMMENT_NODE) {
      if (inside) open = null;
      continue;
    }
    if (!open && !node.textContent?.trim()) continue;
    if (!open) {
      open = body.ownerDocument.createElement("p");
      node.before(open);
    }
    open.append(node);
  }
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** A picture of another place is never loaded; its address stays, where it is one. */
function picture(image: HTMLImageElement): void {
  const from = image.getAttribute("src") ?? "";
  const words = image.getAttribute("alt")?.trim() || from;
  if (image.closest("a")) image.replaceWith(image.alt.trim());
  else if (!/^https?:/i.test(from)) image.remove();
  else {
    const link = image.ownerDocument.createElement("a");
    link.setAttribute("href", from);
    link.setAttribute("data-image", "");
    link.textContent = words;
    image.replaceWith(link);
  }
}

/** Word's lists are paragraphs that look like items. */
function wordLists(body: HTMLElement): void {
  const isItem = (element: Element | null) =>
    element !== null && /mso-list:\s*l\d/i.test(element.getAttribute("style") ?? "");
  for (const first of body.querySelectorAll("p, h1, h2, h3")) {
    if (!isItem(first) || !first.isConnected || first.closest("li")) continue;
    const open: Element[] = [];
    let root: Element | null = null;
    for (let next: Element | null = first; next && isItem(next);) {
      const here: Element = next;
      next = here.nextElementSibling;
      const level = Number(/level(\d)/i.exec(here.getAttribute("style") ?? "")?.[1] ?? 1);
      const sign = here.querySelector('[style*="mso-list:Ignore" i], [style*="mso-list: Ignore" i]');
      const tag = /^\s*\(?(\d+|[a-z]{1,3})[.)]/i.test(sign?.textContent ?? "") ? "ol" : "ul";
      sign?.remove();
      open.length = Math.min(open.length, level);
      while (open.length < level) {
        const list = body.ownerDocument.createElement(tag);
        const above = open.at(-1);
        if (above) (above.lastElementChild ?? above.appendChild(body.ownerDocument.createElement("li"))).append(list);
        else {
          root = list;
          here.before(list);
        }
        open.push(list);
      }
      const item = body.ownerDocument.createElement("li");
      item.append(...here.childNodes);
      open.at(-1)?.append(item);
      here.remove();
    }
    root?.normalize();
  }
}

/** Rows of equal length, the first as head, each cell one line; a table that only arranges a page is taken apart. */
function table(element: HTMLTableElement): void {
  const rows = [...element.rows].map((row) => [...row.cells]);
  const most = Math.max(0, ...rows.map((row) => row.length));
  const arranges = element.getAttribute("role") === "presentation" || (rows.length < 2 && most < 2);
  const doc = element.ownerDocument;
  if (arranges || most === 0) {
    const parts = rows.flat().map((cell) => {
      const part = doc.createElement("div");
      part.append(...cell.childNodes);
      return part;
    });
    element.replaceWith(...parts);
    return;
  }
  const fresh = doc.createElement("table");
  rows.forEach((cells, at) => {
    const row = fresh.appendChild(doc.createElement("tr"));
    for (let i = 0; i < most; i++) {
      const cell = row.appendChild(doc.createElement(at === 0 ? "th" : "td"));
      const old = cells[i];
      const align = old?.getAttribute("align") ?? old?.style.textAlign ?? "";
      if (/^(left|center|right)$/.test(align)) cell.setAttribute("align", align);
      if (old) cell.append(...old.childNodes);
      for (const block of [...cell.querySelectorAll(BLOCKS)].toReversed()) {
        block.before(" ");
        unwrap(block);
      }
    }
  });
  element.replaceWith(fresh);
}

/** Plain words as Markdown: cells of a spreadsheet are a table, and links as Slack copies them are links. */
export function asMarkdown(text: string): string {
  const plain = text.replaceAll(/\r\n?/g, "\n");
  return asTable(plain) ?? plain.replaceAll(/<(https?:\/\/[^\s|<>]+)\|([^<>|\n]+)>/g, "[$2]($1)");
}

/** Null if they are no cells. */
function asTable(text: string): string | null {
  const rows = text
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => line.split("\t"));
  const most = rows[0]?.length ?? 0;
  if (rows.length < 2 || most < 2 || rows.some((row) => row.length !== most)) return null;
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll(/[\\|*_`[\]<>~]/g, "\\$&")).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}
