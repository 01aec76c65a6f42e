// Away: out for a day by one press, for oneself or for somebody who can't, and who stands in. On the server it is Wednesday,
// the second of December 2026, ten in the morning in Lisbon.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, send, rhythmOf, workspaceOf, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let yuki: TestPerson;

let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart("@2026-12-02 10:00:00");
  ana = await server.person("Ana", "admin");
  yuki = await server.person("Yuki Tanaka");
  const gil = await server.person("Gil", "guest");
  const members = [ana, yuki, gil].flatMap(({ email }) => ["--member", email]);
  await server.order("space", "add", "--name", "Desk", ...members);
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
  await works(server, ana, { zone: "Europe/Lisbon" });
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const rhythm = (of: TestPerson) => rhythmOf(server, of);

const opens = async () => {
  await hers.page.goto("/hours");
  await hers.page.getByRole("heading", { name: "Hours & time off" }).waitFor();
};

it("out today is said by one press and taken back by another, by oneself or by an admin for somebody else", async () => {
  const { page } = hers;
  await opens();
  await hers.press("I am out today");
  await page.getByText("You are out today. What comes meanwhile arrives tomorrow 09:00.").waitFor();
  const today = { from: "2026-12-02", to: "2026-12-02" };
  expect((await rhythm(ana))?.timeOff).toMatchObject([today]);
  await page
    .getByText("Things reach you again tomorrow 09:00")
    .or(page.getByText(/tomorrow 09:00/))
    .first()
    .waitFor();
  await hers.isAccessible();
  await hers.picture("out-today");
  await hers.press("I am back");
  await page.getByText("You are back.").waitFor();
  expect((await rhythm(ana))?.timeOff).toEqual([]);
  await hers.press("Undo");
  await page.getByText("All is as it was before.").waitFor();
  expect((await rhythm(ana))?.timeOff).toMatchObject([today]);
  await hers.press("I am back");
  await page.getByText("You are back.").waitFor();

  // Whoever is ill does not say so first.
  await works(server, yuki, { zone: "Asia/Tokyo" });
  await page.goto(`/p/${yuki.id}`);
  await page.getByText("19:00 in Tokyo").first().waitFor();
  await hers.press("Out today");
  await page.getByText("Yuki Tanaka is out today. What comes meanwhile arrives tomorrow 00:00.").waitFor();
  expect((await rhythm(yuki))?.timeOff).toMatchObject([{ ...today, saidBy: ana.id }]);
  await hers.isAccessible();
  await hers.press("Back today");
  await page.getByText("Yuki Tanaka is back.").waitFor();
  expect((await rhythm(yuki))?.timeOff).toEqual([]);
  await page.context().setOffline(true);
  await hers.press("Out today");
  await page.getByRole("alert").waitFor();
  await page.context().setOffline(false);
});

it("a deputy is chosen with the days off, and it is said if that person is away too", async () => {
  const { page } = hers;
  await works(server, yuki, { zone: "Asia/Tokyo", timeOff: [{ from: "2026-12-14", to: "2026-12-15" }] });
  await opens();
  await hers.press("Plan time off");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First day").fill("2026-12-10");
  await dialog.getByLabel("Last day").fill("2026-12-14");
  const covered = dialog.getByLabel("Covered by");
  // Neither oneself nor guests.
  expect(await covered.locator("option").allInnerTexts()).toEqual(["Nobody", "Yuki Tanaka"]);
  await covered.selectOption("Yuki Tanaka");
  await dialog.getByText("Yuki Tanaka is off too: Mon 14 December – Tue 15 December.").waitFor();
  await hers.isAccessible();
  await hers.picture("deputy");
  await dialog.getByRole("button", { name: "Plan time off" }).click();
  await page.getByRole("complementary").getByText("Covered by Yuki Tanaka.").waitFor();
  expect((await rhythm(ana))?.timeOff?.at(-1)?.coveredBy).toBe(yuki.id);
  await page.getByRole("button", { name: /^Delete Thu 10/ }).click();
  await page.getByText("None is planned.").waitFor();
  await works(server, yuki, { zone: "Asia/Tokyo" });
});

it("the composer says who stands in for whom it asks, and the deputy finds it in the Inbox", async () => {
  const { page } = hers;
  const bo = await server.person("Bo");
  await server.order(
    "space",
    "add",
    "--name",
    "Team",
    "--member",
    ana.email,
    "--member",
    yuki.email,
    "--member",
    bo.email,
  );
  await works(server, yuki, { zone: "Europe/Lisbon" });
  await works(server, bo, {
    zone: "Europe/Lisbon",
    timeOff: [{ from: "2026-12-01", to: "2026-12-04", coveredBy: yuki.id }],
  });
  await page.goto("/");
  await page.getByRole("link", { name: /Team/ }).click();
  await hers.page.getByRole("link", { name: "Write" }).first().click();
  await page.getByRole("textbox", { name: "Title" }).fill("Checkout fails");
  const text = await hers.editor("What you have to say");
  await text.click();
  await page.keyboard.type("Look, @Bo");
  await page.getByRole("option", { name: "Bo" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "No reply needed" }).click();
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.getByText("Bo is off until Monday. Yuki Tanaka stands in for Bo, and hears of it.").waitFor();
  await hers.isAccessible();
  await hers.picture("stands-in");
  await page.keyboard.press("Escape");
  await hers.undoes(0);
  await hers.press("Send");
  await page.getByRole("heading", { name: "Checkout fails" }).waitFor();

  // It stays with what was said, from the hours of whom it reaches, until it is so.
  await page.getByText("Bo will have it by Monday 09:00.").waitFor();
  await hers.picture("will-have-it");

  const his = await Device.open(browser, server);
  await his.joins(yuki.link);
  await his.page.goto("/inbox");
  await his.page
    .getByRole("navigation", { name: "Which part of the Inbox" })
    .getByRole("link", { name: "To read" })
    .click();
  await his.page.getByText("asks Bo, for whom you stand in").waitFor();
  await his.isAccessible();
  await his.picture("covering");
  await his.page.getByText("asks Bo, for whom you stand in").click();
  await his.page.getByRole("heading", { name: "Checkout fails" }).waitFor();
  expect(await his.page.getByText(/will have it by/).count()).toBe(0);

  // Of a Space that she is not in she is told that it asks, and until when.
  const solo = ["space", "add", "--name", "Solo", "--member", ana.email, "--member", bo.email];
  const space = String((await server.order(...solo))["spaceId"]);
  const expects = { what: "reply", of: [bo.id], by: "2026-12-10T12:00:00Z" };
  const secret = await send(server, ana, space, { kind: "topic", title: "A secret", text: "?", expects });
  await his.page.goto("/inbox/to-read");
  const told = his.page.getByText(/^Bo is asked something by .*10 December.*, in a Space that you are not in\.$/);
  await told.waitFor();
  expect(await his.page.getByText("A secret").count()).toBe(0);
  await his.isAccessible();
  await his.picture("covering-elsewhere");
  await his.page.setViewportSize({ width: 390, height: 844 });
  await his.turns("dark");
  await his.fits();
  await his.picture("covering-elsewhere-phone-dark");
  await his.page
    .getByRole("group", { name: /Bo is asked/ })
    .getByRole("button", { name: "Done" })
    .click();
  await told.waitFor({ state: "detached" });
  await his.press("Undo");
  await told.waitFor();
  await his.close();
  await page.goto(`/s/${space}/t/${secret}`);
  await page.getByRole("heading", { name: "A secret" }).waitFor();
  await hers.writes("And what do you think, @Bo?");
  await page.getByRole("button", { name: "No reply needed" }).click();
  await page.getByRole("radio", { name: "A reply" }).check();
  await page.getByText("Yuki Tanaka stands in for Bo, is not in this Space, and hears only that you ask").waitFor();
});

it("on the first day back one page says what waits, what needs one no longer, and where something was said", async () => {
  const team = String((await server.order("space", "add", "--name", "Shop", "--member", ana.email))["spaceId"]);
  const bo = await server.person("Bo Lindqvist");
  await ask(server, ana, [
    ["Member/set", { accountId: team, create: { m: { personId: bo.id, role: "member" } } }, "0"],
  ]);
  const off = [{ from: "2026-12-01", to: "2026-12-04" }];
  // He was ill, and Ana has said so for him.
  const accountId = await workspaceOf(server, ana);
  const rhythm = { zone: "Europe/Lisbon", timeOff: off.map((days) => ({ ...days, saidBy: ana.id })) };
  await hers.asks([["Person/set", { accountId, update: { [bo.id]: { rhythm } } }, "0"]]);
  const his = await Device.open(browser, server);
  await his.joins(bo.link);
  // He is off: it is not told that he was.
  expect(await his.page.getByRole("region", { name: "While you were away" }).count()).toBe(0);
  const asks = { kind: "topic", text: "?", expects: { what: "reply", of: [bo.id] } };
  await send(server, ana, team, { ...asks, title: "Which date?" });
  const closed = await send(server, ana, team, { ...asks, title: "Which room?" });
  await send(server, ana, team, { kind: "topic", title: "Lunch", text: "Soup." });
  const by = { by: ana.id, at: "2026-12-03T10:00:00Z" };
  await ask(server, ana, [["Item/set", { accountId: team, update: { [closed]: { closed: by } } }, "0"]]);

  await server.stop();
  await server.restart("@2026-12-07 09:30:00");
  const { page } = his;
  await page.goto("/");
  const away = page.getByRole("region", { name: "While you were away" });
  await away.getByText("Tue 1 December – Fri 4 December. What waits for you stands above, and stays.").waitFor();
  await away.getByText("Ana said for you that you are out.").waitFor();
  await page
    .getByRole("link", { name: /Which date\?/ })
    .first()
    .waitFor();
  await away.getByRole("heading", { name: "Needs you no longer" }).waitFor();
  await away.getByRole("link", { name: /Which room\?/ }).waitFor();
  const said = away.getByRole("list", { name: "Where something was said" });
  await said.getByText(/^3 threads, last Wednesday 10:\d\d$/).waitFor();
  await his.isAccessible();
  await his.picture("while-away");
  await page.setViewportSize({ width: 390, height: 844 });
  await his.turns("dark");
  await his.fits();
  await his.picture("while-away-phone-dark");
  await his.turns("light");
  await page.setViewportSize({ width: 1360, height: 900 });

  await his.press("I have read the rest");
  await said.waitFor({ state: "detached" });
  await his.press("Undo");
  await said.getByText(/^3 threads/).waitFor();
  await his.press("I have read the rest");
  await said.waitFor({ state: "detached" });
  // What waits for him does so still.
  await page
    .getByRole("link", { name: /Which date\?/ })
    .first()
    .waitFor();
  await server.stop();
  await server.restart("@2026-12-08 09:30:00");
  await page.goto("/");
  await page
    .getByRole("link", { name: /Which date\?/ })
    .first()
    .waitFor();
  await away.waitFor({ state: "detached" });
  await his.close();
});
