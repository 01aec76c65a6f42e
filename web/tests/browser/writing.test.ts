// Writing in more than one place at once, and everything that could get lost on the way.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let others: TestPerson[];
let space: string;
let second: string;
let device: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  // Two of one name, which happens.
  const twin = async (email: string) => {
    const added = await server.order("person", "add", "--email", email, "--name", "Bo");
    return { ...ana, id: String(added["personId"]), name: "Bo", email };
  };
  others = [await twin("bo.one@example.org"), await twin("bo.two@example.org")];
  const members = [ana, ...others].flatMap(({ email }) => ["--member", email]);
  space = String((await server.order("space", "add", "--name", "Desk", ...members))["spaceId"]);
  second = String((await server.order("space", "add", "--name", "Garden", ...members))["spaceId"]);
  device = await Device.open(browser, server);
  await device.joins(ana.link);
  await device.undoes(0);
});

picturesOfFailures(() => ({ device }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

async function opens(title: string): Promise<string> {
  const id = await send(server, ana, space, { kind: "topic", title, text: "To begin with." });
  await device.page.goto(`/s/${space}/t/${id}`);
  await device.page.getByRole("heading", { name: title }).waitFor();
  return id;
}

it("a draft is one on all devices: what is written on the phone stands on the desk, and what is sent there is gone here", async () => {
  const id = await opens("On the way");
  const phone = await Device.open(browser, server, { width: 390, height: 844 });
  await phone.signsIn(ana.email);
  await phone.page.goto(`/s/${space}/t/${id}`);
  await phone.reply().fill("Dear all, I am on the train");
  await expect.poll(() => device.written()).toBe("Dear all, I am on the train");
  await phone.reply().fill("Dear all, I am on the train and have read it twice.");
  await expect.poll(() => device.written()).toContain("read it twice");
  await device.reply().press("End");
  await device.reply().pressSequentially(" Yes!");
  await expect.poll(() => phone.written()).toBe("Dear all, I am on the train and have read it twice. Yes!");
  await phone.press("Send");
  await device.arrived("read it twice. Yes!");
  await expect.poll(() => device.written()).toBe("");
  await phone.close();
});

it("what is typed while a file is attached stays, and so do both of two files", async () => {
  await opens("Large files");
  const file = (name: string) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.alloc(4_000_000, 1) });
  const input = device.page.locator("#answer input[type=file]");
  await Promise.all([
    input.setInputFiles([file("one.bin"), file("two.bin")]),
    device.reply().pressSequentially("Both of them, as promised."),
  ]);
  await device.page.getByText("two.bin").waitFor();
  expect(await device.written()).toBe("Both of them, as promised.");
  await device.press("Send");
  await device.arrived("as promised");
  const names = device.page
    .getByRole("article")
    .filter({ hasText: "as promised" })
    .getByRole("list", { name: "Files" });
  expect(await names.getByRole("listitem").count()).toBe(2);
});

it("one sees one's own picture while it can be taken back, and after that", async () => {
  await device.undoes(20);
  await opens("A picture");
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await device.page.locator("#answer input[type=file]").setInputFiles({
    name: "dot.png",
    mimeType: "image/png",
    buffer: Buffer.from(pixel, "base64"),
  });
  await device.reply().fill("Look.");
  await device.press("Send");
  // Of a picture that the browser chose by its width, that is the width of its place.
  const seen = () =>
    device.page
      .locator("main article img")
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth > 0));
  await device.page
    .getByText(/Leaves in|Sent in|Will be sent/)
    .first()
    .waitFor();
  await expect.poll(seen).toEqual([true]);
  await expect
    .poll(() => device.page.locator("main article img").getAttribute("src"), { timeout: 40_000 })
    .toContain(space);
  await expect.poll(seen).toEqual([true]);
  await device.undoes(0);
}, 90_000);

it("an edit that another one overtook while its editor stood open is not taken silently", async () => {
  const id = await opens("Open editor");
  const root = device.page.getByRole("article").first();
  await root.hover();
  await root.getByRole("button", { name: "Edit" }).click();
  await device.page.getByRole("textbox", { name: "Edit" }).fill("From the desk.");
  await ask(server, ana, [["Item/set", { accountId: space, update: { [id]: { text: "From the phone." } } }, "0"]]);
  await device.press("Save");
  await device.page.getByText("Your change was not taken; it is kept here").waitFor();
  await device.page.locator("article del").filter({ hasText: "phone" }).waitFor();
  await device.page.locator("article ins").filter({ hasText: "desk" }).waitFor();
  await device.press("Leave it as it is");
});

it("an edit is not dropped by one key, nor by loading the page anew", async () => {
  await opens("Careful editor");
  const root = device.page.getByRole("article").first();
  const edit = async () => {
    await root.hover();
    await root.getByRole("button", { name: "Edit" }).click();
  };
  await edit();
  const area = device.page.getByRole("textbox", { name: "Edit" });
  await area.fill("Changed, not saved.");
  await area.press("Escape");
  await device.page.getByText("Your changes are not saved").waitFor();
  await device.page.reload();
  await root.waitFor();
  await edit();
  expect(await device.written(area)).toBe("Changed, not saved.");
  await area.press("Escape");
  await area.press("Escape");
  await area.waitFor({ state: "detached" });
  await edit();
  expect(await device.written(area)).toBe("To begin with.");
});

it("of two people with one name, the chosen one is named", async () => {
  const id = await opens("Twins");
  await device.reply().pressSequentially("Thanks @Bo");
  await device.page.getByRole("listbox").getByRole("option").nth(1).click();
  await device.reply().pressSequentially("and see https://social.example/@Bo for more.");
  await device.press("Send");
  await device.arrived("for more.");
  const [got] = await device.asks([["Item/query", { accountId: space, filter: { threadId: id } }, "0"]]);
  const ids = got?.[1]["ids"] as string[];
  const [items] = await device.asks([["Item/get", { accountId: space, ids }, "0"]]);
  const list = items?.[1]["list"] as Array<{ text: string; mentions: string[] }>;
  const post = list.find((item) => item.text.includes("for more."));
  expect(post?.mentions).toHaveLength(1);
  expect(others.map((other) => other.id)).toContain(post?.mentions[0]);
  expect(post?.text).toBe(`Thanks [@Bo](mw:${post?.mentions[0]}) and see https://social.example/@Bo for more.`);
  const shown = await device.page.evaluate(() => document.querySelectorAll("main article a[href*='social']").length);
  expect(shown).toBe(1);
});

it("a thread that goes to another Space after all takes its words along", async () => {
  await device.page.goto(`/s/${space}/write`);
  await device.page.getByLabel("Title").fill("Tomatoes");
  await device.page.getByRole("textbox", { name: "What you have to say" }).fill("They are ripe.");
  await device.page.getByRole("combobox").selectOption(second);
  await device.page.waitForURL(`**/s/${second}/write`);
  await expect.poll(() => device.page.getByLabel("Title").inputValue()).toBe("Tomatoes");
  await device.press("Send");
  await device.page.waitForURL(`**/s/${second}/t/**`);
  await device.arrived("They are ripe.");
  await device.page.goto(`/s/${space}/write`);
  await device.page.getByLabel("Title").waitFor();
  expect(await device.page.getByLabel("Title").inputValue()).toBe("");
});

it("what is taken back while something else is being written comes beside it", async () => {
  await device.undoes(25);
  await opens("Second thoughts");
  await device.reply().fill("First thought.");
  await device.press("Send");
  await device.page.getByRole("button", { name: "Undo" }).waitFor();
  await device.reply().fill("Another thought.");
  await device.press("Undo");
  await device.page.getByText("Also written for this place:").waitFor();
  await device.press("Put it below");
  await expect.poll(() => device.written()).toBe("Another thought.\n\nFirst thought.");
  await device.page.getByText("Also written for this place:").waitFor({ state: "detached" });
  await device.undoes(0);
});

it("a Space that is closed is read, and offers nothing that would be refused", async () => {
  await opens("Done with");
  await ask(server, ana, [
    ["Space/set", { accountId: space, update: { [space]: { archivedAt: "2026-11-20T10:00:00Z" } } }, "0"],
  ]);
  await device.page.getByText("This Space is closed. It can still be read.").first().waitFor();
  await expect.poll(() => device.reply().count()).toBe(0);
  const root = device.page.getByRole("article").first();
  await root.hover();
  expect(await root.getByRole("button", { name: "Edit" }).count()).toBe(0);
  expect(await root.getByRole("button", { name: "Copy link" }).count()).toBe(1);
  await device.page.goto(`/s/${space}/write`);
  await device.page.getByText("This Space is closed. It can still be read.").first().waitFor();
});
