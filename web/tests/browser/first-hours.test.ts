// The sentence about hours when somebody comes in. On the server it is Wednesday, the second of December 2026, ten in the
// morning in Lisbon.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PersonRhythm } from "../../src/generated/types";
import { atAnyHour, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

const USUAL = [{ from: "09:00", to: "17:00" }];

let browser: Browser;
let server: Server;
let ana: TestPerson;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart("@2026-12-02 10:00:00");
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** What the server has of the hours of whoever sits there. */
const has = async (device: Device): Promise<PersonRhythm | null> => {
  const { username, workspaceAccountId: accountId } = await device.session();
  const [got] = await device.asks([["Person/get", { accountId, ids: [username] }, "0"]]);
  const [person] = (got?.[1]["list"] ?? []) as Array<{ rhythm?: PersonRhythm | null }>;
  return person?.rhythm ?? null;
};

/** As soon as they are there: coming in waits for nothing. */
const written = async (device: Device): Promise<PersonRhythm> => {
  await expect.poll(() => has(device)).not.toBeNull();
  return (await has(device)) as PersonRhythm;
};

const days = (rhythm: PersonRhythm) => rhythm.hours?.map(({ weekday, spans }) => [weekday, ...spans]);
const usual = (...week: string[]) => week.map((weekday) => [weekday, ...USUAL]);

it("the first admin agrees to usual hours by coming in, and has them", async () => {
  hers = await Device.open(browser, server);
  const { page } = hers;
  await page.goto(server.firstLink as string);
  await page.getByText("You are in Lisbon and work Monday to Friday, 09:00 to 17:00.").waitFor();
  await hers.isAccessible();
  await hers.picture("first-hours");
  await hers.turns("dark");
  await hers.picture("first-hours-dark");
  await hers.turns("light");
  await page.goto("about:blank");
  await hers.joins(server.firstLink as string, { name: "Ana", email: "ana.first@example.org" });
  const rhythm = await written(hers);
  expect([rhythm.zone, days(rhythm)]).toEqual(["Europe/Lisbon", usual("mo", "tu", "we", "th", "fr")]);
  // What is not said is not written: things arrive at any time of these hours.
  expect(rhythm.arrivals ?? []).toEqual([]);
  await page.goto("/hours");
  await page.getByText("Things reach you now, until 17:00.").first().waitFor();
  await page.getByText("You have not said them yet.").waitFor({ state: "detached" });
  await hers.close();
});

it("who is invited has the week of the country, and what an admin said before stays", async () => {
  ana = await server.person("Ana Ribeiro", "admin");
  const noa = await server.person("Noa");
  const look = { language: "he-IL", zone: "Asia/Jerusalem" };
  const device = await Device.open(browser, server, look);
  await device.page.goto(noa.link);
  await device.page.getByText("You are in Jerusalem and work Sunday to Thursday").waitFor();
  await device.page.goto("about:blank");
  await device.joins(noa.link);
  const rhythm = await written(device);
  expect([rhythm.zone, days(rhythm)]).toEqual(["Asia/Jerusalem", usual("mo", "tu", "we", "th", "su")]);
  await device.close();

  const bo = await server.person("Bo");
  await works(server, bo, { zone: "Asia/Tokyo", arrivals: ["10:00"] });
  const his = await Device.open(browser, server);
  await his.joins(bo.link);
  await his.page.goto("/hours");
  await his.page.getByText("Next arrival time:").first().waitFor();
  expect(await has(his)).toMatchObject({ zone: "Asia/Tokyo", arrivals: ["10:00"] });
  expect(await his.page.evaluate(() => localStorage.getItem("meanwhile-first-hours"))).toBeNull();
  await his.close();
});

it("who has other hours says so with one press, and is led to them; on a German phone too", async () => {
  const maja = await server.person("Maja");
  const phone = await Device.open(browser, server, {
    width: 390,
    height: 844,
    language: "de-DE",
    zone: "Europe/Berlin",
  });
  const { page } = phone;
  await page.goto(maja.link);
  await page.getByText("Du bist in Berlin und arbeitest Montag bis Freitag, 09:00 bis 17:00.").waitFor();
  await page.getByRole("checkbox", { name: "Bei mir ist es anders" }).check();
  await page.getByText("Du wirst danach gefragt, sobald du drin bist.").waitFor();
  await phone.isAccessible();
  await phone.fits();
  await page.getByRole("checkbox", { name: "Bei mir ist es anders" }).scrollIntoViewIfNeeded();
  await phone.picture("first-hours-phone");
  await page.locator('input[type="password"]').fill("correct horse battery");
  await page.locator('button[type="submit"]').click();
  await page.getByRole("heading", { name: "Stunden & freie Tage" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/hours");
  expect(await written(phone)).toMatchObject({ zone: "Europe/Berlin" });
  expect((await has(phone))?.hours ?? []).toEqual([]);
  await page.getByText("Du hast noch keine angegeben.").waitFor();
  await phone.close();
});

it("hours that could not be written at first are written later; nobody waits for them", async () => {
  const kofi = await server.person("Kofi");
  const device = await Device.open(browser, server, { zone: "Africa/Accra" });
  let [refused, asked] = [true, 0];
  await device.context.route("**/jmap/api", async (route) => {
    const writes = (route.request().postData() ?? "").includes('"Person/set"');
    if (!writes) return route.fallback();
    asked++;
    return refused ? route.abort("internetdisconnected") : route.fallback();
  });
  await device.joins(kofi.link);
  await expect.poll(() => asked).toBeGreaterThan(0);
  expect(await has(device)).toBeNull();
  refused = false;
  await device.page.reload();
  expect(days(await written(device))).toEqual(usual("mo", "tu", "we", "th", "fr"));
  await device.close();
});

it("hours that somebody else has said meanwhile are not written over by a device that does not know of them yet", async () => {
  const nia = await server.person("Nia");
  const device = await Device.open(browser, server, { zone: "Africa/Accra" });
  await device.context.route("**/jmap/api", (route) => {
    const writes = (route.request().postData() ?? "").includes('"Person/set"');
    return writes ? route.abort("internetdisconnected") : route.fallback();
  });
  await device.joins(nia.link);
  await device.context.setOffline(true);
  await device.page.getByText("You are offline").first().waitFor();
  await works(server, nia, atAnyHour("Asia/Tokyo"));
  await device.context.unroute("**/jmap/api");
  await device.context.setOffline(false);
  await device.page.goto("/hours");
  await device.page.getByRole("heading", { name: "Hours & time off" }).waitFor();
  await device.page.getByText("You have not said them yet.").waitFor({ state: "detached" });
  expect(await has(device)).toMatchObject({ zone: "Asia/Tokyo" });
  await device.close();
});

/** The link that a door gives to Ana. */
const makes = (path: string, wish: object): Promise<string> =>
  hers.page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      return ((await answer.json()) as { link: string }).link;
    },
    [path, JSON.stringify(wish)] as const,
  );

it("by the link of a Space one is asked too; who sets a new password is not", async () => {
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
  await written(hers);
  const space = String((await server.order("space", "add", "--name", "Desk", "--member", ana.email))["spaceId"]);
  const wish = { role: "member", most: 3, expiresAt: "2026-12-09T10:00:00Z" };
  const link = await makes(`/auth/spaces/${space}/link`, wish);
  const lio = await Device.open(browser, server, { zone: "America/Sao_Paulo", language: "pt-BR" });
  await lio.page.goto(link);
  await lio.page.getByText("You are in Sao Paulo and work Monday to Friday").waitFor();
  await lio.page.goto("about:blank");
  await lio.joins(link, { name: "Lio", email: "lio@example.org" });
  expect((await written(lio)).zone).toBe("America/Sao_Paulo");
  await lio.close();

  const reset = await makes("/auth/links", { personId: ana.id, kind: "reset" });
  const other = await Device.open(browser, server);
  await other.page.goto(reset);
  await other.page.getByRole("heading", { name: "Set a new password" }).waitFor();
  expect(await other.page.getByText("You are in Lisbon").count()).toBe(0);
  await other.close();
});
