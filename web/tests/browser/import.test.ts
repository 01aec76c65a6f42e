// An admin drops a Slack export, sees what would come of it, has it brought in, and finds it; others are told to ask.
import { crc32 } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch, picturesOfFailures } from "../support/browser";
import { Server, type TestPerson } from "../support/server";

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let hers: Device;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo Lindqvist");
  hers = await Device.open(browser, server);
  await hers.joins(ana.link);
});

picturesOfFailures(() => ({ hers }));

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A zip of these files, uncompressed. */
function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x0800, 2);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(bytes.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), head, path, bytes);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    list.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), head, place, path);
    at += 30 + path.length + bytes.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** An export with so many more messages and channels. */
function slack(more: number): Buffer {
  const user = (id: string, name: string, email?: string) => ({ id, name, profile: { real_name: name, email } });
  const channel = (n: number) => ({
    id: `C${n}`,
    name: n ? `project-${n}` : "general",
    creator: "U1",
    members: ["U1", "U2", "U3"],
  });
  const said = (second: number, by: string, text: string) => ({
    type: "message",
    user: by,
    text,
    ts: `14${62177400 + second}.000001`,
  });
  const channels = Array.from({ length: 11 }, (_, n) => channel(n));
  const files: Record<string, string> = {
    "users.json": JSON.stringify([user("U1", "Ana", ana.email), user("U2", "Bo", bo.email), user("U3", "Cy Park")]),
    "channels.json": JSON.stringify(channels),
    "general/2016-05-02.json": JSON.stringify([
      said(0, "U1", "Good morning, where is the lighthouse key?"),
      said(1, "U3", "In the blue drawer."),
      { type: "message", user: "U2", text: "no time", ts: "yesterday" },
    ]),
  };
  for (const { name } of channels.slice(1)) {
    files[`${name}/2016-05-02.json`] = JSON.stringify([said(5, "U2", `About ${name}`)]);
  }
  const many = Array.from({ length: more }, (_, n) => said(100 + n, "U2", `Number ${n}`));
  if (more > 0) files["general/2016-05-03.json"] = JSON.stringify(many);
  return zip(files);
}

const file = (buffer: Buffer, name = "export.zip") => ({ name, mimeType: "application/zip", buffer });

it("an export is dropped, looked at, brought in and found", async () => {
  const { page } = hers;
  await page.goto("/settings");
  await page.getByRole("link", { name: "Import" }).click();
  await page.getByRole("heading", { name: "Bring in what you have" }).waitFor();
  await hers.isAccessible();
  await hers.picture("import-empty");
  const choose = page.locator("input[type=file]");
  await choose.setInputFiles(file(Buffer.from("hello"), "notes.txt"));
  await page.getByText("notes.txt is no zip file.").waitFor();
  const dropped = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
      data.items.add(new File([content], "export.zip", { type: "application/zip" }));
      return data;
    },
    file(slack(0)).buffer.toString("base64"),
  );
  await page.getByText("Drop").first().dispatchEvent("drop", { dataTransfer: dropped });
  const card = page.getByRole("listitem", { name: "export.zip" });
  await card.getByText("12 messages in 11 threads would come into 11 Spaces, with no files.").waitFor();
  await card.getByText("2 people are known here by address. 1 will be there by name alone").waitFor();
  expect(await card.getByRole("row").count()).toBe(9);
  await card.getByRole("button", { name: "Show all 11 Spaces" }).click();
  expect(await card.getByRole("row").count()).toBe(12);
  await card.getByText("1 record can't be taken").click();
  await card.getByText('its time (ts) is "yesterday"', { exact: false }).waitFor();
  await hers.isAccessible();
  await hers.fits();
  await hers.picture("import-previewed");
  await card.getByRole("button", { name: "Bring it in" }).click();
  await card.getByText("11 new threads and 1 reply came in, with no files; 11 Spaces are new.").waitFor();
  await card.getByText("1 person is here by name alone.").waitFor();
  await hers.isAccessible();
  await hers.picture("import-came");
  await page.goto("/search?q=lighthouse");
  // It bears the date at which it was said there.
  await page
    .getByRole("link", { name: /lighthouse/ })
    .first()
    .getByText("2 May 2016", { exact: true })
    .last()
    .waitFor();
  await page
    .getByRole("link", { name: /lighthouse/ })
    .first()
    .click();
  await page.getByText("In the blue drawer.").waitFor();
  // What came is answered as anything else.
  await hers.undoes(0);
  await hers.reply().fill("It was there, thank you.");
  await hers.press("Send");
  await hers.arrived("It was there, thank you.");
});

it("it can be stopped, gone on with and removed, on another device too", async () => {
  const { page } = hers;
  const second = await Device.open(browser, server, { width: 390, height: 844, scheme: "dark", language: "de-DE" });
  await second.signsIn(ana.email);
  await page.goto("/settings/import");
  await page.locator("input[type=file]").setInputFiles(file(slack(20_000), "long.zip"));
  const card = page.getByRole("listitem", { name: "long.zip" });
  await card.getByRole("button", { name: "Bring it in" }).click();
  await second.page.goto("/settings/import");
  const there = second.page.getByRole("listitem", { name: "long.zip" });
  await there.getByText("es geht weiter").waitFor();
  await there.getByText(/von 20.012 Nachrichten/).waitFor();
  await second.picture("import-running");
  await there.getByRole("button", { name: "Anhalten" }).click();
  await card.getByText("It was stopped. What came in until then is there and stays.").waitFor();
  await second.isAccessible();
  await second.fits();
  await second.picture("import-stopped");
  await page.reload();
  await card.getByRole("button", { name: "Go on" }).click();
  await card.getByText(/were here already/).waitFor({ timeout: 60_000 });
  await card.getByRole("button", { name: "Remove from this list" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from this list" }).click();
  await card.waitFor({ state: "detached" });
  await there.waitFor({ state: "detached" });
  await second.close();
});

it("what is no export says why and what to do, and members are told whom to ask", async () => {
  const { page } = hers;
  await page.goto("/settings/import");
  await page.locator("input[type=file]").setInputFiles(file(Buffer.from("PK nothing"), "broken.zip"));
  const card = page.getByRole("listitem", { name: "broken.zip" });
  await card
    .getByRole("alert")
    .getByText(/no whole zip file/)
    .waitFor();
  await hers.picture("import-failed");
  const his = await Device.open(browser, server);
  await his.joins(bo.link);
  await his.page.goto("/settings");
  await his.page.getByRole("link", { name: "People" }).waitFor();
  expect(await his.page.getByRole("link", { name: "Import" }).count()).toBe(0);
  await his.page.goto("/settings/import");
  await his.page.getByText("Admins bring things in").waitFor();
  expect(hers.complaints).toEqual([]);
  await his.close();
});
