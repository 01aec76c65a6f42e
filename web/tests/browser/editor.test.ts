// Writing in the editor: what one types, presses, picks and pastes, and the Markdown that it becomes.
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { GOOGLE_DOCS, HOSTILE, SHEET, SLACK, WORD } from "../support/copied";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let space: string;
let device: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  const made = await server.order("space", "add", "--name", "Desk", "--member", ana.email, "--member", bo.email);
  space = String(made["spaceId"]);
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.undoes(0);
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** Opens a thread; gives its id and the editor below it. */
async function opens(title: string, text = "To begin with."): Promise<{ id: string; editor: Locator }> {
  const id = await send(server, ana, space, { kind: "topic", title, text });
  await device.page.goto(`/s/${space}/t/${id}`);
  await device.page.getByRole("heading", { name: title }).waitFor();
  return { id, editor: await device.editor() };
}

/** Sends what is written, and gives what the newest reply of the thread says. */
async function sent(thread: string): Promise<string> {
  await device.page.keyboard.press("Control+Enter");
  const list = async () => {
    const [found] = await device.asks([["Item/query", { accountId: space, filter: { threadId: thread } }, "0"]]);
    const [got] = await device.asks([["Item/get", { accountId: space, ids: found?.[1]["ids"] }, "0"]]);
    const items = (got?.[1]["list"] ?? []) as Array<{ kind: string; text: string }>;
    return items.filter(({ kind }) => kind === "post");
  };
  await expect.poll(async () => (await list()).length).toBe(1);
  return (await list())[0]?.text ?? "";
}

it("what one types becomes what it will be, and is Markdown when it is sent", async () => {
  const { id, editor } = await opens("Typing");
  const { keyboard, page } = { keyboard: device.page.keyboard, page: device.page };
  await editor.click();
  await keyboard.type("## Before Friday\nWhat is **left**, *maybe*, ~~not~~ and `make run`:\n- first\nsecond");
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.type("below it\n\n\n");
  await keyboard.type("[ ] call @bo");
  await page.getByRole("listbox", { name: "People" }).getByRole("option", { name: "Bo" }).waitFor();
  await keyboard.press("Enter");
  await keyboard.type("again\n[x] ask :tad");
  await page.getByRole("listbox", { name: "Emoji" }).getByRole("option").first().waitFor();
  await keyboard.press("Tab");
  await keyboard.type("\n\n");
  await keyboard.type("> as it was said\n\n");
  await keyboard.type("```js\nconst a = 1;\n  done();");
  await keyboard.press("ArrowDown");
  await keyboard.type("/tab");
  await page.getByRole("listbox", { name: "Forms" }).getByRole("option", { name: "Table" }).waitFor();
  await keyboard.press("Enter");
  for (const cell of ["Name", "Price", "Tea", "2 | 3"]) {
    await keyboard.type(cell);
    await keyboard.press("Tab");
  }
  await device.picture("editor-typed");
  const text = await sent(id);
  expect(text).toBe(
    [
      "## Before Friday",
      "What is **left**, *maybe*, ~~not~~ and `make run`:",
      `- first\n- second\n  - below it\n- [ ] call [@Bo](mw:${bo.id}) again\n- [x] ask 🎉`,
      "> as it was said",
      "```js\nconst a = 1;\n  done();\n```",
      "| Name | Price |\n| --- | --- |\n| Tea | 2 \\| 3 |\n|  |  |",
    ].join("\n\n"),
  );
  expect(await device.written()).toBe("");
});

it("keys do what the buttons do, and a link asks where it leads", async () => {
  const { id, editor } = await opens("Keys");
  const { page } = device;
  const { keyboard } = page;
  await editor.click();
  await keyboard.press("Control+b");
  await keyboard.type("strong");
  expect(await page.getByRole("button", { name: "Bold" }).getAttribute("aria-pressed")).toBe("true");
  await keyboard.press("Control+b");
  await keyboard.type(" and here it is");
  await keyboard.press("Control+Shift+ArrowLeft");
  await keyboard.press("Control+Shift+ArrowLeft");
  await keyboard.press("Control+Shift+K");
  expect(await page.getByRole("dialog", { name: "Go to" }).count()).toBe(0);
  await keyboard.type("no address");
  await keyboard.press("Enter");
  await page.getByText("This is no address.").waitFor();
  await page.getByRole("textbox", { name: "Address" }).fill("example.org/a");
  await device.isAccessible();
  await keyboard.press("Enter");
  await keyboard.press("End");
  await keyboard.type(", see www.example.org too, * not 2 * 3 a list.");
  await keyboard.press("Shift+Enter");
  await keyboard.type("1986. A year");
  // An input method has the keys while it composes.
  await editor.evaluate((field) => {
    for (const key of ["Enter", "Escape"]) {
      field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, isComposing: true, ctrlKey: true }));
    }
  });
  await page.getByRole("button", { name: "Quote", exact: true }).click();
  await keyboard.press("Control+z");
  await keyboard.press("Control+Shift+z");
  expect(await sent(id)).toBe(
    "> **strong** and here [it is](https://example.org/a), see www.example.org too, * not 2 * 3 a list.\n> 1986. A year",
  );
});

it("what is pasted becomes words, lists, tables and links, and neither runs nor loads anything", async () => {
  const { editor } = await opens("Pasting");
  const { page } = device;
  const becomes = async (copied: Record<string, string>) => {
    const empty = async () => {
      await editor.press("Control+a");
      await editor.press("Delete");
      return (await editor.innerText()).trim();
    };
    await expect.poll(empty).toBe("");
    await device.pastes(editor, copied);
    await device.press("Markdown");
    const text = await device.written();
    await device.press("Markdown");
    await editor.waitFor();
    return text;
  };
  expect(await becomes({ "text/html": GOOGLE_DOCS, "text/plain": "Plan" })).toBe(
    "## Plan\n\nBoth **bold** and *slanted*, and [a link](https://example.org/plan).\n\n- one\n  - one a\n- two",
  );
  expect(await becomes({ "text/html": WORD, "text/plain": "Minutes" })).toBe(
    "**Minutes**\n\n1. first\n   - below it\n2. second",
  );
  expect(await becomes({ "text/html": SHEET, "text/plain": "Name\tPrice" })).toBe(
    "| Name | Price |\n| --- | --- |\n| Tea \\| green | 2 |\n| Milk fresh |  |",
  );
  expect(await becomes({ "text/plain": "Name\tPrice\nTea *hot*\t2\n" })).toBe(
    "| Name | Price |\n| --- | --- |\n| Tea \\*hot\\* | 2 |",
  );
  expect(await becomes({ "text/html": SLACK, "text/plain": "Ship" })).toBe(
    "Ship **today**, see [the run](https://example.org/run)\n\n- api\n- `web`\n\n> as agreed",
  );
  expect(await becomes({ "text/plain": "See <https://example.org/run|the run>, _soon_\n\n- [x] api\n- [ ] web" })).toBe(
    "See [the run](https://example.org/run), *soon*\n\n- [x] api\n- [ ] web",
  );
  expect(await becomes({ "text/html": HOSTILE, "text/plain": "Kept" })).toBe(
    "Kept **words**\n\n![a cat](https://evil.example/e.png) press path @Bo [there](https://example.org/x)\n\nend",
  );
  const faked = `<div data-pm-slice='0 0 ["table",{}]'>${HOSTILE}</div>`;
  expect(await becomes({ "text/html": faked, "text/plain": "Kept" })).not.toMatch(/javascript|mw:|\/s\//);
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  expect(await editor.locator("img, script, style, iframe, svg, video, object, [onclick], [style]").count()).toBe(0);
  expect(device.strangers).toEqual([]);

  // An address over words, and words letter by letter.
  await editor.fill("");
  await editor.pressSequentially("the plan");
  await expect.poll(() => device.written()).toBe("the plan");
  await editor.press("Control+a");
  await device.pastes(editor, { "text/plain": "https://example.org/plan" });
  await editor.press("End");
  await editor.press("Enter");
  await page.evaluate(() => navigator.clipboard.writeText("# *as it is*\n\n- so"));
  await editor.press("Control+Shift+v");
  await expect.poll(() => device.written()).toContain("# *as it is*");
  await device.press("Markdown");
  expect(await device.written()).toBe("[the plan](https://example.org/plan)\n\n\\# \\*as it is\\*\n\n\\- so");
  await device.press("Markdown");
  await editor.fill("");
});

it("opening a text changes nothing, and what the editor can't hold is left as it is", async () => {
  const { id } = await opens("Opening");
  const me = await device.me();
  const draft = async () => {
    const [got] = await device.asks([["Draft/get", { accountId: me, ids: null }, "0"]]);
    const list = (got?.[1]["list"] ?? []) as Array<{ item: { parentId?: string; text: string } }>;
    return list.find((one) => one.item.parentId === id);
  };
  const made = async (text: string) => {
    await device.press("Markdown");
    await device.reply().fill(text);
    await expect.poll(async () => (await draft())?.item.text).toBe(text);
    await device.press("Markdown");
  };
  // Not as the editor would write it.
  const odd = "* star\n* star\n\n__bold__ &amp; [x]( https://example.org )";
  await made(odd);
  const before = JSON.stringify(await draft());
  await device.page.reload();
  const editor = await device.editor();
  await editor.getByText("star").first().waitFor();
  await editor.click();
  await editor.press("Control+End");
  await device.page.goto(`/s/${space}`);
  await device.page.goto(`/s/${space}/t/${id}`);
  await device.editor();
  expect(JSON.stringify(await draft())).toBe(before);

  // The caret goes along.
  await editor.focus();
  const atTheStart = async () => {
    await editor.press("Control+Home");
    return editor.evaluate(() => [getSelection()?.anchorNode?.textContent, getSelection()?.anchorOffset]);
  };
  await expect.poll(atTheStart).toEqual(["star", 0]);
  await editor.press("End");
  await device.press("Markdown");
  await device.page.keyboard.type(" light");
  await device.press("Markdown");
  await device.page.keyboard.type("s");
  await expect.poll(async () => (await draft())?.item.text).toContain("- star lights\n- star\n\n__bold__ &amp; [x]");

  const notes = "See [this][1].\n\n[1]: https://example.org";
  await made(notes);
  await device.page.getByText("Some of this exists in Markdown alone").waitFor();
  await device.page.reload();
  await device.page.getByText("Some of this exists in Markdown alone").waitFor();
  expect(await device.written()).toBe(notes);
  await device.reply().fill("See this.");
  await device.press("Markdown");
  await device.editor();
  await device.reply().fill("");
});

it("what is typed before the editor is there stays, and the editor comes when nobody types", async () => {
  const id = await send(server, ana, space, { kind: "topic", title: "Early", text: "To begin with." });
  const { page } = device;
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/assets/editorPart-*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/s/${space}/t/${id}`);
  await device.reply().pressSequentially("Typed **early** @b");
  await page.getByRole("listbox", { name: "People" }).getByRole("option", { name: "Bo" }).waitFor();
  await page.keyboard.press("Enter");
  const [loaded] = await Promise.all([page.waitForResponse(/\/assets\/editorPart-.*\.js/), go()]);
  await loaded.finished();
  await page.keyboard.type("and on.");
  expect(await device.written()).toBe("Typed **early** @Bo and on.");
  await page.getByRole("heading", { name: "Early" }).click();
  const editor = await device.editor();
  expect(await editor.locator("strong").innerText()).toBe("early");
  await page.unroute("**/assets/editorPart-*.js");
  await editor.fill("");

  // It can't be had: then one writes in the plain field.
  await page.route("**/assets/editorPart-*.js", (route) => route.abort());
  const failed = page.waitForEvent("requestfailed", (request) => request.url().includes("/assets/editorPart-"));
  await page.reload();
  await failed;
  await device.reply().fill("**Plainly.**");
  expect(await sent(id)).toBe("**Plainly.**");
  await page.unroute("**/assets/editorPart-*.js");
});

it("without a network what is typed stays, through loading the page anew, and leaves when there is one", async () => {
  const phone = await Device.open(browser, server, { width: 390, height: 844, worker: true });
  await phone.signsIn(ana.email);
  await phone.undoes(0);
  const id = await send(server, ana, space, { kind: "topic", title: "On the way", text: "To begin with." });
  await phone.page.goto(`/s/${space}/t/${id}`);
  const editor = await phone.editor();
  await phone.hasAllParts();
  await phone.context.setOffline(true);
  await editor.click();
  await phone.page.keyboard.type("From the **train**:\n- one");
  await phone.page.getByText("Draft kept").waitFor();
  await phone.page.reload();
  await phone.editor();
  await expect.poll(() => phone.written()).toContain("From the train:");
  expect(await editor.locator("strong").innerText()).toBe("train");
  await phone.press("Send");
  await phone.letter("From the train:").getByText("Leaves when you are online").waitFor();
  await phone.context.setOffline(false);
  await phone.arrived("From the train:");
  await phone.close();
});

it("words of a post are quoted with the way back to them", async () => {
  const { id, editor } = await opens(
    "Quoting",
    "Which shade is it?\n\nThe **darker** one, I [think](https://example.org).",
  );
  const { page } = device;
  await editor.pressSequentially("First this.");
  await device.letter("darker").locator("p").nth(1).click({ clickCount: 3 });
  await page.getByRole("button", { name: "Quote this" }).click();
  await expect.poll(() => device.written()).toContain("darker");
  await page.keyboard.type("So be it.");
  const text = await sent(id);
  const link = `\\[[^\\]]+\\]\\(${server.url}/s/${space}/t/${id}\\)`;
  expect(text).toMatch(
    new RegExp(
      `^First this\\.\\n\\n> \\*\\*Ana\\*\\*, ${link}\\n> ?\\n> The \\*\\*darker\\*\\* one, I \\[think\\]\\(https://example\\.org/?\\)\\.\\n\\nSo be it\\.$`,
    ),
  );
});
