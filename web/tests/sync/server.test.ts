// The support for tests itself: a server that is killed comes back at the same address with what it acknowledged.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../support/server";

let server: Server;
beforeAll(async () => void (server = await Server.start()));
afterAll(() => server.remove());

test("a server that was killed comes back where it was, with its people", async () => {
  const ana = await server.person("Ana", "admin");
  const before = server.url;
  await server.kill();
  await expect(fetch(`${before}/readyz`)).rejects.toThrow();
  await server.restart();
  expect(server.url).toBe(before);
  const session = await fetch(`${server.url}/jmap/session`, { headers: { authorization: `Bearer ${ana.token}` } });
  expect(await session.json()).toMatchObject({ username: ana.id });
});
