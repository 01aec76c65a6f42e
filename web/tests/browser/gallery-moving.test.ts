// The gallery of what takes a thread elsewhere and somebody into one: every dialog in every look.
import { afterAll, beforeAll, describe, it } from "vitest";
import { Gallery, LOOKS, type Visit } from "../support/gallery";

let gallery: Gallery;

beforeAll(async () => {
  gallery = await Gallery.open();
});

afterAll(async () => {
  await gallery?.close();
});

const space = (name: string) => gallery.office.spaces.get(name) as string;

/** The dialog or menu that has just opened. */
const dialog = (visit: Visit) => visit.page.getByRole("dialog");

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("moving, splitting, merging and adding", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    const thread = async () => {
      await page.goto(`/s/${space("Checkout redesign")}/t/${gallery.office.ids.get("postcode")}`);
      await page.getByText("nothing moved by more than").waitFor();
      await page.evaluate(() => window.scrollTo(0, 0));
    };
    const menu = () => page.getByRole("button", { name: visit.says("thread.more") }).press("Enter");
    const entry = (id: "moving.move" | "moving.merge" | "moving.split") =>
      page.getByRole("menuitem", { name: visit.says(id) }).click();
    await thread();
    await menu();
    await page.getByRole("menuitem").first().waitFor();
    await visit.shows("thread-menu");
    await entry("moving.move");
    await dialog(visit).getByRole("option").first().waitFor();
    await visit.shows("move-choose");
    await dialog(visit).getByRole("option", { name: "Handbook" }).click();
    await dialog(visit).getByText("Handbook").first().waitFor();
    await visit.shows("move");
    await thread();
    await menu();
    await entry("moving.merge");
    await dialog(visit).getByRole("combobox").fill("release");
    await dialog(visit).getByRole("option").first().waitFor();
    await visit.shows("merge-choose");
    await dialog(visit).getByRole("option").first().click();
    await visit.shows("merge");
    await thread();
    const letter = page.getByRole("article").nth(1);
    await letter.hover();
    await letter.getByRole("button", { name: visit.says("post.more") }).click();
    await entry("moving.split");
    await dialog(visit).getByRole("textbox").first().fill("What the fraud score needs");
    await visit.shows("split");
    await thread();
    await page.getByRole("button", { name: visit.says("add.open") }).click();
    await dialog(visit).getByRole("option").first().waitFor();
    await visit.shows("add-choose");
    await dialog(visit).getByRole("option").first().click();
    await dialog(visit).locator("fieldset, [role=radiogroup]").first().waitFor();
    await visit.shows("add");
    const side = dialog(visit).getByRole("radio").last();
    if (await side.count()) await side.check();
    await dialog(visit).getByRole("checkbox").nth(1).check();
    await visit.shows("add-side");
    await visit.close();
  });
});
