// What is new in a thread, since when, and what comes next; the order of answering; and what a finger means.
import { expect, it } from "vitest";
import { meant, wayOf } from "../../src/places/inbox/useSwipe";
import { queueOf } from "../../src/places/onebyone/queue";
import { around } from "../../src/places/onebyone/Question";
import { newsOf, nextOf } from "../../src/places/thread/news";
import type { ItemView } from "../../src/sync/api";
import { since } from "../../src/ui/time";

const item = (id: string, seq: number, createdBy: string, more: Partial<ItemView> = {}) =>
  ({ id, seq, createdBy, origin: "said", ...more }) as ItemView;
const ROOT = item("root", 1, "bo");
const POSTS = [
  item("a", 2, "bo"),
  item("mine", 3, "me"),
  item("b", 4, "cy"),
  item("gone", 5, "cy", { deleted: { by: "cy", at: "2026-11-24T09:00:00Z" } }),
  item("old", 6, "cy", { origin: "imported" }),
  item("c", 7, "bo"),
];
const ORDER = [ROOT, ...POSTS].map(({ id }) => id);
const told = (readTo: number, root = ROOT) => {
  const { ids, first } = newsOf(root, POSTS, readTo, "me");
  return [ids.join(" "), first?.id];
};

it("new is what others have said since one was there, as it was when the thread was opened", () => {
  expect({
    never: told(0),
    "at its beginning": told(1),
    "half of it": told(3),
    "all of it": told(7),
    "begun by me, never opened": told(0, item("root", 1, "me")),
  }).toEqual({
    never: ["root a b c", undefined],
    "at its beginning": ["a b c", "a"],
    "half of it": ["b c", "b"],
    "all of it": ["", undefined],
    "begun by me, never opened": ["a b c", "a"],
  });
});

it("the next new one is behind the post one is at", () => {
  const news = newsOf(ROOT, POSTS, 1, "me");
  expect([undefined, "a", "mine", "b", "old", "c"].map((at) => nextOf(news, ORDER, at))).toEqual([
    "a",
    "b",
    "b",
    "c",
    "c",
    undefined,
  ]);
});

it("since when is said in days, and today by the hour", () => {
  const now = new Date("2026-11-26T15:00:00");
  const says = (at: string, language = "en-GB") => since(new Date(at), now, language);
  expect([
    says("2026-11-26T09:05:00"),
    says("2026-11-25T23:59:00"),
    says("2026-11-23T12:00:00"),
    says("2026-11-12T12:00:00"),
    says("2025-11-12T12:00:00"),
    says("2026-11-25T08:00:00", "de-DE"),
    says("2026-11-19T12:00:00", "de-DE"),
  ]).toEqual(["09:05", "yesterday", "Monday", "12 November", "12 November 2025", "gestern", "19. November"]);
});

it("one answers in order, stays where one has answered until one goes on, and what is skipped comes no more", () => {
  const asked = ["a", "b", "c"];
  expect(queueOf(asked, undefined, new Set())).toEqual({ at: "a", next: "b", ended: false });
  // Answered: it waits no more, and is still what one looks at.
  expect(queueOf(["b", "c"], "a", new Set())).toEqual({ at: "a", next: "b", ended: false });
  expect(queueOf(asked, "b", new Set(["a"]))).toEqual({ at: "b", next: "c", ended: false });
  expect(queueOf(asked, "c", new Set(["a", "b"]))).toEqual({ at: "c", ended: false });
  expect(queueOf(asked, null, new Set(asked))).toEqual({ ended: true });
  expect(queueOf([], undefined, new Set())).toEqual({ ended: true });
});

it("around a question stand the last words of its thread, each once", () => {
  const ids = (question: string) => around([ROOT, ...POSTS], question).map(({ id }) => id);
  expect(ids("root")).toEqual(["root", "b", "old", "c"]);
  expect(ids("old")).toEqual(["mine", "b", "old", "c"]);
});

it("a finger that goes along the line swipes, one that goes down scrolls, and a little is nothing", () => {
  expect([meant(4, 3), meant(14, 3), meant(-40, 10), meant(14, 12), meant(2, 30)]).toEqual([
    undefined,
    "swipe",
    "swipe",
    "scroll",
    "scroll",
  ]);
  expect([wayOf(60), wayOf(120), wayOf(-97)]).toEqual([
    { way: "done", enough: false },
    { way: "done", enough: true },
    { way: "later", enough: true },
  ]);
});
