// The editor in its states, as gallery.test.ts.
import { afterAll, beforeAll, describe, it } from "vitest";
import { Gallery, LOOKS } from "../support/gallery";

let gallery: Gallery;
let thread: string;

beforeAll(async () => {
  gallery = await Gallery.open();
  const { ids, spaces } = gallery.office;
  thread = `/s/${spaces.get("Checkout redesign")}/t/${ids.get("postcode")}`;
});

afterAll(() => gallery?.close());

const ALL = [
  "## What is left\n\nBoth are **ready**, one of them [since Monday](https://example.org), @Maja Novak:",
  "- [x] the form\n- [ ] the letter to support\n- [ ] `make demo` on a clean machine",
  "> שלום לכולם, זה מוכן",
  "```ts\nconst shade: Shade = darker(paper);\n```",
  "| Partner | Asks for it |\n|---|---|\n| Lisbon | yes |\n| Tokyo | no |",
].join("\n\n");

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("writing in the editor", async () => {
    const visit = await gallery.ana(look);
    const { device, page } = visit;
    await page.goto(thread);
    const editor = await device.editor(visit.says("thread.answer"));
    const inView = () => page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await device.writes(ALL, editor);
    await editor.locator("td").first().click();
    await visit.button("composer.rowBelow").waitFor();
    await inView();
    await visit.shows("editor-table");
    await editor.fill("");
    await editor.pressSequentially("/");
    await page.getByRole("listbox").waitFor();
    await visit.shows("editor-forms");
    await editor.fill("");
    await editor.pressSequentially("Thank you :ta");
    await page.getByRole("listbox").waitFor();
    await visit.draws("editor-emoji");
    await editor.fill("");
    await editor.pressSequentially("As in [[w");
    await page.getByRole("listbox").waitFor();
    await visit.shows("editor-threads");
    await page.keyboard.press("Enter");
    await editor.pressSequentially("and #");
    await page.getByRole("listbox").waitFor();
    await visit.draws("editor-spaces");
    await editor.fill("");
    await editor.pressSequentially("the plan");
    await editor.press("Control+a");
    await visit.button("composer.link", page.locator("#answer")).click();
    await page.keyboard.type("not yet");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await visit.draws("editor-link");
    await page.keyboard.press("Escape");
    await visit.button("composer.markdown").click();
    await device.writes("See [this][1].\n\n[1]: https://example.org", page.locator("#answer textarea"));
    await visit.button("composer.markdown").click();
    await page.getByText(visit.says("composer.markdownOnly")).waitFor();
    await inView();
    await visit.draws("editor-markdown-only");
    await visit.empties(page.locator("#answer [data-write]"));
    await page.locator("article p").first().click({ clickCount: 3 });
    await page
      .getByRole("button", { name: visit.says("post.quoteWords"), exact: true })
      .first()
      .waitFor();
    await visit.shows("quote-words");
    await visit.close();
  });
});
