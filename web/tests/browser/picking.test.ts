// What one picks while one writes: Spaces and threads to link to, a date that the text says, and a template to begin
// with. In the editor and in Markdown, with a network and without one.
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
let desk: string;
let board: string;
let hers: Device;
let his: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo");
  ({ browser, server } = stage);
  [ana, bo] = stage.people;
  desk = await server.space("Desk", ana, bo);
  board = await server.space("Board", ana);
  for (const one of [ana, bo]) await works(server, one, atAnyHour());
  [hers, his] = await sitDown(browser, server, ana, bo);
});

strikeTheStage(() => ({ browser, server, devices: { hers, his } }));

const topic = (space: string, title: string) =>
  send(server, ana, space, { kind: "topic", title, text: "To begin with." });

const options = (device: Device, list: string): Locator =>
  device.page.getByRole("listbox", { name: list }).getByRole("option");

/** The texts of the replies of a thread. */
async function replies(thread: string): Promise<string[]> {
  const [found] = await ask(server, ana, [["Item/query", { accountId: desk, filter: { threadId: thread } }, "0"]]);
  const [got] = await ask(server, ana, [["Item/get", { accountId: desk, ids: found?.[1]["ids"] }, "0"]]);
  const items = (got?.[1]["list"] ?? []) as Array<{ kind: string; text: string }>;
  return items.filter(({ kind }) => kind === "post").map(({ text }) => text);
}

it("Spaces and threads are linked by picking, and who may not see one sees no name", { timeout: 120_000 }, async () => {
  const postcode = await topic(desk, "Do we need the postcode?");
  const secret = await topic(board, "Secret plan");
  const start = await topic(desk, "Where we are");
  await hers.reads(desk, start, "Where we are");
  const { page } = hers;
  const { keyboard } = page;
  const editor = await hers.editor();
  await editor.click();
  await keyboard.type("See [[need post");
  await options(hers, "Threads").filter({ hasText: "Do we need the postcode?" }).waitFor();
  await hers.isAccessible();
  await keyboard.press("Enter");
  // The list is closed by Esc, and one goes on typing.
  await keyboard.type("and #boa");
  await options(hers, "Spaces").filter({ hasText: "Board" }).waitFor();
  await keyboard.press("Escape");
  await options(hers, "Spaces").first().waitFor({ state: "detached" });
  for (let i = 0; i < 4; i++) await keyboard.press("Backspace");
  await keyboard.type("#boa");
  await options(hers, "Spaces").filter({ hasText: "Board" }).waitFor();
  await keyboard.press("Tab");
  await keyboard.type("and [[plan");
  // Elsewhere it is said where.
  await options(hers, "Threads").filter({ hasText: "Secret planBoard" }).waitFor();
  await keyboard.press("Enter");
  await keyboard.type("please.");
  expect(await hers.written()).toBe("See #Do we need the postcode? and #Board and #Secret plan please.");
  await keyboard.press("Control+Enter");
  await expect
    .poll(() => replies(start))
    .toEqual([
      `See [#Do we need the postcode?](/s/${desk}/t/${postcode}) and [#…](/s/${board}) and [#…](/s/${board}/t/${secret}) please.`,
    ]);
  await hers.arrived("See");
  const links = (device: Device) => device.letter("please.").locator("p a").allInnerTexts();
  await expect.poll(() => links(hers)).toEqual(["#Do we need the postcode?", "#Board", "#Secret plan"]);
  await his.reads(desk, start, "Where we are");
  await expect.poll(() => links(his)).toEqual(["#Do we need the postcode?", "a Space", "a thread"]);
  expect(await his.page.content()).not.toMatch(/Secret|Board/);

  // They have the names of today, also while they are edited.
  await ask(server, ana, [["Item/set", { accountId: desk, update: { [postcode]: { title: "No postcode" } } }, "0"]]);
  await expect.poll(() => links(his)).toEqual(["#No postcode", "a Space", "a thread"]);
  await hers.letter("please.").hover();
  await hers.letter("please.").getByRole("button", { name: "Edit", exact: true }).click();
  const edit = await hers.editor("Edit");
  await expect.poll(() => hers.written(edit)).toContain("and #Board and #Secret plan please.");
  await keyboard.press("Escape");
  await hers.letter("please.").locator("p a", { hasText: "#Secret plan" }).click();
  await page.getByRole("heading", { name: "Secret plan" }).waitFor();

  // The same keys in Markdown, and without a network.
  await hers.reads(desk, start, "Where we are");
  await (await hers.editor()).waitFor();
  await hers.press("Markdown");
  await hers.context.setOffline(true);
  const field = hers.reply();
  await field.pressSequentially("As in [[postc");
  await options(hers, "Threads").filter({ hasText: "No postcode" }).waitFor();
  await hers.isAccessible();
  await field.press("Tab");
  expect(await hers.written()).toBe(`As in [#No postcode](/s/${desk}/t/${postcode}) `);
  await field.pressSequentially("and [[");
  await expect.poll(() => options(hers, "Threads").count()).toBeGreaterThan(2);
  await field.press("ArrowDown");
  await expect.poll(() => options(hers, "Threads").nth(1).getAttribute("aria-selected")).toBe("true");
  await field.press("Escape");
  await field.fill("");
  await hers.context.setOffline(false);
  await hers.press("Markdown");
});

it("a day that the text says is offered as a date, and forced on nobody", { timeout: 90_000 }, async () => {
  const { page } = his;
  await page.goto(`/s/${desk}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Which date?");
  const text = await his.editor("What you have to say");
  await text.click();
  const day = new Date(Date.now() + 3 * 86_400_000);
  const offer = page.getByRole("button", { name: /^Ask Ana for an answer by/ });
  // Without somebody to ask there is nothing to offer.
  await page.keyboard.type(`Please tell me by ${day.toISOString().slice(0, 10)}, @Ana`);
  await page.keyboard.press("Escape");
  await page.keyboard.type(". It matters.");
  await offer.waitFor();
  expect(await offer.innerText()).toMatch(new RegExp(`\\b${day.getUTCDate()}\\b`));
  expect(await text.evaluate((field) => field === document.activeElement)).toBe(true);
  await his.isAccessible();
  await offer.click();
  const chip = page.getByRole("button", { name: /^Asks Ana for a reply by the end of/ });
  await chip.waitFor();
  expect(await chip.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await offer.count()).toBe(0);
  // Taken back it is offered again; dismissed it is not, for this draft.
  await his.press("Ask nothing");
  await offer.waitFor();
  await text.click();
  await page.keyboard.press("Escape");
  await offer.waitFor({ state: "detached" });
  await page.keyboard.press("End");
  await page.keyboard.type(" By tomorrow, even.");
  await page.getByText("Draft kept").waitFor();
  await page.reload();
  await page.getByText("By tomorrow, even.").waitFor();
  await page.getByText("Reaches Ana now.").waitFor();
  expect(await offer.count()).toBe(0);
  await text.fill("");
  await page.getByRole("textbox", { name: "Title" }).fill("");

  const me = await his.me();
  const drafts = async () => (await his.asks([["Draft/get", { accountId: me, ids: null }, "0"]]))[0]?.[1]["list"];
  await expect.poll(drafts).toEqual([]);

  // In a conversation it is clear whom one asks.
  await page.goto(`/to/${ana.id}`);
  await (await his.editor("What you have to say")).fill("Kannst du das bis morgen ansehen?");
  await offer.waitFor();
});

it("who may change a Space keeps templates, with which everybody in it begins", { timeout: 120_000 }, async () => {
  const { page } = hers;
  await page.goto(`/settings/spaces/${desk}`);
  const adds = async (name: string, title: string, text: string, what = "Nothing") => {
    await hers.press("Add a template");
    const form = page.locator("form").filter({ has: page.getByRole("textbox", { name: "Text" }) });
    await form.getByRole("textbox", { name: "Name" }).fill(name);
    await form.getByRole("textbox", { name: "Title" }).fill(title);
    await form.getByRole("textbox", { name: "Text" }).fill(text);
    await form.getByRole("radio", { name: what }).check();
    await hers.press("Save");
  };
  await adds("Bug", "", "## What happened\n\n## What should have\n");
  await page.getByText("Bug is saved.").waitFor();
  // What can't be is said where it is, and nothing is lost.
  await adds("bug", "", "Twice.");
  await page.getByText("Another template has that name.").waitFor();
  const name = page.locator("form").getByRole("textbox", { name: "Name" }).last();
  await name.fill("Weekly report");
  await page.locator("form").getByRole("textbox", { name: "Title" }).fill("Report of the week");
  await page.getByRole("radio", { name: "A “Got it”" }).check();
  await hers.press("Save");
  await page.getByText("Weekly report is saved.").waitFor();
  await hers.press("Move Weekly report up");
  await page.getByText("Weekly report is now number 1 of 2.").waitFor();
  await expect
    .poll(() => page.locator("[data-template]").allInnerTexts())
    .toEqual([expect.stringContaining("Weekly report"), expect.stringContaining("Bug")]);
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("Move Weekly report down");
  await hers.isAccessible();

  // Bo begins with one, without a network.
  await his.page.goto(`/s/${desk}/write`);
  const text = await his.editor("What you have to say");
  const start = his.page.getByRole("button", { name: "Start from …" });
  await start.waitFor();
  await his.context.setOffline(true);
  await start.click();
  expect(await his.page.getByRole("menuitem").allInnerTexts()).toEqual(["Weekly report", "Bug"]);
  await his.page.keyboard.press("Escape");
  await expect.poll(() => start.evaluate((button) => button === document.activeElement)).toBe(true);
  await start.click();
  await his.page.getByRole("menuitem", { name: "Weekly report" }).click();
  const title = his.page.getByRole("textbox", { name: "Title" });
  await expect.poll(() => title.inputValue()).toBe("Report of the week");
  await expect.poll(() => his.written(text)).toBe("Twice.");
  await his.page.getByRole("button", { name: "Asks for a “Got it”" }).waitFor();
  await expect.poll(() => text.evaluate((field) => field === document.activeElement)).toBe(true);
  // What is written is never written over.
  await his.page.keyboard.press("Control+End");
  await his.page.keyboard.type(" More.");
  await start.click();
  await his.page.getByRole("menuitem", { name: "Bug" }).click();
  await expect.poll(() => his.written(text)).toMatch(/^Twice. More.\s+What happened\s+What should have$/);
  expect(await title.inputValue()).toBe("Report of the week");
  // A slash where nothing is yet offers them too.
  await title.fill("");
  await text.fill("");
  // Also of who had gone elsewhere and came back in a moment.
  await text.evaluate(async (field: HTMLElement) => {
    field.blur();
    field.focus();
    document.execCommand("insertText", false, "/bu");
    await new Promise((done) => window.setTimeout(done, 200));
  });
  const bug = options(his, "Templates and forms").filter({ hasText: "Bug" });
  await bug.and(his.page.locator("[aria-selected=true]")).waitFor();
  await his.page.keyboard.press("Enter");
  await expect.poll(() => his.written(text)).toMatch(/^What happened\s+What should have$/);
  await text.fill("");
  await his.context.setOffline(false);

  // Another program may have given it any key.
  const key = 'a/b "c"~';
  const theirs = { [key]: { name: "Theirs", text: "As they say.", order: 9 } };
  const [answer] = await ask(server, ana, [["Space/get", { accountId: desk, ids: [desk] }, "0"]]);
  const [there] = (answer?.[1]["list"] ?? []) as { templates: object }[];
  const update = { [desk]: { templates: { ...there?.templates, ...theirs } } };
  await ask(server, ana, [["Space/set", { accountId: desk, update }, "0"]]);
  await hers.press("Move Theirs up");
  await page.getByText(/^Theirs is now number/).waitFor();
  await hers.press("Remove Theirs");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Theirs is removed.").waitFor();

  await hers.press("Remove Bug");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Bug is removed.").waitFor();
});
