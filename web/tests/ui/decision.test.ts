// Decisions: what is said of one, how it stands, what is sent, and the calendar file.
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { beforeAll, describe, expect, it } from "vitest";
import { calendarFile, folded } from "../../src/ui/calendarFile";
import { isOver, tallyOf } from "../../src/items/decision/tally";
import { endsWords, lastOf, outcomeWords } from "../../src/items/decision/words";
import { de } from "../../src/locales/de";
import { en, type MessageId } from "../../src/locales/en";
import { loadTime, Rhythm } from "../../src/sync";
import type { ItemView } from "../../src/sync/api";
import { decidingFault, decisionOf, freshKey, lastToHave, type Decides } from "../../src/ui/composer/deciding";
import { asWriting } from "../../src/ui/composer/useDraft";

function saysIn(language: string, catalogue: Record<MessageId, string>) {
  const compiled = Object.entries(catalogue).map(([id, text]) => [id, compileMessage(text)]);
  const i18n = setupI18n({ locale: language, messages: { [language]: Object.fromEntries(compiled) } });
  return (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
}

const at = (text: string) => Date.parse(text);
const [bo, yuki, cy] = ["pbo", "pyuki", "pcy"] as const;
const names: Record<string, string> = { pbo: "Bo", pyuki: "Yuki", pcy: "Cy" };
const MONDAY = at("2026-11-23T09:00:00Z");

const decision = (more: Partial<ItemView>): ItemView =>
  ({
    kind: "decision",
    rule: "consent",
    title: "Release on Thursday?",
    createdBy: "pana",
    expects: { what: "decision", of: [bo, yuki] },
    answers: {},
    groups: {},
    options: [],
    votes: {},
    ...more,
  }) as ItemView;

beforeAll(() => loadTime());

describe("what is said of one", () => {
  const reader = (language = "en-GB", now = MONDAY) => ({
    mine: new Rhythm({ zone: "UTC" }),
    now,
    language,
    t: saysIn(language, language === "de" ? de : en),
    nameOf: (id: string) => names[id] ?? "?",
  });
  const tokyo = new Rhythm({ zone: "Asia/Tokyo" });
  const berlin = new Rhythm({ zone: "Europe/Berlin" });
  const hours = (id: string) => ({ [yuki]: tokyo, [bo]: berlin })[id];
  const clocked = decision({
    workingMinutes: 480,
    countsFrom: { [bo]: "2026-11-23T09:00:00Z", [yuki]: "2026-11-23T09:00:00Z" },
    closesAt: "2026-11-24T09:00:00Z",
  });

  it("when it ends, by whose hours", () => {
    const last = lastOf(clocked, hours);
    expect(last).toBe(bo);
    expect(endsWords(clocked, last, reader())).toBe(
      "Agreed unless someone objects by tomorrow 09:00, when Bo, the last one, has had 8 working hours.",
    );
    expect(endsWords(clocked, null, reader("de"))).toBe(
      "Gilt, wenn bis morgen 09:00 niemand widerspricht; dann hatten alle 8 Arbeitsstunden.",
    );
    const dated = decision({ rule: "vote", closesAt: "2026-11-26T15:00:00Z" });
    expect(endsWords(dated, null, reader())).toBe("Open for votes until Thursday 15:00.");
    const waiting = decision({ workingMinutes: 60 });
    expect(endsWords(waiting, null, reader())).toBe(
      "Agreed unless someone objects before everybody has had 1 working hour.",
    );
  });

  it("nothing is promised any more once its time is over", () => {
    expect(isOver(clocked, at("2026-11-24T08:59:59Z"))).toBe(false);
    expect(isOver(clocked, at("2026-11-24T09:00:00Z"))).toBe(true);
    const over = reader("en-GB", at("2026-11-24T09:00:00Z"));
    expect(endsWords(clocked, bo, over)).toBe("Its time is over. What came of it appears here in a moment.");
  });

  it("what came of it", () => {
    const options = [{ id: "a", title: "On Monday" }];
    const came = (how: string, more: object = {}, votes: ItemView["votes"] = {}) => {
      const outcome = { how, at: "2026-11-24T09:00:00Z", ...more } as ItemView["outcome"];
      return outcomeWords(decision({ outcome, options, votes }), reader());
    };
    expect(came("agreed")).toBe("Agreed");
    expect(came("agreed", { option: "a" })).toBe("Agreed: On Monday");
    expect(came("chosen", { option: "a" })).toBe("Decided: On Monday");
    expect(came("withdrawn", { by: bo })).toBe("Withdrawn by Bo");
    const objects = { objects: true, why: "No" };
    expect(came("objected", {}, { [cy]: { ...objects, for: bo }, [yuki]: objects })).toBe(
      "Not agreed: Bo and Yuki objected",
    );
    expect(came("tied")).toMatch(/^Undecided/);
    expect(came("nobody")).toMatch(/^Undecided/);
  });

  it("who said what by name, and of whom nothing was heard", () => {
    const votes = { [bo]: { objects: true, why: "Not yet" }, [cy]: { objects: false } };
    const open = tallyOf(decision({ votes, closesAt: "2026-11-24T09:00:00Z" }), MONDAY);
    expect(open.objections).toEqual([{ by: bo, of: null, why: "Not yet" }]);
    expect([open.agree, open.silent]).toEqual([[cy], [yuki]]);
    const outcome = { how: "objected" as const, at: "2026-11-24T09:00:00Z" };
    expect(tallyOf(decision({ votes, outcome }), MONDAY).silent).toEqual([]);
    const chose = tallyOf(
      decision({ rule: "vote", votes: { [bo]: { option: "a" }, [yuki]: { option: "a" } } }),
      MONDAY,
    );
    expect([...chose.chose]).toEqual([["a", [bo, yuki]]]);
  });
});

describe("what is sent", () => {
  const members = [bo, yuki].map((id) => ({ id, name: names[id]! }));
  const asks = (by: string | null, of: string[] = [bo]) => ({ what: "decision" as const, of, by });
  const consent: Decides = { rule: "consent", options: [], workingMinutes: 480 };
  const vote = (...titles: string[]): Decides => ({
    rule: "vote",
    options: titles.map((title, i) => ({ id: `o${i}`, title })),
    workingMinutes: null,
  });

  it("what can't be decided so is said before it is sent", () => {
    const soon = asks("2026-11-24T17:00:00Z");
    const fault = (decides: Decides, ask = soon) => decidingFault(decides, ask, members, MONDAY);
    expect(fault(consent, asks(null))).toBeNull();
    expect(fault(consent, asks(null, []))).toBe("decision.fault.nobody");
    expect(fault({ ...consent, workingMinutes: 0 })).toBe("decision.fault.hours");
    expect(fault({ ...consent, workingMinutes: 160 * 60 + 1 })).toBe("decision.fault.hours");
    expect(fault(vote("A", "B"))).toBeNull();
    expect(fault(vote("A", " "))).toBe("decision.fault.options");
    expect(fault(vote("A", " a "))).toBe("decision.fault.options");
    expect(fault(vote("A", "B"), asks("2026-11-23T08:00:00Z"))).toBe("decision.fault.date");
    expect(fault(vote("A", "B"), asks(null))).toBe("decision.fault.date");
  });

  it("a date is left out where hours are counted, and options where there is a proposal", () => {
    const by = "2026-11-24T17:00:00Z";
    expect(decisionOf({ ...consent, options: vote("A").options }, asks(by))).toEqual({
      rule: "consent",
      options: [],
      workingMinutes: 480,
      expects: asks(null),
    });
    expect(decisionOf(vote("A ", "", "B"), asks(by))).toEqual({
      rule: "vote",
      options: [
        { id: "o0", title: "A" },
        { id: "o2", title: "B" },
      ],
      workingMinutes: null,
      expects: asks(by),
    });
    expect(freshKey([{ id: "o2", title: "" }])).toBe("o3");
  });

  it("a draft keeps how it is decided", () => {
    const item = { kind: "decision", title: "When?", ...decisionOf(vote("A", "B"), asks(null)) };
    expect(asWriting(item).decides).toEqual({ ...vote("A", "B"), workingMinutes: null });
    expect(asWriting({ kind: "topic", title: "When?" }).decides).toBeUndefined();
  });

  it("the last one to have had the hours is named", () => {
    const hours = (id: string) => (id === yuki ? new Rhythm({ zone: "Asia/Tokyo" }) : new Rhythm({ zone: "UTC" }));
    const last = lastToHave([bo, yuki], 480, hours, MONDAY);
    expect(last).toEqual({ id: yuki, at: at("2026-11-24T08:00:00Z") });
    expect(lastToHave([bo], 480, () => undefined, MONDAY)).toBeUndefined();
  });
});

describe("the calendar file", () => {
  const event = { uid: "i1@example.org", at: "2026-11-24T12:00:00Z", now: MONDAY, url: "https://example.org/s/1" };
  const octets = (line: string) => new TextEncoder().encode(line).length;

  it("has one event, at the instant at which it ended", () => {
    const file = calendarFile({ ...event, summary: "Release; on Thursday, or not?", text: "Yes\nand \\ no" });
    expect(file.split("\r\n")).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Meanwhile//Meanwhile//EN",
      "CALSCALE:GREGORIAN",
      "METHOD:PUBLISH",
      "BEGIN:VEVENT",
      "UID:i1@example.org",
      "DTSTAMP:20261123T090000Z",
      "DTSTART:20261124T120000Z",
      "SUMMARY:Release\\; on Thursday\\, or not?",
      "DESCRIPTION:Yes\\nand \\\\ no",
      "URL:https://example.org/s/1",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ]);
  });

  it("nothing that somebody wrote begins a line of its own", () => {
    const file = calendarFile({ ...event, summary: "A\r\nATTENDEE:x\u0007", text: "b\rc" });
    expect(file).toContain("SUMMARY:A\\nATTENDEE:x\r\n");
    expect(file).toContain("DESCRIPTION:b\\nc\r\n");
  });

  it("no line has more than 75 octets, and no letter is cut in two", () => {
    const title = "Äöü 決める 🎉".repeat(40);
    const line = folded(`SUMMARY:${title}`);
    for (const part of line.split("\r\n")) expect(octets(part)).toBeLessThanOrEqual(75);
    expect(line.replaceAll("\r\n ", "")).toBe(`SUMMARY:${title}`);
    expect(folded("x".repeat(75))).toBe("x".repeat(75));
    expect(folded("x".repeat(76))).toBe(`${"x".repeat(75)}\r\n x`);
  });
});
