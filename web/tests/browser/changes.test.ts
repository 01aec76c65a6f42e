// What a text was, and what it may become before it leaves: edits with what came and went, a question that is changed, and
// a draft that somebody is shown. Two people in two browsers.
import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { ask, atAnyHour, send, works } from "../support/ask";
import type { Device } from "../support/browser";
import type { Server, TestPerson } from "../support/server";
import { setTheStage, sitDown, strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let yuki: TestPerson;
let space: string;
let board: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo Lindqvist", "Yuki Tanaka");
  ({ browser, server } = stage);
  [ana, bo, yuki] = stage.people;
  space = await server.space("Release", ana, bo, yuki);
  // Bo is not in it.
  board = await server.space("Board", ana);
  for (const one of [ana, bo, yuki]) await works(server, one, atAnyHour());
  [hers, his] = await sitDown(browser, server, ana, bo);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

/** The parts of the Inbox: where one of them is empty, it leads to the others too. */
const parts = (device: Device) => device.page.getByRole("navigation", { name: "Which part of the Inbox" });

/** The words that came and those that went, as they are drawn; what a screen reader is told beside is left out. */
async function marked(within: Locator): Promise<{ came: string[]; went: string[] }> {
  await within.locator("ins, del").first().waitFor();
  const words = (mark: string) =>
    within.locator(mark).evaluateAll((all) =>
      all.map((one) => {
        const copy = one.cloneNode(true) as HTMLElement;
        copy.querySelectorAll("[data-spoken]").forEach((spoken) => spoken.remove());
        return copy.textContent.trim();
      }),
    );
  return { came: await words("ins"), went: await words("del") };
}

const question = (device: Device): Locator => device.page.getByRole("group", { name: "What is asked" }).first();

it("an edit says what it changes before it is saved, and each reads later what came and went, by whom and when", async () => {
  const text = "The desk is open from nine to five.\n\nWrite to us at any time.";
  const id = await send(server, ana, space, { kind: "topic", title: "The desk", text });
  await hers.reads(space, id, "The desk");
  const first = hers.page.getByRole("article").first();
  await first.hover();
  await first.getByRole("button", { name: "Edit" }).click();
  const editor = hers.page.getByRole("textbox", { name: "Edit", exact: true });
  await hers.writes(text.replace("nine", "**eight**"), editor);
  await hers.press("What changes");
  const region = hers.page.getByRole("region", { name: "What changes" });
  expect(await marked(region)).toEqual({ came: ["eight"], went: ["nine"] });
  await hers.isAccessible();
  await hers.page.emulateMedia({ colorScheme: "dark" });
  await hers.isAccessible();
  await hers.page.emulateMedia({ colorScheme: "light" });
  await hers.press("Save");
  const edited = first.getByRole("button", { name: "edited" });
  await edited.waitFor();
  const title = [["Item/set", { accountId: space, update: { [id]: { title: "The help desk" } } }, "0"]];
  await ask(server, ana, title);

  await his.reads(space, id, "The help desk");
  await his.page.getByRole("article").first().getByRole("button", { name: "edited" }).click();
  const dialog = his.page.getByRole("dialog", { name: "Earlier versions" });
  const changes = dialog.getByRole("listitem").filter({ has: his.page.getByText("Changed by Ana") });
  expect(await marked(changes.first())).toEqual({ came: ["help"], went: [] });
  expect(await marked(changes.last())).toEqual({ came: ["eight"], went: ["nine"] });
  await expect.poll(() => changes.count()).toBe(2);
  // To a screen reader it is told in words, and the order is that of the page.
  expect(await changes.last().innerText()).toMatch(/from\s*\[taken out:\s*nine\s*\]\s*\[added:\s*eight\s*\]\s*to five/);
  await dialog.getByRole("button", { name: "Written by Ana" }).click();
  await dialog.getByText("The desk is open from nine to five.").waitFor();
  await his.isAccessible();
  // What an author takes away for good is gone from here too, and says so.
  await ask(server, ana, [["ItemVersion/set", { accountId: space, destroy: [`${id}-1`] }, "0"]]);
  await his.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const again = his.page.getByRole("article").first().getByRole("button", { name: "edited" });
  await expect.poll(() => again.evaluate((one) => one === document.activeElement)).toBe(true);
  await his.page.keyboard.press("Enter");
  await dialog.getByText("What it said before that was deleted for good.").waitFor();
  await his.page.keyboard.press("Escape");
  await his.context.setOffline(true);
  await again.click();
  await dialog.getByText("Earlier versions are kept on the server").waitFor();
  await his.page.keyboard.press("Escape");
  await his.context.setOffline(false);
});

it("two edits that met show what the later one would change", async () => {
  const id = await send(server, ana, space, { kind: "topic", title: "Met", text: "We ship on Monday." });
  await hers.reads(space, id, "Met");
  const first = hers.page.getByRole("article").first();
  await first.hover();
  await first.getByRole("button", { name: "Edit" }).click();
  await hers.writes("We ship on Tuesday.", hers.page.getByRole("textbox", { name: "Edit", exact: true }));
  await hers.context.setOffline(true);
  await hers.press("Save");
  await first.getByText("on Tuesday").waitFor();
  const text = "We ship on Monday at noon.";
  await ask(server, ana, [["Item/set", { accountId: space, update: { [id]: { text } } }, "0"]]);
  await hers.context.setOffline(false);
  const yours = hers.page.getByRole("region", { name: "What yours would change" });
  await yours.waitFor({ timeout: 40_000 });
  expect(await marked(yours)).toEqual({ came: ["Tuesday"], went: ["Monday at noon"] });
  await hers.isAccessible();
  await hers.press("Leave it as it is");
  await yours.waitFor({ state: "detached" });
});

it("what was asked is changed where it stands: another is asked, and who is not any more finds it so", async () => {
  const expects = { what: "reply", of: [bo.id] };
  const id = await send(server, ana, space, { kind: "topic", title: "Which date?", text: "Tell me.", expects });
  await his.page.goto("/inbox");
  await his.page.getByRole("link", { name: /asks you.*Which date/ }).waitFor();
  await hers.reads(space, id, "Which date?");
  await question(hers).getByRole("button", { name: "Change …" }).click();
  const panel = hers.page.getByRole("group", { name: "Change what you ask" });
  await panel.getByRole("radio", { name: "A decision" }).check();
  await panel.getByRole("button", { name: "Do not ask Bo Lindqvist" }).click();
  await panel.getByRole("combobox", { name: "Add somebody" }).fill("Yuki");
  await panel.getByRole("option", { name: "Yuki Tanaka" }).click();
  await panel.getByText("Reaches Yuki Tanaka now.").waitFor();
  await panel.getByText("Who is no longer asked finds it so.").waitFor();
  await hers.isAccessible();
  await panel.getByRole("button", { name: "Save" }).click();
  await panel.waitFor({ state: "detached" });
  await question(hers).getByText("of Yuki Tanaka").waitFor();
  await question(hers).getByText("No longer asked").waitFor();
  await parts(his).getByRole("link", { name: "To read" }).click();
  await his.page.getByRole("link", { name: /asked you, and no longer does.*Which date/ }).click();
  await question(his).getByText("Ana does not ask you any more.").waitFor();
  expect(await question(his).getByRole("button", { name: "Answer" }).count()).toBe(0);
  await his.isAccessible();
  await his.page.getByRole("article").first().getByRole("button", { name: "edited" }).click();
  const dialog = his.page.getByRole("dialog", { name: "Earlier versions" });
  const asks = await marked(dialog.getByRole("listitem").first());
  expect([asks.went.join(" "), asks.came.join(" ")]).toEqual([
    expect.stringMatching(/reply/),
    expect.stringMatching(/Yuki Tanaka/),
  ]);
  await his.page.keyboard.press("Escape");
  // Once it is answered, what it asks for stays.
  await send(server, yuki, space, { kind: "post", parentId: id, text: "The second.", inAnswerTo: id });
  await question(hers).getByText("Decided").waitFor();
  await question(hers).getByRole("button", { name: "Change …" }).click();
  await panel.getByText("It was answered already (Yuki Tanaka)").waitFor();
  expect(await panel.getByRole("radio", { name: "A reply" }).isDisabled()).toBe(true);
  await panel.getByRole("button", { name: "Cancel" }).click();
});

it("a draft is shown to a colleague, again with other words, and leaves when its author sends it", async () => {
  const id = await send(server, ana, space, { kind: "topic", title: "Prices", text: "What do we say?" });
  await hers.reads(space, id, "Prices");
  await hers.writes("They go **up** by ten.");
  const shows = async (search: string, name: string) => {
    await hers.press("Show to …");
    const box = hers.page.getByRole("dialog", { name: "Show to …" });
    await box.getByRole("combobox").fill(search);
    await box.getByRole("option", { name }).waitFor();
    await hers.isAccessible();
    await hers.page.keyboard.press("Enter");
    await box.waitFor({ state: "detached" });
  };
  await shows("bo", "Bo Lindqvist");
  const line = hers.page.getByRole("link", { name: /^Shown to Bo Lindqvist · / });
  await line.waitFor();
  await hers.page.reload();
  await expect.poll(() => hers.written()).toContain("up by ten");
  await hers.writes("They go **up** by five.");
  await shows("bo", "Show it to Bo Lindqvist again");
  await expect.poll(() => line.count()).toBe(1);

  await his.page.goto("/inbox");
  await parts(his).getByRole("link", { name: "To read" }).click();
  await his.page
    .getByRole("link", { name: /Draft: They go/ })
    .first()
    .click();
  await his.page.getByRole("heading", { name: /^Draft: They go/ }).waitFor();
  const begun = his.page.getByRole("article").first();
  await begun.getByText("It is meant for").waitFor();
  await begun.getByText("up by ten").waitFor();
  await his.letter("It says now:").getByText("by five").waitFor();
  const place = await begun.getByRole("link", { name: "Prices" }).getAttribute("href");
  expect(place).toBe(`/s/${space}/t/${id}`);
  await his.reply().fill("Five is fine.");
  await his.press("Send");
  await line.click();
  await hers.letter("Five is fine.").waitFor();

  await hers.page.goto("/drafts");
  await line.waitFor();
  await hers.isAccessible();
  await hers.reads(space, id, "Prices");
  await expect.poll(() => hers.written()).toContain("by five");
  expect(await hers.page.getByRole("article").count()).toBe(1);
  await hers.press("Send");
  await hers.arrived("up by five.");
  await expect.poll(() => line.count()).toBe(0);

  // Of a place that Bo may not know he is not told.
  await hers.page.goto(`/s/${board}/write`);
  await hers.page.getByRole("textbox", { name: "Title" }).fill("Salaries");
  await hers.undoes(60);
  await shows("bo", "Bo Lindqvist");
  await line.waitFor();
  const sent = async () => {
    const me = await hers.me();
    const [got] = await hers.asks([["Submission/get", { accountId: me, ids: null }, "0"]]);
    const all = (got?.[1]["list"] ?? []) as Array<{ item: { text: string }; undoStatus: string }>;
    return all.filter(({ undoStatus }) => undoStatus === "pending").map(({ item }) => item.text);
  };
  await expect.poll(sent).toEqual(["It is meant for another place, and not sent yet.\n\n---\n\n"]);
  // Taken back where it was shown: the draft stays.
  await hers.press("Undo");
  await hers.page.getByText("Taken back. Nobody was shown it.").waitFor();
  await expect.poll(() => line.count()).toBe(0);
  expect(await hers.page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("Salaries");
});
