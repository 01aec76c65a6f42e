// Random histories: people on devices act, go offline, lose answers, start anew, and the server is killed; then all come
// to rest. Every replica must equal what the server says, record by record, and every act must have happened once. Some
// devices have small windows: of what they claim to have, the same must hold.
import { afterAll, expect, test } from "vitest";
import { Postgres } from "../support/postgres";
import { Server } from "../support/server";
import { lies } from "./claims";
import { ask, device, Device, differences, eventually, truth } from "./devices";
import { History } from "./history";

/** Items in a small window. */
const FEW = 5;

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => server.remove())));

async function people(...args: string[]): Promise<{ server: Server; devices: Device[] }> {
  const server = await Server.start(...args);
  servers.push(server);
  const ana = await server.person("Ana", "admin");
  const [bo, cy] = [await server.person("Bo"), await server.person("Cy")];
  const windows = [undefined, FEW, undefined, FEW, FEW];
  const of = [ana, ana, bo, bo, cy].map((person, i) => device(server, person, `${person.name} ${i}`, windows[i]));
  return { server, devices: await Promise.all(of) };
}

const SEEDS = (process.env.SEEDS ?? "1,2,3,4").split(",").map(Number);
const ACTS = Number(process.env.ACTS ?? 90);

test.each([...SEEDS.map((seed) => [seed, "SQLite"]), [SEEDS[0], "PostgreSQL"]] as Array<[number, string]>)(
  "whatever happens, all devices end equal and every act has happened once (seed %i, %s)",
  async (seed, engine) => {
    const database = engine === "PostgreSQL" ? await Postgres.start() : undefined;
    const { server, devices } = await people(...(database ? ["--database", database.address] : []));
    const history = new History(seed, server, devices);
    try {
      await history.run(ACTS);
      await history.rest();
      for (const held of devices) {
        const plainly = async () => differences(await held.holds(), await truth(server, held.person));
        const untrue = () => (held.window === undefined ? plainly() : lies(held, server));
        await eventually(untrue, (found) => found.length === 0, `${held.name} differs from the server`);
      }
      for (const person of new Set(devices.map((held) => held.person))) {
        const fresh = await device(server, person, `${person.name} fresh`);
        expect(differences(await fresh.holds(), await truth(server, person))).toEqual([]);
        await fresh.sync.close();
        const small = await device(server, person, `${person.name} small`, FEW);
        await eventually(
          () => lies(small, server),
          (found) => found.length === 0,
          `${small.name} lies`,
        );
        await small.sync.close();
      }
      expect(await history.unaccounted()).toEqual([]);
    } catch (error) {
      console.error(`seed ${seed}\n${history.log.join("\n")}`);
      throw error;
    } finally {
      await Promise.all(devices.map((held) => held.sync.close()));
      await server.remove();
      await database?.remove();
    }
  },
  90_000,
);

test("a replica that ignores what was destroyed is caught", async () => {
  const { server, devices } = await people();
  const [one, two] = devices as [Device, Device];
  two.line.plant = (text) => text.replace(/"destroyed":\[[^\]]+\]/g, `"destroyed":[]`);
  const space = await one.sync.createSpace({ name: "Team", whoMayJoin: "members" });
  const id = await one.sync.send(space, { kind: "topic", title: "Soon gone" }, { undoSeconds: 0 });
  const key = `${space} Item ${id}`;
  // On both: what one device has not heard of yet, it takes back instead of deleting it.
  for (const device of [one, two]) {
    await eventually(
      () => device.holds(),
      (held) => held.has(key),
      "the Item",
    );
  }
  await one.sync.remove(space, id);
  await one.settled();
  const got = async () => (await ask(server, one.person, [["Item/get", { accountId: space, ids: [id] }]]))[0]!;
  await eventually(got, (said) => (said["notFound"] as string[]).length === 1, "the end of the Item");
  // Something later, so that it has certainly caught up.
  const later = await one.sync.send(space, { kind: "topic", title: "Later" }, { undoSeconds: 0 });
  await eventually(
    () => two.holds(),
    (held) => held.has(`${space} Item ${later}`),
    "the later Item",
  );
  expect(differences(await two.holds(), await truth(server, two.person)).join()).toContain(key);
  await Promise.all(devices.map((held) => held.sync.close()));
});
