// Every screen in its states, as gallery.test.ts: the settings, with people and Spaces.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/ask";
import { Gallery, LOOKS } from "../support/gallery";
import type { TestPerson } from "../support/server";

/** Whom each look invites: nobody twice, since that would be said. */
const NEW = [
  ["Zoë Łukasz", "Maximiliane von Hohenfels-Wittgenstein"],
  ["Nguyễn Thị Minh Khai", "Wolfeschlegelsteinhausenbergerdorff"],
];

let gallery: Gallery;

beforeAll(async () => {
  gallery = await Gallery.open();
  const { server, people, spaces } = gallery.office;
  const handbook = spaces.get("Handbook") as string;
  const templates = {
    report: { name: "Weekly report", order: 0, title: "Report of the week", text: "## Done\n\n## Next\n" },
    rule: { name: "A new rule of the house", order: 1, text: "We do … because …", expects: { what: "decision" } },
  };
  await ask(server, people.get("Ana Ribeiro") as TestPerson, [
    ["Space/set", { accountId: handbook, update: { [handbook]: { templates } } }, "0"],
  ]);
});

afterAll(() => gallery?.close());

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("you, your devices, people and Spaces", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/settings");
    await page.locator('main input[autocomplete="name"]').waitFor();
    await visit.shows("settings-you");
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await visit.shows("settings-you-end");
    await page.goto("/settings/sessions");
    await page.getByText(visit.says("settings.session.here"), { exact: true }).waitFor();
    await visit.shows("settings-devices");
    await page.goto("/settings/people");
    await page.getByRole("button", { name: visit.says("people.actions", { name: "Bo Lindqvist" }) }).waitFor();
    await page.getByRole("button", { name: visit.says("people.open.endNamed", { name: "Bo Lindqvist" }) }).waitFor();
    await visit.shows("settings-people");
    await page.getByRole("button", { name: visit.says("people.actions", { name: "Bo Lindqvist" }) }).click();
    await page.getByRole("menuitem").first().waitFor();
    await visit.shows("settings-people-menu");
    await page.getByRole("menuitem", { name: visit.says("people.deactivate") }).click();
    await visit.button("people.deactivate.yes", page.getByRole("dialog")).waitFor();
    await visit.shows("deactivate");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goto("/settings/spaces");
    await page.locator("main").getByText("Handbook").waitFor();
    await visit.shows("settings-spaces");
    await page.getByRole("link", { name: visit.says("spaces.manageNamed", { name: "Handbook" }) }).click();
    await page
      .getByRole("button", { name: visit.says("spaces.member.removeNamed", { name: "Bo Lindqvist" }) })
      .waitFor();
    await visit.shows("space-settings");
    await visit.button("spaces.leave").click();
    await visit.button("spaces.leave.yes", page.getByRole("dialog")).waitFor();
    await visit.shows("space-leave");
    await page.keyboard.press("Escape");
    await page.goto("/settings/spaces/new");
    await page.locator("main form textarea").waitFor();
    await visit.shows("space-new");
    await page.locator('main form button[type="submit"]').click();
    await page.getByText(visit.says("spaces.name.empty")).waitFor();
    await visit.shows("space-new-wrong");
    await visit.close();
  });
});

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("the templates of a Space", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/settings/spaces/${gallery.office.spaces.get("Handbook")}`);
    const edit = page.getByRole("button", { name: visit.says("template.editNamed", { name: "Weekly report" }) });
    await edit.evaluate((one) => one.scrollIntoView({ block: "center" }));
    await visit.shows("space-templates");
    await edit.click();
    await page.getByRole("textbox", { name: visit.says("template.text") }).waitFor();
    await visit.shows("space-template");
    await visit.close();
  });
});

// After the others: whoever is invited stands in their pictures.
describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("inviting", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto("/settings/people/invite");
    const names = page.getByRole("textbox", { name: visit.says("people.invite.names") });
    await names.waitFor();
    await visit.shows("invite");
    const { name } = look;
    const [zoe, max] = NEW[LOOKS.indexOf(look)] as [string, string];
    await names.fill(
      `${zoe} <zoe.${name}@example.org>\n${max}, max.${name}@example.org\nBo Lindqvist\nnobody at all@\nana.ribeiro@example.org`,
    );
    await page.getByText(`zoe.${name}@example.org`).last().waitFor();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await visit.shows("invite-preview");
    await page.locator('main form button[type="submit"]').click();
    await expect.poll(() => page.locator('input[value*="/join#"]').count()).toBe(3);
    await page.evaluate(() => window.scrollTo(0, 0));
    await visit.shows("invite-links");
    await visit.button("people.invite.done").click();
    await page.getByRole("dialog").waitFor();
    await visit.shows("invite-leave");
    await visit.close();
  });
});
