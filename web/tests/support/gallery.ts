// What the galleries share: the looks in which every screen is drawn, the lively workspace, and the page with all
// pictures. Each picture is also checked for access and width.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { expect } from "vitest";
import { de } from "../../src/locales/de";
import { en, type MessageId } from "../../src/locales/en";
import { Device, launch, PICTURES, type Look } from "./browser";
import { openOffice, type Office } from "./office";
import { says, speaks, STANDS_FOR, type Pseudo } from "./pseudo";

const PASSWORD = "correct horse battery";

/** A look with its name, which is in the name of each picture. */
export type Named = Omit<Look, "scheme"> & { name: string; words?: Pseudo };

/** Wide, and narrow in the language with the longer words; each is drawn in light and in dark. */
export const LOOKS: Named[] = [
  { name: "wide", width: 1360, height: 900 },
  { name: "phone", width: 390, height: 844, language: "de-DE" },
];

/** The workspace of all pictures, and a browser. */
export class Gallery {
  private constructor(
    readonly browser: Browser,
    readonly office: Office,
  ) {}

  /** Opens the office; Ana has come in. */
  static async open(): Promise<Gallery> {
    const [browser, office] = await Promise.all([launch(), openOffice()]);
    const ana = await Device.open(browser, office.server);
    await ana.joins(office.people.get("Ana Ribeiro")?.link ?? "", { password: PASSWORD });
    await ana.close();
    return new Gallery(browser, office);
  }

  /** A signed-in device of Ana's. `before` prepares it while it has not been anywhere. */
  async ana(look: Named, before?: (device: Device) => Promise<unknown>): Promise<Visit> {
    const device = await Device.open(this.browser, this.office.server, look);
    await before?.(device);
    await device.signsIn("ana.ribeiro@example.org", PASSWORD);
    return new Visit(device, look);
  }

  /** Puts all pictures on one page and ends everything. */
  async close(): Promise<void> {
    writePage();
    await this.browser.close();
    await this.office.server.remove();
  }
}

/** A device on its way through the screens, in a look and so in a language. */
export class Visit {
  constructor(
    readonly device: Device,
    readonly look: Named,
  ) {}

  get page() {
    return this.device.page;
  }

  /** A window that has never been there, in a look and in its words. */
  static async open(browser: Browser, server: Device["server"], look: Named): Promise<Visit> {
    const language = look.words ? STANDS_FOR : look.language;
    const device = await Device.open(browser, server, { ...look, ...(language ? { language } : {}) });
    if (look.words) await speaks(device.page, look.words);
    return new Visit(device, look);
  }

  /** What the screen says there, in the language of the look. */
  says(id: MessageId, values: Record<string, string> = {}): string {
    if (this.look.words) return says(id, values, this.look.words);
    const text = this.look.language?.startsWith("de") ? de[id] : en[id];
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  }

  /** The button that says so. */
  button(id: MessageId, within: Locator = this.page.locator("body")): Locator {
    return within.getByRole("button", { name: this.says(id), exact: true });
  }

  /** Draws the screen as it is now, in light and in dark, and fails if it is too wide. */
  async draws(screen: string): Promise<void> {
    await this.device.picture(`${screen}.${this.look.name}`);
    await this.device.fits();
    await this.inDark(() => this.device.picture(`${screen}.${this.look.name}-dark`));
  }

  /** Draws it, and fails if it is not accessible either. */
  async shows(screen: string): Promise<void> {
    await this.device.picture(`${screen}.${this.look.name}`);
    await this.device.fits();
    await this.device.isAccessible();
    await this.inDark(async () => {
      await this.device.picture(`${screen}.${this.look.name}-dark`);
      await this.device.hasContrast();
    });
  }

  private async inDark(does: () => Promise<void>): Promise<void> {
    await this.device.turns("dark");
    await does();
    await this.device.turns("light");
  }

  /** Goes there without loading the app anew, and waits until what it shows has been read. */
  async goes(path: string): Promise<void> {
    await this.page.evaluate((to) => history.pushState(null, "", to), path);
    await this.page.locator("#main h1").first().waitFor();
    await this.page.locator("#main [role=status][aria-label]").first().waitFor({ state: "detached" });
  }

  /** Empties what is being written, so that no other look finds it. */
  async empties(area: Locator): Promise<void> {
    await area.fill("");
    const me = await this.device.me();
    // Nor what was taken back, which the server may hear of later.
    const left = async () => {
      const of = (type: string, call: string) => [`${type}/get`, { accountId: me, ids: null }, call];
      const [drafts, sent] = await this.device.asks([of("Draft", "0"), of("Submission", "1")]);
      const pending = (sent?.[1]["list"] ?? []) as Array<{ undoStatus: string }>;
      return (
        ((drafts?.[1]["list"] ?? []) as unknown[]).length + pending.filter((one) => one.undoStatus === "pending").length
      );
    };
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
  }

  close = () => this.device.close();
}

/** The page with all pictures, by screen: the first word of a name is the screen, what follows is how it was seen. */
export function writePage(): void {
  mkdirSync(PICTURES, { recursive: true });
  const names = readdirSync(PICTURES).filter((name) => name.endsWith(".png"));
  const groups = new Map<string, string[]>();
  for (const name of names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))) {
    const screen = name.split(".")[0] as string;
    groups.set(screen, [...(groups.get(screen) ?? []), name]);
  }
  const figure = (file: string) => {
    const how = file.split(".").slice(1, -1).join(" · ");
    return `<figure><a href="${file}"><img src="${file}" alt="" loading="lazy"></a><figcaption>${how}</figcaption></figure>`;
  };
  const links = [...groups.keys()].map((group) => `<a href="#${group}">${group}</a>`).join(" ");
  const sections = [...groups].map(
    ([group, files]) => `<h2 id="${group}">${group}</h2><div>${files.map(figure).join("")}</div>`,
  );
  const style =
    "body{font:14px system-ui;margin:24px}nav{columns:6}nav a{display:block}div{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}img{height:420px;border:1px solid #999}";
  writeFileSync(
    join(PICTURES, "index.html"),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title><style>${style}</style><h1>Pictures</h1><nav>${links}</nav>${sections.join("")}`,
  );
}
