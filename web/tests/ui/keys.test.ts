// The table of keys says what the handlers do: nothing is listed that nobody listens to, and nothing is heard unlisted.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { KEYS, strokeOf, type Act, type Key, type Where } from "../../src/ui/keyTable";
import { canChoose, chooseKey, forgetKeys, keysOf, refusal } from "../../src/ui/ownKeys";

const SOURCES = join(import.meta.dirname, "../../src");
const TABLE = Object.entries(KEYS) as Array<[Act, Key]>;

/** The acts that something in the sources does by a key. */
function heard(text: string): string[] {
  return [...new Set([...text.matchAll(/\buseKey\(\s*"(\w+)"/g)].map(([, act]) => act as string))].sort();
}

it("every key of the table has a handler, and every handler is in the table", () => {
  const files = readdirSync(SOURCES, { recursive: true }).map(String);
  const text = files.filter((path) => /\.tsx?$/.test(path)).map((path) => readFileSync(join(SOURCES, path), "utf8"));
  const listed = TABLE.filter(([, key]) => !key.native).map(([act]) => act);
  expect(heard(text.join("\n"))).toEqual(listed.sort());
  // A handler that is in no table would be found.
  expect(heard('useKey("down", a); useKey(\n  "nobody",')).toEqual(["down", "nobody"]);
});

it("in one part of the app a key means one thing, and what it means everywhere it means there too", () => {
  const clashes: string[] = [];
  const parts: Where[] = ["lists", "thread", "oneByOne", "writing"];
  for (const part of parts) {
    const meant = new Map<string, Act>();
    for (const [act, { keys, where }] of TABLE) {
      if (!where.includes(part) && !where.includes("everywhere")) continue;
      for (const stroke of keys) {
        if (meant.has(stroke)) clashes.push(`${part}: ${stroke} is ${meant.get(stroke)} and ${act}`);
        meant.set(stroke, act);
      }
    }
    // The first of two strokes is nothing by itself.
    for (const stroke of meant.keys()) {
      const [first, second] = stroke.split(" ");
      if (second && meant.has(first as string)) clashes.push(`${part}: ${first} begins ${stroke}`);
    }
  }
  expect(clashes).toEqual([]);
});

it("what is pressed is written as the table has it, whatever the keyboard", () => {
  const stroke = (key: string, ...held: string[]) =>
    strokeOf({
      key,
      ctrlKey: held.includes("ctrl"),
      metaKey: held.includes("meta"),
      shiftKey: held.includes("shift"),
    });
  expect([
    stroke("j"),
    // Caps Lock.
    stroke("J"),
    stroke("I", "shift"),
    stroke("k", "meta"),
    stroke("K", "ctrl"),
    // A German keyboard has it above the 7, another above the /.
    stroke("/", "shift"),
    stroke("?", "shift"),
    stroke("/", "ctrl", "shift"),
    stroke("Escape"),
  ]).toEqual(["j", "j", "shift+i", "mod+k", "mod+k", "/", "?", "mod+/", "escape"]);
});

describe("keys of one's own choice", () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });

  it("take the place of single ones; those with Ctrl, and Escape, stay", () => {
    chooseKey("help", "l");
    chooseKey("back", "b");
    chooseKey("drafts", "g e");
    expect(["help", "back", "drafts", "done"].map((act) => keysOf(act as Act))).toEqual([
      ["l", "mod+/"],
      ["b", "escape"],
      ["g e"],
      ["e"],
    ]);
    chooseKey("help", "?");
    chooseKey("back", null);
    expect(JSON.parse(kept.get("meanwhile-keys") ?? "")).toEqual({ drafts: "g e" });
    forgetKeys();
    expect(kept.size).toBe(0);
    expect(TABLE.filter(([act]) => !canChoose(act)).map(([act]) => act)).toEqual(["jump", "open", "send", "sendLater"]);
  });

  it("mean one thing in one part of the app", () => {
    expect(refusal("later", "e")).toBe("done");
    expect(refusal("undo", "a")).toBe("answer");
    expect(refusal("later", "g")).toBe("today");
    expect(refusal("later", "j x")).toBe("down");
    expect(refusal("next", "f")).toBeNull();
    expect(refusal("later", "h")).toBeNull();
    chooseKey("done", "d");
    expect(refusal("later", "e")).toBeNull();
    expect(refusal("later", "d")).toBe("done");
    forgetKeys();
    for (const none of ["", "mod+e", "enter", "arrowdown", " ", "dead", "a b c"]) {
      expect(refusal("later", none)).toBe("noKey");
    }
  });

  it("are as in the table where what is kept is damaged", () => {
    for (const damaged of ["{", "null", "[]", '{"done":5,"later":"mod+q","open":"x","nobody":"y"}']) {
      kept.set("meanwhile-keys", damaged);
      expect(["done", "later", "open"].map((act) => keysOf(act as Act)[0])).toEqual(["e", "h", "enter"]);
    }
    kept.clear();
  });
});
