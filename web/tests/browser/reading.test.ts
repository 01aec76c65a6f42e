// Reading: what is new in a thread and the way through it by keys, a whole Space read in one act, and what the list of
// acts offers for what is focused or open.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ask, atAnyHour, send, works } from "../support/ask";
import { Gallery, LOOKS, type Named, type Visit } from "../support/gallery";
import type { TestPerson } from "../support/server";

let gallery: Gallery;
const [WIDE, PHONE] = LOOKS as [Named, Named];

beforeAll(async () => {
  gallery = await Gallery.open();
  // What asks her arrives at once, whenever this runs.
  await works(gallery.office.server, person("Ana Ribeiro"), atAnyHour());
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const visit of open)
    await visit.device.picture(`failed-${task.name.slice(0, 30)}-${visit.look.name}`).catch(() => {});
});

afterAll(() => gallery?.close());

const open: Visit[] = [];
/** A device of Ana's. */
async function visits(look: Named): Promise<Visit> {
  const visit = await gallery.ana(look);
  open.push(visit);
  return visit;
}

const person = (name: string) => gallery.office.people.get(name) as TestPerson;
/** The list of places and acts is open. */
const jumps = (visit: Visit) =>
  expect.poll(() => visit.page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("combobox");
const space = (name: string) => gallery.office.spaces.get(name) as string;
const id = (line: string) => gallery.office.ids.get(line) as string;
const replies = (by: string, to: string, text: string) =>
  send(gallery.office.server, person(by), space("Checkout redesign"), { kind: "post", parentId: id(to), text });

/** The author of the post that has the keyboard. */
const focused = (visit: Visit) =>
  visit.page.evaluate(() => document.activeElement?.closest("article")?.querySelector("header b")?.textContent);
/** Threads of a Space in which something is new. */
const news = (visit: Visit) =>
  visit.page
    .locator("#main a[data-row]")
    .filter({ has: visit.page.getByRole("img", { name: visit.says("inbox.unread") }) })
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-row")));
const sorted = (...lines: string[]) => lines.map(id).sort();
const order = async (visit: Visit) => (await news(visit)).sort();

it("a thread opens at what is new and says since when; keys go on to the next, and to the next thread", async () => {
  const visit = await visits(WIDE);
  const { page } = visit;
  await page.goto(`/s/${space("Checkout redesign")}`);
  await expect.poll(() => order(visit)).toEqual(sorted("postcode", "fonts", "copy"));
  await page.keyboard.press("n");
  const line = page.getByRole("heading", { name: /^New since/ });
  const since = new Date(Date.now() - 73 * 3_600_000);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "Europe/Lisbon" }).format(since);
  await page.getByRole("heading", { name: `New since ${day}` }).waitFor();
  // Ana has begun it: what Kofi said first is the first that is new to her.
  expect(await line.evaluate((one) => one.parentElement?.nextElementSibling?.querySelector("b")?.textContent)).toBe(
    "Kofi Mensah",
  );
  await expect.poll(() => line.evaluate((one) => one.getBoundingClientRect().top)).toBeLessThan(400);
  await visit.shows("thread-new");
  // What comes meanwhile moves nothing, and one's own words are no news.
  await replies("Ana Ribeiro", "postcode", "I had not thought of Japan.");
  await replies("Maja Novak", "postcode", "Nor had I.");
  await page.getByText("Nor had I.").waitFor();
  const walked: Array<string | null | undefined> = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("n");
    walked.push(await focused(visit));
  }
  expect(walked).toEqual(["Kofi Mensah", "Yuki Tanaka", "Bo Lindqvist", "Maja Novak"]);
  await page.getByRole("heading", { name: `New since ${day}` }).waitFor();
  await page.keyboard.press("k");
  expect(await focused(visit)).toBe("Ana Ribeiro");
  await page.keyboard.press("k");
  expect(await focused(visit)).toBe("Bo Lindqvist");
  await visit.shows("thread-focused");
  await page.keyboard.press("j");
  await page.keyboard.press("n");
  // At the end it goes on, without a network too.
  await visit.device.context.setOffline(true);
  await page.keyboard.press("n");
  await page.getByRole("heading", { name: "Words for the empty cart" }).waitFor();
  expect(await page.getByRole("heading", { name: /^New since/ }).count()).toBe(0);
  await page.keyboard.press("u");
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-row"))).toBe(id("copy"));
  await expect.poll(() => order(visit)).toEqual(sorted("fonts"));
  await visit.device.context.setOffline(false);
  // What was read on the way is known everywhere then.
  const read = async () => {
    const me = person("Ana Ribeiro");
    const [got] = await ask(gallery.office.server, me, [["Cursor/get", { accountId: me.id, ids: [id("copy")] }, "0"]]);
    return ((got?.[1]["list"] ?? []) as unknown[]).length;
  };
  await expect.poll(read, { timeout: 60_000 }).toBe(1);
  await visit.close();
});

it("all of a Space is read in one act and undone as it was; what waits for one stays", async () => {
  const here = space("Checkout redesign");
  const ana = person("Ana Ribeiro");
  await send(gallery.office.server, person("Kofi Mensah"), here, {
    kind: "topic",
    title: "Which risk score do we keep?",
    text: "Both are in the log now.",
    expects: { what: "decision", of: [ana.id] },
  });
  await replies("Kofi Mensah", "copy", "The second one.");
  const phone = await visits(PHONE);
  const visit = await visits(WIDE);
  const { page } = visit;
  await page.goto(`/s/${here}`);
  await page.getByRole("link", { name: /Which risk score/ }).waitFor();
  await expect.poll(async () => (await news(visit)).length).toBe(3);
  const before = await order(visit);
  await visit.shows("space-new");
  await visit.device.context.setOffline(true);
  await page.keyboard.press("Shift+I");
  await expect.poll(() => news(visit)).toEqual([]);
  await visit.shows("space-read");
  await visit.device.context.setOffline(false);
  await phone.page.goto(`/s/${here}`);
  await phone.page.getByRole("link", { name: /Which risk score/ }).waitFor();
  await expect.poll(() => news(phone), { timeout: 60_000 }).toEqual([]);
  await page.keyboard.press("z");
  await expect.poll(() => order(visit)).toEqual(before);
  await expect.poll(() => order(phone)).toEqual(before);
  await phone.shows("space-new");
  await phone.page.goto(`/s/${here}/t/${id("copy")}`);
  await phone.page.getByText("The second one.").waitFor();
  await phone.page.getByRole("heading", { name: /^Neu seit \d\d:\d\d$/ }).waitFor();
  const on = phone.page.getByRole("link", { name: /^Weiter mit Neuem: Which risk score/ });
  await on.waitFor();
  await phone.shows("thread-new");
  await on.click();
  await phone.page.getByRole("heading", { name: /Which risk score/ }).waitFor();
  // On the other device too: that it was read here is kept.
  await expect.poll(() => order(visit)).toEqual(sorted("fonts"));
  await phone.page.goto(`/s/${here}`);
  await expect.poll(() => order(phone)).toEqual(sorted("fonts"));
  await phone.button("keys.readAll").click();
  await expect.poll(() => news(visit)).toEqual([]);
  await page.goto("/inbox");
  await page.getByRole("link", { name: /Which risk score/ }).waitFor();
  await visit.close();
  await phone.close();
});

it("the list of acts has what can be done with the focused row or the open thread, with its keys", async () => {
  const visit = await visits(WIDE);
  const { page } = visit;
  await page.goto("/inbox");
  await page.getByRole("link", { name: /Which risk score/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Control+k");
  await jumps(visit);
  const verbs = page.getByRole("group", { name: "With “Which risk score do we keep?”" });
  await verbs.getByRole("option", { name: "Done" }).waitFor();
  const told = await verbs.getByRole("option").allInnerTexts();
  expect(told.map((text) => text.split("\n").filter(Boolean))).toEqual([
    ["Reply", "R"],
    ["Done", "E"],
    ["Later …", "H"],
    ["Follow, or no longer", "F"],
    ["Mute, or no longer", "M"],
    ["Copy link", "Y"],
    ["Answer one by one", "Waits for me", "A"],
  ]);
  await visit.shows("palette-verbs");
  await page.keyboard.type("done");
  await page.keyboard.press("Enter");
  await page.getByText("Done: Which risk score do we keep?").waitFor();
  await page.keyboard.press("z");
  await page.getByRole("link", { name: /Which risk score/ }).click();
  await page.getByRole("heading", { name: "Which risk score do we keep?" }).waitFor();
  await page.keyboard.press("Control+k");
  await jumps(visit);
  await page.keyboard.type("follow");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Following", pressed: true }).waitFor();
  await page.keyboard.press("z");
  await page.getByRole("button", { name: "Follow", exact: true, pressed: false }).waitFor();
  await page.keyboard.press("e");
  await page.getByText("Done: Which risk score do we keep?").waitFor();
  await visit.shows("thread-done");
  await page.keyboard.press("z");
  await page.keyboard.press("r");
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Your reply");
  await page.keyboard.press("Escape");
  await page.keyboard.press("y");
  await page.getByText("Link copied: Which risk score do we keep?").waitFor();
  const [held] = await ask(gallery.office.server, person("Ana Ribeiro"), [
    ["Follow/get", { accountId: person("Ana Ribeiro").id, ids: null }, "0"],
  ]);
  const follows = (held?.[1]["list"] ?? []) as Array<{ followedAt?: string | null }>;
  expect(follows.filter((one) => one.followedAt)).toEqual([]);
  await visit.close();
});
