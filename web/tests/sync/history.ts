// A random history from a seed: what people do, what breaks, and a ledger of what was promised, to compare with in the end.
import type { Id } from "../../src/generated/types";
import { Offline, Refusal, type NewItem, type OutboxEntry } from "../../src/sync";
import type { Server } from "../support/server";
import { ask, Device, eventually, now, until } from "./devices";

/** The same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Sent {
  id: Id;
  space: Id;
  mark: string;
  by: Device;
  item: NewItem;
  /** It was said to be taken back. */
  back: boolean;
}

interface Shown {
  id: Id;
  kind: string;
  createdBy: Id;
  text?: string | null;
  deleted?: unknown;
  parentId?: Id | null;
  reactions: Record<string, Record<Id, boolean>>;
}

/** One history. */
export class History {
  readonly log: string[] = [];
  #next: () => number;
  #marks = 0;
  #spaces: Id[] = [];
  #sent: Sent[] = [];
  #old: Array<Pick<Sent, "id" | "space">> = [];
  #edits = new Map<string, { by: Device; space: Id; id: Id; mark: string }>();
  #removed = new Set<Id>();
  #reacted = new Map<string, { by: Set<Device>; space: Id; id: Id; on: boolean; device: Device }>();
  #drafts = new Map<Id, { by: Device; mark: string | null }>();
  #read = new Map<string, { by: Device; id: Id; seq: number }>();
  #up = true;

  constructor(
    seed: number,
    private readonly server: Server,
    private readonly devices: Device[],
  ) {
    this.#next = random(seed);
  }

  #below = (n: number): number => Math.floor(this.#next() * n);
  #one = <T>(of: readonly T[]): T => of[this.#below(of.length)] as T;
  #mark = (): string => `mark-${++this.#marks}-`;

  async run(acts: number): Promise<void> {
    const [first] = this.devices as [Device];
    for (const name of ["Red", "Blue"]) {
      const space = await first.sync.createSpace({ name, whoMayJoin: "members" });
      this.#spaces.push(space);
      await this.#before(first, space);
      for (const { person, sync } of [this.devices[2]!, this.devices[4]!]) {
        await sync.change(space, "Member", person.id, "create", { personId: person.id, role: "member" });
      }
    }
    for (let i = 0; i < acts; i++) {
      const by = this.#one(this.devices);
      const act = this.#one(ACTS);
      const said = await this[act](by).catch((error: unknown) => {
        if (error instanceof Offline || error instanceof Refusal) return `no: ${error.message}`;
        throw error;
      });
      this.log.push(`${i} ${by.name}: ${act} ${said ?? ""}`);
      // Sometimes everything goes at once, sometimes what was done has time to arrive.
      if (this.#below(3) === 0) await new Promise((soon) => setTimeout(soon, this.#below(60)));
    }
  }

  /** Something is older than what the windows of those hold who come now. */
  async #before(by: Device, space: Id): Promise<void> {
    const all = Array.from({ length: 24 }, () => by.sync.newId("i"));
    const roots = all.slice(0, 9);
    const one = (id: Id) =>
      roots.includes(id)
        ? { kind: "topic", title: "Long ago", text: this.#mark() }
        : { kind: "post", parentId: this.#one(roots), text: this.#mark() };
    const create = Object.fromEntries(all.map((id) => [id, one(id)]));
    const [said] = await ask(this.server, by.person, [["Item/set", { accountId: space, create }]]);
    const made = Object.keys(said?.["created"] ?? {});
    if (made.length < all.length) throw new Error(JSON.stringify(said));
    this.#old.push(...made.map((id) => ({ id, space })));
  }

  /** Everybody online, nothing on its way. */
  async rest(): Promise<void> {
    if (!this.#up) await this.server.restart();
    this.devices.forEach((held) => held.up());
    for (const held of this.devices) await held.settled();
    for (const held of this.devices) {
      const [, got] = [0, async () => (await this.#list(held, "Submission", held.person.id)) as unknown[]];
      const gone = (list: unknown[]) =>
        (list as Array<{ undoStatus: string }>).every((s) => s.undoStatus === "canceled");
      await eventually(got, gone, "what waits for its time");
    }
  }

  async #list(by: Device, type: string, account: Id): Promise<unknown[]> {
    const [got] = await ask(this.server, by.person, [[`${type}/get`, { accountId: account, ids: null }]]);
    return (got?.["list"] ?? []) as unknown[];
  }

  /** Items that a device has. */
  async #items(by: Device, space: Id): Promise<Shown[]> {
    const { rows } = await now(by.sync.threads(space, 8));
    if (rows.length === 0) return [];
    const { root, posts } = await now(by.sync.thread(space, this.#one(rows).root.id));
    return [...(root ? [root] : []), ...posts].filter((view) => !view.waiting) as Shown[];
  }

  async send(by: Device): Promise<string> {
    const space = this.#one(this.#spaces);
    const mark = this.#mark();
    const [above] = await this.#items(by, space);
    const reply = above && this.#below(3) > 0;
    const item: NewItem = reply
      ? { kind: "post", parentId: above.id, text: mark }
      : { kind: "topic", title: "A thread", text: mark };
    const undoSeconds = this.#below(2);
    const id = await by.sync.send(space, item, { undoSeconds });
    this.#sent.push({ id, space, mark, by, item, back: false });
    return `${id} ${mark} in ${undoSeconds}`;
  }

  async undo(by: Device): Promise<string | undefined> {
    const mine = this.#sent.filter((sent) => sent.by === by && !sent.back);
    const sent = mine.at(-1);
    if (!sent) return undefined;
    sent.back = (await by.sync.undo(sent.id)) !== null;
    return `${sent.id} ${sent.back}`;
  }

  async edit(by: Device): Promise<string | undefined> {
    const space = this.#one(this.#spaces);
    const mine = (await this.#items(by, space)).filter((it) => it.createdBy === by.person.id && !it.deleted);
    if (mine.length === 0) return undefined;
    const { id } = this.#one(mine);
    const view = await now(by.sync.item(space, id));
    if (!view) return undefined;
    const mark = this.#mark();
    await by.sync.edit(space, id, { text: mark }, view.version);
    this.#edits.set(`${by.name} ${id}`, { by, space, id, mark });
    return `${id} ${mark}`;
  }

  async react(by: Device): Promise<string | undefined> {
    const space = this.#one(this.#spaces);
    const items = (await this.#items(by, space)).filter((it) => !it.deleted);
    if (items.length === 0) return undefined;
    const { id } = this.#one(items);
    const emoji = this.#one(["👍", "a/b"]);
    const on = this.#below(2) === 0;
    await by.sync.react(space, id, emoji, on);
    const key = `${by.person.id} ${id} ${emoji}`;
    const all = this.#reacted.get(key)?.by ?? new Set<Device>();
    this.#reacted.set(key, { by: all.add(by), space, id, on, device: by });
    return `${key} ${on}`;
  }

  async remove(by: Device): Promise<string | undefined> {
    const space = this.#one(this.#spaces);
    const mine = (await this.#items(by, space)).filter((it) => it.createdBy === by.person.id);
    if (mine.length === 0 || this.#below(2) > 0) return undefined;
    const { id } = this.#one(mine);
    await by.sync.remove(space, id);
    this.#removed.add(id);
    return id;
  }

  async space(by: Device): Promise<string> {
    const id = await by.sync.createSpace({ name: this.#mark(), whoMayJoin: "members" });
    this.#spaces.push(id);
    return id;
  }

  async join(by: Device): Promise<string> {
    const space = this.#one(this.#spaces);
    const { id } = by.person;
    const there = (await now(by.sync.members(space))).some((member) => member.id === id);
    // Whoever left knows of no Member any more, and there is one: both ways are tried.
    const value = { role: "member" };
    if (there) return `${space}: is in it`;
    await by.sync
      .change(space, "Member", id, "update", value)
      .catch(() => by.sync.change(space, "Member", id, "create", { ...value, personId: id }));
    return space;
  }

  async leave(by: Device): Promise<string | undefined> {
    const space = this.#one(this.#spaces);
    const members = (await now(by.sync.members(space))).filter((member) => member.role === "member");
    const admin = (await now(by.sync.memberships())).some((m) => m.id === space && m.role === "admin");
    const who = admin ? this.#one(members) : members.find((member) => member.id === by.person.id);
    if (!who || this.#below(2) > 0) return undefined;
    await by.sync.change(space, "Member", who.id, "update", { role: "none" });
    return `${who.name} of ${space}`;
  }

  async draft(by: Device): Promise<string> {
    const mine = [...this.#drafts].filter(([, draft]) => draft.by === by && draft.mark !== null);
    const [known] = this.#below(2) === 0 && mine.length > 0 ? this.#one(mine) : [undefined];
    if (known && this.#below(3) === 0) {
      await by.sync.dropDraft(known);
      this.#drafts.set(known, { by, mark: null });
      return `${known} dropped`;
    }
    const [id, mark] = [known ?? by.sync.newId("i"), this.#mark()];
    await by.sync.saveDraft({ id, spaceId: this.#one(this.#spaces), item: { kind: "post", text: mark } });
    this.#drafts.set(id, { by, mark });
    return `${id} ${mark}`;
  }

  async read(by: Device): Promise<string | undefined> {
    const space = this.#one(this.#spaces);
    const { rows } = await now(by.sync.threads(space, 5));
    const row = this.#one(rows.filter(({ root }) => !root.waiting));
    if (!row) return undefined;
    const seq = row.thread?.lastSeq ?? row.root.seq;
    await by.sync.markRead(space, row.root.id, seq);
    const key = `${by.person.id} ${row.root.id}`;
    const held = this.#read.get(key);
    if (!held || held.seq < seq) this.#read.set(key, { by, id: row.root.id, seq });
    return `${key} ${seq}`;
  }

  /** Goes on to what is older, and opens some thread, which may be older than that. */
  async older(by: Device): Promise<string> {
    const space = this.#one(this.#spaces);
    await by.sync.older(space);
    return space;
  }

  async reach(by: Device): Promise<string | undefined> {
    const { space, id } = this.#one([...this.#sent, ...this.#old]);
    return `${id} ${await by.sync.reach(space, id)}`;
  }

  /** Elsewhere something old is edited, answered or taken away, which most do not have. */
  async longAgo(by: Device): Promise<string | undefined> {
    if (!this.#up) return undefined;
    const { space, id } = this.#one(this.#old);
    const act = this.#one([
      { destroy: [id] },
      { update: { [id]: { text: this.#mark() } } },
      { update: { [id]: { text: this.#mark() } } },
      { create: { [by.sync.newId("i")]: { kind: "post", parentId: id, text: this.#mark() } } },
    ]);
    const [said] = await ask(this.server, by.person, [["Item/set", { accountId: space, ...act }]]);
    return `${id} ${JSON.stringify(said)}`;
  }

  async settings(by: Device): Promise<string> {
    const undoSeconds = this.#below(300);
    await by.sync.saveSettings({ undoSeconds });
    return String(undoSeconds);
  }

  async down(by: Device): Promise<void> {
    by.line.cut();
  }

  async up(by: Device): Promise<void> {
    by.up();
  }

  async deaf(by: Device): Promise<void> {
    by.line.deaf = true;
  }

  async again(by: Device): Promise<string> {
    // As a tab that is closed and opened: what is on the disk is all that stays.
    await by.sync.close();
    await by.open();
    return "opened again";
  }

  async kill(): Promise<string> {
    if (this.#up) await this.server.kill();
    else await this.server.restart();
    this.#up = !this.#up;
    return this.#up ? "the server runs" : "the server is killed";
  }

  /** What was promised and is not so. */
  async unaccounted(): Promise<string[]> {
    const out: string[] = [];
    const seen = new Map<string, Shown>();
    const marks = new Map<string, number>();
    const open = new Set<string>();
    for (const by of this.devices) {
      for (const space of this.#spaces) {
        for (const item of (await this.#list(by, "Item", space)) as Shown[]) {
          if (!seen.has(`${space} ${item.id}`)) marks.set(item.text ?? "", (marks.get(item.text ?? "") ?? 0) + 1);
          seen.set(`${space} ${item.id}`, item);
        }
        if ((await this.#list(by, "Space", space)).length > 0) open.add(space).add(`${by.name} ${space}`);
      }
    }
    const boxes = new Map<Device, OutboxEntry[]>();
    for (const by of this.devices) boxes.set(by, await now(by.sync.outbox()));
    const refused = (by: Device, id: Id) => boxes.get(by)!.some((e) => e.recordId === id && e.how === "refused");
    for (const [mark, count] of marks) if (mark && count > 1) out.push(`${mark} is there ${count} times`);
    for (const { id, space, mark, by, back } of this.#sent) {
      const item = seen.get(`${space} ${id}`);
      const drafts = (await this.#list(by, "Draft", by.person.id)) as Array<{ id: Id }>;
      const elsewhere = refused(by, id) || drafts.some((draft) => draft.id === id);
      if (back && item && !refused(by, id)) out.push(`${mark} was taken back and is there`);
      if (back && !item && !elsewhere) out.push(`${mark} (${id}) was taken back by ${by.name} and is no draft`);
      const gone = this.#removed.has(id) || !open.has(space);
      if (!back && !item && !elsewhere && !gone) out.push(`${mark} (${id}) by ${by.name} is nowhere`);
    }
    for (const { by, space, id, mark } of this.#edits.values()) {
      const item = seen.get(`${space} ${id}`);
      if (!item || item.deleted || item.text === mark || refused(by, id) || this.#removed.has(id)) continue;
      if (!open.has(`${by.name} ${space}`)) continue;
      const asked = await ask(this.server, by.person, [
        ["ItemVersion/query", { accountId: space, filter: { itemId: id } }],
        ["ItemVersion/get", { accountId: space, "#ids": { resultOf: "0", name: "ItemVersion/query", path: "/ids" } }],
      ]);
      const versions = (asked[1]?.["list"] ?? []) as Array<{ text?: string }>;
      if (!versions.some((version) => version.text === mark)) out.push(`the edit ${mark} of ${id} is nowhere`);
    }
    for (const [key, { by, space, id, on, device }] of this.#reacted) {
      const item = seen.get(`${space} ${id}`);
      if (by.size > 1 || !item || item.deleted || refused(device, id)) continue;
      const emoji = key.split(" ")[2]!;
      const there = item.reactions[emoji]?.[device.person.id] === true;
      if (there !== on) out.push(`the reaction ${key} is ${there} and should be ${on}`);
    }
    for (const [id, { by, mark }] of this.#drafts) {
      const drafts = (await this.#list(by, "Draft", by.person.id)) as Array<{ id: Id; item: { text: string } }>;
      const text = drafts.find((draft) => draft.id === id)?.item.text ?? null;
      if (text !== mark && !refused(by, id)) out.push(`the draft ${id} says ${text} and should say ${mark}`);
    }
    for (const { by, id, seq } of this.#read.values()) {
      const cursors = (await this.#list(by, "Cursor", by.person.id)) as Array<{ id: Id; lastSeq: number }>;
      const held = cursors.find((cursor) => cursor.id === id)?.lastSeq ?? -1;
      if (held < seq) out.push(`${id} was read up to ${seq}, and the server knows ${held}`);
    }
    for (const by of this.devices) {
      const status = await until(by.sync.status(), () => true);
      if (status.waiting > 0) out.push(`${by.name} has ${status.waiting} commands that wait`);
    }
    return out;
  }
}

type Act = { [K in keyof History]: History[K] extends (by: Device) => Promise<string | undefined | void> ? K : never };

/** How often each is done, by how often it stands here. */
const ACTS = (
  "send send send send send send undo undo edit edit edit react react react remove remove space join join leave " +
  "draft draft draft read read older reach reach longAgo longAgo longAgo settings down down up up up up deaf again again kill kill"
).split(" ") as Array<Act[keyof History]>;
