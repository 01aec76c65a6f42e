// What places make of what the workspace says, where no screen is needed for it.
import { expect, it } from "vitest";
import { fromHere, withBelow } from "../../src/places/moving/SplitOff";
import { quoted } from "../../src/places/moving/quoted";
import { first, fitting, ready, type Entry } from "../../src/places/palette/entries";
import { inside } from "../../src/places/search/useFound";
import { leaves } from "../../src/places/shell/Standing";
import type { Found, Hit, ItemView, OutboxEntry } from "../../src/sync/api";

const hit = (spaceId: string, id: string) => ({ spaceId, id }) as Hit;
const found = (hits: Hit[]): Found => ({
  by: "server",
  hits,
  total: 7,
  reached: 3,
  totalIsCapped: false,
  catchingUp: null,
  spaces: [
    { spaceId: "s1", name: "One", nameMarks: [] },
    { spaceId: "s2", name: "Two", nameMarks: [] },
  ],
  people: [],
});

it("an answer that is kept shows nothing of a Space that was left since", () => {
  const kept = found([hit("s1", "ia"), hit("s2", "ib"), hit("s1", "ic")]);
  const now = inside(kept, new Set(["s1"]));
  expect(now.hits.map(({ id }) => id)).toEqual(["ia", "ic"]);
  expect(now.spaces.map(({ name }) => name)).toEqual(["One"]);
  expect([now.total, now.reached]).toEqual([6, 2]);
  expect(inside(kept, new Set(["s1", "s2"]))).toBe(kept);
});

it("what one keeps for oneself is no news while it waits, what others will see is", () => {
  const entry = (type: string, act: OutboxEntry["act"] = "create", how: OutboxEntry["how"] = "waiting") =>
    leaves({ id: 1, account: "p", type, recordId: "r", act, value: {}, at: 0, how });
  for (const own of ["Draft", "Cursor", "Settings", "SavedSearch", "Follow"]) expect(entry(own), own).toBe(false);
  expect(entry("Submission")).toBe(true);
  expect(entry("Submission", "update")).toBe(false);
  expect(entry("Item", "update")).toBe(true);
  expect(entry("Item", "update", "refused")).toBe(false);
});

it("names are folded once, and fit as they did before", () => {
  const names = ready([
    { path: "/s/a", group: "spaces", name: "Änderungen", at: 1 },
    { path: "/people/b", group: "people", name: "Bo Lindqvist", also: "bo@example.org" },
  ]);
  expect(fitting("ander", names, []).flat()[0]?.entry.path).toBe("/s/a");
  expect(fitting("bo@ex", names, []).flat()[0]?.entry.path).toBe("/people/b");
  expect(names[0]?.name.letters.join("")).toBe("anderungen");
});

const post = (id: string, parentId: string, text = "") =>
  ({ id, parentId, threadId: "iroot", text, createdBy: "pbo", createdAt: "2026-11-25T09:00:00Z" }) as ItemView;

it("what hangs below a post goes with it, and what was said after it where that is wanted", () => {
  const posts = [
    post("ia", "iroot"),
    // Imported ones may come before what they answer.
    post("id", "ib"),
    post("ib", "iroot"),
    post("ic", "ia"),
    post("ie", "iroot"),
  ];
  const ids = (some: readonly ItemView[]) => some.map(({ id }) => id);
  expect(ids(withBelow(posts, ["ia"]))).toEqual(["ia", "ic"]);
  expect(ids(withBelow(posts, ["ib"]))).toEqual(["id", "ib"]);
  expect(ids(fromHere(posts, "ib"))).toEqual(["id", "ib", "ic", "ie"]);
  expect(ids(fromHere(posts, "ie"))).toEqual(["ie"]);
});

it("a quote says who and when, leads back, and names nobody anew", () => {
  const said = quoted({
    space: "s1",
    origin: "https://example.org",
    posts: [post("ia", "iroot", "Ask [@Kofi](mw:pagrbaaeiab6ilitfsbjzaqso6a).\n\nNow.")],
    nameOf: () => "Bo [the *first*]",
    dateOf: () => "25 Nov 2026, 09:00",
  });
  expect(said).toBe(
    [
      "> **Bo \\[the \\*first\\*\\]**, [25 Nov 2026, 09:00](https://example.org/s/s1/t/iroot/ia)",
      "> ",
      "> Ask @Kofi.",
      "> ",
      "> Now.",
    ].join("\n"),
  );
});

it("what can be done with a thread stands first, what concerns all of a page behind the places", () => {
  const space: Entry = { path: "/s/a", group: "spaces", name: "Release" };
  const verb = (act: Entry["act"]): Entry => ({ path: `act:${act}`, group: "verbs", name: String(act), act });
  const groups = (...entries: Entry[]) => first(ready(entries), []).map(([one]) => one?.entry.group);
  expect(groups(space, verb("reply"), verb("readAll"))).toEqual(["verbs", "spaces"]);
  expect(groups(space, verb("readAll"))).toEqual(["spaces", "verbs"]);
});
