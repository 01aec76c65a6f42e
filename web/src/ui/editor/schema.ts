// What a text may consist of in the editor: what Markdown.tsx can show, and nothing else. So whatever is pasted, only this
// comes in.
import { mergeAttributes, type Extensions } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { Link } from "@tiptap/extension-link";
import { BulletList, OrderedList } from "@tiptap/extension-list";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { StarterKit } from "@tiptap/starter-kit";
import { safeAddress } from "../Markdown";
import { Item } from "./item";

/** Whether a list has room between its items. */
const loose = {
  loose: {
    default: false,
    parseHTML: (element: HTMLElement) => element.hasAttribute("data-loose"),
    renderHTML: ({ loose }: Record<string, unknown>) => (loose ? { "data-loose": "" } : {}),
    keepOnSplit: true,
  },
};

/** Addresses that Markdown.tsx makes links of without being asked to. */
const plainAddress = /^(https?:\/\/|www\.|[^\s@/]+@)/i;

const Address = Link.extend({
  addAttributes() {
    return {
      href: { default: null },
      title: { default: null },
      /** It was written as a picture of another place, which is shown as a link. */
      image: {
        default: false,
        parseHTML: (element) => element.hasAttribute("data-image"),
        renderHTML: ({ image }) => (image ? { "data-image": "" } : {}),
      },
    };
  },
  renderHTML({ HTMLAttributes }) {
    const { href, ...rest } = HTMLAttributes as { href?: string };
    const safe = safeAddress(href?.trim() ?? "");
    // In a text that is being written an address is words: it is followed when it is sent.
    return ["a", mergeAttributes(rest, safe ? { href: safe } : {}), 0];
  },
}).configure({
  openOnClick: false,
  linkOnPaste: false,
  markdownLinks: true,
  shouldAutoLink: (url) => plainAddress.test(url),
  isAllowedUri: (url) => !url || safeAddress(url.trim()) !== "",
});

/** A line of a cell is all that a table of Markdown can hold. */
const line = { content: "paragraph" };

/** All of it. `done` is what a box to tick is called. */
export function extensions(done: string): Extensions {
  return [
    StarterKit.configure({
      bulletList: false,
      orderedList: false,
      listItem: false,
      code: false,
      link: false,
      underline: false,
      dropcursor: false,
      trailingNode: false,
      codeBlock: { exitOnTripleEnter: true },
    }),
    // Bold code is code, and bold.
    Code.extend({ excludes: "" }),
    Address,
    Item.configure({ done }),
    BulletList.extend({ addAttributes: () => loose }),
    OrderedList.extend({
      addAttributes() {
        return {
          ...loose,
          start: { default: 1, parseHTML: (element) => Number(element.getAttribute("start") ?? 1) || 1 },
        };
      },
    }),
    Table.configure({ cellMinWidth: 0 }),
    TableRow,
    TableHeader.extend(line),
    TableCell.extend(line),
  ];
}
