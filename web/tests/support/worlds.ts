// The workspaces of the full set of pictures: a lively one, one in which nothing is there yet, and one in which everything
// is longer than anybody would like.
import type { Browser } from "playwright-core";
import { utcDate } from "../../src/ui/time";
import { ask, atAnyHour, send, works } from "./ask";
import { Device } from "./browser";
import { openOffice } from "./office";
import { Server, type TestPerson } from "./server";

const PASSWORD = "correct horse battery";
const DAY = 86_400_000;

/** A workspace, and where its places are. */
export interface World {
  server: Server;
  /** Who looks: an admin, and somebody who is in a Space; often the same. */
  admin: TestPerson;
  member: TestPerson;
  space: string;
  /** The address of a thread. */
  thread: string;
  person: string;
  /** A word that is searched for. */
  word: string;
}

const soon = (days: number) => utcDate(Date.now() + days * DAY);
const date = (days: number) => soon(days).slice(0, 10);

/** Each has come in once, so that a password lets them in. */
async function comeIn(browser: Browser, server: Server, people: TestPerson[]): Promise<void> {
  for (const { link } of people) {
    const device = await Device.open(browser, server);
    await device.joins(link, { password: PASSWORD });
    await device.close();
  }
}

/** What one has written and not sent, what leaves later, and searches of one's own. */
async function desk(server: Server, by: TestPerson, spaceId: string, words: { title: string; text: string }) {
  const item = { kind: "topic", ...words };
  await ask(server, by, [
    ["Draft/set", { accountId: by.id, create: { k: { spaceId, item } } }, "0"],
    ["Submission/set", { accountId: by.id, create: { k: { spaceId, item, sendAt: soon(2) } } }, "1"],
    [
      "SavedSearch/set",
      { accountId: by.id, create: { k: { name: words.title.slice(0, 60), query: "is:open kind:topic" } } },
      "2",
    ],
  ]);
}

/** The office, with questions to Ana and by her, and something on her desk. */
export async function livelyWorld(browser: Browser): Promise<World> {
  const { server, people, spaces, ids } = await openOffice();
  const [ana, kofi, bo, yuki, maja] = ["Ana Ribeiro", "Kofi Mensah", "Bo Lindqvist", "Yuki Tanaka", "Maja Novak"].map(
    (name) => people.get(name) as TestPerson,
  ) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
  const space = spaces.get("Checkout redesign") as string;
  const asks = (by: TestPerson, title: string, text: string, what: string, of: TestPerson[], days?: number) =>
    send(server, by, space, {
      kind: "topic",
      title,
      text,
      expects: { what, of: of.map(({ id }) => id), ...(days === undefined ? {} : { by: soon(days) }) },
    });
  // What is said to her arrives, whenever the pictures are made.
  await works(server, ana, {
    ...atAnyHour(),
    timeOff: [{ from: date(25), to: date(35), note: "With my sister in Porto. Kofi knows the build." }],
  });
  await asks(
    kofi,
    "Which date do we tell the partners?",
    "The ninth leaves a week for the new form.",
    "decision",
    [ana, bo],
    3,
  );
  await asks(yuki, "May I take the Friday build?", "Nothing waits for it.", "reply", [ana], 9);
  await asks(bo, "The build is closed on Friday afternoon", "What you push waits.", "acknowledgement", [ana, kofi]);
  await asks(ana, "How many people see the old form?", "Rough numbers will do.", "reply", [kofi, yuki, bo], 4);
  await works(server, maja, { zone: "Europe/Zagreb", timeOff: [{ from: date(-2), to: date(9), note: "Skiing" }] });
  await desk(server, ana, space, {
    title: "What the old form still does",
    text: "Three things that nobody wrote down.",
  });
  await comeIn(browser, server, [ana]);
  const thread = `/s/${space}/t/${ids.get("postcode")}`;
  return { server, admin: ana, member: ana, space, thread, person: kofi.id, word: "postcode" };
}

/** An admin who is in no Space, and a member in one in which nobody has answered. */
export async function emptyWorld(browser: Browser): Promise<World> {
  const server = await Server.start();
  const admin = await server.person("Ana Ribeiro", "admin");
  const member = await server.person("Bo Lindqvist");
  const add = async (name: string) =>
    String((await server.order("space", "add", "--name", name, "--member", member.email))["spaceId"]);
  const [space, other] = [await add("Quiet corner"), await add("Handbook")];
  const thread = await send(server, member, other, {
    kind: "topic",
    title: "A first thought",
    text: "More will come.",
  });
  await comeIn(browser, server, [admin, member]);
  return { server, admin, member, space, thread: `/s/${other}/t/${thread}`, person: admin.id, word: "zeppelin" };
}

const WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
const LONG = `${WORD} and what became of it in all the years since then, told by those who were there and by some who were not`;

/** Names, titles and texts of lengths that happen. */
export async function longWorld(browser: Browser): Promise<World> {
  const server = await Server.start();
  const max = await server.person(
    "Maximiliane Wolfeschlegelsteinhausenbergerdorff von Hohenfels-Wittgenstein",
    "admin",
    "max@example.org",
  );
  const khai = await server.person(
    "Nguyễn Thị Minh Khai Phạm Hoàng Bảo Trân Lê Vũ Quỳnh Anh Đặng Thùy Dương",
    "member",
    "khai@example.org",
  );
  const flags = [max, khai].flatMap(({ email }) => ["--member", email]);
  const space = String((await server.order("space", "add", "--name", LONG.slice(0, 120), ...flags))["spaceId"]);
  await ask(server, max, [
    ["Space/set", { accountId: space, update: { [space]: { purpose: `${LONG}. ${LONG}.` } } }, "0"],
  ]);
  const table = `| one | two | three | four |\n|---|---|---|---|\n| ${WORD} | ${WORD} | 3 | 4 |`;
  const text = `${WORD.repeat(3)}\n\n\`\`\`\n${"const answer = await fetch(somewhere, { method: 'POST' });  ".repeat(3)}\n\`\`\`\n\n${table}\n\nhttps://example.org/${"a".repeat(180)}`;
  const of = [max.id];
  await works(server, max, {
    ...atAnyHour("America/Argentina/Buenos_Aires"),
    timeOff: [{ from: date(9), to: date(20), note: LONG }],
  });
  const thread = await send(server, khai, space, {
    kind: "topic",
    title: LONG.repeat(2).slice(0, 280),
    text,
    expects: { what: "decision", of, by: soon(3) },
  });
  await send(server, khai, space, { kind: "post", parentId: thread, text: `[@${max.name}](mw:${max.id}) ${LONG}` });
  await send(server, max, space, {
    kind: "topic",
    title: LONG,
    text,
    expects: { what: "reply", of: [khai.id], by: soon(2) },
  });
  await desk(server, max, space, { title: LONG, text: LONG });
  await comeIn(browser, server, [max]);
  return { server, admin: max, member: max, space, thread: `/s/${space}/t/${thread}`, person: khai.id, word: "became" };
}
