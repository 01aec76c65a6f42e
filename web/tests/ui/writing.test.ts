// What is offered while one types, and what comes of texts that nobody would think of.
import { getSchema, type JSONContent } from "@tiptap/core";
import { describe, expect, it } from "vitest";
import { emojiFor } from "../../src/ui/composer/emoji";
import { soughtIn } from "../../src/ui/composer/picks";
import { addressTyped } from "../../src/ui/editor/LinkBar";
import { asMarkdown } from "../../src/ui/editor/paste";
import { read } from "../../src/ui/editor/read";
import { extensions } from "../../src/ui/editor/schema";
import { write } from "../../src/ui/editor/write";

describe("what is offered", () => {
  const line = { forms: true, templates: false };

  it("is what the words before the caret ask for", () => {
    expect(soughtIn("Thanks @an", line)).toEqual({ kind: "name", typed: "an", back: 3 });
    expect(soughtIn("Done :tad", line)).toEqual({ kind: "emoji", typed: "tad", back: 4 });
    expect(soughtIn("/ta", line)).toEqual({ kind: "form", typed: "ta", back: 3 });
    expect(soughtIn("see #", line)).toEqual({ kind: "space", typed: "", back: 1 });
    expect(soughtIn("(#Release 4", line)).toEqual({ kind: "space", typed: "Release 4", back: 10 });
    expect(soughtIn("as in [[do we need", line)).toEqual({ kind: "thread", typed: "do we need", back: 12 });
    for (const nothing of [
      "at 10:30",
      "a:b",
      "and/or",
      "see /s/x",
      "mail@x",
      ": ",
      "C#",
      "# Head",
      "## ",
      "[[done]]",
      "a[0",
    ])
      expect(soughtIn(nothing, line)).toBeNull();
    expect(soughtIn("/ta", { forms: false, templates: false })).toBeNull();
    expect(soughtIn("/we", { forms: false, templates: true })?.kind).toBe("template");
  });

  it("are emoji by their short names, the shortest first", () => {
    const emoji = (emoji: string, names: string[], label: string) => ({ emoji, names, label, words: label.split(" ") });
    const all = [
      emoji("🍊", ["tangerine"], "tangerine"),
      emoji("🎉", ["tada"], "party popper"),
      emoji("🥳", [], "partying"),
    ];
    expect(emojiFor("ta", all).map((one) => one.emoji)).toEqual(["🎉", "🍊"]);
    expect(emojiFor("party", all).map((one) => one.emoji)).toEqual(["🎉", "🥳"]);
  });
});

it("an address is taken as people type it, and what could run is none", () => {
  expect(addressTyped("example.org/a?b")).toBe("https://example.org/a?b");
  expect(addressTyped("ana@example.org")).toBe("mailto:ana@example.org");
  for (const wrong of [
    "",
    "two words",
    "javascript:alert(1)",
    "data:text/html,x",
    "mw:paaaaaaaaaaaaaaaaaaaaaaaaaa",
    "word",
  ]) {
    expect(addressTyped(wrong)).toBeNull();
  }
});

it("cells become a table only if all rows have as many", () => {
  expect(asMarkdown("a\tb\r\nc\t|d|\r\n")).toBe("| a | b |\n| --- | --- |\n| c | \\|d\\| |");
  for (const none of ["a\tb", "a\tb\nc", "words\n\tmore", "one\ntwo"]) expect(asMarkdown(none)).toBe(none);
});

/** The same numbers at every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const BITS = [
  "word",
  "a",
  " ",
  "  ",
  "*",
  "**",
  "_",
  "`",
  "~",
  "[",
  "](",
  ")",
  "<",
  ">",
  "#",
  "- ",
  "1. ",
  "+",
  "|",
  "\\",
  "&",
  "&lt;",
  "!",
  ":",
  "@Bo",
  "https://a.b",
  "x@y.z",
  "ü",
  "語",
  "。",
  "שלום",
  "🎉",
  "=",
  '"',
  "$",
  "<b>",
  "<!--",
  "```",
];

/** A document as the editor may hold it, of bits that mean something in Markdown. */
function anything(seed: number): JSONContent {
  const roll = dice(seed);
  const pick = <T>(of: readonly T[]) => of[roll(of.length)] as T;
  const text = (most = 6) => Array.from({ length: 1 + roll(most) }, () => pick(BITS)).join("");
  const marks = () => ["bold", "italic", "strike", "code"].filter(() => roll(6) === 0).map((type) => ({ type }));
  const words = (breaks: boolean): JSONContent[] =>
    Array.from({ length: 1 + roll(4) }, () =>
      breaks && roll(8) === 0
        ? { type: "hardBreak" }
        : { type: "text", text: text(), ...(roll(2) && { marks: marks() }) },
    );
  const paragraph = (breaks = true): JSONContent => ({ type: "paragraph", content: words(breaks) });
  const blocks = (depth: number): JSONContent[] =>
    Array.from({ length: 1 + roll(3) }, (): JSONContent => {
      const kind = roll(depth > 2 ? 3 : 8);
      if (kind === 3) return { type: "blockquote", content: blocks(depth + 1) };
      if (kind === 4 || kind === 5) {
        const item = (): JSONContent => ({
          type: "listItem",
          attrs: { checked: pick([null, null, true, false]) },
          content: [paragraph(), ...(roll(3) ? [] : blocks(depth + 1))],
        });
        return { type: pick(["bulletList", "orderedList"]), content: Array.from({ length: 1 + roll(3) }, item) };
      }
      if (kind === 6) return { type: "codeBlock", content: [{ type: "text", text: text(12) }] };
      if (kind === 7) {
        const row = (type: string): JSONContent => ({
          type: "tableRow",
          content: [1, 2].map(() => ({ type, content: [paragraph(false)] })),
        });
        return { type: "table", content: [row("tableHeader"), row("tableCell")] };
      }
      return kind === 2 ? { type: "heading", attrs: { level: 1 + roll(6) }, content: words(false) } : paragraph();
    });
  return { type: "doc", content: blocks(0) };
}

/** The words of a document, block by block, without their marks. */
function bare(node: JSONContent): string {
  if (node.type === "text") return node.text ?? "";
  if (node.type === "hardBreak") return "\n";
  const inside = (node.content ?? []).map(bare);
  if (node.type === "codeBlock") return `[${inside.join("")}]`;
  const isWords = ["paragraph", "heading"].includes(node.type ?? "");
  // Blanks and breaks may come out another way, and what keeps marks apart is not seen.
  const clean = (text: string) => text.replaceAll("\u200b", "").replaceAll(/\s+/g, " ").trim();
  return clean(isWords ? inside.join("") : `<${node.type} ${inside.filter(Boolean).join(" ")}>`);
}

it("whatever stands in the editor, its words are read again as they were meant", () => {
  const schema = getSchema(extensions("Done"));
  const wrong: string[] = [];
  for (let seed = 1; seed <= 400; seed++) {
    const meant = schema.nodeFromJSON(anything(seed)).toJSON() as JSONContent;
    const text = write(schema.nodeFromJSON(meant));
    const got = read(text);
    if (!got || bare(got) !== bare(meant)) wrong.push(`${seed}\n${bare(meant)}\n${got && bare(got)}\n${text}`);
  }
  expect(wrong).toEqual([]);
});
