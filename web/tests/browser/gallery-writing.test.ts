// Every screen in its states, as gallery.test.ts: writing, and what one does with what was written.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { utcDate } from "../../src/ui/time";
import { ask, send } from "../support/ask";
import { Gallery, LOOKS, type Visit } from "../support/gallery";
import type { TestPerson } from "../support/server";

let gallery: Gallery;
let ana: TestPerson;
let handbook: string;
/** A thread that was changed twice, with a reply of somebody else's. */
let changed: string;

const OLD = "The desk is open from nine to five, on all days of the week.";
const OLDER = "The desk is open from nine to five, from Monday to Friday. In December it closes at **four**.";
const NOW = "The desk is open from **eight** to five, from Monday to Friday. In December it closes at four.";

beforeAll(async () => {
  gallery = await Gallery.open();
  const { server, people, spaces } = gallery.office;
  ana = people.get("Ana Ribeiro") as TestPerson;
  handbook = spaces.get("Handbook") as string;
  changed = await send(server, ana, handbook, { kind: "topic", title: "When the desk is open", text: OLD });
  for (const text of [OLDER, NOW]) await update(changed, { text });
  const templates = {
    report: {
      name: "Weekly report",
      order: 0,
      title: "Report of the week",
      text: "## Done\n\n- \n\n## Next\n\n- [ ] the first thing of Monday",
    },
    cover: { name: "Who covers whom", order: 1, title: "Who covers whom in …", expects: { what: "acknowledgement" } },
    rule: { name: "A new rule of the house, with its reasons and what it costs", order: 2, text: "We do … because …" },
  };
  await ask(server, ana, [["Space/set", { accountId: handbook, update: { [handbook]: { templates } } }, "0"]]);
  const maja = people.get("Maja Novak") as TestPerson;
  await send(server, maja, handbook, { kind: "post", parentId: changed, text: "Thank you, I tell the others." });
});

afterAll(() => gallery?.close());

/** Changes an Item, as another device of Ana's would. */
const update = (id: string, value: object) =>
  ask(gallery.office.server, ana, [["Item/set", { accountId: handbook, update: { [id]: value } }, "0"]]);

const close = (reason: string | null) =>
  ask(gallery.office.server, ana, [
    ["Space/set", { accountId: handbook, update: { [handbook]: { archivedAt: reason } } }, "0"],
  ]);

/** Opens a thread and gives its first post. */
async function opens(visit: Visit, id: string, words: string) {
  await visit.page.goto(`/s/${handbook}/t/${id}`);
  const first = visit.page.getByRole("article").first();
  await first.getByText(words).waitFor();
  await first.getByRole("group", { name: visit.says("post.actions"), exact: true }).waitFor({ state: "attached" });
  await visit.page.locator("#answer [data-write]").waitFor();
  return first;
}

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("beginning a thread", async () => {
    const visit = await gallery.ana(look);
    await visit.page.goto(`/s/${handbook}/write`);
    await visit.page.locator("main form [data-write]").waitFor();
    const start = visit.button("template.startFrom");
    await start.waitFor();
    await visit.shows("write");
    await start.click();
    await visit.page.getByRole("menuitem").first().waitFor();
    await visit.shows("write-start-from");
    await visit.page.getByRole("menuitem").first().click();
    await visit.page.getByText("Done", { exact: true }).waitFor();
    await visit.draws("write-begun");
    await visit.page.locator("main form input").first().fill("");
    await visit.empties(visit.page.locator("main form [data-write]"));
    await visit.close();
  });

  it("what one does with a post", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    const first = await opens(visit, changed, "from Monday to Friday");
    const dialog = page.getByRole("dialog").filter({ visible: true });
    await first.hover();
    await visit.button("post.react", first).click();
    await page.getByRole("button", { name: "👍", exact: true }).waitFor();
    await visit.shows("emoji-choice");
    await visit.button("emoji.all").click();
    await page.getByText("😀").first().waitFor();
    await visit.shows("emoji-all");
    await page.keyboard.press("Escape");
    await first.hover();
    await visit.button("post.more", first).click();
    await page.getByRole("menuitem").first().waitFor();
    await visit.shows("post-menu");
    await page.getByRole("menuitem", { name: visit.says("post.versions") }).click();
    await dialog.getByText("on all days of the week").waitFor();
    await visit.shows("versions");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await first.hover();
    await visit.button("post.more", first).click();
    await page.getByRole("menuitem", { name: visit.says("post.delete") }).click();
    await visit.button("post.delete", dialog).waitFor();
    await visit.shows("delete");
    await visit.button("cancel", dialog).click();
    await dialog.waitFor({ state: "detached" });
    await page.reload();
    await first.hover();
    await visit.button("post.edit", first).click();
    await page.getByRole("textbox", { name: visit.says("post.edit"), exact: true }).waitFor();
    await visit.shows("editor");
    const editor = page.getByRole("textbox", { name: visit.says("post.edit"), exact: true });
    await visit.device.writes(`${NOW.replace("four", "three")}\n\n- Ring twice.`, editor);
    await visit.button("edit.changes", first).click();
    await page
      .getByRole("region", { name: visit.says("edit.changes") })
      .locator("ins")
      .first()
      .waitFor();
    await visit.button("edit.changes", first).scrollIntoViewIfNeeded();
    await visit.shows("edit-changes");
    await visit.button("cancel", first).click();
    await visit.button("cancel", first).click();
    const answer = page.locator("#answer [data-write]");
    await answer.fill("As I said to ");
    await answer.press("End");
    await answer.pressSequentially("@m");
    await page.getByRole("listbox").getByRole("option").first().waitFor();
    await visit.shows("mention");
    await visit.empties(answer);
    await visit.close();
  });

  it("a question that is changed, and a draft that somebody is shown", async () => {
    const visit = await gallery.ana(look);
    const { device, page } = visit;
    await device.undoes(0);
    const [bo, maja, yuki] = ["Bo Lindqvist", "Maja Novak", "Yuki Tanaka"].map(
      (name) => gallery.office.people.get(name)?.id as string,
    );
    const title = `Who takes the keys (${look.name})`;
    const expects = { what: "reply", of: [bo, maja] };
    const text = "The office is closed on the 24th. Somebody has to be there for the plumber.";
    const id = await send(gallery.office.server, ana, handbook, { kind: "topic", title, text, expects });
    await update(id, { expects: { what: "decision", of: [maja, yuki] } });
    const first = await opens(visit, id, "for the plumber");
    await first.getByText(visit.says("asking.unasked")).waitFor();
    await visit.button("asking.change", first).click();
    await first.getByRole("group", { name: visit.says("asking.changing") }).waitFor();
    await visit.button("save", first).scrollIntoViewIfNeeded();
    await visit.shows("question-change");
    await visit.button("cancel", first).click();

    const answer = page.locator("#answer [data-write]");
    await device.writes("I would ask **Kofi**: he lives next door, and has the *blue* keys already.", answer);
    await visit.button("showing.to").click();
    const box = page.getByRole("dialog", { name: visit.says("showing.to") });
    await box.getByRole("option").first().waitFor();
    await visit.shows("show-to");
    await box.getByRole("option", { name: "Priya Raman" }).click();
    const line = page.getByRole("link", {
      name: visit.says("showing.shown", { name: "Priya Raman", when: "" }).trim(),
    });
    await line.waitFor();
    await line.scrollIntoViewIfNeeded();
    await visit.shows("shown-to");
    await line.click();
    await page.getByRole("article").first().getByRole("link", { name: title }).waitFor();
    await visit.shows("shown-thread");
    await page.goto("/drafts");
    await line.waitFor();
    await visit.shows("drafts-shown");
    await opens(visit, id, "for the plumber");
    await visit.empties(answer);
    await visit.close();
  });

  it("an edit that was refused, and a reply that came back", async () => {
    const visit = await gallery.ana(look);
    const { device, page } = visit;
    await device.undoes(0);
    const text = "The blue printer takes A4 only. The other one takes everything.";
    const title = `Which printer takes what (${look.name})`;
    const id = await send(gallery.office.server, ana, handbook, { kind: "topic", title, text });
    const first = await opens(visit, id, "takes A4 only");
    await first.hover();
    await visit.button("post.edit", first).click();
    const editor = page.getByRole("textbox", { name: visit.says("post.edit"), exact: true });
    await editor.fill("The blue printer takes **A4 and A5**. The other one takes everything.");
    await device.context.setOffline(true);
    await visit.button("save", first).click();
    await first.getByText("A4 and A5").waitFor();
    await update(id, { text: "The blue printer is broken. The other one takes everything." });
    await device.context.setOffline(false);
    await page.getByText(visit.says("refused.title")).waitFor({ timeout: 40_000 });
    await visit.shows("edit-refused");
    await visit.button("refused.discard", first).click();
    await page.getByText(visit.says("refused.title")).waitFor({ state: "detached" });

    await device.undoes(4);
    await page.locator("#answer [data-write]").fill("There is a third one on the second floor; it prints in colour.");
    await page.locator('#answer button[type="submit"]').click();
    await page.locator("[data-how=undoable]").waitFor();
    await close(utcDate(Date.now()));
    await page.getByText(visit.says("draft.cameBack")).waitFor();
    await close(null);
    const answer = page.locator("#answer [data-write]");
    await expect.poll(() => visit.device.written(answer)).toContain("third one");
    await answer.scrollIntoViewIfNeeded();
    await visit.shows("draft-came-back");
    await visit.empties(answer);
    await visit.close();
  });
});
