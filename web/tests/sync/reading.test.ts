// How far a person has read, on all of the person's devices, against the real server.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Id } from "../../src/generated/types";
import { Server, type TestPerson } from "../support/server";
import { send } from "../support/ask";
import { device, Device, now, until } from "./devices";

let server: Server;
let [ana, bo]: TestPerson[] = [];
let [one, two]: Device[] = [];
let space: Id;
const threads: Record<string, Id> = {};

beforeAll(async () => {
  server = await Server.start();
  [ana, bo] = [await server.person("Ana", "admin"), await server.person("Bo")];
  const made = await server.order("space", "add", "--name", "Team", "--member", ana.email, "--member", bo.email);
  space = String(made["spaceId"]);
  for (const title of ["Read", "Half", "Never"]) threads[title] = await says(bo, title);
  [one, two] = [await device(server, ana!, "one"), await device(server, ana!, "two")];
});
afterAll(async () => {
  await Promise.all([one, two].map((d) => d?.sync.close()));
  await server.remove();
});
afterEach(() => [one, two].forEach((d) => d?.up()));

const says = (by: TestPerson, title: string) => send(server, by, space, { kind: "topic", title, text: "Begins." });
const replies = (by: TestPerson, parentId: Id, text: string) =>
  send(server, by, space, { kind: "post", parentId, text });

/** What is new, by titles. */
const news = (d: Device) => d.sync.threads(space, 50);
const titles = (rows: Array<{ root: { title?: string | null }; unread: boolean }>) =>
  rows
    .filter((row) => row.unread)
    .map((row) => row.root.title)
    .sort();

/** Reads a thread to its end. */
async function reads(d: Device, thread: Id): Promise<void> {
  const view = await until(d.sync.thread(space, thread), (found) => found.how === "here");
  await d.sync.markRead(space, thread, view.posts.at(-1)?.seq ?? view.root!.seq);
}

test("what others say is new until one has read it, and one's own words never are", async () => {
  await until(news(one!), ({ rows }) => rows.length === 3);
  for (const title of ["Read", "Half"]) await reads(one!, threads[title]!);
  await until(news(one!), ({ rows }) => titles(rows).join() === "Never");
  await replies(bo!, threads["Half"]!, "More of it.");
  await replies(ana!, threads["Read"]!, "From elsewhere.");
  await until(news(one!), ({ rows }) => rows.find((row) => row.root.title === "Read")?.replies === 1);
  for (const d of [one!, two!]) await until(news(d), ({ rows }) => titles(rows).join() === "Half,Never");
  const told = async () => (await one!.sync.news(space)).map(({ title }) => title);
  expect(await told()).toEqual(["Half", "Never"]);
  await one!.sync.follow(space, threads["Half"]!, { muted: { until: null } });
  expect(await told()).toEqual(["Never"]);
  await one!.sync.follow(space, threads["Half"]!, { muted: null });
});

test("all of a Space is read in one act, and new again exactly as it was, also without a network", async () => {
  const before = async (d: Device) => {
    const views = Object.values(threads).map(async (id) => (await now(d.sync.thread(space, id))).readTo);
    return Promise.all(views);
  };
  const was = await before(one!);
  one!.line.cut();
  await until(one!.sync.status(), (status) => status.connection !== "online");
  const marks = await one!.sync.readAll(space);
  expect(marks.map(({ thread }) => thread)).toEqual([threads["Half"], threads["Never"]]);
  expect(titles((await now(news(one!))).rows)).toEqual([]);
  one!.up();
  await until(news(two!), ({ rows }) => titles(rows).length === 0);
  await one!.sync.unread(space, marks);
  expect(await before(one!)).toEqual(was);
  await until(news(two!), ({ rows }) => titles(rows).join() === "Half,Never");
  await one!.settled();
  expect(await before(two!)).toEqual(was);
  // Whoever opens one then has read it, and it stays so.
  await reads(two!, threads["Half"]!);
  await until(news(one!), ({ rows }) => titles(rows).join() === "Never");
});

test("what was never sent is taken back as if it had not been", async () => {
  one!.line.cut();
  await until(one!.sync.status(), (status) => status.connection !== "online");
  const marks = await one!.sync.readAll(space);
  await one!.sync.unread(space, marks);
  expect(titles((await now(news(one!))).rows)).toEqual(["Never"]);
  await reads(one!, threads["Never"]!);
  expect(titles((await now(news(one!))).rows)).toEqual([]);
  one!.up();
  await until(news(two!), ({ rows }) => titles(rows).length === 0);
});
