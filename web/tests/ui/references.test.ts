// Links to Spaces and threads, what of them is sent, and which are offered; and what becomes of a draft by a template.
import { describe, expect, it, vi } from "vitest";
import { withLinks } from "../../src/ui/composer/mentions";
import { picksFor, type Known } from "../../src/ui/composer/picks";
import { plainly, spacesFor, threadsFor } from "../../src/ui/composer/places";
import { begunWith, isUnwritten, templatesOf } from "../../src/ui/composer/templates";
import { EMPTY } from "../../src/ui/composer/useDraft";
import { nameless, referenceTo, spelled, withNames, withoutNames } from "../../src/ui/references";
import type { Space } from "../../src/generated/types";

vi.stubGlobal("location", { origin: "https://work.example.org" });

const here = `s${"a".repeat(26)}`;
const there = `s${"b".repeat(26)}`;
const thread = `i${"c".repeat(26)}`;
const called = new Map([[there, "Board"]]);

describe("a link to a Space or a thread", () => {
  it("leads there by its id, from this place alone", () => {
    expect(referenceTo(`/s/${here}`)).toEqual({ space: here });
    expect(referenceTo(`${location.origin}/s/${here}/t/${thread}`)).toEqual({ space: here, thread });
    for (const other of [`https://evil.example/s/${here}`, `/s/${here}/write`, `/s/${here}/t/${thread}/x`, "/s/x", "/"])
      expect(referenceTo(other)).toBeNull();
  });

  it("keeps its name only where all who read it may know that", () => {
    const text = `See ${spelled({ space: here, thread }, "Do [we] *need* it?")}, ${spelled({ space: there, thread }, "Secret plan")} and ${spelled({ space: there }, "Board")}.`;
    const sent = withoutNames(text, here);
    expect(sent).toBe(
      `See [#Do \\[we\\] \\*need\\* it?](/s/${here}/t/${thread}), [#…](/s/${there}/t/${thread}) and [#…](/s/${there}).`,
    );
    expect(withoutNames(sent, here)).toBe(sent);
    expect(nameless(sent)).toEqual([{ space: there, thread }, { space: there }]);
    const names = new Map([
      [`/s/${there}/t/${thread}`, "Secret plan"],
      [`/s/${there}`, "Board"],
    ]);
    expect(withNames(sent, names)).toBe(text);
    expect(withNames(sent, new Map())).toBe(sent);
  });

  it("of one's own words, in code, or elsewhere is left as it is", () => {
    for (const text of [
      `[read this](/s/${there})`,
      `\`[#Secret](/s/${there})\``,
      `\`\`\`\n[#Secret](/s/${there})\n\`\`\``,
      `[#Secret](https://evil.example/s/${there})`,
      "[#1](#top) # Head",
    ])
      expect(withoutNames(text, here)).toBe(text);
  });

  it("whose name looks like a person names nobody", () => {
    const text = spelled({ space: here, thread }, "@Bo, please");
    expect(withLinks(text, [{ id: `p${"d".repeat(26)}`, name: "Bo" }])).toEqual({ text, mentions: [] });
  });
});

describe("what is offered", () => {
  const one = (space: string, id: string, title: string, at: number) => ({
    space,
    id,
    title,
    at,
    plain: plainly(title),
  });
  it("are Spaces whose name begins so, or a word of it, without marks and capitals", () => {
    const spaces = ["Küche", "Release 4.2", "Old releases", "Board"].map((name) => ({ id: name, name }));
    expect(spacesFor("kuc", spaces).map(({ name }) => name)).toEqual(["Küche"]);
    expect(spacesFor("rele", spaces).map(({ name }) => name)).toEqual(["Release 4.2", "Old releases"]);
    expect(spacesFor("", spaces).length).toBe(4);
    // Whoever has typed all of it goes on writing.
    expect(spacesFor("Board ", spaces)).toEqual([]);
  });

  it("are threads of this Space first, and then others with their Space", () => {
    const own = Array.from({ length: 8 }, (_, i) => one(here, `own${i}`, `Plan ${i}`, i));
    const all = [one(there, "x", "Plan of others", 99), one(there, "y", "Something else", 98), ...own];
    const found = threadsFor("plan", { here, all, called });
    expect(found.map(({ name }) => name)).toEqual(["Plan 7", "Plan 6", "Plan 5", "Plan 4", "Plan 3", "Plan of others"]);
    expect(found.at(-1)).toEqual({ space: there, thread: "x", name: "Plan of others", hint: "Board" });
    expect(
      threadsFor("need postcode", { here, all: [one(here, "p", "Do we need the postcode?", 1)], called }).length,
    ).toBe(1);
  });
});

describe("a template", () => {
  const space = {
    templates: {
      b: { name: "Bug", order: 1, text: "What happened, [@Bo](mw:pdddddddddddddddddddddddddd)?" },
      a: { name: "Weekly report", order: 0, title: "Report", expects: { what: "acknowledgement" } },
    },
  } as unknown as Space;
  const [report, bug] = templatesOf(space);

  it("is one of a list in its order, and there may be none", () => {
    expect(templatesOf(space).map(({ key }) => key)).toEqual(["a", "b"]);
    expect(templatesOf(undefined)).toEqual([]);
  });

  it("is that with which a draft begins of which nothing was written, what is asked included", () => {
    if (!report || !bug) throw new Error("there are two");
    expect(isUnwritten({ ...EMPTY, text: "/wee" })).toBe(true);
    expect(isUnwritten({ ...EMPTY, text: "/etc/hosts" })).toBe(false);
    expect(isUnwritten({ ...EMPTY, title: "x" })).toBe(false);
    expect(begunWith({ ...EMPTY, text: "/wee" }, report)).toEqual({
      ...EMPTY,
      title: "Report",
      asks: { what: "acknowledgement", of: [], by: null },
    });
    const asks = { what: "reply", of: [], by: null } as const;
    expect(begunWith({ ...EMPTY, asks: { ...asks, of: [] } }, report).asks?.what).toBe("reply");
    expect(begunWith(EMPTY, bug).text).toBe("What happened, @Bo?");
  });

  it("is offered after / before the forms of a line", () => {
    const of: Known = {
      names: [],
      emoji: [],
      spaces: [],
      threads: { here, all: [], called },
      templates: templatesOf(space),
      forms: true,
      say: (id) => id,
    };
    expect(
      picksFor({ kind: "template", typed: "", back: 1 }, of)
        .map(({ kind }) => kind)
        .slice(0, 3),
    ).toEqual(["template", "template", "form"]);
    expect(picksFor({ kind: "template", typed: "rep", back: 4 }, { ...of, forms: false })).toHaveLength(1);
  });
});
