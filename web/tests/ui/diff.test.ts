// What came and went between two texts.
import { expect, it } from "vitest";
import { compare, type Run, type Side } from "../../src/ui/diff/compare";

/** `[-gone-]` and `{+new+}`, a line each; lines that stay are not shown. */
function told(before: Side, after: Side): string[] {
  const marks = { same: ["", ""], gone: ["[-", "-]"], new: ["{+", "+}"] } as const;
  const shown = ({ how, pieces }: Run) => marks[how].join(pieces.map(({ text }) => text).join(""));
  const changed = compare(before, after).rows.filter(({ how }) => how !== "same");
  return changed.map(({ line, runs }) => `${line.kind}: ${runs.map(shown).join("")}`);
}

const texts = (before: string, after: string) => told({ text: before }, { text: after });

it("words that came and went are told, and what stays around them", () => {
  expect(texts("The desk is open from nine to five.", "The desk is open from eight to half past five.")).toEqual([
    "text: The desk is open from [-nine-]{+eight+} to {+half past +}five.",
  ]);
});

it("equal texts have no difference, however their Markdown is spelled", () => {
  const side = { title: "A", text: "* one\n* two\n\n__bold__", files: [{ key: "b1", name: "a.png" }] };
  expect(compare(side, { ...side, text: "- one\n- two\n\n**bold**" }).isNone).toBe(true);
});

it("a word that becomes bold or leads elsewhere is another one", () => {
  expect(texts("It closes at **four**.", "It closes at four.")).toEqual(["text: It closes at [-four-]{+four+}."]);
  expect(texts("See [the plan](https://a.example).", "See [the plan](https://b.example).")).toEqual([
    "text: See [-the plan-]{+the plan+}.",
  ]);
});

it("a line that is new beside others does not make them others", () => {
  const before = "First of all.\n\nThe last word.";
  expect(texts(before, "First of all.\n\nSomething between them.\n\nThe last word.")).toEqual([
    "text: {+Something between them.+}",
  ]);
  expect(texts("- milk\n- bread\n- salt", "- milk\n- brown bread\n- salt\n- tea")).toEqual([
    "entry: {+brown +}bread",
    "entry: {+tea+}",
  ]);
});

it("lines that have nothing in common are not mixed word by word", () => {
  expect(texts("We meet on Monday in the small room.", "Everything is cancelled!")).toEqual([
    "text: [-We meet on Monday in the small room.-]",
    "text: {+Everything is cancelled!+}",
  ]);
});

it("numbers of a list that move on are no change, and a task that is done is one", () => {
  expect(texts("1. one\n2. three", "1. one\n2. two\n3. three")).toEqual(["entry: {+two+}"]);
  expect(texts("- [ ] call Bo", "- [x] call Bo")).toEqual(["entry: [-☐-]{+☑+} call Bo"]);
});

it("code is compared line by line, a table row by row, a quote by its words", () => {
  expect(texts("```\na = 1\nb = 2\n```", "```\na = 1\nb = 3\n```")).toEqual(["code: b = [-2-]{+3+}"]);
  const table = (cell: string) => `| Day | Hour |\n|---|---|\n| Mon | nine |\n| Tue | ${cell} |`;
  expect(texts(table("ten"), table("eleven"))).toEqual(["row: Tue | [-ten-]{+eleven+}"]);
  expect(texts("> She said yes.", "> She said no.")).toEqual(["text: She said [-yes-]{+no+}."]);
});

it("what is a heading now was a paragraph before", () => {
  expect(texts("The plan", "## The plan")).toEqual(["text: [-The plan-]", "heading: {+The plan+}"]);
});

it("title, question and files are compared too", () => {
  const before = { title: "Which date?", text: "x", asks: "Asks Bo for a reply", files: [{ key: "1", name: "a.png" }] };
  const after = {
    title: "Which dates?",
    text: "x",
    asks: "Asks Bo for a decision",
    files: [
      { key: "2", name: "b.png" },
      { key: "1", name: "a.png" },
    ],
  };
  expect(told(before, after)).toEqual(["title: Which [-date-]{+dates+}?", "asks: Asks Bo for a [-reply-]{+decision+}"]);
  expect(compare(before, after).files).toEqual([
    { how: "same", name: "a.png" },
    { how: "new", name: "b.png" },
  ]);
  expect(compare(after, before).files).toContainEqual({ how: "gone", name: "b.png" });
});

it("languages without spaces are taken apart as well", () => {
  expect(texts("明日の会議は九時に始まります。", "明日の会議は十時に始まります。")).toHaveLength(1);
});

it("a long text that is written anew is told whole", () => {
  const long = (seed: number) =>
    Array.from({ length: 6000 }, (_, i) => `w${(i * seed) % 7919}${i % 40 === 39 ? ".\n\n" : ""}`).join(" ");
  const { rows } = compare({ text: long(17) }, { text: long(5003) });
  expect(rows.some(({ how }) => how === "gone") && rows.some(({ how }) => how === "new")).toBe(true);
});

it("nesting that the parser gives up on is compared as it is written", () => {
  const deep = `${">".repeat(9000)} all of this stays`;
  expect(texts(deep, `${deep} as it is`)).toHaveLength(1);
});
