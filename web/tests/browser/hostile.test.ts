// What people, browsers and clocks do that nobody planned for: a clear word each time, and nothing lost.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Answer } from "../support/ask";
import { Device, launch, type Look } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
const devices: Device[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  await server.order("space", "add", "--name", "Desk", "--member", ana.email);
});

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close();
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

let joined = false;

/** Ana on another device: comes in by her link the first time, and by her password later. */
async function opens(look: Look = {}, before?: (device: Device) => Promise<unknown>): Promise<Device> {
  const device = await Device.open(browser, server, look);
  devices.push(device);
  await before?.(device);
  if (!joined) {
    await device.joins(ana.link);
    joined = true;
  } else {
    await device.signsIn(ana.email);
  }
  await device.page.locator('nav li a[href^="/s/"]').first().click();
  await device.page.waitForURL(/\/s\//);
  await device.undoes(0);
  return device;
}

const list = <T>(answer: Answer | undefined): T[] => (answer?.[1]["list"] ?? []) as T[];
const space = (device: Device) => new URL(device.page.url()).pathname.split("/")[2] as string;

/** Makes a thread by the protocol, and opens it. */
async function thread(device: Device, title: string, text = "Words."): Promise<string> {
  const create = { kind: "topic", title, text };
  const [answer] = await device.asks([["Item/set", { accountId: space(device), create: { k: create } }, "0"]]);
  const made = (answer?.[1]["created"] ?? {}) as Record<string, { id: string }>;
  const id = made["k"]?.id as string;
  await device.page.goto(`/s/${space(device)}/t/${id}`);
  await device.page.getByRole("heading", { name: title }).waitFor();
  return id;
}

it("an invitation works once, a wrong one never, and both say what to do", async () => {
  const bo = await server.person("Bo");
  const first = await Device.open(browser, server);
  devices.push(first);
  await first.joins(bo.link);
  for (const link of [bo.link, `${bo.link.slice(0, -4)}aaaa`, `${server.url}/join#nonsense`, `${server.url}/join`]) {
    const again = await Device.open(browser, server);
    await again.page.goto(link);
    await again.page
      .getByRole("alert")
      .or(again.page.getByText(/ask .* for a new/i))
      .first()
      .waitFor();
    expect(await again.page.locator('input[type="password"]').count()).toBe(0);
    await again.close();
  }
});

it("a text of 300 KiB is refused with a sentence, and stays where it is", async () => {
  const device = await opens();
  await device.page.goto(`/s/${space(device)}/write`);
  const long = "All work and no play. ".repeat(14_000);
  await device.page.getByLabel("Title").fill("Long");
  await device.page.getByRole("textbox", { name: "What you have to say" }).fill(long);
  await device.page.getByText(/bytes too long to send/).waitFor();
  expect(await device.page.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
  await device.page.getByText("Draft kept").waitFor();
  await device.page.reload();
  const field = device.page.getByRole("textbox", { name: "What you have to say" });
  await expect.poll(async () => (await device.written(field)).trimEnd()).toBe(long.trimEnd());
  await field.fill("Short.");
  await device.page.getByRole("button", { name: "Send", exact: true }).click();
  await device.page.getByRole("heading", { name: "Long" }).waitFor();
});

it("as many reactions as the server takes are shown without drowning the words", async () => {
  const device = await opens();
  const id = await thread(device, "Popular");
  const me = await device.me();
  // 64 emoji are what an Item holds of different ones; each by the person who asks.
  const emoji = Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0x1f600 + (i % 64)));
  const patch = Object.fromEntries(emoji.map((one) => [`reactions/${one}/${me}`, true]));
  await device.asks([["Item/set", { accountId: space(device), update: { [id]: patch } }, "0"]]);
  await device.page.getByRole("button", { name: "52 more" }).waitFor();
  expect(await device.page.getByRole("list", { name: "Reactions" }).getByRole("button").count()).toBe(13);
  await device.fits();
});

it("pasted HTML that would run does not, neither in the text nor in the preview nor in the post", async () => {
  const device = await opens();
  await thread(device, "Careful");
  const evil = `<img src=x onerror="window.hit=1"><script>window.hit=2</script>[x](javascript:window.hit=3)`;
  await device.page.getByRole("textbox", { name: "Your reply" }).focus();
  await device.page.evaluate((html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", html);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, evil);
  await device.press("Markdown");
  await device.reply().fill(evil);
  await device.press("Preview");
  await device.page.getByText("onerror").waitFor();
  await device.page.getByRole("button", { name: "Send", exact: true }).click();
  await device.page.getByRole("article").filter({ hasText: "onerror" }).waitFor();
  expect(await device.page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  expect(await device.page.locator("main article img, main article script").count()).toBe(0);
});

it("a device whose clock is a day off sends in time and says the right day", async () => {
  for (const off of [-86_400_000, 86_400_000]) {
    const device = await opens({}, async ({ page }) => page.clock.setSystemTime(Date.now() + off));
    await device.undoes(3);
    await thread(device, `Clock ${off}`);
    await device.page.getByRole("textbox", { name: "Your reply" }).fill("On time.");
    await device.page.getByRole("button", { name: "Send", exact: true }).click();
    await device.page.getByText(/Leaves in [123] second/).waitFor();
    await device.page
      .getByRole("article")
      .filter({ hasText: "On time." })
      .getByRole("group", { name: "Actions" })
      .waitFor({ state: "attached" });
    await device.page.goto(`/s/${space(device)}`);
    await device.page.getByRole("heading", { name: "Today" }).waitFor();
  }
});

it("a browser that gives no storage still reads and writes, and says what that means", async () => {
  const device = await opens({}, async ({ context }) =>
    context.addInitScript(() => {
      Object.defineProperty(window, "indexedDB", {
        get: () => {
          throw new DOMException("no", "SecurityError");
        },
      });
    }),
  );
  await device.page
    .getByText(/gives no storage/)
    .first()
    .waitFor();
  await thread(device, "Without storage");
  await device.page.getByRole("textbox", { name: "Your reply" }).fill("Still said.");
  await device.page.getByRole("button", { name: "Send", exact: true }).click();
  await device.page
    .getByRole("article")
    .filter({ hasText: "Still said." })
    .getByRole("group", { name: "Actions" })
    .waitFor({ state: "attached" });
});

it("a kind that this app does not know is shown by its words", async () => {
  const device = await opens();
  const id = await thread(device, "From the future", "Readable all the same.");
  // The server that knows the kind is a newer one; its record reaches this replica as any other.
  await device.page.route("**/jmap/api", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll('"kind":"topic"', '"kind":"hologram"');
    await route.fulfill({ response: answer, body });
  });
  await device.asks([["Item/set", { accountId: space(device), update: { [id]: { text: "Readable still." } } }, "0"]]);
  await device.page.getByText("does not know “hologram” yet").waitFor();
  await device.page.getByText("Readable still.").waitFor();
});

it("an edit that met another one is kept beside the text until its author decides", async () => {
  const device = await opens();
  const id = await thread(device, "Two pens", "First.");
  await device.page.getByRole("article").first().hover();
  await device.page.getByRole("button", { name: "Edit" }).first().click();
  await device.page.getByRole("textbox", { name: "Edit" }).fill("Mine.");
  await device.context.setOffline(true);
  await device.page.getByRole("button", { name: "Save" }).click();
  await device.page.getByText("Mine.").first().waitFor();
  const answer = await fetch(`${server.url}/jmap/api`, {
    method: "POST",
    headers: { Authorization: `Bearer ${ana.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      using: ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"],
      methodCalls: [["Item/set", { accountId: space(device), update: { [id]: { text: "Theirs." } } }, "0"]],
    }),
  });
  expect(answer.ok).toBe(true);
  await device.context.setOffline(false);
  await device.page.getByText("Your change was not taken; it is kept here").waitFor();
  await device.page.getByRole("button", { name: "Look at it" }).click();
  expect(await device.written(device.page.getByRole("textbox", { name: "Edit" }))).toBe("Mine.");
  await device.page.getByRole("button", { name: "Save" }).click();
  await expect
    .poll(async () => {
      const [got] = await device.asks([["Item/get", { accountId: space(device), ids: [id] }, "0"]]);
      return list<{ text: string }>(got)[0]?.text;
    })
    .toBe("Mine.");
});

it("links to what is not there, or not open, look alike and lead back", async () => {
  const device = await opens();
  const here = space(device);
  const nobody = "aaaaaaaaaapabaaaaaaaaaaaaa";
  await device.page.goto(`/s/${here}/t/i${nobody}`);
  await device.page.getByRole("link", { name: "To the Space" }).click();
  await device.page.goto(`/s/s${nobody}`);
  await device.page.getByText("This Space is not open to you").first().waitFor();
  await device.page.goto("/no/such/place");
  await device.page.getByRole("heading", { name: "There is no page here" }).waitFor();
});
