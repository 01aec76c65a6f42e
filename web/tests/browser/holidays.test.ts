// Holidays as days off, and calendar files in and out. On the server it is Wednesday, the second of December 2026, ten in the
// morning in Lisbon.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rhythmOf, works } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  await server.stop();
  await server.restart("@2026-12-02 10:00:00");
  ana = await server.person("Ana Ribeiro", "admin");
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const opens = async () => {
  await hers.page.goto("/hours");
  await section().getByRole("combobox", { name: "Country" }).waitFor();
};

const section = () => hers.page.getByRole("region", { name: "Public holidays" });
const planned = async () => (await rhythmOf(server, ana))?.timeOff ?? [];
const dates = async () => (await planned()).map(({ from, to }) => (from === to ? from : `${from} ${to}`));

it("the holidays of the country one is in are kept free by one press, and that is taken back by another", async () => {
  await works(server, ana, {
    zone: "Europe/Lisbon",
    timeOff: [{ from: "2026-12-21", to: "2026-12-31", note: "Snow" }],
  });
  await opens();
  expect(await section().getByRole("combobox", { name: "Country" }).inputValue()).toBe("PT");
  const list = section().getByRole("list", { name: "Holidays: Portugal" });
  await list.getByText("Good Friday").waitFor();
  // It lies in days off that are planned; a Sunday takes nothing away.
  const christmas = list.getByRole("listitem").filter({ hasText: "Christmas Day" });
  await christmas.getByText("planned already").waitFor();
  expect(await christmas.getByRole("checkbox").isDisabled()).toBe(true);
  expect(await list.getByText("Easter Sunday").count()).toBe(0);
  await list.getByRole("checkbox", { name: /Corpus Christi/ }).uncheck();
  await hers.isAccessible();
  await section().scrollIntoViewIfNeeded();
  await hers.picture("holidays");
  await hers.turns("dark");
  await hers.picture("holidays-dark");
  await hers.turns("light");
  await hers.press("Keep these free");
  await section()
    .getByText(/more are planned as time off\./)
    .waitFor();
  const after = await dates();
  expect(after.slice(0, 4)).toEqual(["2026-12-08", "2026-12-21 2026-12-31", "2027-01-01", "2027-03-26"]);
  expect(after).not.toContain("2027-05-27");
  expect((await planned()).find(({ from }) => from === "2027-01-01")?.note).toBe("New Year's Day");
  await list.getByRole("listitem").filter({ hasText: "Good Friday" }).getByText("planned already").waitFor();
  // What was left out stays so.
  expect(await list.getByRole("checkbox", { name: /Corpus Christi/ }).isChecked()).toBe(false);
  await hers.isAccessible();
  await hers.picture("holidays-kept");
  await section().getByRole("button", { name: "Undo" }).click();
  await section().getByText("They are no longer planned.").waitFor();
  expect(await planned()).toMatchObject([{ from: "2026-12-21", to: "2026-12-31", note: "Snow" }]);
});

it("another country has others, a region of it more", async () => {
  await opens();
  await section().getByRole("combobox", { name: "Country" }).selectOption("DE");
  const list = section().getByRole("list", { name: "Holidays: Germany" });
  await list.getByText("Ascension Day").waitFor();
  expect(await list.getByText("Epiphany").count()).toBe(0);
  await section().getByRole("combobox", { name: "Region" }).selectOption("BY");
  await list.getByText("Epiphany").waitFor();
  await section().getByRole("combobox", { name: "Country" }).selectOption("PT");
});

const event = (...lines: string[]) => ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");
const file = (...events: string[]) => ["BEGIN:VCALENDAR", "VERSION:2.0", ...events, "END:VCALENDAR", ""].join("\r\n");
const holiday = (from: string, to: string, name: string) =>
  event(`DTSTART;VALUE=DATE:${from}`, `DTEND;VALUE=DATE:${to}`, `SUMMARY:${name}`);

it("a calendar file that is dropped is looked at before anything is written", async () => {
  const { page } = hers;
  await opens();
  const text = file(
    holiday("20261224", "20261227", "Closed for Christmas"),
    holiday("20270208", "20270213", "Ski\\, at last"),
    holiday("20270308", "20270309", "Strike"),
    holiday("20270306", "20270308", "A week-end"),
    holiday("20260601", "20260602", "Long ago"),
    event("DTSTART:20270210T100000Z", "DTEND:20270210T110000Z", "SUMMARY:Dentist"),
    event("DTSTART;VALUE=DATE:20270501", "RRULE:FREQ=SECONDLY", "SUMMARY:Every second"),
  );
  const row = section().locator("div", { hasText: "From a calendar file" }).last();
  const data = await page.evaluateHandle((text) => {
    const made = new DataTransfer();
    made.items.add(new File([text], "team.ics", { type: "text/calendar" }));
    return made;
  }, text);
  await row.dispatchEvent("dragover", { dataTransfer: data });
  await row.dispatchEvent("drop", { dataTransfer: data });
  const dialog = page.getByRole("dialog", { name: "Days from team.ics" });
  await dialog.getByText("Ski, at last").waitFor();
  await dialog.getByRole("listitem").filter({ hasText: "Closed for Christmas" }).getByText("planned already").waitFor();
  await dialog
    .getByRole("listitem")
    .filter({ hasText: "A week-end" })
    .getByText("takes nothing of your hours")
    .waitFor();
  await dialog.getByText("Past (1)").waitFor();
  await dialog.getByText("One appointment of some hours is left out.").waitFor();
  await dialog.getByText("One repeats itself in a way that is not followed").waitFor();
  await dialog.getByRole("checkbox", { name: /Strike/ }).uncheck();
  await hers.isAccessible();
  await hers.picture("calendar-file");
  await hers.turns("dark");
  await hers.picture("calendar-file-dark");
  await hers.turns("light");
  expect((await planned()).length).toBe(1);
  await dialog.getByRole("button", { name: "Plan one" }).click();
  await dialog.waitFor({ state: "detached" });
  await section().getByText("One more is planned as time off.").waitFor();
  expect((await planned()).at(-1)).toMatchObject({ from: "2027-02-08", to: "2027-02-12", note: "Ski, at last" });
});

const chooses = async (name: string, text: string | Buffer) => {
  const buffer = Buffer.from(text);
  await section().locator('input[type="file"]').setInputFiles({ name, mimeType: "text/calendar", buffer });
};

it("more days than there is room for are said to be so, and the next ones are taken", async () => {
  const { page } = hers;
  await opens();
  const at = (i: number) =>
    new Date(Date.UTC(2027, 2, 1) + i * 7 * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  await chooses(
    "many.ics",
    file(...Array.from({ length: 60 }, (_, i) => event(`DTSTART;VALUE=DATE:${at(i)}`, `SUMMARY:Day ${i}`))),
  );
  const dialog = page.getByRole("dialog", { name: "Days from many.ics" });
  await dialog.getByText("There is room for 48 of them, the next ones: 50 are the most.").waitFor();
  await hers.isAccessible();
  await dialog.getByRole("button", { name: "Plan 48" }).click();
  await section().getByText("48 more are planned as time off. 12 did not fit: 50 are the most.").waitFor();
  expect((await planned()).length).toBe(50);
  await page.getByRole("button", { name: "Show all 50" }).click();
  await hers.picture("time-off-many");
  await section().getByRole("button", { name: "Undo" }).click();
  await section().getByText("They are no longer planned.").waitFor();
  expect((await planned()).length).toBe(2);
});

it("a file that is none, is too large, or means harm is refused with words, and the page goes on", async () => {
  const { page } = hers;
  await opens();
  await chooses("picture.ics", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 255, 254]));
  await section().getByText("picture.ics is no calendar file.").waitFor();
  await hers.isAccessible();
  await section().getByRole("alert").scrollIntoViewIfNeeded();
  await hers.picture("calendar-file-refused");
  await chooses("whole.ics", file(event("DTSTART;VALUE=DATE:20270208", `DESCRIPTION:${"x".repeat(5_000_000)}`)));
  await section().getByText("whole.ics has more than 5 MB. Export a part of the calendar, a year say.").waitFor();
  await chooses("calls.ics", file(event("DTSTART:20270210T100000Z", "DTEND:20270210T110000Z")));
  await section().getByText("calls.ics has no whole days to come.").waitFor();
  const guests = Array.from({ length: 10_000 }, (_, i) => `ATTENDEE;CN=Guest ${i}:mailto:g${i}@example.org`);
  const bombs = Array.from({ length: 3_000 }, (_, i) =>
    event("DTSTART;VALUE=DATE:20100101", "RRULE:FREQ=DAILY", `SUMMARY:${i}`),
  );
  await chooses("bomb.ics", file(event("DTSTART;VALUE=DATE:20270215", "SUMMARY:Party", ...guests), ...bombs));
  // While it is read the page answers.
  const dialog = page.getByRole("dialog", { name: "Days from bomb.ics" });
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
  await dialog.getByText("Party").waitFor();
  await dialog.getByText(/repeat themselves in ways that are not followed/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect((await planned()).length).toBe(2);
  expect(hers.complaints).toEqual([]);
  expect(hers.strangers).toEqual([]);
});

it("days off go out as a calendar file, and come in again as what they were", async () => {
  const { page } = hers;
  await opens();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Calendar file of Mon 8 February/ }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("time-off-2027-02-08.ics");
  const text = readFileSync(await download.path(), "utf8");
  expect(text).toContain("DTSTART;VALUE=DATE:20270208\r\nDTEND;VALUE=DATE:20270213\r\n");
  expect(text).toContain("\r\nSUMMARY:Out of office: Ski\\, at last\r\n");
  await works(server, ana, { zone: "Europe/Lisbon" });
  await opens();
  await chooses("out.ics", text);
  const dialog = page.getByRole("dialog", { name: "Days from out.ics" });
  await dialog.getByText("Out of office: Ski, at last").waitFor();
  await dialog.getByRole("button", { name: "Plan one" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await dates()).toEqual(["2027-02-08 2027-02-12"]);
});

it("on a phone in German and in the dark all of it has room; without a network it says so", async () => {
  await hers.close();
  const phone = await Device.open(browser, server, { width: 390, height: 844, language: "de-DE", scheme: "dark" });
  hers = phone;
  await phone.signsIn(ana.email);
  const { page } = phone;
  await page.goto("/hours");
  const feiertage = page.getByRole("region", { name: "Feiertage" });
  await feiertage.getByText("Sexta-feira Santa").waitFor();
  await phone.isAccessible();
  await phone.fits();
  await feiertage.scrollIntoViewIfNeeded();
  await phone.picture("holidays-phone");
  const text = file(
    holiday("20270208", "20270213", "Ski"),
    holiday("20270308", "20270313", "Wanderwoche mit der ganzen Familie im Gebirge"),
  );
  await feiertage.locator('input[type="file"]').setInputFiles({
    name: "freie-tage-der-ganzen-abteilung.ics",
    mimeType: "text/calendar",
    buffer: Buffer.from(text),
  });
  await page.getByRole("dialog").getByText("Wanderwoche mit der ganzen Familie im Gebirge").waitFor();
  await phone.isAccessible();
  await phone.fits();
  await phone.picture("calendar-file-phone");
  await page.getByRole("dialog").getByRole("button", { name: "Abbrechen" }).click();
  await page.context().setOffline(true);
  await feiertage.getByRole("combobox", { name: "Land" }).selectOption("DE");
  await feiertage
    .getByText("Die Feiertage kommen mit dem Netz. Was du geplant hast, bleibt.")
    .or(feiertage.getByText("Die Feiertage ließen sich nicht holen."))
    .waitFor();
  await page.context().setOffline(false);
  await feiertage.getByRole("list", { name: "Feiertage: Deutschland" }).waitFor();
});
