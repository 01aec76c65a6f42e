// The web app's figures, each beside what it is compared with in the same run. They are written as lines of JSON for the
// table of `make bench`; nothing here judges, but a run that did less than it says fails.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Device, launch } from "../support/browser";
import { ask, send } from "../support/ask";
import { Server, type TestPerson } from "../support/server";
import { busy, median, ROUNDS, tell } from "./tell";

const POSTS = 500;

let browser: Browser;
let server: Server;
let ana: TestPerson;
let bo: TestPerson;
let space: string;
let long: string;
let short: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), Server.start()]);
  ana = await server.person("Ana", "admin");
  bo = await server.person("Bo");
  const made = await server.order("space", "add", "--name", "Bench", "--member", ana.email, "--member", bo.email);
  space = String(made["spaceId"]);
  long = await send(server, ana, space, { kind: "topic", title: "Long", text: "The first of five hundred and one." });
  short = await send(server, ana, space, { kind: "topic", title: "Short", text: "Few." });
  const texts = Array.from({ length: POSTS }, (_, i) =>
    i % 3 === 0
      ? `Post **${i}** with \`code\`, a [link](https://example.org/${i}) and\n\n- one\n- two\n\n> and what was said before`
      : `Post ${i}: plain words, as most of them are, in a sentence or two that somebody wrote without any marks.`,
  );
  for (let at = 0; at < POSTS; at += 100) {
    const create = Object.fromEntries(
      texts.slice(at, at + 100).map((text, i) => [`k${i}`, { kind: "post", parentId: long, text }]),
    );
    await ask(server, ana, [["Item/set", { accountId: space, create }, "0"]]);
  }
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

it("first load over the wire", async () => {
  const device = await Device.open(browser, server);
  await device.joins(ana.link);
  const fresh = await Device.open(browser, server);
  await fresh.context.addCookies(await device.context.cookies());
  const cdp = await fresh.context.newCDPSession(fresh.page);
  await cdp.send("Network.enable");
  const kinds = new Map<string, string>();
  const sizes = new Map<string, number>();
  cdp.on("Network.responseReceived", ({ requestId, response }) => kinds.set(requestId, response.mimeType));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  const sum = (wanted: RegExp) =>
    [...sizes].reduce((all, [id, size]) => all + (wanted.test(kinds.get(id) ?? "") ? size : 0), 0) / 1000;
  const parts = () => `CSS ${sum(/css/).toFixed(0)} KB, fonts ${sum(/font/).toFixed(0)} KB`;
  await fresh.page.goto("/");
  await fresh.page.locator("#main h1").waitFor();
  expect(sum(/javascript/)).toBeGreaterThan(50);
  tell("first load to Today: over the wire", sum(/javascript|css|font|html|svg/), "KB", 360, parts());
  tell("first load to Today: JavaScript", sum(/javascript/), "KB", 180, "");
  await fresh.page.goto(`/s/${space}/t/${short}`);
  await fresh.page.getByText("Few.").waitFor();
  await fresh.page.getByRole("textbox", { name: "Your reply" }).waitFor();
  tell("the same with a thread and its composer: JavaScript", sum(/javascript/), "KB", null, parts());
  await fresh.close();
  await device.close();
});

it("opening a thread of 500 posts from the replica", async () => {
  const device = await Device.open(browser, server);
  await device.signsIn(ana.email);
  await device.page.goto(`/s/${space}`);
  await device.page.getByText("500 replies").waitFor();
  const cdp = await device.context.newCDPSession(device.page);
  await cdp.send("Performance.enable");
  const opened: number[] = [];
  const seen: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await busy(cdp);
    const begun = performance.now();
    await device.page
      .getByRole("link", { name: /^Long|Long/ })
      .first()
      .click();
    await device.page.locator("main ol > li").first().waitFor();
    seen.push(performance.now() - begun);
    await expect.poll(() => device.page.locator("main ol > li").count(), { interval: 20 }).toBe(POSTS + 1);
    opened.push((await busy(cdp)) - before);
    // The same elements put there as HTML: what the browser alone takes for them.
    const bare = await busy(cdp);
    await device.page.evaluate(() => {
      const list = document.querySelector("main ol") as HTMLElement;
      const html = list.innerHTML;
      const copy = list.cloneNode(false) as HTMLElement;
      list.after(copy);
      copy.innerHTML = html;
      copy.getBoundingClientRect();
    });
    await device.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    raw.push((await busy(cdp)) - bare);
    await device.page.goBack();
    await device.page.getByText("500 replies").waitFor();
  }
  const [ours, theirs] = [median(opened), median(raw)];
  const beside = `${ours.toFixed(0)} ms of the main thread against ${theirs.toFixed(0)} ms for the same elements as HTML; the first letter stands after ${median(seen).toFixed(0)} ms`;
  tell("opening 500 posts ÷ their HTML", ours / theirs, "", null, beside);
  await device.close();
});

it("a post from Send in one browser to its appearance in the other", async () => {
  const writer = await Device.open(browser, server);
  await writer.signsIn(ana.email);
  await writer.undoes(0);
  const reader = await Device.open(browser, server);
  await reader.joins(bo.link);
  for (const device of [writer, reader]) {
    await device.page.goto(`/s/${space}/t/${short}`);
    await device.page.getByText("Few.").waitFor();
  }
  // Bare: a post by the protocol, until the event stream of the other names it.
  const stream = await fetch(`${server.url}/jmap/events?types=*&closeafter=no&ping=300`, {
    headers: { Authorization: `Bearer ${bo.token}` },
  });
  const pieces = (stream.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const nextState = async () => {
    while (!decoder.decode((await pieces.read()).value).includes("event: state"));
  };
  const bare: number[] = [];
  const shown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const told = nextState();
    const begun = performance.now();
    await send(server, ana, space, { kind: "post", parentId: short, text: `bare ${round}` });
    await told;
    bare.push(performance.now() - begun);
    await reader.page.getByText(`bare ${round}`, { exact: true }).waitFor();
    await writer.page.getByRole("textbox", { name: "Your reply" }).fill(`sent ${round}`);
    const appears = reader.page.evaluate(
      (words) =>
        new Promise<number>((there) => {
          const look = () => {
            if (document.querySelector("main ol")?.textContent?.includes(words)) there(Date.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      `sent ${round}`,
    );
    const pressed = Date.now();
    await writer.page.getByRole("button", { name: "Send", exact: true }).click();
    shown.push((await appears) - pressed);
    while (
      !(await Promise.race([nextState().then(() => true), new Promise((no) => setTimeout(() => no(false), 300))]))
    );
  }
  await pieces.cancel();
  const [ours, theirs] = [median(shown), median(bare)];
  const beside = `${ours.toFixed(0)} ms from Send to the other screen against ${theirs.toFixed(1)} ms for a post and its event`;
  tell("Send to the other screen ÷ a bare event", ours / theirs, "", null, beside);
  await writer.close();
  await reader.close();
});
