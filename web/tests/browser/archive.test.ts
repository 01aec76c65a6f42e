// What a team had before is brought in by the operator, found in the browser, opened where it was said, and answered: an
// archive of mail of our own, and those that `make test MAIL=… SLACK=…` names.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "../support/ask";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let hers: Device;
let folder: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  folder = await mkdtemp(join(tmpdir(), "meanwhile-archive-"));
  ana = await server.person("Ana", "admin");
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
  await hers.undoes(0);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function spaces(): Promise<string[]> {
  const { list } = (await server.order("space", "list")) as { list: { id: string }[] };
  return list.map((space) => space.id);
}

/** The title of a thread in that Space, with words to look for; null if there is none. */
async function someTitle(space: string): Promise<string | null> {
  const query = { accountId: space, filter: { kind: "topic" }, limit: 100 };
  const got = { accountId: space, "#ids": { resultOf: "q", name: "Item/query", path: "/ids" }, properties: ["title"] };
  const [, answer] = await ask(server, ana, [
    ["Item/query", query, "q"],
    ["Item/get", got, "g"],
  ]);
  const list = (answer?.[1]["list"] ?? []) as { title: string }[];
  const titles = list.map((item) => item.title.replace(/\s+/g, " ").trim());
  return titles.find((one) => /\p{L}{4}/u.test(one) && one.length < 60) ?? null;
}

/** Finds that thread by its title, opens it, and answers it. */
async function findsAndAnswers(title: string, answer: string): Promise<void> {
  const { page } = hers;
  const words = title.match(/\p{L}{4,}/gu) as string[];
  const filter = { text: words.join(" ") };
  // The index follows the import.
  await expect
    .poll(async () => (await ask(server, ana, [["Search/query", { accountId: ana.id, filter }, "0"]]))[0]?.[1]["total"])
    .toBeGreaterThan(0);
  await page.goto(`/search?q=${encodeURIComponent(filter.text)}`);
  await page.getByRole("link").filter({ hasText: title }).first().click();
  await page.getByRole("heading", { name: title }).first().waitFor();
  // A thread of which this device has read nothing yet may be drawn anew while one begins.
  const writes = async () => {
    await hers.reply().fill(answer);
    return page.getByRole("button", { name: "Send", exact: true }).isEnabled();
  };
  await expect.poll(writes).toBe(true);
  await hers.press("Send");
  await hers.arrived(answer);
}

it("an archive of mail is found and answered", async () => {
  const letter = (id: number, subject: string, text: string, more = "") =>
    `From: Yuki <yuki@example.jp>\r\nTo: list@example.org\r\nDate: Mon, 2 Nov 2009 0${id}:00:00 +0100\r\n` +
    `Message-ID: <${id}@example.jp>\r\n${more}Subject: ${subject}\r\n\r\n${text}\r\n`;
  await writeFile(join(folder, "1.eml"), letter(1, "Where does the ferry dock?", "It was moved, I heard."));
  const reply = "In-Reply-To: <1@example.jp>\r\n";
  await writeFile(join(folder, "2.eml"), letter(2, "Re: Where does the ferry dock?", "At the new quay.", reply));
  await server.order("space", "add", "--name", "Archive", "--member", ana.email);
  await server.order("import", "maildir", folder, "--space", "Archive");
  await findsAndAnswers("Where does the ferry dock?", "It still does, I was there.");
  await hers.page.getByText("At the new quay.").waitFor();
  expect(hers.complaints).toEqual([]);
});

it.runIf(process.env["MEANWHILE_TEST_MAIL"])("so is the archive that the tester names", async () => {
  const made = await server.order("space", "add", "--name", "Real mail", "--member", ana.email);
  await server.order("import", "maildir", process.env["MEANWHILE_TEST_MAIL"] as string, "--space", "Real mail");
  await findsAndAnswers((await someTitle(String(made["spaceId"]))) as string, "An answer to real mail.");
});

it.runIf(process.env["MEANWHILE_TEST_SLACK"])("so is the Slack export that the tester names", async () => {
  const before = await spaces();
  await server.order("import", "slack", process.env["MEANWHILE_TEST_SLACK"] as string, "--yes");
  for (const space of (await spaces()).filter((one) => !before.includes(one))) {
    // Where she may not come in, and where nothing has a title with words, she looks elsewhere.
    const title = await ask(server, ana, [
      ["Member/set", { accountId: space, create: { m: { personId: ana.id } } }, "0"],
    ]).then(
      () => someTitle(space),
      () => null,
    );
    if (title) return findsAndAnswers(title, "An answer to what was said in Slack.");
  }
  throw new Error("no Space of the export has a thread that she may read");
});
