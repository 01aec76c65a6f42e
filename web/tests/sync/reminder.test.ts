// What waits until a date comes up once more before it, marked, as the devices of whom it asks have it; against the real
// server, whose clock stands two days before ours at first.
import { afterAll, beforeAll, expect, test } from "vitest";
import { utcDate } from "../../src/ui/time";
import { atAnyHour } from "../support/ask";
import { Server } from "../support/server";
import { device, until, type Device } from "./devices";

let server: Server;
let [anas, bos]: Device[] = [];

beforeAll(async () => {
  server = await Server.start();
  await server.stop();
  await server.restart("-50h");
  const ana = await server.person("Ana", "admin");
  const bo = await server.person("Bo");
  [anas, bos] = [await device(server, ana), await device(server, bo)];
});
afterAll(async () => {
  await Promise.all([anas, bos].map((d) => d?.sync.close()));
  await server.remove();
});

test("what is asked until a date comes once more before it, and says so", async () => {
  const me = bos!.sync.me;
  const space = await anas!.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  await bos!.sync.change(space, "Member", me, "create", { personId: me, role: "member" });
  const rhythm = atAnyHour("UTC");
  await bos!.sync.change(bos!.sync.workspaceAccount!, "Person", me, "update", { rhythm });
  await until(bos!.sync.space(space), (found) => found?.name === "Team");
  // So near that today is the last day, at whatever hour this runs.
  const by = utcDate(Date.now() + (4 * 60 - 1) * 60_000);
  const expects = { what: "reply" as const, of: [me], by };
  const question = await anas!.sync.send(
    space,
    { kind: "topic", title: "Which day?", text: "?", expects },
    { undoSeconds: 0 },
  );
  const before = await until(bos!.sync.inbox(), ({ waitsForMe }) => waitsForMe.length > 0);
  expect(before.waitsForMe[0]?.reminder).toBeUndefined();
  await server.stop();
  await server.restart();
  const after = await until(bos!.sync.inbox(), ({ waitsForMe }) => waitsForMe[0]?.reminder === true);
  expect(after.waitsForMe).toMatchObject([{ id: question, why: "asked", reminder: true }]);
  expect(after.waitsForMe[0]!.at).toBeGreaterThan(before.waitsForMe[0]!.at);
});
