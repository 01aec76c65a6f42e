// The app without a network: it starts, parts that were never opened too, and a new version waits to be asked for.
import { createServer, request as ask, type Server as Proxy } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let proxy: Proxy;
let ana: TestPerson;
let space: string;
let root: string;
/** What stands between browser and server adds this to the worker: another version, as far as the browser can tell. */
let version = "";

beforeAll(async () => {
  proxy = createServer((asked, answer) => {
    const { method, url = "/", headers } = asked;
    const target = new URL(url, server.address);
    const plain = { ...headers, "accept-encoding": "identity" };
    if (url === "/sw.js") delete plain["if-none-match"];
    const through = ask(target, { method, headers: plain }, (got) => {
      const head = { ...got.headers };
      if (url === "/sw.js" && version) {
        const pieces: Buffer[] = [];
        got.on("data", (piece: Buffer) => pieces.push(piece));
        got.on("end", () => {
          delete head["content-length"];
          delete head["etag"];
          answer.writeHead(200, head).end(Buffer.concat(pieces).toString().replace("app-", `app-${version}`));
        });
        return;
      }
      answer.writeHead(got.statusCode ?? 502, head).flushHeaders();
      got.pipe(answer);
    });
    through.on("error", () => answer.destroy());
    answer.on("close", () => through.destroy());
    asked.pipe(through);
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  [browser, server] = await Promise.all([launch(), Server.start("--url", url)]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Desk", "--member", ana.email))["spaceId"]);
  root = await send(server, ana, space, { kind: "topic", title: "Tickets", text: "Which train?" });
});

afterAll(async () => {
  await browser?.close();
  proxy?.closeAllConnections();
  proxy?.close();
  await server?.remove();
});

const url = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

/** Files that are kept on the device, by name. */
const kept = (device: Device) =>
  device.page.evaluate(async () => {
    const names = await caches.keys();
    const paths = await Promise.all(
      names.map(async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)),
    );
    return { names, paths: paths.flat() };
  });

it("can be installed: the browser finds no fault with what describes it, and its pictures are there", async () => {
  const device = await Device.open(browser, { url: url() });
  await device.joins(ana.link);
  const devtools = await device.context.newCDPSession(device.page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { icons, start_url: start } = JSON.parse(data ?? "{}") as { icons: Array<{ src: string }>; start_url: string };
  for (const path of [start, ...icons.map(({ src }) => src), "/apple-touch-icon.png"]) {
    expect([path, (await device.page.request.get(path)).status()]).toEqual([path, 200]);
  }
  await device.page.goto("/settings/sessions");
  const part = device.page.getByRole("region", { name: "On this device" });
  await part.getByText(/^About/).waitFor();
  await part.getByRole("button", { name: "Ask it to keep it" }).click();
  await part.getByText(/The browser keeps it|has not agreed/).waitFor();
  await device.isAccessible();
  await device.picture("device");
  // The link lets in once; the others come by a password.
  await device.close();
});

it("starts without a network, opens what was never opened, and sends what was written when it is back", async () => {
  const device = await Device.open(browser, { url: url() }, { worker: true });
  const { page, context } = device;
  await device.signsIn(ana.email);
  await page.goto(`/s/${space}`);
  await page.getByText("Tickets").waitFor();
  const rest = await device.hasAllParts();
  expect(rest.some((path) => /Settings.*js$/.test(path))).toBe(true);
  await page.reload();
  await page.getByText("Tickets").waitFor();
  await context.setOffline(true);
  await server.stop();
  await page.goto(`/s/${space}/t/${root}`);
  await page.getByText("Which train?").waitFor();
  await page.getByText("You are offline").first().waitFor();
  await page.getByRole("textbox", { name: "Your reply" }).fill("The one at seven.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Leaves when you are online.", { exact: true }).waitFor();
  await page.reload();
  await page.getByText("The one at seven.").waitFor();
  await page.goto("/settings");
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await page.goto(`/s/${space}/t/${root}`);
  await server.restart();
  await context.setOffline(false);
  const letter = page.getByRole("article").filter({ hasText: "The one at seven." });
  await letter.getByRole("group", { name: "Actions" }).waitFor({ state: "attached", timeout: 40_000 });
  expect(device.strangers).toEqual([]);

  // A new version: nothing happens until somebody asks for it, and what is being written is still there then.
  await page.getByRole("textbox", { name: "Your reply" }).fill("Half a sent");
  await page.getByText("Draft kept").waitFor();
  const before = (await kept(device)).names;
  expect(before).toHaveLength(1);
  version = "next-";
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByText("A new version of this app is ready.").first().waitFor();
  expect((await kept(device)).names).toEqual(expect.arrayContaining(before));
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Use it" }).first().click()]);
  await expect.poll(() => device.written().catch(() => "")).toBe("Half a sent");
  const after = (await kept(device)).names;
  // Other tabs may still run the one before.
  expect(after).toEqual([...before, expect.stringContaining("app-next-")]);
  await device.close();
}, 120_000);
