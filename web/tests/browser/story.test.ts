// Two people in two browsers, one of them offline, and nothing lost.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server } from "../support/server";

let browser: Browser;
let server: Server;
let ana: Device;
let bo: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
});

picturesOfFailures(() => ({ ana, bo }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const send = async (device: Device) => device.page.getByRole("button", { name: "Send", exact: true }).click();
const post = (device: Device, words: string) => device.page.getByRole("listitem").filter({ hasText: words }).last();
const settled = (device: Device, words: string) =>
  post(device, words).getByRole("group", { name: "Actions" }).waitFor({ state: "attached" });

/** What a reader sees of the thread on the screen: author and words, in order. */
const letters = (device: Device) =>
  device.page.locator("main ol > li article").evaluateAll((articles) =>
    articles.map((article) => {
      const author = article.querySelector("header b")?.textContent ?? "";
      const words = article.querySelector("header + div")?.textContent?.trim() ?? "";
      return `${author}: ${words}`;
    }),
  );

it("the first one comes in by the link that the server printed, and is its admin", async () => {
  ana = await Device.open(browser, server);
  await ana.joins(server.firstLink ?? "", { name: "Ana Ribeiro", email: "ana@example.org" });
  await ana.page.getByRole("heading", { name: "Everyone", level: 1 }).waitFor();
  await ana.page.getByRole("link", { name: /Ask for an answer/ }).waitFor();
  await ana.picture("begin");
  await ana.isAccessible();
  await ana.page.getByRole("link", { name: /Say it once/ }).click();
  await ana.arrived("there is time to think");
  await ana.reply().fill("Tried.");
  await ana.press("Send");
  await ana.page.getByText("Leaves in").waitFor();
  await ana.page.getByRole("link", { name: "Everyone" }).first().click();
  await ana.press("Remove them");
  await ana.page.getByText("Nothing is written here yet").waitFor();
  expect(ana.page.url()).not.toContain("#");
});

it("she invites somebody by name, without mail, and he comes in by the link", async () => {
  await ana.page.goto("/settings/people");
  await ana.page.getByRole("link", { name: "Invite people" }).click();
  await ana.page.getByLabel("Who").fill("Bo Lindqvist");
  await ana.page.getByRole("button", { name: /invitation/i }).click();
  await ana.page
    .getByText(/\/join#/)
    .or(ana.page.locator('input[value*="/join#"]'))
    .first()
    .waitFor();
  const shown = await ana.page.locator("main").evaluate((main) => {
    const fields = [...main.querySelectorAll("input")].map((field) => field.value);
    return [main.textContent ?? "", ...fields].join(" ");
  });
  const address = /https?:\/\/[^\s#]+\/join#\w+/.exec(shown)?.[0] ?? "";
  bo = await Device.open(browser, server, { zone: "Asia/Tokyo" });
  await bo.joins(address, { email: "bo@example.org" });
  // The app says once in which zone his hours are.
  const { username, workspaceAccountId: accountId } = await bo.session();
  const zone = async () => {
    const [got] = await bo.asks([["Person/get", { accountId, ids: [username] }, "0"]]);
    return ((got?.[1]["list"] ?? []) as Array<{ rhythm: { zone: string } | null }>)[0]?.rhythm?.zone;
  };
  await expect.poll(zone, { timeout: 20_000 }).toBe("Asia/Tokyo");
  await bo.page.getByRole("link", { name: "Everyone" }).click();
  await bo.page.getByRole("heading", { name: "Everyone", level: 1 }).waitFor();
});

it("she begins a thread, takes it back, and sends it after all", async () => {
  await ana.undoes(30);
  await ana.page.goto("/");
  await ana.page.getByRole("link", { name: "Write" }).first().click();
  await ana.page.getByLabel("Title").fill("Postcode at checkout");
  const text = ana.page.getByRole("textbox", { name: "What you have to say" });
  await ana.writes("The form asks for a **postcode** although only two partners check it.", text);
  await send(ana);
  await ana.page.getByText(/Leaves in \d+ seconds/).waitFor();
  await ana.page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => ana.written(text)).toMatch(/a (\*\*)?postcode\1? although/);
  expect(await ana.page.getByLabel("Title").inputValue()).toBe("Postcode at checkout");
  await ana.undoes(1);
  await expect.poll(() => bo.page.getByText("Postcode at checkout").count()).toBe(0);
  await send(ana);
  await settled(ana, "The form asks");
});

it("he sees it without loading the page, reacts and replies; she sees that", async () => {
  await bo.page.getByRole("link", { name: /Postcode at checkout/ }).click();
  await bo.page.getByRole("heading", { name: "Postcode at checkout" }).waitFor();
  await bo.undoes(1);
  await post(bo, "The form asks").hover();
  await post(bo, "The form asks").getByRole("button", { name: "React" }).click();
  await bo.page.getByRole("button", { name: "👍" }).click();
  await ana.page.getByRole("button", { name: /👍 from Bo/ }).waitFor();
  await bo.page
    .getByRole("textbox", { name: "Your reply" })
    .fill("For Japan it fills in the address, so people like typing it.");
  await send(bo);
  await ana.page.getByText("people like typing it").waitFor();
});

it("an edit shows to the other, and what it said before is kept", async () => {
  const mine = post(bo, "people like typing it");
  await settled(bo, "people like typing it");
  await mine.hover();
  await mine.getByRole("button", { name: "Edit" }).click();
  await bo.page.getByRole("textbox", { name: "Edit" }).fill("For Japan it fills in the whole address.");
  await bo.page.getByRole("button", { name: "Save" }).click();
  await ana.page.getByText("the whole address").waitFor();
  await post(ana, "the whole address").getByRole("button", { name: "edited" }).click();
  await ana.page.getByRole("dialog").getByText("people like typing it").waitFor();
  await ana.page.keyboard.press("Escape");
});

it("one is on a train, the server is killed and started again, and both end with the same threads", async () => {
  await bo.context.setOffline(true);
  await bo.page.getByText("You are offline").first().waitFor();
  for (const words of ["From the train, one.", "From the train, two."]) {
    await bo.page.getByRole("textbox", { name: "Your reply" }).fill(words);
    await send(bo);
    await post(bo, words).getByText("Leaves when you are online").waitFor();
  }
  await bo.page.getByText("2 things leave when you are online.").first().waitFor();
  await ana.page.getByRole("textbox", { name: "Your reply" }).fill("Meanwhile, at the desk.");
  await send(ana);
  await settled(ana, "Meanwhile, at the desk.");
  await server.kill();
  await ana.page.getByRole("textbox", { name: "Your reply" }).fill("Written while the server was down.");
  await send(ana);
  // Still on the train, he loads nothing new and loses nothing: another place and back.
  await bo.page.getByRole("link", { name: "Everyone" }).first().click();
  await bo.page.getByRole("link", { name: /Postcode at checkout/ }).click();
  await post(bo, "From the train, two.").waitFor();
  await server.restart();
  await bo.context.setOffline(false);
  for (const device of [ana, bo]) {
    for (const words of ["From the train, one.", "From the train, two.", "at the desk", "while the server was down"]) {
      await settled(device, words);
    }
  }
  await expect.poll(() => letters(bo)).toEqual(await letters(ana));
  const shown = await letters(ana);
  expect(shown.filter((letter) => letter.includes("From the train")).length).toBe(2);
  expect(new Set(shown).size).toBe(shown.length);
});

it("and what they see is what the server has, and no request went anywhere else", async () => {
  const space = new URL(ana.page.url()).pathname.split("/")[2] as string;
  const [answer] = await ana.asks([["Item/get", { accountId: space, ids: null }, "0"]]);
  const items = ((answer?.[1]["list"] ?? []) as Array<{ text: string; seq: number }>).toSorted((a, b) => a.seq - b.seq);
  const words = (await letters(ana)).map((letter) => letter.split(": ").slice(1).join(": "));
  expect(items.map((item) => item.text.replaceAll("*", ""))).toEqual(expect.arrayContaining(words));
  expect(items.length).toBe(words.length);
  expect([...ana.strangers, ...bo.strangers]).toEqual([]);
});
