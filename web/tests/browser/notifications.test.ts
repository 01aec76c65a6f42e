// By mail and on a device: a question comes by mail and is answered by its link, without a session; one chooses what comes by
// mail; a device shows what the server pushes; and an invitation goes by mail.
import { createServer } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { linkIn, Relay } from "../support/relay";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let relay: Relay;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let space: string;
let hers: Device;
let his: Device;
let stranger: Device;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const held = createServer();
  await new Promise<void>((there) => held.listen(0, "127.0.0.1", there));
  const { port } = held.address() as { port: number };
  await new Promise<void>((gone) => held.close(() => gone()));
  return port;
}

/** Hours of which the last minutes have begun: what arrives in them is told at once. */
function lastMinutes(): Record<string, unknown> {
  const hour = new Date().getUTCHours();
  // A zone in which it is about noon, so that no day ends meanwhile.
  const off = 12 - hour;
  const zone = off === 0 ? "UTC" : `Etc/GMT${off > 0 ? "-" : "+"}${Math.abs(off)}`;
  const end = new Date(Date.now() + off * 3_600_000 + 3 * 60_000).toISOString().slice(11, 16);
  const week = ["mo", "tu", "we", "th", "fr", "sa", "su"];
  return { zone, hours: week.map((weekday) => ({ weekday, spans: [{ from: "00:00", to: end }] })) };
}

beforeAll(async () => {
  [browser, relay] = await Promise.all([launch(), Relay.open()]);
  const from = "Meanwhile <meanwhile@work.example>";
  server = await Server.on(await freePort(), "--mail-relay", relay.url, "--mail-from", from, "--push", "on");
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo Lindqvist", "member");
  space = await server.space("Release", ana, bo);
  [hers, his] = await Promise.all([Device.open(browser, server), Device.open(browser, server, { worker: true })]);
  await his.context.grantPermissions(["notifications", "clipboard-read", "clipboard-write"]);
  await hers.joins(ana.link);
  await his.joins(bo.link);
});

picturesOfFailures(() => ({ hers, his, stranger }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
  relay?.close();
});

/** In light, in dark, and in the width of a phone, each with a picture. */
async function looks(device: Device, name: string): Promise<void> {
  const { page } = device;
  await device.isAccessible();
  await device.picture(`notifications-${name}-light`);
  await page.emulateMedia({ colorScheme: "dark" });
  await device.isAccessible();
  await device.picture(`notifications-${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await device.fits();
  await device.picture(`notifications-${name}-phone`);
  if (wide) await page.setViewportSize(wide);
}

it("a question comes by mail, and is answered by its link without a session", { timeout: 120_000 }, async () => {
  const workspace = (await (await hers.page.request.get("/jmap/session")).json()) as { workspaceAccountId: string };
  const account = workspace.workspaceAccountId;
  const patch = { rhythm: lastMinutes(), email: "bo@work.example" };
  const [set] = await hers.asks([["Person/set", { accountId: account, update: { [bo.id]: patch } }, "0"]]);
  expect(set?.[1]["notUpdated"]).toBeNull();
  const by = new Date(Date.now() + 5 * 86_400_000).toISOString().replace(/\.\d+/, "");
  const item = {
    kind: "topic",
    title: "When do we ship?",
    text: "Both dates work for the **shop**.\n\n- Thursday\n- Monday",
    expects: { what: "reply", of: [bo.id], by },
  };
  await hers.asks([["Item/set", { accountId: space, create: { k: item } }, "0"]]);
  const mail = await relay.mail("When do we ship?");
  expect(mail).toContain("Ana asks for a reply");
  stranger = await Device.open(browser, server);
  const { page } = stranger;
  await page.goto(linkIn(mail, `${server.url}/answer/`));
  await page.getByRole("heading", { name: "When do we ship?" }).waitFor();
  await looks(stranger, "answer");
  await page.getByRole("textbox", { name: "Your answer" }).fill("On Monday.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Your answer is on its way.").waitFor();
  await looks(stranger, "on-its-way");
  await page.getByRole("button", { name: "Undo" }).click();
  const field = page.getByRole("textbox", { name: "Your answer" });
  expect(await field.inputValue()).toBe("On Monday.");
  // The next one leaves at once.
  await his.undoes(0);
  await field.fill("On Thursday.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect
    .poll(async () => {
      await page.goto(page.url());
      return page.getByText("You answered this on").count();
    })
    .toBe(1);
  expect(stranger.complaints).toEqual([]);
  expect(stranger.strangers).toEqual([]);
  expect(await stranger.context.cookies()).toEqual([]);
  await page.goto(linkIn(mail, `${server.url}/mail-off/`));
  await page.getByRole("button", { name: "No more mail" }).waitFor();
  await stranger.isAccessible();
});

it("one chooses what comes by mail, and a device shows what is pushed", { timeout: 120_000 }, async () => {
  const { page } = his;
  // A browser in a test has no push service: what it would give is given here.
  await page.addInitScript(() => {
    const held = { is: null as unknown };
    const of = (endpoint: string, keys: Record<string, string>) => ({
      endpoint,
      options: { applicationServerKey: null },
      toJSON: () => ({ endpoint, keys }),
      unsubscribe: () => ((held.is = null), Promise.resolve(true)),
    });
    PushManager.prototype.getSubscription = () => Promise.resolve(held.is as PushSubscription | null);
    PushManager.prototype.subscribe = () => {
      const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) };
      held.is = of("https://push.example/bo", keys);
      return Promise.resolve(held.is as PushSubscription);
    };
  });
  await page.goto("/settings/notifications");
  await page
    .getByRole("radio", { name: /^Everything that arrives/ })
    .first()
    .waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await looks(his, "settings");
  const mail = page.getByRole("radiogroup", { name: "What comes by mail" });
  await mail.getByRole("radio", { name: /^Everything that arrives/ }).check();
  await page.getByRole("button", { name: "Notify me on this device" }).click();
  const shows = page.getByRole("radiogroup", { name: "How much of it" });
  await shows.getByRole("radio", { name: "Only how many things arrived" }).check();
  await page.getByText("Changed", { exact: true }).waitFor();
  await looks(his, "device");
  const [held] = await his.asks([["PushSubscription/get", { accountId: bo.id, ids: null }, "0"]]);
  expect(held?.[1]["list"]).toMatchObject([{ url: "https://push.example/bo", hideContent: true }]);
  await expect
    .poll(async () => (await his.asks([["Settings/get", { accountId: bo.id, ids: null }, "0"]]))[0]?.[1]["list"])
    .toMatchObject([{ mail: "everything" }]);
  // What the push service would hand over, as the browser would.
  const tools = await his.context.newCDPSession(page);
  const registered = new Promise<string>((there) =>
    tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first) there(first.registrationId);
    }),
  );
  await tools.send("ServiceWorker.enable");
  const data = JSON.stringify({ title: "Ana asks for a reply", body: "When do we ship?", path: "/inbox", waiting: 1 });
  const registrationId = await registered;
  await tools.send("ServiceWorker.deliverPushMessage", { origin: server.url, registrationId, data });
  const told = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
    });
  await expect.poll(told).toEqual([{ title: "Ana asks for a reply", body: "When do we ship?" }]);
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByText("Nothing is shown on this device any more").waitFor();
  expect(his.complaints).toEqual([]);
  expect(his.strangers).toEqual([]);
});

it("an invitation goes by mail to whoever has an address", { timeout: 120_000 }, async () => {
  const { page } = hers;
  await page.goto("/settings/people/invite");
  await page.getByRole("textbox", { name: "Who" }).fill("Cleo Park <cleo@work.example>");
  await page.getByRole("button", { name: /^Make/ }).click();
  await page.getByText("Cleo Park gets the link by mail too, at cleo@work.example.").waitFor();
  const mail = await relay.mail("Ana invites you");
  await stranger.page.goto(linkIn(mail, `${server.url}/join#`));
  await stranger.page.locator('input[type="password"]').first().waitFor();
  // So does another one, later.
  await page.goto("/settings/people");
  await page.getByRole("button", { name: "Actions for Bo Lindqvist" }).click();
  await page.getByRole("menuitem", { name: "Link for a new password" }).click();
  await page.getByText("Bo Lindqvist gets the link by mail too, at bo@work.example.").waitFor();
  await relay.mail("A new password for");
  expect(hers.complaints).toEqual([]);
});
