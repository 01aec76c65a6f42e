// What is written stays what it is when the editor opens it, and is shown as it was.
import { getSchema } from "@tiptap/core";
import { renderToStaticMarkup } from "react-dom/server";
import type { Node } from "@tiptap/pm/model";
import { describe, expect, it, vi } from "vitest";
import { Router } from "wouter";
import { extensions } from "../../src/ui/editor/schema";
import { hold } from "../../src/ui/editor/hold";
import { write } from "../../src/ui/editor/write";
import { Markdown } from "../../src/ui/Markdown";
import { HELD, UNHELD } from "./corpus";

vi.stubGlobal("location", { origin: "https://work.example.org" });

const schema = getSchema(extensions("Done"));
const through = (text: string) => {
  const doc = hold(text, schema);
  if (!doc) throw new Error("the editor does not hold it");
  // As the editor spells it, not as it was spelled.
  return write(schema.nodeFromJSON(doc.toJSON()));
};
/** As it is shown; what is bold and italic may be italic and bold. */
const shown = (text: string) =>
  renderToStaticMarkup(
    <Router ssrPath="/">
      <Markdown text={text} />
    </Router>,
  )
    .replaceAll("<strong><em>", "<em><strong>")
    .replaceAll("</em></strong>", "</strong></em>")
    .replaceAll(/<\/?span>/g, "");

describe("a text that was opened in the editor", () => {
  it.each(Object.entries(HELD))("is shown as before: %s", (_, text) => {
    expect(shown(through(text))).toBe(shown(text));
  });

  it.each(Object.entries(HELD))("is the same when it is opened again: %s", (_, text) => {
    const once = through(text);
    expect(through(once)).toBe(once);
  });

  it.each(Object.entries(UNHELD))("is left to the plain field: %s", (_, text) => {
    expect(hold(text, schema) === null).toBe(true);
  });

  it("keeps how its author spelled what is not changed", () => {
    const doc = hold("* star\n* __star__\n\nHead\n----\n\n| a|b |\n|-|-|\n|1|2|\n\nlast &amp; _least_", schema) as Node;
    const more = doc.copy(doc.content.replaceChild(3, schema.node("paragraph", null, schema.text("changed"))));
    expect(write(more)).toBe("* star\n* __star__\n\nHead\n----\n\n| a|b |\n|-|-|\n|1|2|\n\nchanged");
    // What would run together is spelled anew.
    const twice = doc.copy(doc.content.replaceChild(1, doc.child(0).copy(doc.child(0).content)));
    expect(write(twice)).toContain("- star\n- **star**\n\n* star\n* **star**\n\n| a|b |");
  });
});
