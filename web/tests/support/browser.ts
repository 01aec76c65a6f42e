// A real browser as people use it: one context is one person's device. Does not know what a test does with it.
import AxeBuilder from "@axe-core/playwright";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import type { Answer } from "./ask";
import type { Server } from "./server";

/** Where pictures go, for people to look at. */
export const PICTURES = process.env.MEANWHILE_PICTURES ?? join(import.meta.dirname, "../../pictures");

const ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** Debian's Chromium; root may run it only without its sandbox. */
export async function launch(): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const executablePath = process.env.MEANWHILE_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: [...ARGS, ...sandbox] });
}

/** A window: how wide, in which colours and language. */
export interface Look {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  language?: string;
  zone?: string;
  /** How many pixels of the screen are one of the page; 1 if left out. */
  scale?: number;
  /** Lets the app keep itself on the device, past which no test can stand between page and server. */
  worker?: boolean;
}

/** A person's browser. */
export class Device {
  /** Whatever the page said on its console as an error, or threw. */
  readonly complaints: string[] = [];
  /** Requests to anybody but the server. */
  readonly strangers: string[] = [];

  private constructor(
    readonly server: Pick<Server, "url">,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  /** Opens a window that has never been here. */
  static async open(browser: Browser, server: Pick<Server, "url">, look: Look = {}): Promise<Device> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1360, height: look.height ?? 900 },
      colorScheme: look.scheme ?? "light",
      deviceScaleFactor: look.scale ?? 1,
      locale: look.language ?? "en-GB",
      timezoneId: look.zone ?? "Europe/Lisbon",
      hasTouch: (look.width ?? 1360) < 800,
      reducedMotion: "reduce",
      serviceWorkers: look.worker ? "allow" : "block",
      baseURL: server.url,
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(45_000);
    const device = new Device(server, context, page);
    page.on("console", (message) => {
      if (message.type() === "error") device.complaints.push(message.text());
    });
    page.on("pageerror", (error) => device.complaints.push(String(error)));
    context.on("request", (request) => {
      const url = request.url();
      if (/^(https?|wss?):/.test(url) && !url.startsWith(server.url)) device.strangers.push(url);
    });
    return device;
  }

  /** Comes in by a one-time link. */
  async joins(link: string, as: { name?: string; email?: string; password?: string } = {}): Promise<void> {
    const { page } = this;
    await page.goto(link);
    await page.getByRole("textbox", { name: "password" }).or(page.locator('input[type="password"]')).first().waitFor();
    if (as.name) await page.getByLabel("name", { exact: false }).first().fill(as.name);
    if (as.email) await page.locator('input[type="email"]').fill(as.email);
    await page
      .locator('input[type="password"]')
      .first()
      .fill(as.password ?? "correct horse battery");
    await page.locator('button[type="submit"]').click();
    await page.locator("#main h1").waitFor();
  }

  /** Comes in by a password. */
  async signsIn(email: string, password = "correct horse battery"): Promise<void> {
    const { page } = this;
    await page.goto("/");
    await page.locator('input[type="email"]').fill(email);
    await page.locator('input[type="password"]').fill(password);
    await page.locator('button[type="submit"]').click();
    await page.locator("#main h1").waitFor();
  }

  /** Asks the server as this browser, with its cookie. */
  async asks(calls: unknown[]): Promise<Answer[]> {
    const using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
    return this.page.evaluate(
      async (body) => {
        const answer = await fetch("/jmap/api", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(await answer.text());
        return ((await answer.json()) as { methodResponses: Array<[string, Record<string, unknown>, string]> })
          .methodResponses;
      },
      { using, methodCalls: calls },
    );
  }

  /** How long Send can be undone from now on, in seconds; known to this device when it returns. */
  async undoes(seconds: number): Promise<void> {
    const me = await this.me();
    // The record is made with the first setting.
    await this.asks([
      ["Settings/set", { accountId: me, create: { [me]: {} } }, "0"],
      ["Settings/set", { accountId: me, update: { [me]: { undoSeconds: seconds } } }, "1"],
    ]);
    const page = await this.context.newPage();
    await page.goto("/settings");
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLInputElement>("main input[inputmode=numeric]")?.value === wanted,
      String(seconds),
    );
    await page.close();
  }

  /** Who one is here, and the account of the workspace. */
  async session(): Promise<{ username: string; workspaceAccountId: string }> {
    return this.page.evaluate(async () => (await fetch("/jmap/session")).json());
  }

  /** One's own id. */
  async me(): Promise<string> {
    return (await this.session()).username;
  }

  /** Opens a thread. */
  async reads(space: string, id: string, title: string): Promise<void> {
    await this.page.goto(`/s/${space}/t/${id}`);
    await this.page.getByRole("heading", { name: title }).waitFor();
  }

  /** Where one answers in a thread. */
  reply(): Locator {
    return this.page.getByRole("textbox", { name: "Your reply" });
  }

  /** What stands there: Markdown in the plain field, else the words as one sees them. */
  async written(field = this.reply()): Promise<string> {
    return field.evaluate((element) =>
      element instanceof HTMLTextAreaElement ? element.value : (element as HTMLElement).innerText.replace(/\n+$/, ""),
    );
  }

  /** Writes Markdown there, in the place of what stands there. */
  async writes(markdown: string, field = this.reply()): Promise<void> {
    await field.fill("");
    // In one step: the editor may take the place of the plain field at any time.
    await field.evaluate((element, markdown) => {
      element.focus();
      if (element instanceof HTMLTextAreaElement) {
        element.select();
        document.execCommand("insertText", false, markdown);
        return;
      }
      const data = new DataTransfer();
      data.setData("text/plain", markdown);
      element.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    }, markdown);
  }

  /** Waits until the editor stands where one answers, and gives it. */
  async editor(name = "Your reply"): Promise<Locator> {
    const editor = this.page.locator(`[contenteditable="true"][aria-label="${name}"]`);
    await editor.waitFor();
    return editor;
  }

  /** Pastes what another program has copied, by type. */
  async pastes(field: Locator, copied: Record<string, string>): Promise<void> {
    await field.evaluate((element, copied) => {
      const data = new DataTransfer();
      for (const [type, value] of Object.entries(copied)) data.setData(type, value);
      (element as HTMLElement).focus();
      element.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    }, copied);
  }

  /** Presses the button of that name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** The post with these words. */
  letter(words: string): Locator {
    return this.page.getByRole("article").filter({ hasText: words });
  }

  /** Waits until the post with these words is in its Space. */
  async arrived(words: string): Promise<void> {
    await this.letter(words).getByRole("group", { name: "Actions" }).waitFor({ state: "attached" });
  }

  /** A picture for people to look at, where somebody wants to: drawing takes a good part of the time. */
  async picture(name: string, always = false): Promise<void> {
    await this.page.evaluate(() => document.fonts.ready);
    if (!process.env.MEANWHILE_PICTURES && !process.env.UPDATE_PICTURES && !always) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** Turns the system's colours, and waits until the app has them. */
  async turns(scheme: "light" | "dark"): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
    // Pages without the app, and one before it runs, follow by their style sheets alone.
    await this.page.waitForFunction((wanted) => {
      const has = document.documentElement.dataset["mantineColorScheme"];
      return has === undefined || has === wanted;
    }, scheme);
  }

  /** Fails if the page has a fault that WCAG 2.2 AA names. */
  async isAccessible(): Promise<void> {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const whole = new AxeBuilder({ page: this.page }).withTags(tags);
    // What lies half below something open is too small to be met there, which is no fault: that is closed first.
    const open = "[role=dialog], [role=menu], [role=listbox]";
    if ((await this.page.locator(open).filter({ visible: true }).count()) === 0) return this.finds(whole);
    await this.finds(whole.disableRules(["target-size"]));
    await this.finds(new AxeBuilder({ page: this.page }).include(open).withRules(["target-size"]));
  }

  /** Fails if a text can't be told from its ground: all that other colours can spoil. */
  async hasContrast(): Promise<void> {
    await this.finds(new AxeBuilder({ page: this.page }).withRules(["color-contrast"]));
  }

  private async finds(axe: AxeBuilder): Promise<void> {
    const found = await axe.analyze();
    const faults = found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, target, failureSummary }) => `${id}: ${html} at ${target.join(" ")}: ${failureSummary}`),
    );
    expect(faults).toEqual([]);
  }

  /** Fails if the page is wider than the window. */
  async fits(): Promise<void> {
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
  }

  /** Waits until all parts of the app are kept on the device, also those that were never opened. It needs the worker. */
  async hasAllParts(): Promise<string[]> {
    const worker = await (await this.page.request.get("/sw.js")).text();
    const rest = JSON.parse(`[${/REST = \[(.*)\];/.exec(worker)?.[1] ?? ""}]`) as string[];
    const kept = () =>
      this.page.evaluate(async () => {
        const caught = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
        return caught.flat().map((one) => new URL(one.url).pathname);
      });
    await expect
      .poll(async () => (await kept()).filter((path) => rest.includes(path)).length, { timeout: 40_000 })
      .toBe(rest.length);
    return rest;
  }

  /** Closes the window. */
  async close(): Promise<void> {
    await this.context.close();
  }
}

/** After each test of a file: of what failed, a picture of each device, by its name; and those after it are online again. */
export function picturesOfFailures(devices: () => Record<string, Device | undefined>): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const [name, device] of Object.entries(devices())) {
      // What is closed by now shows nothing any more.
      await device?.picture(`failed-${task.name.slice(0, 30)}-${name}`, true).catch(() => {});
      await device?.context.setOffline(false).catch(() => {});
    }
  });
}
