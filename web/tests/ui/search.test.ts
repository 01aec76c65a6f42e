// What is typed into the search, taken apart and written down again; days; names; and words found in texts.
import { expect, it } from "vitest";
import { fit, folded, wantedOf } from "../../src/places/palette/fuzzy";
import { dayAt, plusDays, readDay, startOf } from "../../src/places/search/days";
import { filterOf, meaning, settled, type Directory } from "../../src/places/search/directory";
import { nearer } from "../../src/places/search/Results";
import { OPERATORS, parse, typing, write, type Chip } from "../../src/places/search/query";
import { beginning, fold, marksIn, plain, quality, snippet, termsOf } from "../../src/sync/search/words";

/** Always the same numbers for a seed. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ALPHABET = [
  ..."ab \t\n\"\\:-*'#@/ßüÉ漢字שא🎉",
  "\u0301",
  "\ud83c",
  "\u0000",
  "from:",
  'in:"',
  "is:",
  "on:",
  "http://",
];
const hostile = (next: (below: number) => number, most = 24) =>
  Array.from({ length: next(most) }, () => ALPHABET[next(ALPHABET.length)]).join("");

it("chips are written down and read again as the same chips, whatever their values are", () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const next = chance(seed);
    const chips: Chip[] = [];
    for (let i = next(5); i > 0; i--) {
      const value = hostile(next).trim();
      const op = OPERATORS[next(OPERATORS.length)]!;
      if (value && !chips.some((chip) => chip.op === op && chip.value === value)) chips.push({ op, value });
    }
    const text = ["", "two words", '"a phrase" pre* -not', "öffnen 漢字", "C++ std::fs"][next(5)] as string;
    expect(parse(write({ chips, text })), JSON.stringify({ seed, chips })).toEqual({ chips, text });
  }
});

it("any input, once taken apart, stays the same when it is written down and taken apart again", () => {
  for (let seed = 1; seed <= 5000; seed++) {
    const input = hostile(chance(seed), 60);
    const once = parse(input);
    expect(parse(write(once)), JSON.stringify(input)).toEqual(once);
  }
});

it("operators become chips, and what only looks like one stays a word", () => {
  expect(parse('from:"Kofi Mensah" in:Handbook postcode')).toEqual({
    chips: [
      { op: "from", value: "Kofi Mensah" },
      { op: "in", value: "Handbook" },
    ],
    text: "postcode",
  });
  expect(parse("FROM:kofi is:open is:open").chips).toEqual([
    { op: "from", value: "kofi" },
    { op: "is", value: "open" },
  ]);
  expect(parse('in:"The \\"best\\" Space"').chips).toEqual([{ op: "in", value: 'The "best" Space' }]);
  for (const text of [
    "https://example.org",
    "std::fs",
    "from:",
    "from: kofi",
    '"from:kofi is"',
    "-from:kofi",
    "re:in:x",
    ":",
  ]) {
    expect(parse(text), text).toEqual({ chips: [], text });
  }
});

it("an operator that is being typed is known with what is typed of its value", () => {
  expect(typing("postcode from:ko")).toEqual({ from: 9, op: "from", value: "ko" });
  expect(typing('in:"Checkout re')).toEqual({ from: 0, op: "in", value: "Checkout re" });
  expect(typing("from:")).toEqual({ from: 0, op: "from", value: "" });
  for (const done of ["from:kofi ", 'in:"Handbook"', "postcode", "", '"from:', "x from:kofi y", "-from:k"]) {
    expect(typing(done), done).toBeNull();
  }
});

const ZONES = [
  "Europe/Lisbon",
  "Asia/Tokyo",
  "Asia/Kolkata",
  "America/St_Johns",
  "Pacific/Apia",
  "Africa/Cairo",
  "America/Sao_Paulo",
  "Pacific/Kiritimati",
  "Asia/Beirut",
];

it("a day begins at its first second in every zone, also where midnight is left out", () => {
  for (const [i, zone] of ZONES.entries()) {
    for (let day = "2026-01-01", n = 0; n < 400; n += 1 + (i % 3), day = plusDays("2026-01-01", n)) {
      const at = Date.parse(startOf(day, zone));
      expect(dayAt(at, zone), `${day} ${zone}`).toBe(day);
      expect(dayAt(at - 1000, zone), `${day} ${zone}`).toBe(plusDays(day, -1));
    }
  }
  expect(startOf("2018-11-04", "America/Sao_Paulo")).toBe("2018-11-04T03:00:00Z");
  expect(startOf("2026-11-22", "Asia/Tokyo")).toBe("2026-11-21T15:00:00Z");
});

it("days are read as the person writes them", () => {
  const today = "2026-11-25"; // A Wednesday.
  const german = { today: "Heute", yesterday: "Gestern" };
  const cases: Array<[string, string, string | null]> = [
    ["2026-11-22", "en-GB", "2026-11-22"],
    ["22/11/2026", "en-GB", "2026-11-22"],
    ["11/22/2026", "en-US", "2026-11-22"],
    ["22.11.2026", "de-DE", "2026-11-22"],
    ["22.11.", "de-DE", "2026-11-22"],
    ["24.12.", "de-DE", "2025-12-24"],
    ["22 November", "en-GB", "2026-11-22"],
    ["Nov 22, 2025", "en-US", "2025-11-22"],
    ["22. März 2026", "de-DE", "2026-03-22"],
    ["March", "en-GB", "2026-03-01"],
    ["gestern", "de-DE", "2026-11-24"],
    ["yesterday", "de-DE", "2026-11-24"],
    ["monday", "en-GB", "2026-11-23"],
    ["Mittwoch", "de-DE", "2026-11-18"],
    ["31.02.2026", "de-DE", null],
    ["2026-13-01", "en-GB", null],
    ["soon", "en-GB", null],
    ["", "en-GB", null],
    ["99999999999", "en-GB", null],
  ];
  for (const [text, language, day] of cases)
    expect(readDay(text, language, today, german), `${text} ${language}`).toBe(day);
});

const person = (letter: string) => `p${letter.repeat(26)}`;
const directory: Directory = {
  people: [
    { id: person("a"), name: "Ana Ribeiro" },
    { id: person("b"), name: "Bo Lindqvist" },
    { id: person("c"), name: "Bo Lindqvist", hint: "bo2@example.org" },
    { id: person("d"), name: 'Zoë "Zed" Ørsted' },
  ],
  spaces: [{ id: `s${"a".repeat(26)}`, name: "Checkout redesign" }],
  kinds: [{ id: "topic", name: "Thread" }],
  me: person("a"),
  myself: "You",
  language: "en-GB",
  zone: "Asia/Tokyo",
  today: "2026-11-25",
  words: { today: "Today", yesterday: "Yesterday" },
  whole: true,
};

it("names become ids, several of one name are all meant and said, and days begin in the person's zone", () => {
  const query = parse('from:me in:"checkout redesign" on:2026-11-22 has:file kind:thread postcode');
  expect(filterOf(query, directory, true)).toEqual({
    text: "postcode",
    prefixLast: true,
    from: [person("a")],
    in: [`s${"a".repeat(26)}`],
    after: "2026-11-21T15:00:00Z",
    before: "2026-11-22T15:00:00Z",
    has: ["file"],
    kind: ["topic"],
  });
  const two = meaning({ op: "from", value: "bo lindqvist" }, directory);
  expect(two.how === "ids" && two.found.map(({ id }) => id)).toEqual([person("b"), person("c")]);
  expect(meaning({ op: "from", value: "nobody" }, directory)).toEqual({ how: "unknown" });
  expect(settled({ op: "from", value: "ana ribeiro" }, directory).value).toBe(person("a"));
  expect(settled({ op: "from", value: 'zoë "zed" Ørsted' }, directory).value).toBe(person("d"));
  expect(settled({ op: "before", value: "yesterday" }, directory).value).toBe("2026-11-24");
  expect(filterOf(parse("from:nobody"), directory, false)).toBeNull();
});

it("words are found without regard to case and accents, and marked where they stand", () => {
  const find = (text: string, search: string, typing_ = false) => {
    const marks = marksIn(text, termsOf(search, typing_));
    return marks.map(([start, length]) => text.slice(start, start + length));
  };
  expect(find("The Postcode, the POSTCODES", "postcode")).toEqual(["Postcode", "POSTCODE"]);
  expect(find("a post, the postcode", "post")).toEqual(["post"]);
  expect(find("a post, the postcode", "post*")).toEqual(["post", "post"]);
  expect(find("a post, the postcode", "post", true)).toEqual(["post", "post"]);
  expect(find("die Straße, STRASSE, Übung", "strasse ubung")).toEqual(["Straße", "STRASSE", "Übung"]);
  expect(find("das Postleitzahlenfeld", "zahlenfeld")).toEqual(["zahlenfeld"]);
  expect(find("郵便番号を入力", "番号")).toEqual(["番号"]);
  expect(find("C++ and std::fs, foo_bar", "c++ std::fs foo_bar")).toEqual(["C++", "std::fs", "foo_bar"]);
  expect(find("e\u0301te\u0301 🎉 ok", "été ok")).toEqual(["e\u0301te\u0301", "ok"]);
  expect(find("not this word", "-word this")).toEqual(["this"]);
  expect(find("two  words\nhere", '"words here"')).toEqual([]);
});

it("marks lie inside the text and on no half of a character, whatever is looked for in whatever", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const next = chance(seed);
    const [text, search] = [hostile(next, 80), hostile(next, 12)];
    const terms = termsOf(search, seed % 2 === 0);
    const part = snippet(plain(text), terms);
    for (const [where, marks] of [
      [text, marksIn(text, terms)],
      [part.snippet, part.marks],
    ] as const) {
      let end = 0;
      for (const [start, length] of marks) {
        expect(start >= end && length > 0 && start + length <= where.length, JSON.stringify({ text, search })).toBe(
          true,
        );
        end = start + length;
      }
    }
    for (const term of terms) expect([0, 1, 2, 3]).toContain(quality(fold(text), term));
  }
});

it("a snippet is a line around what was found, without Markdown", () => {
  const text = plain(
    `# Title\n\n${"Words before it. ".repeat(20)}We show the **postcode** field, says [@Kofi Mensah](mw:pabc), where it [is checked](https://example.org/x). ${"And after. ".repeat(30)}`,
  );
  const { snippet: line, marks } = snippet(text, termsOf("postcode", false));
  expect(line.length).toBeLessThan(200);
  expect(line).toContain("We show the postcode field, says @Kofi Mensah, where it is checked.");
  expect(marks.map(([start, length]) => line.slice(start, start + length))).toEqual(["postcode"]);
  expect(plain("snake_case_name and _this_ and *that*")).toBe("snake_case_name and this and that");
});

it("a draft begins with its words, without Markdown", () => {
  expect(beginning("## Prices\n\n- **17** euros, says [@Kofi](mw:pabc)\n- `none`")).toBe(
    "Prices 17 euros, says @Kofi none",
  );
  expect(beginning("word ".repeat(5000))).toHaveLength(200);
});

it("a row shows the found word, however long its snippet's beginning is", () => {
  const long = snippet(
    "Words before it, many of them, so that the row would end too soon: postcode.",
    termsOf("postcode", false),
  );
  const row = nearer(long);
  expect(row.marks.map(([start, length]) => row.snippet.slice(start, start + length))).toEqual(["postcode"]);
  expect(row.marks[0]?.[0]).toBeLessThan(32);
  expect(nearer({ snippet: "postcode", marks: [[0, 8]] })).toEqual({ snippet: "postcode", marks: [[0, 8]] });
});

it("what one jumps to is ranked as one would expect", () => {
  const names = [
    "Release 4.2",
    "Checkout redesign",
    "Handbook",
    "What goes into the release notes",
    "Kofi Mensah",
    "Änderungen",
  ];
  const best = (typed: string) =>
    names
      .flatMap((name) => {
        const found = fit(wantedOf(typed), folded(name));
        return found ? [{ name, score: found.score }] : [];
      })
      .toSorted((a, b) => b.score - a.score)
      .map(({ name }) => name);
  expect(best("rel").slice(0, 2)).toEqual(["Release 4.2", "What goes into the release notes"]);
  expect(best("redes")[0]).toBe("Checkout redesign");
  expect(best("cr")[0]).toBe("Checkout redesign");
  expect(best("mensah kofi")).toEqual(["Kofi Mensah"]);
  expect(best("hndbk")[0]).toBe("Handbook");
  expect(best("ander")[0]).toBe("Änderungen");
  expect(best("xyzzy")).toEqual([]);
});

it("what fits is marked at letters that were typed, in order", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const next = chance(seed);
    const [typed, name] = [hostile(next, 6), hostile(next, 30)];
    const found = fit(wantedOf(typed), folded(name));
    let end = 0;
    for (const [start, length] of found?.marks ?? []) {
      expect(start >= end && start + length <= name.length, JSON.stringify({ typed, name })).toBe(true);
      end = start + length;
    }
  }
});
