// What comes again, in words and as it is sent.
import { beforeAll, expect, test } from "vitest";
import { knownRhythm, loadTime, nextTimes, type Rhythm, type Rule } from "../../src/sync";
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { en, type MessageId } from "../../src/locales/en";
import {
  begins,
  OFTEN,
  planOf,
  repeatsFault,
  repeatsIn,
  ruleOf,
  ruleWords,
  type Repeats,
} from "../../src/ui/composer/again";

beforeAll(loadTime);

const compiled = Object.entries(en).map(([id, text]) => [id, compileMessage(text)]);
const i18n = setupI18n({ locale: "en", messages: { en: Object.fromEntries(compiled) } });
const t = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
const now = Date.parse("2026-11-25T10:00:00Z");
let mine: Rhythm;
beforeAll(() => {
  mine = knownRhythm({ zone: "Europe/Berlin" });
});
const repeats = (often: Repeats["often"], day = "2026-12-08"): Repeats => ({ often, day, time: "09:00" });

test("each way that can be chosen has its words, from the day with which it begins", () => {
  const words = OFTEN.map((often) => ruleWords(ruleOf(repeats(often), "Europe/Berlin")!, "en", t));
  expect(words).toEqual([
    "Every day",
    "Monday to Friday",
    "Every Tuesday",
    "Every other Tuesday",
    "Every second Tuesday of the month",
    "On day 8 of every month",
  ]);
  const last = ruleOf(repeats("monthlyDay", "2026-12-31"), "Europe/Berlin")!;
  expect(ruleWords(last, "en", t)).toBe("Every last Thursday of the month");
  const other: Rule = { ...last, recurrenceRule: { frequency: "weekly", interval: 3 } };
  expect(ruleWords(other, "en", t)).toBe("Every 3 weeks");
});

test("what was set up so is found so again, and a rule that can't be chosen here is none of them", () => {
  for (const often of OFTEN) {
    const rule = ruleOf(repeats(often), "Europe/Berlin")!;
    expect(repeatsIn(rule, now, nextTimes)).toEqual({
      often,
      day: often === "daily" || often === "workdays" ? "2026-12-08" : "2026-12-08",
      time: "09:00",
    });
  }
  const rule = ruleOf(repeats("weekly"), "Europe/Berlin")!;
  expect(
    repeatsIn({ ...rule, recurrenceRule: { ...rule.recurrenceRule, interval: 3 } }, now, nextTimes),
  ).toBeUndefined();
  const ends = { ...repeats("weekly"), last: "2026-12-31" };
  expect(repeatsIn(ruleOf(ends, "Europe/Berlin")!, now, nextTimes)).toEqual(ends);
  // What has come for a while begins anew with its next time.
  expect(repeatsIn({ ...rule, start: "2026-01-06T09:00:00" }, now, nextTimes)?.day).toBe("2026-12-01");
});

test("a date becomes so many days behind each time, and one before the first time is a fault", () => {
  const by = "2026-12-11T16:00:00Z";
  const item = { kind: "checkin", title: "What went well?", expects: { what: "reply", of: [], by } };
  expect(planOf(item, repeats("weekly"), mine, nextTimes)).toEqual({
    item: { ...item, expects: { what: "reply", of: [] } },
    recurrenceRule: { frequency: "weekly", byDay: [{ day: "tu" }] },
    start: "2026-12-08T09:00:00",
    timeZone: "Europe/Berlin",
    answerBy: { days: 3, time: "17:00" },
  });
  const faults = [
    repeatsFault(repeats("weekly"), by, mine, now, nextTimes),
    repeatsFault(repeats("weekly"), "2026-12-08T07:00:00Z", mine, now, nextTimes),
    repeatsFault(repeats("weekly", "2026-11-25"), null, mine, now, nextTimes),
    repeatsFault(repeats("weekly", ""), null, mine, now, nextTimes),
    repeatsFault({ ...repeats("weekly"), last: "2026-12-01" }, null, mine, now, nextTimes),
  ];
  expect(faults).toEqual([null, "again.fault.by", "again.fault.past", "again.fault.start", "again.fault.never"]);
  expect(begins(mine, now)).toEqual({ often: "weekly", day: "2026-11-30", time: "09:00" });
});
