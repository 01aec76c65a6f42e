// Groups: made in the settings, named in the composer, and shown by what they are called today.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let gil: TestPerson;
let space: string;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo Lindqvist");
  await server.person("Kofi Mensah");
  gil = await server.person("Gil", "guest");
  const members = [ana, bo, gil].flatMap(({ email }) => ["--member", email]);
  space = String((await server.order("space", "add", "--name", "Customer", ...members))["spaceId"]);
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
  await hers.undoes(0);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it("a group is made, named with the number of people it means, and stands for them", async () => {
  const { page } = hers;
  await page.goto("/settings/groups");
  await page.getByText("There is no group yet").waitFor();
  await page.getByRole("button", { name: "Make a group" }).click();
  await page.getByRole("textbox", { name: "Handle" }).fill("Everyone!");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Customer support");
  await page.getByRole("button", { name: "Make a group" }).click();
  await page.getByText("A handle has two or more").waitFor();
  await hers.isAccessible();
  await hers.picture("group-make");
  await page.getByRole("textbox", { name: "Handle" }).fill("support");
  await page.getByRole("button", { name: "Make a group" }).click();
  await page.getByRole("heading", { name: "@support" }).waitFor();
  for (const name of ["Bo Lindqvist", "Kofi Mensah"]) {
    await page.getByRole("combobox", { name: "Add somebody" }).selectOption({ label: name });
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText(`${name} is in it now.`).waitFor();
  }
  await hers.isAccessible();
  await hers.fits();
  await hers.picture("group");
  // Kofi is not in the Space.
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("A parcel was lost");
  const text = page.getByRole("textbox").nth(1);
  await text.pressSequentially("Who can look, @supp");
  const option = page.getByRole("option", { name: /support/ });
  await option.waitFor();
  expect(await option.textContent()).toContain("2 people here");
  await hers.picture("group-names");
  await page.keyboard.press("Enter");
  await text.pressSequentially("please?");
  await hers.press("Send");
  await page.getByRole("article").getByText("@support").waitFor();
  const named = async () => {
    const [got] = await hers.asks([["Item/get", { accountId: space, ids: null }, "0"]]);
    const [item] = (got?.[1]["list"] ?? []) as Array<{ groups: Record<string, string[]>; text: string }>;
    return item && Object.values(item.groups).map((persons) => persons.toSorted());
  };
  await expect.poll(named).toEqual([[ana.id, bo.id].toSorted()]);
});

it("a text shows what a group is called today, to a guest too, who finds it where it was named", async () => {
  const his = await Device.open(browser, server, { width: 390, height: 844 });
  await his.joins(gil.link);
  await his.page.goto(`/s/${space}`);
  await his.page.getByRole("link", { name: /A parcel was lost/ }).click();
  await his.page.getByRole("article").getByText("@support").waitFor();
  await hers.page.goto("/settings/groups");
  await hers.page.getByRole("link", { name: "Manage @support" }).click();
  await hers.page.getByRole("textbox", { name: "Handle" }).fill("help-desk");
  await hers.page.getByRole("button", { name: "Save" }).click();
  await hers.page.getByRole("heading", { name: "@help-desk" }).waitFor();
  await his.page.getByRole("article").getByText("@help-desk").waitFor();
  const reply = his.page.getByRole("textbox", { name: "Your reply" });
  await reply.pressSequentially("@he");
  const option = his.page.getByRole("option", { name: /help-desk/ });
  await option.waitFor();
  expect(await option.textContent()).not.toContain("people");
  await his.picture("group-guest");
  await his.close();
});

it("an archived group can be named no more, and what named it stays", async () => {
  await hers.page.getByRole("button", { name: "Archive this group" }).click();
  await hers.page.getByRole("button", { name: "Archive", exact: true }).click();
  await hers.page.getByText("Nobody can name it. Its handle is free for another group.").waitFor();
  await hers.page.goto(`/s/${space}`);
  await hers.page.getByRole("link", { name: /A parcel was lost/ }).click();
  await hers.page.getByRole("article").getByText("@help-desk").waitFor();
  await hers.page.getByRole("textbox", { name: "Your reply" }).pressSequentially("@help");
  await expect.poll(() => hers.written()).toBe("@help");
  expect(await hers.page.getByRole("listbox").getByRole("option").count()).toBe(0);
  await hers.page.getByRole("textbox", { name: "Your reply" }).fill("");
});
