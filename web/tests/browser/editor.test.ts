// Writing in the editor: what one types, presses, picks and pastes, and the Markdown that it becomes.
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch } from "../support/browser";
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

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await device.picture(`failed-${task.name.slice(0, 30)}`).catch(() => {});
});

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
