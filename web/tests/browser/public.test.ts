// An admin makes a Space public and sees that it is; a stranger reads it on pages without a program; then it is closed.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Answer } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let hers: Device;
let his: Device;
let bo: TestPerson;
let space: string;
let thread: string;

/** The id of what was made. */
function idOf(answer: Answer | undefined): string {
  const created = answer?.[1]["created"] as Record<string, { id: string }> | null | undefined;
  return created?.["k"]?.id ?? "";
}

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  const ana = await server.person("Ana Sørensen", "admin");
  bo = await server.person("Bo");
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
  his = await Device.open(browser, server);
  await his.joins(bo.link);
  const me = await hers.me();
  const made = {
    name: "Release notes",
    purpose: "What changed, for **everybody** who runs it.",
    whoMayJoin: "members",
  };
  const [answer] = await hers.asks([["Space/set", { accountId: me, create: { k: made } }, "0"]]);
  space = idOf(answer);
  const text =
    "It is out. What is new:\n\n- threads can be **moved**\n- `export` brings everything\n\n> asked for since spring\n\n| who | when |\n|---|---|\n| all | Monday |\n\n<script>alert(1)</script>";
  const topic = { kind: "topic", title: "Version 2 is out", text };
  const [said] = await hers.asks([["Item/set", { accountId: space, create: { k: topic } }, "0"]]);
  thread = idOf(said);
  await hers.asks([
    [
      "Item/set",
      { accountId: space, create: { k: { kind: "post", parentId: thread, text: "And 2.1 on Friday." } } },
      "0",
    ],
    [
      "Item/set",
      { accountId: space, create: { k: { kind: "topic", title: "How to upgrade", text: "Replace it." } } },
      "1",
    ],
    ["Member/set", { accountId: space, create: { k: { personId: await his.me() } } }, "2"],
  ]);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it("an admin of the workspace makes a Space public, after a sentence about what that means", async () => {
  const { page } = hers;
  await page.goto(`/settings/spaces/${space}`);
  await page.getByRole("radio", { name: /Everybody with the link/ }).click({ force: true });
  const dialog = page.getByRole("dialog", { name: "Make Release notes public?" });
  await dialog.getByText("without signing in", { exact: false }).first().waitFor();
  await hers.isAccessible();
  await hers.picture("public-confirm");
  await dialog.getByRole("button", { name: "Make it public" }).click();
  await page.getByRole("link", { name: "See it as everybody sees it" }).waitFor();
  await hers.isAccessible();
  await hers.picture("public-settings");
});

it("who reads and writes there sees that everybody can read it", async () => {
  await his.page.goto(`/s/${space}`);
  const mark = his.page.getByRole("link", { name: "Public" });
  await mark.waitFor();
  expect(await mark.getAttribute("href")).toBe(`/public/${space}`);
  await his.isAccessible();
  await his.picture("public-space");
  await his.page.goto(`/s/${space}/t/${thread}`);
  await his.page.getByText("Everybody can read this, without signing in.").waitFor();
  await his.page.getByRole("link", { name: "Public" }).waitFor();
  await his.isAccessible();
  await his.picture("public-thread");
  await his.page.goto(`/settings/spaces/${space}`);
  await his.page.getByText("Everybody with the link, without signing in").waitFor();
  const phone = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark", language: "de-DE" });
  await phone.signsIn(bo.email);
  await phone.page.goto(`/s/${space}`);
  await phone.page.getByRole("link", { name: "Öffentlich" }).waitFor();
  await phone.isAccessible();
  await phone.fits();
  await phone.picture("public-space-phone-dark");
  await phone.close();
});

it("a stranger reads it on plain pages, in both schemes and on a phone", async () => {
  for (const look of [{}, { scheme: "dark" as const }, { width: 390, height: 844 }, { language: "de-DE" }]) {
    const stranger = await Device.open(browser, server, look);
    const { page } = stranger;
    const name = `public-stranger-${"scheme" in look ? "dark" : "width" in look ? "phone" : "language" in look ? "german" : "light"}`;
    await page.goto(`/public/${space}`);
    await page.getByRole("heading", { name: "Release notes" }).waitFor();
    await stranger.isAccessible();
    await stranger.fits();
    await stranger.picture(name);
    await page.getByRole("link", { name: "Version 2 is out" }).click();
    await page.getByText("And 2.1 on Friday.").waitFor();
    expect(await page.locator("article").count()).toBe(2);
    expect(await page.locator("html").getAttribute("lang")).toBe("language" in look ? "de" : "en");
    await stranger.isAccessible();
    await stranger.fits();
    await stranger.picture(`${name}-thread`);
    // Nothing ran, nothing was refused by the policy, nobody else was asked, and nothing was left behind.
    expect(stranger.complaints).toEqual([]);
    expect(stranger.strangers).toEqual([]);
    expect(await stranger.context.cookies()).toEqual([]);
    await stranger.close();
  }
});

it("when it is closed, a stranger finds nothing, and the mark is gone", async () => {
  const stranger = await Device.open(browser, server);
  await hers.page.goto(`/settings/spaces/${space}`);
  await hers.page.getByRole("radio", { name: /Only who is in it/ }).click({ force: true });
  await hers.page.getByRole("link", { name: "See it as everybody sees it" }).waitFor({ state: "detached" });
  await expect
    .poll(async () => (await stranger.page.goto(`/public/${space}/${thread}`))?.status(), { timeout: 10_000 })
    .toBe(404);
  await stranger.page.getByRole("heading", { name: "There is nothing here" }).waitFor();
  await stranger.picture("public-closed");
  await his.page.goto(`/s/${space}`);
  await his.page.getByRole("heading", { name: "Release notes" }).waitFor();
  await expect.poll(() => his.page.getByRole("link", { name: "Public" }).count()).toBe(0);
  await stranger.close();
});
