// Threads that go elsewhere, as two people see it: moved to another Space, split, merged. It is said before who will read
// it, and old links lead to where it is.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let people: Record<"ana" | "bo" | "kofi", TestPerson>;
let inbox: string;
let release: string;
let ana: Device;
let bo: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  people = {
    ana: await server.person("Ana Ribeiro", "admin"),
    bo: await server.person("Bo Lindqvist"),
    kofi: await server.person("Kofi Mensah"),
  };
  const space = async (name: string, ...members: TestPerson[]) => {
    const flags = members.flatMap(({ email }) => ["--member", email]);
    return String((await server.order("space", "add", "--name", name, ...flags))["spaceId"]);
  };
  inbox = await space("Inbox", people.ana, people.bo, people.kofi);
  release = await space("Release 4.2", people.ana, people.bo);
  ana = await Device.open(browser, server);
  await ana.joins(people.ana.link);
  bo = await Device.open(browser, server);
  await bo.joins(people.bo.link);
});

picturesOfFailures(() => ({ ana, bo }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A thread in the inbox, with what is said below it. */
async function thread(title: string, ...words: string[]): Promise<{ root: string; posts: string[] }> {
  const root = await send(server, people.ana, inbox, { kind: "topic", title, text: `${title}, to begin with.` });
  const posts: string[] = [];
  for (const text of words) posts.push(await send(server, people.bo, inbox, { kind: "post", parentId: root, text }));
  return { root, posts };
}

const goes = async (device: Device, path: string, title: string) => {
  await device.page.goto(path);
  await device.page.getByRole("heading", { name: title, level: 1 }).waitFor();
};
const dialog = (device: Device) => device.page.getByRole("dialog");
const chooses = async (device: Device, label: string, typed: string, name: RegExp) => {
  await dialog(device).getByRole("combobox", { name: label }).fill(typed);
  await dialog(device).getByRole("option", { name }).click();
};
const opensMenu = async (device: Device, entry: RegExp) => {
  await device.page.getByRole("button", { name: "More for this thread" }).click();
  await device.page.getByRole("menuitem", { name: entry }).click();
};

it("a thread is moved: who gains and who loses it is said, all of it goes along, and the old link leads there", async () => {
  const { root, posts } = await thread("The build is red", "Since when?", "Since noon.");
  await goes(bo, `/s/${inbox}/t/${root}`, "The build is red");
  await bo.reply().fill("Half a thought of mine");
  await goes(ana, `/s/${inbox}/t/${root}`, "The build is red");
  await opensMenu(ana, /Move to another Space/);
  await ana.isAccessible();
  await chooses(ana, "Where to", "rel", /Release 4.2/);
  await dialog(ana).getByText("From then on 2 people in “Release 4.2” can read it.").waitFor();
  await dialog(ana).getByText("Sees it no longer: Kofi Mensah.").waitFor();
  await ana.isAccessible();
  await ana.picture("move");
  await dialog(ana).getByRole("button", { name: "Move", exact: true }).click();
  await ana.page.waitForURL(`**/s/${release}/t/${root}`);
  await ana.page.getByText("This was in “Inbox” before.").waitFor();
  await ana.letter("Since noon.").waitFor();
  await ana.isAccessible();
  await ana.picture("moved");
  // Bo was reading and writing there: he is led along, and what he has begun to write comes with him.
  await bo.page.waitForURL(`**/s/${release}/t/${root}`);
  await expect.poll(() => bo.written()).toBe("Half a thought of mine");
  await bo.reply().fill("");
  // An old link to a post leads to that post.
  await bo.page.goto("about:blank");
  await bo.page.goto(`/s/${inbox}/t/${root}/${posts[1]}`);
  await bo.page.waitForURL(`**/s/${release}/t/${root}/${posts[1]}`);
  await bo.page.locator(`[id="${posts[1]}"][data-marked]`).waitFor();
  await bo.page.getByText("This was in “Inbox” before.").waitFor();
  await bo.page.goto(`/s/${inbox}/i/${posts[0]}`);
  await bo.page.waitForURL(`**/s/${release}/t/${root}/${posts[0]}`);
  // Kofi may not know where it is.
  const kofi = await Device.open(browser, server);
  await kofi.joins(people.kofi.link);
  await kofi.page.goto(`/s/${inbox}/t/${root}`);
  await kofi.page.getByText("or it is not open to you", { exact: false }).waitFor();
  await kofi.close();
});

it("what wandered off is split off with all that follows it, and the thread that it was in stays", async () => {
  const { root, posts } = await thread("Lunch", "Pizza.", "By the way, the printer burns.", "It is out now.");
  await goes(ana, `/s/${inbox}/t/${root}`, "Lunch");
  await ana.letter("the printer burns").hover();
  await ana.letter("the printer burns").getByRole("button", { name: "More" }).click();
  await ana.page.getByRole("menuitem", { name: /Split off from here/ }).click();
  await dialog(ana).getByRole("textbox", { name: "Title of the new thread" }).fill("The printer");
  await dialog(ana).getByText("It stays in “Inbox”: 3 people can read it, as now.").waitFor();
  await ana.isAccessible();
  await ana.picture("split");
  await dialog(ana).getByRole("button", { name: "Split off", exact: true }).click();
  await ana.page.getByRole("heading", { name: "The printer", level: 1 }).waitFor();
  await ana.letter("It is out now.").waitFor();
  await ana.page.getByText("This was in another thread before.").waitFor();
  // The old link to the post, on the other's device.
  await bo.page.goto(`/s/${inbox}/t/${root}/${posts[1]}`);
  await bo.page.getByRole("heading", { name: "The printer", level: 1 }).waitFor();
  await goes(bo, `/s/${inbox}/t/${root}`, "Lunch");
  await bo.letter("Pizza.").waitFor();
  expect(await bo.letter("the printer burns").count()).toBe(0);
});

it("a part of a thread goes to another Space, alone or with what follows it", async () => {
  const { root } = await thread("Weekly", "One.", "Two.", "Three.", "Four.");
  for (const [words, what, title] of [
    ["Four.", null, "Only four"],
    ["Two.", /all 2 replies|the reply after it/, "Two and three"],
  ] as const) {
    await goes(ana, `/s/${inbox}/t/${root}`, "Weekly");
    await ana.letter(words).hover();
    await ana.letter(words).getByRole("button", { name: "More" }).click();
    await ana.page.getByRole("menuitem", { name: /Split off from here/ }).click();
    await dialog(ana).getByRole("textbox", { name: "Title of the new thread" }).fill(title);
    if (what) await dialog(ana).getByRole("radio", { name: what }).check();
    await dialog(ana).getByRole("button", { name: "Take Inbox off" }).click();
    await chooses(ana, "Where to", "4.2", /Release/);
    await dialog(ana).getByText("Sees it no longer: Kofi Mensah.").waitFor();
    await dialog(ana).getByRole("button", { name: "Split off", exact: true }).click();
    await ana.page.getByRole("heading", { name: title, level: 1 }).waitFor();
    expect(ana.page.url()).toContain(`/s/${release}/`);
  }
  await ana.letter("Three.").waitFor();
  await goes(bo, `/s/${inbox}/t/${root}`, "Weekly");
  await bo.letter("One.").waitFor();
  expect(await bo.page.getByRole("article").count()).toBe(2);
});

it("two threads of one matter become one, which is chosen by typing", async () => {
  const first = await thread("The pump leaks", "Which one?");
  const second = await thread("Water below the pump", "The blue one.");
  await goes(bo, `/s/${inbox}/t/${second.root}`, "Water below the pump");
  await goes(ana, `/s/${inbox}/t/${second.root}`, "Water below the pump");
  await opensMenu(ana, /Merge into another thread/);
  await chooses(ana, "Into which thread", "pumple", /The pump leaks/);
  await dialog(ana).getByText("Its 2 posts become a part of the other thread").waitFor();
  await ana.isAccessible();
  await ana.picture("merge");
  await dialog(ana).getByRole("button", { name: "Merge", exact: true }).click();
  await ana.page.waitForURL(`**/t/${first.root}`);
  await ana.letter("The blue one.").waitFor();
  await ana.letter("Water below the pump, to begin with.").waitFor();
  await bo.page.getByRole("heading", { name: "The pump leaks", level: 1 }).waitFor();
  await bo.page.getByText("This was in another thread before.").waitFor();
  await bo.page.goto(`/s/${inbox}/t/${second.root}/${second.posts[0]}`);
  await bo.page.waitForURL(`**/t/${first.root}/${second.posts[0]}`);
});

it("of a long thread it is told how far it is, and who may not move it is not offered to", async () => {
  const { root } = await thread("Long");
  for (let i = 0; i < 120; i++)
    await send(server, people.bo, inbox, { kind: "post", parentId: root, text: `No. ${i}` });
  await goes(bo, `/s/${inbox}/t/${root}`, "Long");
  await bo.letter("No. 119").waitFor();
  expect(await bo.page.getByRole("button", { name: "More for this thread" }).count()).toBe(0);
  await goes(ana, `/s/${inbox}/t/${root}`, "Long");
  await ana.letter("No. 119").waitFor();
  // The end is held back, so that there is something to see.
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await ana.page.route("**/jmap/api", async (route) => {
    if (/"Move\/(changes|get)"/.test(route.request().postData() ?? "")) await held;
    await route.continue();
  });
  await opensMenu(ana, /Move to another Space/);
  await chooses(ana, "Where to", "rel", /Release 4.2/);
  await dialog(ana).getByRole("button", { name: "Move", exact: true }).click();
  await dialog(ana).getByRole("progressbar").waitFor();
  await dialog(ana)
    .getByText(/of 121 are there/)
    .waitFor();
  await ana.isAccessible();
  await ana.picture("move-progress");
  go();
  await ana.page.waitForURL(`**/s/${release}/t/${root}`);
  await ana.page.unroute("**/jmap/api");
  await ana.letter("No. 119").waitFor();
});
