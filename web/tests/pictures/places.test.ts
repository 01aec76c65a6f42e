// Every place in every state, by every reader: all pictures on one page, for people to look at (`make pictures`). Each is
// also checked for access, width and cut words; what is wrong is told when all of a state has been drawn.
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../support/browser";
import { Visit, writePage, type Named } from "../support/gallery";
import { PLACES, type Place } from "../support/places";
import { faults } from "../support/pseudo";
import { emptyWorld, livelyWorld, longWorld, type World } from "../support/worlds";

type State = "empty" | "loading" | "full" | "offline" | "error" | "long" | "zoom";

/** Only these, of a list with commas between them; all, if nothing is said. */
const only = (name: string) => process.env[name]?.split(",").filter(Boolean);
const among = <T>(all: readonly T[], wanted: string[] | undefined, nameOf: (one: T) => string) =>
  wanted?.length ? all.filter((one) => wanted.includes(nameOf(one))) : all;

const places = among(PLACES, only("PLACES"), ({ name }) => name);
const ALL: State[] = ["empty", "loading", "full", "offline", "error", "long", "zoom"];
const states = among(ALL, only("STATES"), (state) => state);
const readers = among([undefined, "stretched", "mirrored"] as const, only("WORDS"), (words) => words ?? "english");
/** Has nothing that neither a phone nor a desk has, so that its pictures are not asked for access once more. */
const BETWEEN = { width: 820, height: 1180 };
const WINDOWS = [{ width: 390, height: 844 }, BETWEEN, { width: 1360, height: 900 }];
const windows = among(WINDOWS, only("WIDTHS"), ({ width }) => String(width));

let browser: Browser;
const worlds = new Map<string, World>();

beforeAll(async () => {
  browser = await launch();
  const some = (...of: State[]) => states.some((state) => of.includes(state));
  if (some("empty")) worlds.set("empty", await emptyWorld(browser));
  if (some("long")) worlds.set("long", await longWorld(browser));
  if (some("loading", "full", "offline", "error", "zoom")) worlds.set("lively", await livelyWorld(browser));
}, 300_000);

afterAll(async () => {
  writePage();
  await browser?.close();
  for (const { server } of worlds.values()) await server.remove();
});

const worldOf = (state: State) => worlds.get(state === "empty" || state === "long" ? state : "lively") as World;

/** 200 % of a window is half of it, twice as large; no window is narrower than 320 px (WCAG 1.4.10). */
const zoomed = ({ width, height }: { width: number; height: number }) => ({
  width: Math.max(320, width / 2),
  height: height / 2,
  scale: 2,
});

/** A signed-in device; in two states it has never heard anything of the workspace. */
async function opens(state: State, look: Named, admin: boolean): Promise<Visit> {
  const world = worldOf(state);
  const { email } = admin ? world.admin : world.member;
  const visit = await Visit.open(browser, world.server, { ...look, worker: state === "offline" });
  await visit.device.signsIn(email);
  if (state !== "loading" && state !== "error") return visit;
  const fresh = await Visit.open(browser, world.server, look);
  await fresh.device.context.addCookies(await visit.device.context.cookies());
  await visit.close();
  const never = (route: Route) => (state === "loading" ? undefined : route.fulfill({ status: 500, body: "" }));
  await fresh.page.route(/\/(jmap\/(api|events)|auth|health)/, never);
  await fresh.page.goto("/");
  return fresh;
}

/** Goes there, and waits until it is drawn. */
async function goes(visit: Visit, state: State, place: Place): Promise<void> {
  const { page } = visit;
  // What was open before is closed by its own key.
  for (let open = 0; open < 3 && (await page.locator('[role="dialog"], [role="menu"]').count()) > 0; open += 1) {
    await page.keyboard.press("Escape");
    await page.locator('[role="dialog"], [role="menu"]').first().waitFor({ state: "detached" }).catch(() => {});
  }
  const path = place.path(worldOf(state));
  if (state === "loading" || state === "error") {
    await page.evaluate((to) => history.pushState(null, "", to), path);
    await page.locator("#main").locator("h1, form, [role=status], [role=alert]").first().waitFor();
  } else {
    await visit.goes(path);
    await place.opens?.(visit);
  }
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

const cases = states.flatMap((state) =>
  windows.flatMap((window) => readers.map((words) => ({ state, window, words, name: words ?? "english" }))),
);

describe.each(cases)("$state, $window.width px, $name", { timeout: 600_000 }, ({ state, window, words }) => {
  it.each([false, true])("all places are drawn, those of admins alone: %s", async (admin) => {
    const mine = places.filter((place) => (place.admin ?? false) === admin);
    if (mine.length === 0) return;
    const size = state === "zoom" ? zoomed(window) : window;
    const name = `${state}.${window.width}${words ? `-${words}` : ""}`;
    const visit = await opens(state, { ...size, name, ...(words ? { words } : {}) }, admin);
    const wrong: string[] = [];
    const soft = async (what: string, does: () => Promise<unknown>) => {
      await does().catch((error: unknown) => wrong.push(`${what}: ${error instanceof Error ? error.message : String(error)}`));
    };
    if (state === "offline") {
      await visit.page.locator("#main h1").waitFor();
      await visit.device.hasAllParts();
      await visit.device.context.setOffline(true);
    }
    for (const place of mine) {
      await soft(place.name, () => goes(visit, state, place));
      if (words) {
        await soft(place.name, () => visit.device.picture(`${place.name}.${name}`));
        await soft(place.name, () => visit.device.fits());
        for (const fault of await faults(visit.page)) wrong.push(`${place.name}: ${fault}`);
      } else if (window === BETWEEN) await soft(place.name, () => visit.draws(place.name));
      else await soft(place.name, () => visit.shows(place.name));
    }
    await visit.close();
    expect(wrong).toEqual([]);
  });
});
