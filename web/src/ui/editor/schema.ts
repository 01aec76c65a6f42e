// What a text may consist of in the editor: what Markdown.tsx can show, and nothing else. So whatever is pasted, only this
// comes in.
import { mergeAttributes, type Extensions } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { Link } from "@tiptap/extension-link";
import { BulletList, OrderedList } from "@tiptap/extension-list";
import { StarterKit } from "@tiptap/starter-kit";
import { safeAddress } from "../Markdown";
import { emphasis } from "./emphasis";
import { Item } from "./item";
import { table } from "./table";

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
  // What is typed behind a link is no part of it.
  inclusive: () => false,
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
    // Whole, so that it leads to the same place wherever it is pasted.
    const whole = /^[/#]/.test(safe) ? location.origin + safe : safe;
    return ["a", mergeAttributes(rest, whole ? { href: whole } : {}), 0];
  },
}).configure({
  openOnClick: false,
  linkOnPaste: false,
  markdownLinks: true,
  shouldAutoLink: (url) => plainAddress.test(url),
  isAllowedUri: (url) => !url || safeAddress(url.trim()) !== "",
});

/** All of it. `done` is what a box to tick is called. */
export function extensions(done: string): Extensions {
  return [
    StarterKit.configure({
      bulletList: false,
      orderedList: false,
      listItem: false,
      code: false,
      bold: false,
      italic: false,
      strike: false,
      link: false,
      underline: false,
      dropcursor: false,
      trailingNode: false,
      codeBlock: { exitOnTripleEnter: true },
    }),
    ...emphasis,
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
    ...table,
  ];
}
