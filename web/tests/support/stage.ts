// How the stories of a file begin and end: a browser, a server, and people who sit down at their desks.
import type { Browser } from "playwright-core";
import { afterAll, afterEach } from "vitest";
import { Device, launch, picturesOfFailures, type Look } from "./browser";
import { Server, type TestPerson } from "./server";

/** One of these for each of those. */
type Each<These extends unknown[], One> = { [Place in keyof These]: One };

/** A browser, and a server with these people, of whom the first is its admin. */
export async function setTheStage<Names extends string[]>(...names: Names) {
  const [browser, server] = await Promise.all([launch(), Server.start()]);
  const people: TestPerson[] = [];
  for (const name of names) people.push(await server.person(name, people.length === 0 ? "admin" : "member"));
  return { browser, server, people: people as Each<Names, TestPerson> };
}

/** Each at a window of his own. What they send leaves at once. */
export async function sitDown<People extends Array<TestPerson & { look?: Look }>>(
  browser: Browser,
  server: Server,
  ...people: People
) {
  const devices = people.map(async ({ link, look }) => {
    const device = await Device.open(browser, server, look);
    await device.joins(link);
    await device.undoes(0);
    return device;
  });
  return (await Promise.all(devices)) as Each<People, Device>;
}

/** After each test all are online again, and of what failed there are pictures; at the end everything ends. */
export function strikeTheStage(
  on: () => {
    browser: Browser | undefined;
    server: Server | undefined;
    devices: Record<string, Device | undefined>;
  },
): void {
  picturesOfFailures(() => on().devices);
  afterEach(async () => {
    await Promise.all(Object.values(on().devices).map((device) => device?.context.setOffline(false)));
  });
  afterAll(async () => {
    const { browser, server } = on();
    await browser?.close();
    await server?.remove();
  });
}
