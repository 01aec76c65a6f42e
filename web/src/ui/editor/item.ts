// An item of a list; as a task it has a box to tick. Markdown has both in one list, and so has the editor.
import { InputRule, type CommandProps } from "@tiptap/core";
import { ListItem, type ListItemOptions } from "@tiptap/extension-list";
import type { Node } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import prose from "../prose.module.css";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    item: {
      /** Makes tasks of what is selected, or plain items of tasks. */
      toggleTasks(): ReturnType;
      /** Makes a list of what is selected, plain items of tasks, or paragraphs of a list. */
      togglePlainList(): ReturnType;
    };
  }
}

/** The items whose own words are selected, with their places. */
function itemsIn({ doc, selection }: Transaction): Array<[Node, number]> {
  const items: Array<[Node, number]> = [];
  doc.nodesBetween(selection.from, selection.to, (node, at, parent) => {
    if (parent?.type.name === "listItem" && parent.firstChild === node) items.push([parent, at - 1]);
  });
  return items;
}

/** Makes tasks of them, but for those that are some, or plain items. */
function check({ tr }: CommandProps, checked: boolean | null): boolean {
  for (const [item, at] of itemsIn(tr)) {
    const next = checked === null ? null : (item.attrs["checked"] ?? checked);
    tr.setNodeMarkup(at, undefined, { ...item.attrs, checked: next });
  }
  return true;
}

/** The node. `done` is what its box is called. */
export const Item = ListItem.extend<ListItemOptions & { done: string }>({
  addOptions() {
    return { ...(this.parent?.() as ListItemOptions), done: "" };
  },

  addAttributes() {
    return {
      checked: {
        default: null,
        parseHTML: (element: HTMLElement) => {
          // As it is copied from here, from GitHub and from Google Docs.
          const said = element.getAttribute("data-checked") ?? element.getAttribute("aria-checked");
          if (said) return said === "true";
          const box = element.querySelector<HTMLInputElement>(
            ":scope > input[type=checkbox], :scope > p > input[type=checkbox]",
          );
          return box ? box.hasAttribute("checked") : null;
        },
        renderHTML: ({ checked }: Record<string, unknown>) =>
          checked === null ? {} : { "data-checked": String(checked) },
      },
    };
  },

  addCommands() {
    return {
      toggleTasks: () => (props) => {
        const items = itemsIn(props.tr);
        if (items.length === 0)
          return props
            .chain()
            .toggleBulletList()
            .command((inner) => check(inner, false))
            .run();
        const all = items.every(([item]) => item.attrs["checked"] !== null);
        return all ? props.commands.toggleBulletList() : check(props, false);
      },
      togglePlainList: () => (props) => {
        const tasks = itemsIn(props.tr).some(([item]) => item.attrs["checked"] !== null);
        return tasks ? check(props, null) : props.commands.toggleBulletList();
      },
    };
  },

  addKeyboardShortcuts() {
    return {
      ...this.parent?.(),
      Enter: () => {
        const item = this.editor.state.selection.$from.node(-1);
        const task = item?.type === this.type && item.attrs["checked"] !== null;
        return this.editor.commands.splitListItem(this.name, task ? { checked: false } : {});
      },
    };
  },

  addInputRules() {
    const tick = (state: CommandProps["state"], range: { from: number; to: number }, checked: boolean) => {
      const $from = state.doc.resolve(range.from);
      const item = $from.node(-1);
      if (item?.type !== this.type || $from.parentOffset !== 0 || $from.index(-1) !== 0) return false;
      state.tr.delete(range.from, range.to).setNodeMarkup($from.before(-1), undefined, { ...item.attrs, checked });
      return true;
    };
    return [
      new InputRule({
        find: /^\s*\[([ xX]?)\]\s$/,
        handler: ({ state, range, match, chain }) => {
          const checked = match[1]?.toLowerCase() === "x";
          if (tick(state, range, checked)) return;
          chain()
            .deleteRange(range)
            .toggleBulletList()
            .command((props) => check(props, checked))
            .run();
        },
      }),
    ];
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = document.createElement("li");
      dom.dir = "auto";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.tabIndex = -1;
      box.contentEditable = "false";
      box.setAttribute("aria-label", this.options.done);
      box.addEventListener("mousedown", (event) => event.preventDefault());
      box.addEventListener("change", () => {
        const at = getPos();
        if (at === undefined || !editor.isEditable) return;
        const { attrs } = editor.state.doc.nodeAt(at) as Node;
        editor.view.dispatch(editor.state.tr.setNodeMarkup(at, undefined, { ...attrs, checked: box.checked }));
      });
      const contentDOM = document.createElement("div");
      const show = ({ attrs }: Node) => {
        const { checked } = attrs as { checked: boolean | null };
        dom.className = checked === null ? "" : (prose["task"] ?? "");
        if (checked === null) box.remove();
        else dom.prepend(box);
        box.checked = checked === true;
      };
      dom.append(contentDOM);
      show(node);
      return {
        dom,
        contentDOM,
        update(next) {
          if (next.type !== node.type) return false;
          show(next);
          return true;
        },
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      };
    };
  },
});
