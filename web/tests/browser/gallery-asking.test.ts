// Every screen in its states, as gallery.test.ts: what a text asks, when it reaches whom, and how a question stands.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, works } from "../support/ask";
import { Gallery, LOOKS, type Visit } from "../support/gallery";
import type { TestPerson } from "../support/server";

let gallery: Gallery;
let space: string;
/** Threads by what they show. */
const threads = new Map<string, string>();

const person = (name: string) => gallery.office.people.get(name) as TestPerson;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  gallery = await Gallery.open();
  const { server, spaces } = gallery.office;
  space = spaces.get("Checkout redesign") as string;
  const maja = person("Maja Novak");
  await works(server, maja, { zone: "Europe/Zagreb", timeOff: [{ from: day(-2), to: day(24) }] });

  const [ana, kofi, bo, yuki] = ["Ana Ribeiro", "Kofi Mensah", "Bo Lindqvist", "Yuki Tanaka"].map(person);
  const begins = async (name: string, by: TestPerson, title: string, text: string, expects: object) => {
    threads.set(name, await send(server, by, space, { kind: "topic", title, text, expects }));
  };
  const answers = (name: string, by: TestPerson, text: string) =>
    send(server, by, space, { kind: "post", parentId: threads.get(name), inAnswerTo: threads.get(name), text });
  const by = `${day(3)}T16:00:00Z`;
  await begins(
    "mine",
    kofi!,
    "Which date do we tell the partners?",
    "Both work for us. The ninth leaves a week for the new form, the second does not.",
    { what: "decision", of: [ana!.id, bo!.id], by },
  );
  await answers("mine", bo!, "The ninth, and I would say so today.");
  await begins(
    "others",
    ana!,
    "How many people see the old form?",
    "I need one number for each country; rough ones will do.",
    { what: "reply", of: [kofi!.id, yuki!.id, bo!.id, maja.id], by },
  );
  await answers("others", yuki!, "In Japan one in four, and falling.");
  await begins("done", ana!, "A name for the test", "Short, please.", { what: "reply", of: [kofi!.id, yuki!.id] });
  await answers("done", kofi!, "Postcard.");
  await answers("done", yuki!, "Postcard is good.");
  await begins(
    "gotIt",
    bo!,
    "The build is closed on Friday afternoon",
    "From two o’clock until four. Nothing is lost; what you push waits.",
    { what: "acknowledgement", of: [ana!.id, kofi!.id, yuki!.id], by },
  );
});

afterAll(() => gallery?.close());

describe.each(LOOKS)("in $name", { timeout: 120_000 }, (look) => {
  it("what a text asks, and when it reaches whom", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/s/${space}/t/${threads.get("done")}`);
    const answer = page.locator("#answer [data-write]");
    await answer.fill("Two of you know it best, @Bo Lindqvist and @Yuki Tanaka: keep it for a week?");
    await page
      .getByText(/Bo Lindqvist/)
      .last()
      .waitFor();
    await answer.blur();
    const control = page.locator("#answer form button[aria-expanded]").first();
    await control.scrollIntoViewIfNeeded();
    await visit.shows("ask-none");
    await control.click();
    await page.getByRole("radio", { name: visit.says("asking.what.decision") }).check();
    await page.getByRole("radio", { name: visit.says("asking.week") }).check();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("ask-panel");
    await visit.button("asking.done", page.locator("#answer")).click();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("ask-chip");
    await control.click();
    await page.getByRole("combobox", { name: visit.says("asking.add") }).fill("m");
    await page.getByRole("listbox").getByRole("option").first().waitFor();
    await visit.shows("ask-whom");
    await page.getByRole("option", { name: "Maja Novak" }).click();
    await page.getByRole("radio").nth(5).check();
    await visit.button("asking.done", page.locator("#answer")).click();
    await page.getByRole("button", { name: new RegExp(visit.says("reach.use", { day: ".+" })) }).waitFor();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("ask-too-soon");
    await answer.fill("All of you, @Bo Lindqvist, @Yuki Tanaka, @Kofi Mensah, @Priya Raman: keep it for a week?");
    const sentence = page.locator("#answer").getByRole("button", { name: /4/ });
    await sentence.click();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("ask-everybody");
    await visit.button("asking.takeOff").click();
    await visit.empties(answer);
    await visit.close();
  });

  it("a day that the text says", async () => {
    const visit = await gallery.ana(look);
    const { page } = visit;
    await page.goto(`/s/${space}/t/${threads.get("done")}`);
    const answer = page.locator("#answer [data-write]");
    await answer.fill("@Bo Lindqvist and @Yuki Tanaka, can you say so by Friday? Danach, bis 24.12., ist es zu spät.");
    await visit.button("offer.no").waitFor();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("ask-offer");
    await visit.empties(answer);
    await visit.close();
  });

  it("a question, in each of its states", async () => {
    const visit = await gallery.ana(look);
    for (const name of ["mine", "others", "done", "gotIt"]) await shows(visit, name);
    await visit.close();
  });
});

async function shows(visit: Visit, name: string): Promise<void> {
  const { page } = visit;
  const id = threads.get(name) as string;
  await page.goto(`/s/${space}/t/${id}`);
  const question = page.getByRole("group", { name: visit.says("asking.line") }).first();
  await question.waitFor();
  await page.locator("#answer [data-write]").waitFor();
  await visit.shows(`question-${name}`);
  // What the next look finds is what the server has.
  const stands = async () => {
    const [got] = await visit.device.asks([["Item/get", { accountId: space, ids: [id] }, "0"]]);
    const [item] = (got?.[1]["list"] ?? []) as Array<{ closed: object | null; answers: object }>;
    return [item?.closed, Object.keys(item?.answers ?? {})];
  };
  if (name === "others") {
    await visit.button("asking.close", question).click();
    await visit.button("asking.again", question).waitFor();
    await visit.shows("question-closed");
    await visit.button("asking.again", question).click();
    await visit.button("asking.close", question).waitFor();
    await expect.poll(async () => (await stands())[0], { timeout: 20_000 }).toBeNull();
  }
  if (name === "gotIt") {
    const button = question.locator("button[aria-pressed]");
    await button.click();
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    await visit.shows("question-got-it-given");
    await button.click();
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("false");
    await expect.poll(async () => (await stands())[1], { timeout: 20_000 }).toEqual([]);
  }
  if (name === "mine") {
    await visit.button("asking.answer", question).click();
    await page.locator("#answer").evaluate((one) => one.scrollIntoView({ block: "end" }));
    await visit.shows("question-answering");
  }
}
