// What one does in a thread, one by one: files, preview, links, deleting, other tabs, and all of it by keyboard.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
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

async function opens(title: string, text = "To begin with."): Promise<string> {
  const id = await send(server, ana, space, { kind: "topic", title, text });
  await device.page.goto(`/s/${space}/t/${id}`);
  await device.page.getByRole("heading", { name: title }).waitFor();
  return id;
}

/** A picture of one pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

it("the preview is what the post will be, mark by mark", async () => {
  await opens("Preview");
  const text = [
    "# Head\n\nA *word*, a **bold** one, ~~none~~ and `code`.\nA new line, @Bo and [a link](https://example.org).",
    "- one\n  - two\n- [x] done\n\n1. first\n2. second\n\n> quoted\n> twice\n\n```js\nconst a = '<b>';\n```",
    "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n---\n\n![a picture](https://elsewhere.example/p.png) &amp; 5 &lt; 6",
  ].join("\n\n");
  await device.press("Markdown");
  await device.reply().fill(text);
  await device.press("Preview");
  const html = (element: Element) => element.querySelector("div")?.innerHTML ?? "";
  const preview = await device.page.getByRole("region", { name: "Preview" }).evaluate(html);
  expect(preview).toContain("<strong>bold</strong>");
  await device.press("Send");
  await device.arrived("Head");
  const post = await device.letter("Head").locator("header + div").evaluate(html);
  expect(post).toBe(preview);
  await device.press("Markdown");
});

it("files come by button, by drop and by paste, are seen by others, and are theirs byte for byte", async () => {
  const id = await opens("Files");
  await device.reply().fill("Three files.");
  const bytes = Buffer.from("prices, in cents\n1,2,3\n");
  await device.page.locator("#answer input[type=file]").setInputFiles({
    name: "prices 2027.csv",
    mimeType: "text/csv",
    buffer: bytes,
  });
  await device.page.getByText("prices 2027.csv").waitFor();
  for (const [event, name] of [
    ["drop", "dropped.png"],
    ["paste", "pasted.png"],
  ] as const) {
    await device.reply().evaluate(
      (field, { event, name, pixel }) => {
        const bytes = Uint8Array.from(atob(pixel), (char) => char.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        field.dispatchEvent(
          event === "drop"
            ? new DragEvent("drop", { ...init, dataTransfer: data })
            : new ClipboardEvent("paste", { ...init, clipboardData: data }),
        );
      },
      { event, name, pixel: PIXEL },
    );
    await device.page.getByText(name).waitFor();
  }
  await device.press("Send");
  await device.arrived("Three files.");
  const other = await Device.open(browser, server);
  await other.joins(bo.link);
  await other.page.goto(`/s/${space}/t/${id}`);
  const names = other.page.getByRole("list", { name: "Files" });
  await names.getByText("prices 2027.csv").waitFor();
  await expect
    .poll(() => names.locator("img").evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth > 0)))
    .toEqual([true, true]);
  const [download] = await Promise.all([
    other.page.waitForEvent("download"),
    names.getByText("prices 2027.csv").click(),
  ]);
  expect(download.suggestedFilename()).toBe("prices 2027.csv");
  const { readFile } = await import("node:fs/promises");
  expect(await readFile((await download.path()) as string)).toEqual(bytes);
  await other.close();
});

it("a quote in what still waits is not too faint to be read", async () => {
  await opens("Faint");
  await device.context.setOffline(true);
  await device.writes("> **Ana**, [yesterday](/s/x/t/y): nobody needs a *postcode*.\n\nWe do.");
  await device.press("Send");
  await device.page.locator("[data-waiting] blockquote").waitFor();
  await device.isAccessible();
  await device.picture("waiting-quote");
  await device.context.setOffline(false);
  await device.arrived("We do.");
});

it("a file attached on a train goes up when there is a connection", async () => {
  await opens("Train");
  await device.context.setOffline(true);
  await device.page.locator("#answer input[type=file]").setInputFiles({
    name: "ticket.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("seat 12"),
  });
  await device.reply().fill("My ticket.");
  await device.press("Send");
  await device.letter("My ticket.").getByText("Leaves when you are online").waitFor();
  await device.page.reload().catch(() => {});
  await device.context.setOffline(false);
  await device.page.goto(`/s/${space}`);
  await device.page.getByText("Train").click();
  await device.arrived("My ticket.");
  const url = await device
    .letter("My ticket.")
    .getByRole("link", { name: /ticket.txt/ })
    .getAttribute("href");
  expect(await device.page.evaluate(async (href) => (await fetch(href)).text(), url as string)).toBe("seat 12");
});

it("a link to a post opens its thread with the post marked, also as a short one", async () => {
  const root = await opens("Links");
  for (let i = 0; i < 60; i++) {
    await send(server, ana, space, { kind: "post", parentId: root, text: `Number ${i}.` });
  }
  const id = await send(server, bo, space, { kind: "post", parentId: root, text: "This is the one." });
  for (let i = 60; i < 120; i++) {
    await send(server, ana, space, { kind: "post", parentId: root, text: `Number ${i}.` });
  }
  for (const path of [`/s/${space}/t/${root}/${id}`, `/s/${space}/i/${id}`]) {
    await device.page.goto(path);
    await device.page.locator(`#${id}[data-marked]`).waitFor();
    await expect
      .poll(() =>
        device.page.locator(`#${id}`).evaluate((post) => {
          const { top, bottom } = post.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      )
      .toBe(true);
  }
  const post = device.page.locator(`#${id}`);
  await post.hover();
  await post.getByRole("button", { name: "Copy link" }).click();
  await post.getByText("Copied").waitFor();
  expect(await device.page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${server.url}/s/${space}/t/${root}/${id}`,
  );
});

it("what is deleted leaves a line where others had answered, and goes where nobody had", async () => {
  const root = await opens("Deleting");
  const first = await send(server, ana, space, { kind: "post", parentId: root, text: "I take this back." });
  await send(server, bo, space, { kind: "post", parentId: first, text: "I had answered it." });
  await send(server, ana, space, { kind: "post", parentId: root, text: "Nobody saw this." });
  for (const words of ["I take this back.", "Nobody saw this."]) {
    await device.arrived(words);
    await device.letter(words).hover();
    await device.letter(words).getByRole("button", { name: "More" }).click();
    await device.page.getByRole("menuitem", { name: "Delete" }).click();
    await device.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await device.letter(words).waitFor({ state: "detached" });
  }
  await device.page.getByText("Deleted by Ana").waitFor();
  await device.letter("I had answered it.").waitFor();
});

it("two tabs of one browser are of one mind", async () => {
  const root = await opens("Tabs");
  const tab = await device.context.newPage();
  await tab.goto(`/s/${space}/t/${root}`);
  await tab.getByRole("textbox", { name: "Your reply" }).fill("From the second tab.");
  await tab.getByRole("button", { name: "Send", exact: true }).click();
  await device.arrived("From the second tab.");
  // The first one did the talking to the server; the second goes on when it is closed.
  await device.page.close();
  await tab.getByRole("textbox", { name: "Your reply" }).fill("And on its own.");
  await tab.getByRole("button", { name: "Send", exact: true }).click();
  await tab
    .getByRole("article")
    .filter({ hasText: "And on its own." })
    .getByRole("group", { name: "Actions" })
    .waitFor({ state: "attached" });
  await device.close();
  device = await Device.open(browser, server);
  await device.signsIn(ana.email);
});

it("without a mouse: to the thread, a reply with a name in it, an emoji, an edit", async () => {
  await send(server, bo, space, { kind: "topic", title: "By keyboard", text: "No mouse here." });
  await device.page.goto(`/s/${space}`);
  await device.page.getByRole("link", { name: /By keyboard/ }).waitFor();
  const { keyboard } = device.page;
  const focused = () => device.page.evaluate(() => document.querySelector("a:focus")?.textContent ?? "");
  await keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the page");
  await keyboard.press("Enter");
  for (let i = 0; i < 30 && !(await focused()).includes("By keyboard"); i++) await keyboard.press("Tab");
  await keyboard.press("Enter");
  await device.page.getByRole("heading", { name: "By keyboard" }).waitFor();
  const label = () => device.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  const tabTo = async (name: string) => {
    for (let i = 0; i < 60 && (await label()) !== name; i++) await keyboard.press("Tab");
    expect(await label()).toBe(name);
  };
  await tabTo("Your reply");
  await keyboard.type("Thank you @bo");
  await device.page.getByRole("option", { name: "Bo" }).waitFor();
  await keyboard.press("Enter");
  await keyboard.type("for this.");
  await keyboard.press("Control+Enter");
  await device.arrived("for this.");
  await device.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await device.letter("for this.").getByRole("button", { name: "React" }).focus();
  await keyboard.press("Enter");
  await device.page.getByRole("button", { name: "👍" }).waitFor();
  await expect.poll(label).toBe("👍");
  await keyboard.press("Enter");
  await device
    .letter("for this.")
    .getByRole("button", { name: /👍 from You/ })
    .waitFor();
  await device.letter("for this.").getByRole("button", { name: "Edit" }).focus();
  await keyboard.press("Enter");
  await expect.poll(label).toBe("Edit");
  await keyboard.press("Control+End");
  await keyboard.type(" Again.");
  await keyboard.press("Control+Enter");
  await device.arrived("for this. Again.");
  expect(await device.letter("for this.").locator("header + div").innerText()).toContain("@Bo");
});
