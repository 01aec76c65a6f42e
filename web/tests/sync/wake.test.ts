// A server that does not answer, and how it is looked for again: how soon that is said, what cuts it short, and what one
// tab does for another.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { openSync } from "../../src/sync";
import { Server, type TestPerson } from "../support/server";
import { Device, eventually, until } from "./devices";

/** Longer than any test: nothing happens by itself. */
const NEVER = 100_000_000;

let server: Server;
let ana: TestPerson;
let space: Id;
let one: Device;
beforeAll(async () => {
  server = await Server.start();
  ana = await server.person("Ana", "admin");
});
afterEach(() => one.sync.close());
afterAll(() => server.remove());

/** Online, with this much patience from now on. */
async function patient(answer: number, pause: number): Promise<void> {
  one = new Device(server, ana);
  await one.open({ patience: { first: pause, most: pause, answer } });
  await one.settled();
  space ??= await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
}

/** From now on nothing is answered. */
function silence(): void {
  one.line.silent = /./;
  one.line.cut();
  one.line.down = false;
}

const sessions = () => one.line.requests.filter((url) => url.endsWith("/jmap/session")).length;
const more = (than: number) =>
  eventually(
    async () => sessions(),
    (count) => count > than,
    "another look for the server",
  );

test("a server that does not answer is soon said to be out of reach, and stays so until it answers", async () => {
  await patient(1000, 50);
  const said = new Set<string>();
  silence();
  await until(one.sync.status(), (status) => status.connection === "offline");
  const stop = one.sync.status().subscribe((status) => said.add(status.connection));
  await more(sessions() + 1);
  stop();
  expect([...said]).toEqual(["offline"]);
  one.up();
  await one.settled();
});

test("so is one that answers no request any more, though its stream is still open", async () => {
  await patient(1000, 50);
  one.line.silent = /./;
  const id = await one.sync.send(space, { kind: "topic", title: "Waits" }, { undoSeconds: 0 });
  await until(one.sync.status(), (status) => status.connection === "offline");
  one.up();
  await until(one.sync.item(space, id), (view) => view !== null && !view.waiting);
});

test("a server that takes its time with a request is not said to be out of reach", async () => {
  await patient(8000, 50);
  one.line.silent = /api/;
  const before = sessions();
  const said = new Set<string>();
  const stop = one.sync.status().subscribe((status) => said.add(status.connection));
  await one.sync.send(space, { kind: "topic", title: "Slow" }, { undoSeconds: 0 });
  await more(before);
  stop();
  expect([...said]).toEqual(["online"]);
});

test("whoever wants the server to be looked for does not wait for an answer that never comes", async () => {
  await patient(NEVER, NEVER);
  silence();
  await until(one.sync.status(), (status) => status.connection !== "online");
  for (let looks = 0; looks < 3; looks++) {
    const before = sessions();
    one.sync.wake();
    await more(before);
  }
  one.up();
  await one.settled();
});

test("closing waits for no answer", async () => {
  await patient(NEVER, NEVER);
  silence();
  const before = sessions();
  one.sync.wake();
  await more(before);
  await one.sync.close();
});

test("whoever signs in again in one tab wakes the tab that leads", async () => {
  await patient(10_000, 50);
  one.line.before = () => new Response(JSON.stringify({ detail: "sign in" }), { status: 401 });
  one.line.cut();
  one.line.down = false;
  await until(one.sync.status(), (status) => status.signedOut);
  one.line.before = undefined;
  const tab = await openSync(one.options);
  await until(one.sync.status(), (status) => status.connection === "online" && !status.signedOut);
  await tab.close();
});
