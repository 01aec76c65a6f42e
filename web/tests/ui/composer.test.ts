// The pure parts of the composer: names, marks, and when something is.
import { describe, expect, it } from "vitest";
import { insert, lines, link, quote, wrap } from "../../src/ui/composer/marks";
import { candidates, mentionAt, withLinks, withoutLinks } from "../../src/ui/composer/mentions";
import { Saves } from "../../src/ui/composer/saves";
import { bytes, daysAgo, when } from "../../src/ui/time";

const ana = { id: "paaaaaaaaaaaaaaaaaaaaaaaaaa", name: "Ana" };
const anaRibeiro = { id: "pbbbbbbbbbbbbbbbbbbbbbbbbbb", name: "Ana Ribeiro" };
const zoe = { id: "pcccccccccccccccccccccccccc", name: "Zoë Łukasz" };
const all = [ana, anaRibeiro, zoe];

describe("what is told of a draft while one writes", () => {
  it("is older than what was just saved, until that is told", () => {
    const saves = new Saves();
    expect(saves.isOld("one")).toBe(false);
    saves.add("two");
    expect(saves.isOld("one")).toBe(true);
    saves.add("three");
    expect(["one", "two", "two"].map((told) => saves.isOld(told))).toEqual([true, true, true]);
    expect(["three", "three"].map((told) => saves.isOld(told))).toEqual([false, false]);
  });

  it("may leave out what was saved in between, and come back to what stood there before", () => {
    const saves = new Saves();
    saves.isOld("one");
    for (const words of ["two", "one", "three"]) saves.add(words);
    expect(["one", "two", "one", "three"].map((told) => saves.isOld(told))).toEqual([true, true, true, false]);
    for (const words of ["four", "five"]) saves.add(words);
    expect(["three", "five"].map((told) => saves.isOld(told))).toEqual([true, false]);
  });

  it("is new where somebody else wrote it, and where saving failed", () => {
    const saves = new Saves();
    saves.isOld("one");
    saves.add("two");
    expect(saves.isOld("theirs")).toBe(false);
    saves.add("three");
    saves.forget();
    expect(saves.isOld("theirs")).toBe(false);
  });
});

describe("names in a text", () => {
  it("become links to the person with the longest name that fits", () => {
    expect(withLinks("@Ana Ribeiro and @Ana, look", all)).toEqual({
      text: `[@Ana Ribeiro](mw:${anaRibeiro.id}) and [@Ana](mw:${ana.id}), look`,
      mentions: [anaRibeiro.id, ana.id],
    });
  });

  it("are left alone in code, in addresses and in longer words", () => {
    for (const text of ["`@Ana`", "```\n@Ana\n```", "mail ana@Ana.example", "@Anabel", "nobody@"]) {
      expect(withLinks(text, all)).toEqual({ text, mentions: [] });
    }
  });

  it("come back as they were typed", () => {
    const text = "Dear @Zoë Łukasz, and @Ana!";
    expect(withoutLinks(withLinks(text, all).text)).toBe(text);
  });

  it("that are links already are mentions too, and are not linked twice", () => {
    const once = withLinks("@Ana", all);
    expect(withLinks(once.text, all)).toEqual(once);
  });

  it("are offered while one types", () => {
    expect(mentionAt("Hello @zo", 9)).toEqual({ from: 6, typed: "zo" });
    expect(mentionAt("a@b", 3)).toBeNull();
    expect(candidates("łu", all)).toEqual([zoe]);
    expect(candidates("an", all)).toEqual([ana, anaRibeiro]);
  });
});

describe("marks", () => {
  it("are put around the selection and taken off again", () => {
    const bold = wrap({ text: "a word here", from: 2, to: 6 }, "**");
    expect(bold).toEqual({ text: "a **word** here", from: 4, to: 8 });
    expect(wrap(bold, "**")).toEqual({ text: "a word here", from: 2, to: 6 });
  });

  it("begin every line of the selection", () => {
    const list = lines({ text: "x\none\ntwo", from: 3, to: 8 }, () => "- ");
    expect(list.text).toBe("x\n- one\n- two");
    expect(lines(list, () => "- ").text).toBe("x\none\ntwo");
  });

  it("make a link whose address is ready to be typed", () => {
    const made = link({ text: "see this", from: 4, to: 8 });
    expect(made.text).toBe("see [this](https://)");
    expect(made.text.slice(made.from, made.to)).toBe("https://");
  });

  it("insert and quote", () => {
    expect(insert({ text: "ab", from: 1, to: 1 }, "X")).toEqual({ text: "aXb", from: 2, to: 2 });
    expect(quote("one\ntwo\n")).toBe("> one\n> two\n\n");
  });
});

describe("when", () => {
  const now = new Date("2026-11-25T10:00:00Z");
  const said = (at: string) => when(new Date(at), now, "en-GB", "UTC");

  it("is said as people say it", () => {
    expect(said("2026-11-25T08:05:00Z")).toBe("08:05");
    expect(said("2026-11-23T08:05:00Z")).toBe("Monday 08:05");
    expect(said("2026-11-02T08:05:00Z")).toBe("2 Nov, 08:05");
    expect(said("2019-11-02T08:05:00Z")).toBe("2 Nov 2019, 08:05");
  });

  it("counts days by the calendar of the zone and not by hours", () => {
    const late = new Date("2026-11-24T23:30:00Z");
    expect(daysAgo(late, now, "UTC")).toBe(1);
    expect(daysAgo(late, now, "Asia/Tokyo")).toBe(0);
    const beforeClocksChange = new Date("2026-10-24T22:30:00Z");
    expect(daysAgo(beforeClocksChange, new Date("2026-10-25T22:30:00Z"), "Europe/Lisbon")).toBe(1);
  });

  it("and how large", () => {
    expect(bytes(999, "en")).toBe("999 byte");
    expect(bytes(1_450_000, "en")).toBe("1.5 MB");
  });
});
