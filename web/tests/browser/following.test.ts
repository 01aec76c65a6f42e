// Following and muting: on all devices of whoever does it, without a network too, and nobody else's business.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { send } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let space: string;
let desk: Device;
let phone: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  space = String((await server.order("space", "add", "--name", "Release", "--member", ana.email))["spaceId"]);
  for (const title of ["Lunch", "The build is red", "Notes"]) {
    await send(server, ana, space, { kind: "topic", title, text: "To begin with." });
  }
  desk = await Device.open(browser, server);
  await desk.joins(ana.link);
  phone = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark" });
  await phone.signsIn(ana.email);
});

picturesOfFailures(() => ({ desk }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const opens = async (device: Device, title: string) => {
  await device.page.goto(`/s/${space}`);
  await device.page.getByRole("link", { name: new RegExp(title) }).click();
  await device.page.getByRole("heading", { name: title }).waitFor();
};

it("what one follows has a mark and a filter, on the other device too", async () => {
  await opens(desk, "The build is red");
  await desk.page.getByRole("button", { name: "Follow", exact: true }).click();
  await desk.page.getByRole("button", { name: "Following", pressed: true }).waitFor();
  await desk.isAccessible();
  await desk.picture("thread-followed");
  await phone.page.goto(`/s/${space}`);
  await phone.page.getByRole("group", { name: "Which threads" }).getByRole("button", { name: "Following" }).click();
  await expect.poll(() => phone.page.locator(`main a[href*="/t/"]`).count()).toBe(1);
  await phone.page.getByRole("link", { name: /The build is red/ }).waitFor();
  await phone.isAccessible();
  await phone.fits();
  await phone.picture("followed.phone-dark");
  await phone.page.getByRole("button", { name: "All threads" }).click();
  await expect.poll(() => phone.page.locator(`main a[href*="/t/"]`).count()).toBe(3);
});

it("a muted thread stands at the end until it is over, also when it was muted without a network", async () => {
  await opens(desk, "Notes");
  await desk.context.setOffline(true);
  const mute = desk.page.getByRole("combobox", { name: "Mute" });
  await mute.selectOption({ label: "For a week" });
  await expect
    .poll(() => mute.evaluate((field: HTMLSelectElement) => field.selectedOptions[0]?.text))
    .toMatch(/^Muted until/);
  await desk.page.getByRole("link", { name: "Release" }).first().click();
  const last = desk.page.locator("section").filter({ has: desk.page.getByRole("heading", { name: "Muted" }) });
  await last.getByRole("link", { name: /Notes/ }).waitFor();
  await desk.context.setOffline(false);
  await phone.page.goto(`/s/${space}`);
  await phone.page.getByRole("heading", { name: "Muted" }).waitFor({ timeout: 60_000 });
  await desk.isAccessible();
  await desk.picture("muted");
  await phone.isAccessible();
  await phone.picture("muted.phone-dark");
  await opens(phone, "Notes");
  await phone.page.getByRole("combobox", { name: "Mute" }).selectOption({ label: "Unmute" });
  await phone.picture("thread.phone-dark");
  await desk.page.getByRole("heading", { name: "Muted" }).waitFor({ state: "detached" });
});

it("a whole Space is followed and muted in the same way", async () => {
  await desk.page.goto(`/s/${space}`);
  await desk.page.getByRole("button", { name: "Follow", exact: true }).click();
  await desk.page.getByRole("combobox", { name: "Mute" }).selectOption({ label: "Until I say otherwise" });
  const follow = async () => {
    const [got] = await desk.asks([["Follow/get", { accountId: ana.id, ids: [`f${space.slice(1)}`] }, "0"]]);
    const [one] = (got?.[1]["list"] ?? []) as Array<{ followedAt?: string; muted?: { until?: string } | null }>;
    return one && { followed: Boolean(one.followedAt), muted: Boolean(one.muted), until: one.muted?.until ?? null };
  };
  await expect.poll(follow).toEqual({ followed: true, muted: true, until: null });
});
