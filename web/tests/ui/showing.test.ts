// A draft as somebody is shown it.
import { expect, it } from "vitest";
import { en } from "../../src/locales/en";
import { shownAs } from "../../src/ui/composer/showing";
import { EMPTY } from "../../src/ui/composer/useDraft";
import type { Say } from "../../src/ui/i18n";

const t: Say = (id, values = {}) => en[id].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const how = { origin: "https://m.example", most: 300, t };
const written = { ...EMPTY, text: "They go **up** by [ten](https://a.example)." };

it("a reply says for which thread of which Space it is meant, by links, and is called by its first words", () => {
  const meant = { space: "s1", name: "Release [4]", thread: { id: "i1", title: "Prices" } };
  const { first, again } = shownAs(written, meant, how);
  expect(first.title).toBe("Draft: They go up by ten.");
  expect(first.text).toBe(
    "It is meant for [Release \\[4\\]](https://m.example/s/s1) › [Prices](https://m.example/s/s1/t/i1), and not sent yet." +
      "\n\n---\n\nThey go **up** by [ten](https://a.example).",
  );
  expect(again).toEqual({ kind: "post", text: `It says now:\n\n---\n\n${written.text}`, blobs: [] });
});

it("who may not know the place is told no name of it, and nobody is named or asked by showing", () => {
  const asks = { what: "reply" as const, of: ["p1"], by: null };
  const { first } = shownAs({ ...written, title: "The plan", named: [{ id: "p1", name: "Bo" }], asks }, null, how);
  expect(first.text).toMatch(/^It is meant for another place, and not sent yet\./);
  expect(Object.keys(first).sort()).toEqual(["blobs", "kind", "text", "title"]);
});

it("a long title has room for the word before it", () => {
  const { first } = shownAs({ ...written, title: "ä".repeat(150) }, null, how);
  expect(new TextEncoder().encode(first.title).length).toBeLessThanOrEqual(300);
  expect(first.title).toMatch(/ä…$/);
});

it("what is shown again bears its title, as it is by then", () => {
  const { again } = shownAs({ ...written, title: "*New* plan" }, null, how);
  expect(again.text).toContain("**\\*New\\* plan**\n\nThey go");
});
