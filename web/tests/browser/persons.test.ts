// A person's page as its owner, a colleague and a guest see it, pictures everywhere, and conversations that begin from a
// name.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send, works } from "../support/ask";
import { Device, launch, type Look, picturesOfFailures } from "../support/browser";
import { Visit } from "../support/gallery";
import { Server, type TestPerson } from "../support/server";

const WIDE = { name: "wide", width: 1360, height: 900 };
const PHONE = { name: "phone", width: 390, height: 844, language: "de-DE" };

let browser: Browser;
let server: Server;
let people: Record<"ana" | "yuki" | "kofi" | "gil", TestPerson>;
let release: string;
let root: string;
let ana: Device;
let yuki: Device;

const open = async (person: TestPerson, look: Look = {}) => {
  const device = await Device.open(browser, server, look);
  await device.joins(person.link);
  return device;
};

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  people = {
    ana: await server.person("Ana Ribeiro", "admin"),
    yuki: await server.person("Yuki Tanaka"),
    kofi: await server.person("Kofi Mensah"),
    gil: await server.person("Gil Guerra", "guest"),
  };
  const flags = Object.values(people).flatMap(({ email }) => ["--member", email]);
  release = String((await server.order("space", "add", "--name", "Release 4.2", ...flags))["spaceId"]);
  await works(server, people.ana, { zone: "Europe/Lisbon" });
  const hours = ["mo", "tu", "we", "th"].map((weekday) => ({ weekday, spans: [{ from: "10:00", to: "18:00" }] }));
  const off = { from: "2027-12-27", to: "2028-01-04", note: "New year with my parents", coveredBy: people.kofi.id };
  await works(server, people.yuki, { zone: "Asia/Tokyo", hours, timeOff: [off] });
  root = await send(server, people.yuki, release, {
    kind: "topic",
    title: "What goes into the notes",
    text: `A first list is below. [@Ana Ribeiro](mw:${people.ana.id}), is it whole?`,
    mentions: [people.ana.id],
  });
  [ana, yuki] = [await open(people.ana, { worker: true }), await open(people.yuki)];
  await ana.undoes(0);
});

picturesOfFailures(() => ({ ana, yuki }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A picture that is wider than high, as a camera gives it. */
async function portrait(device: Device): Promise<Buffer> {
  const url = await device.page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [900, 600];
    const draw = canvas.getContext("2d") as CanvasRenderingContext2D;
    const sky = draw.createLinearGradient(0, 0, 900, 600);
    sky.addColorStop(0, "#7fa7c9");
    sky.addColorStop(1, "#e8c9a0");
    draw.fillStyle = sky;
    draw.fillRect(0, 0, 900, 600);
    const oval = (colour: string, x: number, y: number, width: number, height: number) => {
      draw.fillStyle = colour;
      draw.beginPath();
      draw.ellipse(x, y, width, height, 0, 0, 7);
      draw.fill();
    };
    oval("#2b2433", 520, 260, 130, 150);
    oval("#d9a585", 520, 290, 95, 120);
    oval("#35566b", 520, 640, 230, 220);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

const you = (device: Device) => device.page.getByRole("region", { name: "About you" });

it("somebody says who she is: a picture that is cut here, how the name is said, languages, how to work together", async () => {
  const { page } = yuki;
  await page.goto("/settings");
  const file = you(yuki).locator('input[type="file"]');
  const script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from(script) });
  await page.getByText("me.png is no picture that this browser can read. Take a PNG, JPEG or WebP.").waitFor();
  await file.evaluate((input: HTMLInputElement) => {
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(48_000_000)], "me.jpg", { type: "image/jpeg" }));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.getByText("me.jpg has 48 MB; take one of at most 40 MB.").waitFor();

  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: await portrait(yuki) });
  const crop = page.getByRole("dialog", { name: "The part that is shown" });
  await crop.getByRole("slider", { name: "Closer" }).fill("1.6");
  await crop.getByRole("group").focus();
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowDown"]) await page.keyboard.press(key);
  await new Visit(yuki, WIDE).shows("person-crop");
  await crop.getByRole("button", { name: "Use this part" }).click();
  await page.getByText("This is your picture now.").waitFor();
  await expect
    .poll(() =>
      you(yuki)
        .locator("img")
        .evaluate((img: HTMLImageElement) => img.naturalWidth),
    )
    .toBe(320);

  const writes = async (label: string, text: string) => {
    await page.getByRole("textbox", { name: label }).fill(text);
    await you(yuki).getByRole("button", { name: "Save" }).click();
    await you(yuki).getByText("Saved").last().waitFor();
  };
  await writes("How your name is said", "YOO-kee");
  await page.getByRole("textbox", { name: "Working with you" }).fill("é".repeat(2100));
  await you(yuki).getByRole("button", { name: "Save" }).click();
  await page.getByText(/104 characters too many/).waitFor();
  await writes(
    "Working with you",
    "I read **twice a day**. Send me:\n\n- one question at a time\n- a date, if there is one",
  );
  await you(yuki).getByRole("button", { name: "Add a language" }).click();
  await page.getByRole("combobox", { name: "Add a language" }).fill("japan");
  await page.keyboard.press("Enter");
  await you(yuki).getByRole("button", { name: "Take out Japanese" }).waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await new Visit(yuki, WIDE).shows("person-settings");
  await page.getByRole("link", { name: "See your page as others do" }).click();
  await page.getByRole("heading", { name: /Yuki Tanaka/ }).waitFor();
  await page.getByText("one question at a time").waitFor();
  await new Visit(yuki, WIDE).shows("person-own");
});

it("her name leads to her page, which says when what one writes arrives, and nothing of what she does", async () => {
  const { page } = ana;
  await page.goto(`/s/${release}/t/${root}`);
  await ana.letter("A first list is below").getByRole("link", { name: "Yuki Tanaka" }).click();
  await page.getByRole("heading", { name: "Yuki Tanaka say YOO-kee" }).waitFor();
  await page.getByText("Member", { exact: true }).waitFor();
  await page.getByText(/^\d\d:\d\d in Tokyo$/).waitFor();
  await page.getByText("Japanese", { exact: true }).waitFor();
  await page.getByText(/^What you write now reaches Yuki Tanaka /).waitFor();
  await page.getByText("Monday to Thursday 10:00 to 18:00, by the clock of Tokyo.").waitFor();
  const aside = page.getByRole("complementary");
  await aside.getByText("New year with my parents").waitFor();
  await aside.getByText("Covered by Kofi Mensah").waitFor();
  await aside.getByRole("link", { name: "Release 4.2" }).waitFor();
  await expect.poll(() => page.locator("h1 img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  const whole = await page.locator("#main").innerText();
  expect(whole).not.toMatch(/last seen|online|active|posts|yesterday|ago/i);
  await new Visit(ana, WIDE).shows("person-other");
  // A name in what is said leads on too.
  await page.goBack();
  await ana.letter("A first list").waitFor();
  await ana.picture("person-named.wide");
  await ana.letter("A first list").getByRole("link", { name: "@Ana Ribeiro" }).click();
  await page.getByRole("link", { name: "Change this" }).waitFor();

  const phone = await Device.open(browser, server, PHONE);
  await phone.signsIn(people.ana.email);
  await phone.page.goto(`/p/${people.yuki.id}`);
  await phone.page.getByText("Montag bis Donnerstag 10:00 bis 18:00, nach der Uhr von Tokyo.").waitFor();
  await expect.poll(() => phone.page.locator("h1 img").count()).toBe(1);
  await new Visit(phone, PHONE).shows("person-other");
  await phone.close();
});

it("a guest sees the name, the picture and where they meet, and no hours", async () => {
  const gil = await open(people.gil);
  await gil.page.goto(`/s/${release}/t/${root}`);
  await gil.letter("A first list").getByRole("link", { name: "Yuki Tanaka" }).click();
  await gil.page.getByRole("heading", { name: "Yuki Tanaka" }).waitFor();
  await gil.page.getByRole("link", { name: "Release 4.2" }).last().waitFor();
  await expect.poll(() => gil.page.locator("h1 img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  const whole = await gil.page.locator("#main").innerText();
  expect(whole).not.toMatch(/Tokyo|reaches|Japanese|Write to|parents|YOO/);
  await new Visit(gil, WIDE).shows("person-guest");
  await gil.page.goto(`/p/${people.kofi.id.slice(0, -1)}x`);
  await gil.page.getByRole("heading", { name: "Nobody is known here by this address" }).waitFor();
  await gil.page.goto("/to");
  await gil.page.getByText("Guests begin no conversations").waitFor();
  await gil.close();
});

it("Ctrl+K, a few letters and Enter begin a conversation without a network, with the picture that was seen", async () => {
  const { page, context } = ana;
  await page.goto(`/p/${people.yuki.id}`);
  await expect.poll(() => page.locator("h1 img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // All parts are on the device.
  await expect
    .poll(() =>
      page.evaluate(async () =>
        Boolean(await caches.match("/assets/" + [...document.scripts].map((s) => s.src.split("/").pop())[0])),
      ),
    )
    .toBe(true);
  await page.getByRole("link", { name: "Write to Yuki Tanaka" }).click();
  await page.getByRole("heading", { name: "Write to Yuki Tanaka" }).waitFor();
  await context.setOffline(true);
  await page.goto("/");
  await page.getByRole("heading", { name: "Nobody waits for you" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("yuk");
  await page.getByRole("option", { selected: true, name: /Write to Yuki Tanaka/ }).waitFor();
  await new Visit(ana, WIDE).shows("conversation-palette");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Write to Yuki Tanaka" }).waitFor();
  await page.getByRole("textbox", { name: "Title" }).fill("Lunch in Lisbon?");
  await page.getByRole("textbox", { name: "What you have to say" }).fill("When you are here in spring.");
  await new Visit(ana, WIDE).shows("conversation-write");
  await ana.press("Send");
  await page.getByRole("heading", { name: "Lunch in Lisbon?" }).waitFor();
  await page.goto(`/p/${people.yuki.id}`);
  await expect.poll(() => page.locator("h1 img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  await context.setOffline(false);
  await yuki.page.goto("/spaces");
  await yuki.page.getByRole("main").getByRole("link", { name: "Ana Ribeiro" }).click();
  await yuki.page.getByRole("link", { name: /Lunch in Lisbon/ }).click();
  await yuki.letter("When you are here in spring.").waitFor();
});

it("a conversation with several begins from the list of Spaces, and is one however often it begins", async () => {
  const { page } = yuki;
  const begins = async () => {
    await page.goto("/spaces");
    await page.getByRole("main").getByRole("link", { name: "New conversation" }).click();
    for (const typed of ["kofi", "ana"]) {
      await page.getByRole("combobox").fill(typed);
      await page.keyboard.press("Enter");
    }
  };
  await begins();
  await page.getByRole("combobox").fill("nobody at all");
  await page.getByText("Nobody here is called that.").waitFor();
  await page.getByRole("combobox").fill("");
  await new Visit(yuki, WIDE).shows("conversation-new");
  await yuki.press("Write to them");
  await page.getByRole("heading", { name: "Write to Ana Ribeiro, Kofi Mensah" }).waitFor();
  const first = page.url();
  await begins();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Write to Ana Ribeiro, Kofi Mensah" }).waitFor();
  expect(page.url()).toBe(first);
  const [spaces] = await ask(server, people.kofi, [["Membership/get", { accountId: people.kofi.id, ids: null }, "0"]]);
  const names = ((spaces?.[1]["list"] ?? []) as Array<{ kind: string }>).map(({ kind }) => kind);
  expect(names).not.toContain("direct");
});

it("no page complains, and nothing is asked of anybody else", () => {
  for (const device of [ana, yuki]) {
    expect(device.strangers).toEqual([]);
    expect(device.complaints.filter((one) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(one))).toEqual(
      [],
    );
  }
});
