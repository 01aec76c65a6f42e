// Pictures in threads: small ones in a place that is kept for them, the whole in a window of its own, and what was seen
// is there without a network.
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { paint, turned } from "../support/paint";
import { Server, type TestPerson } from "../support/server";

const WHERE = "Rua Augusta 24, Lisbon";
/** Two frames, of one pixel each. */
const MOVES = Buffer.from(
  "47494638396101000100800000ff0000ffffff21f90400000000002c00000000010001000002024401002c00000000010001000002024c01003b",
  "hex",
);

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let device: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Trips", "--member", ana.email))["spaceId"]);
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.undoes(0);
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A file of Ana's, as an Item names it. */
async function uploaded(bytes: Buffer, name: string, type: string, sides: object = {}): Promise<object> {
  const headers = { Authorization: `Bearer ${ana.token}`, "Content-Type": type };
  const answer = await fetch(`${server.address}/jmap/upload/${space}`, {
    method: "POST",
    headers,
    body: new Uint8Array(bytes),
  });
  const { blobId } = (await answer.json()) as { blobId: string };
  return { blobId, name, type, ...sides };
}

async function opens(at: Device, title: string, blobs: object[]): Promise<string> {
  const id = await send(server, ana, space, { kind: "topic", title, text: "From the last evening.", blobs });
  await at.page.goto(`/s/${space}/t/${id}`);
  await at.page.getByRole("heading", { name: title }).waitFor();
  return id;
}

const shown = (at: Device, name: string) => at.page.getByRole("article").getByRole("link", { name });
/** What the browser has chosen, and how wide that is; null where nothing is to be seen. */
const loaded = (picture: Locator) =>
  picture
    .locator("img")
    .evaluate((img: HTMLImageElement) =>
      img.complete && img.naturalWidth > 0 ? { url: new URL(img.currentSrc), wide: img.naturalWidth }.url.search : null,
    );
const dialog = (at: Device) => at.page.getByRole("dialog");
const whole = (at: Device, name: string) => dialog(at).getByRole("img", { name });
const isSeen = (img: Locator) => img.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0);

it("a photo from a telephone stands upright and small, and opens whole", async () => {
  const id = await opens(device, "Evening", []);
  const photo = turned(await paint(device.page, { width: 2400, height: 1600, type: "image/jpeg" }), WHERE);
  await device.page
    .locator("#answer input[type=file]")
    .setInputFiles({ name: "beach.jpg", mimeType: "image/jpeg", buffer: photo });
  await device.reply().fill("Look at this.");
  await device.page.locator("#answer").getByText("beach.jpg").waitFor();
  await device.press("Send");
  await device.arrived("Look at this.");
  const picture = shown(device, "beach.jpg");
  await expect.poll(() => loaded(picture)).toMatch(/width=320$/);
  const box = await picture.boundingBox();
  expect([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)]).toEqual([213, 320]);
  const [answer] = await ask(server, ana, [["Item/get", { accountId: space, ids: null }, "0"]]);
  const items = answer?.[1]["list"] as Array<{ parentId: string | null; blobs: Array<Record<string, unknown>> }>;
  const file = items.find(({ parentId }) => parentId === id)?.blobs[0];
  expect(file).toMatchObject({ width: 1600, height: 2400, size: photo.length });

  await picture.click();
  await expect.poll(() => isSeen(whole(device, "beach.jpg"))).toBe(true);
  const seen = await whole(device, "beach.jpg").evaluate((img: HTMLImageElement) => img.currentSrc);
  expect(seen).toMatch(/width=(1280|2048)$/);
  const bytes = Buffer.from(await (await device.context.request.get(seen)).body());
  expect(bytes.includes(WHERE)).toBe(false);
  await device.picture("picture-whole");
  await device.isAccessible();
  const save = dialog(device).getByRole("link", { name: "Download beach.jpg" });
  const kept = await device.context.request.get((await save.getAttribute("href")) as string);
  expect(Buffer.compare(Buffer.from(await kept.body()), photo)).toBe(0);
  await device.page.keyboard.press("Escape");
  await dialog(device).waitFor({ state: "detached" });
  await expect.poll(() => picture.evaluate((link) => link === document.activeElement)).toBe(true);
});

it("nothing jumps when a picture comes", async () => {
  const slow = await Device.open(browser, server);
  await slow.signsIn(ana.email);
  const bytes = await paint(slow.page, { width: 1800, height: 1200, type: "image/jpeg", mood: 1 });
  let go = () => {};
  const held = new Promise<void>((done) => (go = done));
  await slow.page.route(/width=/, async (route) => {
    await held;
    await route.continue();
  });
  await opens(slow, "Slow", [await uploaded(bytes, "hills.jpg", "image/jpeg", { width: 1800, height: 1200 })]);
  const picture = shown(slow, "hills.jpg");
  const before = await picture.boundingBox();
  go();
  await expect.poll(() => loaded(picture)).toMatch(/width=/);
  expect(await picture.boundingBox()).toEqual(before);
  await slow.close();
});

it("several are gone through by keys, and what moves moves when it is opened", async () => {
  const hills = await paint(device.page, { width: 1800, height: 1200, type: "image/jpeg", mood: 1 });
  const dusk = await paint(device.page, { width: 900, height: 1200, type: "image/webp", mood: 2 });
  await opens(device, "Three days", [
    await uploaded(hills, "hills.jpg", "image/jpeg", { width: 1800, height: 1200 }),
    await uploaded(dusk, "dusk.webp", "image/webp"),
    await uploaded(MOVES, "waves.gif", "image/gif", { width: 1, height: 1 }),
    await uploaded(Buffer.from("words"), "notes.txt", "text/plain"),
  ]);
  await expect.poll(() => loaded(shown(device, "dusk.webp"))).toMatch(/width=640$/);
  await expect.poll(() => loaded(shown(device, "hills.jpg"))).toMatch(/width=640$/);
  await device.picture("pictures-light");
  await device.isAccessible();
  expect(await shown(device, "waves.gif").textContent()).toBe("GIF");
  await shown(device, "hills.jpg").click();
  await dialog(device).getByText("1 of 3").waitFor();
  await device.page.keyboard.press("ArrowLeft");
  await device.page.keyboard.press("ArrowRight");
  await dialog(device).getByText("2 of 3").waitFor();
  await dialog(device).getByRole("button", { name: "Next picture" }).click();
  await expect.poll(() => isSeen(whole(device, "waves.gif"))).toBe(true);
  const url = await whole(device, "waves.gif").evaluate((img: HTMLImageElement) => img.currentSrc);
  expect(new URL(url).searchParams.get("width")).toBeNull();
  await device.page.keyboard.press("ArrowRight");
  await dialog(device).getByText("3 of 3").waitFor();
  await device.page.keyboard.press("Escape");
  await dialog(device).waitFor({ state: "detached" });
});

it("what can't be shown is a quiet place with its name", async () => {
  const evil = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>window.hit = 1</script></svg>`);
  await opens(device, "Broken", [
    await uploaded(evil, "broken.png", "image/png", { width: 1000, height: 800 }),
    await uploaded(evil, "drawing.svg", "image/svg+xml", { width: 1000, height: 800 }),
  ]);
  await shown(device, "broken.png").getByText("broken.png").waitFor();
  expect(await shown(device, "broken.png").locator("img").count()).toBe(0);
  await device.page.getByRole("link", { name: /drawing.svg .*byte/ }).waitFor();
  expect(await device.page.locator("main article img").count()).toBe(0);
  await shown(device, "broken.png").click();
  await dialog(device).getByText("broken.png").nth(1).waitFor();
  await device.page.keyboard.press("Escape");
  await dialog(device).waitFor({ state: "detached" });
  expect(await device.page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
});

it("without a network what was seen is there, and the rest waits for it", async () => {
  const away = await Device.open(browser, server, { worker: true });
  await away.signsIn(ana.email);
  const [one, two] = await Promise.all(
    ([0, 2] as const).map((mood) => paint(away.page, { width: 1500, height: 1000, type: "image/jpeg", mood })),
  );
  const sides = { width: 1500, height: 1000 };
  const unseen = await send(server, ana, space, {
    kind: "topic",
    title: "Unseen",
    blobs: [await uploaded(two as Buffer, "unseen.jpg", "image/jpeg", sides)],
  });
  const seen = await opens(away, "Seen", [await uploaded(one as Buffer, "seen.jpg", "image/jpeg", sides)]);
  await expect.poll(() => loaded(shown(away, "seen.jpg"))).toMatch(/width=/);
  await away.page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => away.page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await away.context.setOffline(true);
  await away.page.goto(`/s/${space}/t/${seen}`);
  await expect.poll(() => loaded(shown(away, "seen.jpg"))).toMatch(/width=/);
  await away.page.goto(`/s/${space}/t/${unseen}`);
  await shown(away, "unseen.jpg").getByText("unseen.jpg").waitFor();
  await away.picture("picture-offline");
  await away.isAccessible();
  await away.context.setOffline(false);
  await expect.poll(() => loaded(shown(away, "unseen.jpg")), { timeout: 60_000 }).toMatch(/width=/);
  await away.close();
});

it.each([
  ["dark", { scheme: "dark" }],
  ["phone", { width: 390, height: 844 }],
  ["phone-dark", { width: 390, height: 844, scheme: "dark" }],
] as const)("it looks right in %s", async (name, look) => {
  const other = await Device.open(browser, server, look);
  await other.signsIn(ana.email);
  const wide = await paint(other.page, { width: 2400, height: 1350, type: "image/jpeg" });
  const high = await paint(other.page, { width: 900, height: 1200, type: "image/png", mood: 2 });
  await opens(other, "Last evening", [
    await uploaded(wide, "A very long name of a photo from the last evening of the trip.jpg", "image/jpeg", {
      width: 2400,
      height: 1350,
    }),
    await uploaded(high, "dusk.png", "image/png", { width: 900, height: 1200 }),
    await uploaded(Buffer.from("no picture"), "broken.png", "image/png", { width: 900, height: 1200 }),
  ]);
  for (const picture of [shown(other, "dusk.png"), shown(other, "A very long name")]) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => loaded(picture)).toMatch(/width=/);
  }
  await shown(other, "broken.png").getByText("broken.png").waitFor();
  await other.picture(`pictures-${name}`);
  await other.fits();
  await other.isAccessible();
  await shown(other, "A very long name").click();
  await expect.poll(() => isSeen(whole(other, "A very long name"))).toBe(true);
  await other.picture(`picture-whole-${name}`);
  await other.fits();
  await other.isAccessible();
  await other.close();
});
