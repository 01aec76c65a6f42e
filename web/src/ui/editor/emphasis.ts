// Bold, italic and struck words, and what one types to make them so. As in Markdown the signs stand right beside the words,
// so that 2 * 3 * 4 stays what it is.
import { markInputRule } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Italic } from "@tiptap/extension-italic";
import { Strike } from "@tiptap/extension-strike";

/** All three. */
export const emphasis = [
  Bold.extend({
    addInputRules() {
      const { type } = this;
      return [
        markInputRule({ find: /(?<![\w*\\])\*\*((?=\S)[^*\n]*[^\s*])\*\*$/, type }),
        markInputRule({ find: /(?<![\w\\])__((?=\S)[^_\n]*[^\s_])__$/, type }),
      ];
    },
  }),
  Italic.extend({
    addInputRules() {
      const { type } = this;
      return [
        markInputRule({ find: /(?<![\w*\\])\*((?=[^\s*])[^*\n]*[^\s*])\*$/, type }),
        markInputRule({ find: /(?<![\w\\])_((?=[^\s_])[^_\n]*[^\s_])_$/, type }),
      ];
    },
  }),
  Strike.extend({
    addInputRules() {
      return [markInputRule({ find: /(?<![\w~\\])~~((?=\S)[^~\n]*[^\s~])~~$/, type: this.type })];
    },
  }),
];
