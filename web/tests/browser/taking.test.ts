// One of several is enough, and what becomes of a question once its date has passed: three people in three browsers.
import type { Browser, Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { atAnyHour, ask, send, works } from "../support/ask";
import type { Device } from "../support/browser";
import type { Server, TestPerson } from "../support/server";
import { setTheStage, sitDown, strikeTheStage } from "../support/stage";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let yuki: TestPerson;
let space: string;
let hers: Device;
let bos: Device;
let yukis: Device;

beforeAll(async () => {
  const stage = await setTheStage("Ana", "Bo Lindqvist", "Yuki Tanaka");
  ({ browser, server } = stage);
  [ana, bo, yuki] = stage.people;
  space = await server.space("Release", ana, bo, yuki);
  for (const who of [ana, bo, yuki]) await works(server, who, atAnyHour());
  const looks = {
    bo: { ...bo, look: { width: 390, height: 844, scale: 2 } },
    yuki: { ...yuki, look: { language: "de-DE", scheme: "dark" as const } },
  };
  [hers, bos, yukis] = await sitDown(browser, server, ana, looks.bo, looks.yuki);
});

strikeTheStage(() => ({ browser, server, devices: { hers, bos, yukis } }));

const question = (device: Device): Locator =>
  device.page.getByRole("group", { name: /^(What is asked|Worum gebeten wird)$/ }).first();
const row = (device: Device, title: string): Locator => device.page.locator("#main li").filter({ hasText: title });

it("one of two is enough: who takes it has it alone, also without a network, and may give it back", async () => {
  const { page } = hers;
  await page.goto(`/s/${space}/write`);
  await page.getByRole("textbox", { name: "Title" }).fill("Who looks at the logs?");
  await page.getByRole("textbox", { name: "What you have to say" }).fill("@Bo Lindqvist or @Yuki Tanaka, please.");
  await hers.press("No reply needed");
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.getByRole("radio", { name: "One is enough" }).check();
  await page.getByText("The first answer ends it for all.").waitFor();
  await hers.isAccessible();
  await hers.picture("taking-composer.wide");
  await hers.press("Done");
  await page.getByText("Asks Bo Lindqvist or Yuki Tanaka for a reply").waitFor();
  await hers.press("Send");
  await question(hers).getByText("of Bo Lindqvist or Yuki Tanaka").waitFor();

  for (const device of [bos, yukis]) {
    await device.page.goto("/inbox");
    await row(device, "Who looks at the logs?").waitFor();
  }
  await bos.page.getByRole("link", { name: /Who looks at the logs/ }).click();
  await question(bos).waitFor();
  await bos.context.setOffline(true);
  await question(bos).getByRole("button", { name: "I take it" }).click();
  await question(bos).getByText("Takes it").waitFor();
  await bos.context.setOffline(false);
  // She is told, and has nothing to do.
  await yukis.page.getByText("Niemand wartet auf dich").waitFor();
  await yukis.page.getByRole("link", { name: "Zu lesen" }).first().click();
  await row(yukis, "Who looks at the logs?").getByText("fragt, und Bo Lindqvist übernimmt es").waitFor();
  await yukis.isAccessible();
  await yukis.picture("taking-told.wide-dark");
  await bos.isAccessible();
  await bos.picture("taking-thread.phone");
  await question(hers).getByText("Takes it").waitFor();
  await hers.picture("taking-thread.wide");

  await question(bos).getByRole("button", { name: "I take it" }).click();
  await yukis.page.getByRole("link", { name: /Wartet auf mich/ }).click();
  await row(yukis, "Who looks at the logs?").waitFor();
});

it("the first answer ends it for all of them", async () => {
  await yukis.page.getByRole("link", { name: /Who looks at the logs/ }).click();
  await question(yukis).getByRole("button", { name: "Antworten" }).click();
  await yukis.page.getByRole("textbox", { name: "Deine Antwort" }).fill("I have, it was the certificate.");
  await yukis.press("Senden");
  await question(bos).getByText("Answered").waitFor();
  expect(await question(bos).getByRole("button").count()).toBe(0);
  expect(await question(bos).getByText("Not yet").count()).toBe(0);
  await bos.page.goto("/inbox");
  await bos.page.getByText("Nobody waits for you").waitFor();
  await hers.page.goto("/inbox/i-wait-for");
  await hers.page.getByText("You wait for nobody").waitFor();
});

it("a date that has passed closes nothing: who asked asks again or needs it no more, who is asked answers now", async () => {
  const soon = new Date(Date.now() + 3_000).toISOString().replace(/\.\d+/, "");
  const expects = { what: "reply", of: [bo.id], by: soon };
  const titles = ["Which hall?", "Which hotel?"];
  const ids: string[] = [];
  for (const title of titles) {
    ids.push(await send(server, ana, space, { kind: "topic", title, text: "Tell me, please.", expects }));
  }
  await send(server, ana, space, {
    kind: "topic",
    title: "No hurry",
    text: "?",
    expects: { what: "reply", of: [bo.id] },
  });
  for (const device of [hers, bos]) {
    await device.page.goto(device === hers ? "/inbox/i-wait-for" : "/inbox");
    await row(device, "No hurry").waitFor();
  }
  // A page looks at the clock once a minute.
  await expect.poll(() => Date.now() > Date.parse(soon)).toBe(true);
  await bos.page.goto("/inbox");
  await bos.page.getByRole("heading", { name: "Date passed" }).waitFor();
  await bos.page.getByRole("heading", { name: "In time" }).waitFor();
  await bos.isAccessible();
  await bos.picture("passed-mine.phone");
  await hers.page.goto("/inbox/i-wait-for");
  await hers.page.getByRole("heading", { name: "Date passed" }).waitFor();
  await hers.isAccessible();
  await hers.picture("passed-theirs.wide");
  // What he was done with comes back to him once it is asked again.
  const done = [["Delivery/set", { accountId: bo.id, update: { [ids[0] as string]: { doneAt: soon } } }, "0"]];
  await ask(server, bo, done);
  await row(bos, "Which hall?").waitFor({ state: "detached" });
  await row(hers, "Which hall?").getByRole("button", { name: "Ask again" }).click();
  await hers.page.getByRole("dialog").waitFor();
  await hers.isAccessible();
  await hers.picture("passed-again.wide");
  await hers.page.getByRole("button", { name: /A date that works for everyone/ }).click();
  await hers.page.getByText(/Asked again, by .*: Which hall\?/).waitFor();
  await row(bos, "Which hall?").waitFor();
  await row(hers, "Which hotel?").getByRole("button", { name: "No longer needed" }).click();
  await row(bos, "Which hotel?").waitFor({ state: "detached" });
  await hers.press("Undo");
  await row(bos, "Which hotel?").waitFor();
  await row(bos, "Which hotel?").getByRole("link", { name: "Answer now" }).click();
  await bos.page.getByText("In answer to: Which hotel?").or(bos.reply()).first().waitFor();
  await bos.reply().fill("The one at the harbour.");
  await bos.press("Send");
  await row(hers, "Which hotel?").waitFor({ state: "detached" });
});
