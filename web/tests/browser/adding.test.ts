// Somebody is to take part in a thread who can't read it, as two people see it: by joining its Space, or in a side
// conversation with chosen posts.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let people: Record<"ana" | "bo" | "kofi" | "yuki", TestPerson>;
let release: string;
let root: string;
let reply: string;
let ana: Device;
let bo: Device;
let kofi: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  people = {
    ana: await server.person("Ana Ribeiro", "admin"),
    bo: await server.person("Bo Lindqvist"),
    kofi: await server.person("Kofi Mensah"),
    yuki: await server.person("Yuki Tanaka"),
  };
  const flags = ["--member", people.ana.email, "--member", people.bo.email];
  release = String((await server.order("space", "add", "--name", "Release 4.2", ...flags))["spaceId"]);
  const text = `Ask [@Bo Lindqvist](mw:${people.bo.id}) about the *fraud* score.`;
  const topic = { kind: "topic", title: "Do we need the postcode?", text, mentions: [people.bo.id] };
  root = await send(server, people.ana, release, topic);
  reply = await send(server, people.bo, release, { kind: "post", parentId: root, text: "In Japan we do." });
  await send(server, people.bo, release, { kind: "post", parentId: root, text: "Kofi must not see this." });
  const open = async (person: TestPerson, look = {}) => {
    const device = await Device.open(browser, server, look);
    await device.joins(person.link);
    await device.undoes(0);
    return device;
  };
  [ana, bo] = [await open(people.ana), await open(people.bo)];
  kofi = await open(people.kofi, { width: 390, height: 844, scheme: "dark" });
});

picturesOfFailures(() => ({ ana, bo, kofi }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const dialog = (device: Device) => device.page.getByRole("dialog", { name: "Add someone" });
const adds = async (device: Device, ...typed: string[]) => {
  await device.page.goto(`/s/${release}/t/${root}`);
  await device.letter("In Japan we do.").waitFor();
  await device.page.getByRole("button", { name: /Add someone/ }).click();
  for (const [i, name] of typed.entries()) {
    if (i > 0) await dialog(device).getByRole("button", { name: "One more person" }).click();
    await dialog(device).getByRole("combobox", { name: "Whom" }).fill(name);
    await dialog(device).getByRole("option").first().click();
  }
};
const spacesOf = async (person: TestPerson) => {
  const [got] = await ask(server, person, [["Membership/get", { accountId: person.id, ids: null }, "0"]]);
  return (got?.[1]["list"] as Array<{ id: string; kind: string; persons: string[] }>) ?? [];
};

it("who may add nobody begins a side conversation, in which the other reads the chosen posts and no others", async () => {
  await adds(bo, "kofi");
  await dialog(bo).getByText("Only admins add people to “Release 4.2”: Ana Ribeiro.").waitFor();
  await dialog(bo)
    .getByRole("checkbox", { name: /In Japan we do/ })
    .check();
  await dialog(bo).getByRole("textbox", { name: "What you want to say about it" }).fill("What does Ghana do?");
  await bo.isAccessible();
  await bo.picture("add-side");
  await dialog(bo).getByRole("button", { name: "Begin" }).click();
  await bo.page.getByRole("heading", { name: "Do we need the postcode?", level: 1 }).waitFor();
  await bo.letter("What does Ghana do?").waitFor();
  // The conversation is called by the other's name.
  await bo.page.getByRole("link", { name: "Kofi Mensah" }).first().waitFor();
  await bo.page.getByText("Nobody but Kofi Mensah and you can read it.").waitFor();
  await bo.isAccessible();
  await bo.picture("side");

  await kofi.page.goto("/spaces");
  await kofi.page.getByRole("link", { name: "Bo Lindqvist" }).first().click();
  await kofi.page.getByRole("link", { name: /Do we need the postcode/ }).click();
  const letter = kofi.letter("What does Ghana do?");
  await letter.getByText("In Japan we do.").waitFor();
  await letter.getByText("Ask @Bo Lindqvist about the fraud score.").waitFor();
  expect(await kofi.page.getByText("Kofi must not see this.").count()).toBe(0);
  await kofi.isAccessible();
  await kofi.fits();
  await kofi.picture("side.phone-dark");
  await kofi.reply().fill("We leave it out.");
  await kofi.press("Send");
  await bo.letter("We leave it out.").waitFor();
  // The way back: for Bo to the post, for Kofi to nothing.
  const back = `/s/${release}/t/${root}/${reply}`;
  expect(await letter.getByRole("link").last().getAttribute("href")).toBe(back);
  await letter.getByRole("link").last().click();
  await kofi.page.getByText("or it is not open to you", { exact: false }).waitFor();
  await bo.letter("What does Ghana do?").getByRole("link").last().click();
  await bo.page.locator(`[id="${reply}"][data-marked]`).waitFor();
});

it("a second time it is the same conversation, and with a third person it is another one", async () => {
  await adds(bo, "kofi");
  await dialog(bo).getByRole("button", { name: "Begin" }).click();
  await bo.page.getByRole("heading", { name: "Do we need the postcode?", level: 1 }).waitFor();
  await bo.page.waitForURL(/\/s\/d/);
  await adds(bo, "yuki", "kofi");
  await dialog(bo).getByText("only you, Yuki Tanaka and Kofi Mensah can read", { exact: false }).waitFor();
  await dialog(bo).getByRole("button", { name: "Begin" }).click();
  await bo.page.getByRole("link", { name: "Kofi Mensah, Yuki Tanaka" }).first().waitFor();
  const direct = async () => (await spacesOf(people.bo)).filter(({ kind }) => kind === "direct");
  // It is made when what was said leaves.
  await expect.poll(async () => (await direct()).map(({ persons }) => persons.length).toSorted()).toEqual([2, 3]);
});

it("an admin takes somebody into the Space, who then reads the thread from its beginning", async () => {
  await adds(ana, "kofi");
  await dialog(ana).getByText("everything in “Release 4.2” from its beginning", { exact: false }).waitFor();
  await ana.isAccessible();
  await ana.picture("add-join");
  await dialog(ana).getByRole("button", { name: "Add", exact: true }).click();
  await dialog(ana).getByText("Kofi Mensah is in “Release 4.2” now and can read this thread.").waitFor();
  await dialog(ana).getByRole("button", { name: "Close" }).last().click();
  await dialog(ana).waitFor({ state: "detached" });
  await kofi.page.goto(`/s/${release}/t/${root}`);
  await kofi.letter("In Japan we do.").waitFor();
  // Who is there already needs not be added, and can still be talked to aside.
  await adds(ana, "kofi");
  await dialog(ana).getByText("Kofi Mensah is in “Release 4.2” and can read this thread.").waitFor();
  await dialog(ana).getByRole("button", { name: "Choose all 3" }).click();
  expect(await dialog(ana).getByRole("checkbox", { checked: true }).count()).toBe(3);
  await dialog(ana).getByRole("button", { name: "Begin" }).waitFor();
});
