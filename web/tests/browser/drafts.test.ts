// Drafts and what leaves later: found again in one place, changed, sent, taken back; with pictures.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { ask, atAnyHour, send, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Gallery, LOOKS } from "../support/gallery";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let device: Device;

const HOUR = 3_600_000;
const at = (hours: number) => utcDate(Date.now() + hours * HOUR);

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Desk", "--member", ana.email))["spaceId"]);
  await works(server, ana, atAnyHour());
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.undoes(0);
});

afterEach(async () => {
  await device.context.setOffline(false);
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const part = (name: string) =>
  device.page.locator("section").filter({ has: device.page.getByRole("heading", { name }) });

async function writes(title: string, text: string): Promise<void> {
  const { page } = device;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  await page.getByRole("textbox", { name: "What you have to say" }).fill(text);
}

/** Says in the open dialog when: on that day of the calendar, at that time. */
async function chooses(day: string, time: string): Promise<void> {
  const dialog = device.page.getByRole("dialog", { name: "Send later" });
  await dialog.getByRole("button", { name: "On a day" }).click();
  await dialog.getByLabel("Day").fill(day);
  await dialog.getByLabel("Time").fill(time);
}

it("what is sent later waits in its place, leaves at another time or now, and is then in its Space", async () => {
  const { page } = device;
  await writes("Notes on the trip", "All of it went well.");
  await page.getByRole("textbox", { name: "What you have to say" }).press("Control+Shift+Enter");
  const dialog = page.getByRole("dialog", { name: "Send later" });
  await dialog.getByText("in their own hours").waitFor();
  await chooses("2020-01-01", "09:00");
  await dialog.getByText("That is over.").waitFor();
  expect(await dialog.getByRole("button", { name: "Send it then" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await device.press("Send later");
  await dialog.getByRole("button", { name: "Tomorrow" }).click();
  await page.getByRole("heading", { name: "Notes on the trip" }).waitFor();
  await page.getByText("Leaves tomorrow at 00:00.").waitFor();
  await page.goto(`/s/${space}`);
  await page
    .getByText("Nothing")
    .or(page.getByRole("link", { name: "Write" }))
    .first()
    .waitFor();
  expect(await page.locator("#main").getByText("Notes on the trip").count()).toBe(0);

  await page.getByRole("link", { name: "Drafts" }).click();
  const later = part("Leaves later");
  await later.getByText("Notes on the trip").waitFor();
  await later.getByRole("button", { name: "Another time" }).click();
  await chooses("2027-01-15", "14:30");
  await dialog.getByText("Leaves on 15 January at 14:30.").waitFor();
  await dialog.getByRole("button", { name: "Send it then" }).click();
  await later.getByText("Leaves on 15 January at 14:30.").waitFor();
  await device.isAccessible();
  await later.getByRole("button", { name: "Send now" }).click();
  await page.getByText("Nothing waits to be finished").waitFor();
  await page.goto(`/s/${space}`);
  await page.getByRole("link", { name: /Notes on the trip/ }).click();
  await device.arrived("All of it went well.");
});

it("a draft is found again, written on where it was begun, deleted and brought back", async () => {
  const { page } = device;
  const thread = await send(server, ana, space, { kind: "topic", title: "Which bus?", text: "Tell me." });
  await page.goto(`/s/${space}/t/${thread}`);
  await device.reply().fill("The number nine, I think");
  await writes("A plan", "To begin with,");
  await page.goto("/drafts");
  const drafts = part("Drafts");
  // Also what there was no time to keep before the page went.
  await drafts.getByText("Reply in Which bus? · Desk").waitFor();
  await drafts.getByText("New thread · Desk").waitFor();
  await drafts.getByRole("link", { name: /Which bus/ }).click();
  await expect.poll(() => device.written()).toBe("The number nine, I think");
  await expect.poll(() => device.page.evaluate(() => document.activeElement?.closest("#answer") !== null)).toBe(true);
  await page.goBack();
  const plan = drafts.getByRole("group", { name: "Actions for: A plan" });
  await plan.getByRole("button", { name: "Copy the text" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("A plan\n\nTo begin with,");
  await plan.getByRole("button", { name: "Delete the draft" }).click();
  await page.getByText("Deleted: A plan").waitFor();
  await expect.poll(() => drafts.getByText("A plan").count()).toBe(0);
  await page.keyboard.press("z");
  await drafts.getByText("A plan").waitFor();
  await page.reload();
  await drafts.getByText("A plan").click();
  await expect.poll(() => page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("A plan");
});

it("what was sent later without a network says so, is a draft again when it is taken back, and what may not be sent comes back", async () => {
  const { page } = device;
  await page.goto(`/s/${space}/write`);
  await device.context.setOffline(true);
  await page.getByRole("textbox", { name: "Title" }).fill("From the train");
  await device.press("Send later");
  await page.getByRole("dialog").getByRole("button", { name: "Tomorrow" }).click();
  await page.getByText("if this device is online by then").waitFor();
  await device.press("Back to draft");
  await expect.poll(() => page.getByRole("textbox", { name: "Title" }).inputValue()).toContain("From the train");
  await device.context.setOffline(false);

  const gone = String((await server.order("space", "add", "--name", "Closed soon", "--member", ana.email))["spaceId"]);
  const item = { kind: "topic", title: "Too late", text: "It was a good idea." };
  await ask(server, ana, [
    ["Submission/set", { accountId: ana.id, create: { k: { spaceId: gone, item, sendAt: at(5 / 3600) } } }, "0"],
    ["Space/set", { accountId: gone, update: { [gone]: { archivedAt: at(0) } } }, "1"],
  ]);
  await page.goto("/drafts");
  const back = part("Came back to you");
  await back.getByText("Too late").waitFor();
  await device.isAccessible();
});

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("drafts, what leaves later, and oneself", async () => {
    const gallery = await Gallery.open();
    const { office } = gallery;
    const person = office.people.get("Ana Ribeiro") as TestPerson;
    const desk = office.spaces.get("Checkout redesign") as string;
    const postcode = office.ids.get("postcode");
    const draft = (spaceId: string, item: object, more = {}) => ({ spaceId, item, ...more });
    await ask(office.server, person, [
      [
        "Submission/set",
        {
          accountId: person.id,
          create: {
            a: {
              spaceId: desk,
              sendAt: at(30),
              item: {
                kind: "post",
                parentId: postcode,
                text: "I have asked the bank. They need it for the fraud score, and only in two countries; the rest can go.",
              },
            },
            b: {
              spaceId: office.spaces.get("Handbook"),
              sendAt: at(120),
              item: {
                kind: "topic",
                title: "How we name branches from January on",
                text: "Short, with the number of the task first.",
              },
            },
          },
        },
        "0",
      ],
      [
        "Draft/set",
        {
          accountId: person.id,
          create: {
            c: draft(desk, {
              kind: "post",
              parentId: office.ids.get("postcode"),
              text: "Yuki, does the address form at your side",
              blobs: [],
            }),
            d: draft(office.spaces.get("Release 4.2") as string, {
              kind: "topic",
              title: "What we tell the partners, and in which order, before the holidays begin",
              text: "Three groups, three letters.",
            }),
            e: draft(
              desk,
              { kind: "topic", title: "Retro", text: "What went well" },
              { reason: "this Space is archived; it can't be written to any more" },
            ),
          },
        },
        "1",
      ],
    ]);
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/drafts");
    await page.getByText("What we tell the partners").waitFor();
    await visit.shows("drafts");
    await visit.button("later.change").first().click();
    await page.getByRole("dialog").waitFor();
    await visit.shows("drafts-another-time");
    await page.keyboard.press("Escape");
    await page.goto(`/s/${desk}/t/${postcode}`);
    await visit.button("later.change").scrollIntoViewIfNeeded();
    await visit.shows("thread-later");
    await visit.device.writes("One more thing.", page.getByRole("textbox", { name: visit.says("thread.answer") }));
    await visit.button("later.title").click();
    await page.getByRole("dialog").getByRole("button").last().click();
    await page.getByRole("dialog").locator("input[type=date]").fill("2027-02-01");
    await visit.shows("send-later");
    await page.keyboard.press("Escape");
    await page.goto("/me");
    await page.locator("#main").getByRole("link").nth(3).waitFor();
    await visit.shows("me");
    await gallery.close();
  });
});
