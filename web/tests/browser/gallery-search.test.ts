// Every state of the search and of the list of places, in light and dark, wide and narrow, for people to look at.
import type { Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/ask";
import type { TestPerson } from "../support/server";
import { Gallery, LOOKS, type Visit } from "../support/gallery";

let gallery: Gallery;

beforeAll(async () => {
  gallery = await Gallery.open();
  const ana = person("Ana Ribeiro");
  const saved = [
    ["Open questions to me", "is:open kind:topic"],
    ["Kofi on postcodes", `from:${person("Kofi Mensah").id} postcode`],
  ];
  const create = Object.fromEntries(saved.map(([name, query], i) => [`k${i}`, { name, query }]));
  await ask(gallery.office.server, ana, [["SavedSearch/set", { accountId: ana.id, create }, "0"]]);
  // Two of one name.
  await gallery.office.server.order("person", "add", "--email", "kofi.two@example.org", "--name", "Kofi Mensah");
});

afterAll(() => gallery?.close());

const person = (name: string) => gallery.office.people.get(name) as TestPerson;
const rows = (visit: Visit) => visit.page.locator("#main a[data-hit]");
const field = (visit: Visit) => visit.page.getByRole("combobox", { name: visit.says("search.for") });
const address = (query: string, more = "") => `/search?q=${encodeURIComponent(query)}${more}`;

/** True of a request that searches. */
const searches = (route: Route) => route.request().postData()?.includes("Search/query") ?? false;

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("searching: nothing typed, found, narrowed down, saved", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/search");
    await page.getByText("Kofi on postcodes").waitFor();
    await field(visit).fill("postcode");
    await field(visit).press("Enter");
    await rows(visit).nth(2).waitFor();
    await visit.shows("search-found");
    await page.goto("/search");
    await page.getByText(visit.says("search.recent")).waitFor();
    await visit.shows("search-start");
    await page.goto(
      address(`in:${gallery.office.spaces.get("Checkout redesign")} after:2026-01-01 the`, "&sort=newest"),
    );
    await rows(visit).nth(2).waitFor();
    await field(visit).press("ArrowDown");
    await visit.shows("search-narrowed");
    await page.getByRole("button", { name: visit.says("search.save") }).click();
    await page.getByRole("textbox", { name: visit.says("search.saveName") }).waitFor();
    await visit.shows("search-saving");
    await visit.close();
  });

  it("searching: completed, chosen, misunderstood, not found", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(address("postcode"));
    await rows(visit).nth(2).waitFor();
    await field(visit).fill("postcode from:k");
    await page.locator("[role=option]").first().waitFor();
    await visit.shows("search-completion");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: visit.says("search.from"), exact: true }).click();
    await page.getByRole("button", { name: /Yuki Tanaka/ }).waitFor();
    await visit.shows("search-from");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: visit.says("search.when"), exact: true }).click();
    await page.getByRole("button", { name: visit.says("search.day.week") }).click();
    await visit.shows("search-when");
    await page.goto(address('from:"Kofi Mensah" in:Somewhere on:someday postcode'));
    await page.getByText("someday").last().waitFor();
    await rows(visit).first().waitFor();
    await visit.shows("search-issues");
    await page.goto(address(`from:${person("Yuki Tanaka").id} is:open zeppelin postcode`));
    await page.getByText(visit.says("search.none")).waitFor();
    await visit.shows("search-none");
    await visit.close();
  });

  it("searching while the server is slow, fails, or is away", async () => {
    const visit = await gallery.ana(look);
    const { page, device } = visit;
    await page.goto("/search");
    await page.getByText("Kofi on postcodes").waitFor();
    // It is asked, and says nothing.
    await page.route("**/jmap/api", (route) => (searches(route) ? undefined : route.continue()));
    await field(visit).fill("postcode");
    await page.getByRole("status", { name: visit.says("search.searching") }).waitFor();
    await visit.draws("search-searching");
    await page.getByText(visit.says("search.slow")).waitFor();
    await visit.shows("search-slow");
    await page.unroute("**/jmap/api");
    await page.route("**/jmap/api", (route) =>
      searches(route)
        ? route.fulfill({ status: 400, json: { type: "urn:x", detail: "the search is broken in this picture" } })
        : route.continue(),
    );
    await page.goto(address("postcode fails"));
    await page.getByRole("alert").waitFor();
    await visit.shows("search-failed");
    await page.unroute("**/jmap/api");
    // The index is being made: a real answer with the server's own words for it.
    await page.route("**/jmap/api", async (route) => {
      if (!searches(route)) return route.continue();
      const response = await route.fetch();
      const json = (await response.json()) as { methodResponses: Array<[string, Record<string, unknown>]> };
      for (const [, said] of json.methodResponses) said["catchingUp"] = { done: 412, total: 1000 };
      return route.fulfill({ response, json });
    });
    await page.goto(address("postcode"));
    await page.getByRole("progressbar").waitFor();
    await visit.shows("search-catching-up");
    await page.unroute("**/jmap/api");
    await page.goto("/search");
    await page.getByText("Kofi on postcodes").waitFor();
    await device.context.setOffline(true);
    await field(visit).fill("postcode");
    await rows(visit).nth(2).waitFor();
    await page
      .getByText(/offline/)
      .filter({ visible: true })
      .first()
      .waitFor();
    await expect.poll(() => page.locator("#main").textContent()).toMatch(/(on this device|diesem Gerät): \d/);
    await visit.shows("search-offline");
    await visit.close();
  });

  it("the list of places: at first, with letters, with nothing", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/s/${gallery.office.spaces.get("Handbook")}`);
    await page.getByText("Who covers whom in December").waitFor();
    const jump = page.getByRole("combobox", { name: visit.says("palette.title") });
    await page.keyboard.press("Control+k");
    await jump.waitFor();
    await page.locator("[role=option]").nth(3).waitFor();
    await visit.shows("palette");
    await jump.fill("re");
    await page.getByRole("option", { name: /release notes/ }).waitFor();
    await visit.shows("palette-typed");
    await jump.fill("zeppelin");
    await page.getByRole("option", { name: /zeppelin/ }).waitFor();
    await visit.shows("palette-none");
    await visit.close();
  });
});

it.each(LOOKS)("from right to left in $name", async (look) => {
  const visit = await gallery.ana(look);
  const { page } = visit;
  await page.goto(address(`from:${person("Kofi Mensah").id} postcode`));
  await rows(visit).first().waitFor();
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await field(visit).press("ArrowDown");
  await visit.shows("rtl-search");
  await visit.close();
});
