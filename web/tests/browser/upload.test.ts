// Large files from a real browser: how far they are is shown, and they go on where they were, whatever is killed.
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let device: Device;
const folder = mkdtempSync(join(tmpdir(), "meanwhile-files-"));
/** Requests to `/upload`: methods, and where pieces began. */
let asked: string[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Desk", "--member", ana.email))["spaceId"]);
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.undoes(0);
  device.context.on("request", (request) => {
    const url = new URL(request.url());
    if (!url.pathname.startsWith("/upload")) return;
    asked.push(`${request.method()} ${request.headers()["upload-offset"] ?? ""}`.trim());
  });
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

const reply = () => device.page.getByRole("textbox", { name: "Your reply" });
const letter = (words: string) => device.page.getByRole("article").filter({ hasText: words });
const bar = () => device.page.getByRole("progressbar");
const percent = async () => Number(await bar().first().getAttribute("value"));

/** So many bytes in a second, at most; 0: as many as there are. */
async function slow(bytes: number): Promise<void> {
  const network = await device.context.newCDPSession(device.page);
  await network.send("Network.enable");
  const to = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes || -1 };
  await network.send("Network.emulateNetworkConditions", to);
}

function file(name: string, size: number): { path: string; bytes: Buffer } {
  const bytes = randomBytes(size);
  writeFileSync(join(folder, name), bytes);
  return { path: join(folder, name), bytes };
}

async function opens(title: string): Promise<void> {
  const id = await send(server, ana, space, { kind: "topic", title, text: "To begin with." });
  await device.page.goto(`/s/${space}/t/${id}`);
  await device.page.getByRole("heading", { name: title }).waitFor();
  asked = [];
}

const attach = (path: string) => device.page.locator("#answer input[type=file]").setInputFiles(path);

it("a large file goes on where it was, though the server is killed and the tab reloaded in the middle", async () => {
  await opens("Recording");
  const large = file("recording.bin", 30_000_000);
  await slow(6_000_000);
  await attach(large.path);
  await reply().fill("All of it.");
  // At once: it leaves when the file is whole.
  await device.page.getByRole("button", { name: "Send", exact: true }).click();
  await letter("All of it.").getByText("Leaves when its files are uploaded").waitFor();
  await expect.poll(percent, { timeout: 30_000 }).toBeGreaterThan(15);
  await device.picture("upload-light");
  await device.isAccessible();
  await server.kill();
  const before = await percent();
  expect(before).toBeLessThan(99);
  await server.restart();
  await device.page.reload();
  await slow(6_000_000);
  await letter("All of it.").waitFor();
  await expect.poll(percent, { timeout: 30_000 }).toBeGreaterThanOrEqual(before);
  await slow(0);
  await letter("All of it.").getByRole("group", { name: "Actions" }).waitFor({ state: "attached", timeout: 60_000 });
  expect(await bar().count()).toBe(0);
  expect(asked.filter((one) => one.startsWith("POST"))).toHaveLength(1);
  expect(asked.filter((one) => one === "HEAD").length).toBeGreaterThan(0);
  expect(asked.filter((one) => one === "PATCH 0")).toHaveLength(1);
  const url = await letter("All of it.")
    .getByRole("link", { name: /recording.bin/ })
    .getAttribute("href");
  const got = await fetch(new URL(url as string, server.url), { headers: { authorization: `Bearer ${ana.token}` } });
  expect(Buffer.compare(Buffer.from(await got.arrayBuffer()), large.bytes)).toBe(0);
});

it("waits for the network, goes on by itself, and is given up where nobody wants it any more", async () => {
  await opens("Given up");
  const large = file("large.bin", 20_000_000);
  await slow(3_000_000);
  await attach(large.path);
  await expect.poll(() => bar().count(), { timeout: 20_000 }).toBe(1);
  await expect.poll(percent, { timeout: 30_000 }).toBeGreaterThan(5);
  await device.context.setOffline(true);
  const before = asked.length;
  await device.context.setOffline(false);
  await slow(3_000_000);
  await expect.poll(() => asked.length, { timeout: 30_000 }).toBeGreaterThan(before);
  await device.page.setViewportSize({ width: 390, height: 800 });
  await device.fits();
  await device.picture("upload-narrow");
  await device.page.setViewportSize({ width: 1360, height: 900 });
  await device.page.getByRole("button", { name: "Remove large.bin" }).click();
  await expect.poll(() => asked.includes("DELETE"), { timeout: 30_000 }).toBe(true);
  expect(await bar().count()).toBe(0);
  await slow(0);
});

it("a small file takes the simple door", async () => {
  await opens("Small");
  await attach(file("small.bin", 4_000_000).path);
  await reply().fill("A small one.");
  await device.page.getByRole("button", { name: "Send", exact: true }).click();
  await letter("A small one.").getByRole("group", { name: "Actions" }).waitFor({ state: "attached" });
  expect(asked).toEqual([]);
});
