// What the tests of the replica share: people on devices with a network that can fail, what a device holds as it lies
// in its storage, and what the server says when it is asked plainly.
import Dexie from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { TYPES, type Id, type TypeName } from "../../src/generated/types";
import { openSync, type Live, type Sync, type SyncOptions } from "../../src/sync";
import type { Server, TestPerson } from "../support/server";

/** How long anything may take on a busy machine before it counts as never. */
const PATIENCE = 30_000;

/** The first value that is as it should be. */
export function until<T>(live: Live<T>, good: (value: T) => boolean, what = "it"): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: T | undefined;
    let stop = () => {};
    const never = () => (reject(new Error(`${what} never came; the last was ${JSON.stringify(last)}`)), stop());
    const timer = setTimeout(never, PATIENCE);
    stop = live.subscribe((value) => {
      last = value;
      if (!good(value)) return;
      clearTimeout(timer);
      resolve(value);
      queueMicrotask(() => stop());
    }, reject);
  });
}

/** The value now. */
export const now = <T>(live: Live<T>): Promise<T> => until(live, () => true);

/** Asks again until the answer is as it should be. */
export async function eventually<T>(ask: () => Promise<T>, good: (value: T) => boolean, what: string): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await ask();
    if (good(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(value, null, 1).slice(0, 4000)}`);
    await new Promise((soon) => setTimeout(soon, 40));
  }
}

/** Rejects at the signal, and does nothing else. */
function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const over = () => reject(signal.reason as Error);
    if (signal.aborted) over();
    else signal.addEventListener("abort", over);
  });
}

/** A network that can fail. */
export class Line {
  /** Nothing goes through. */
  down = false;
  /** What is asked is done, and the answers are lost; the event stream stays. */
  deaf = false;
  /** Requests to such addresses are never answered. */
  silent: RegExp | undefined;
  /** Requests that went out. */
  requests: string[] = [];
  /** Changes an answer of the API on its way: a planted fault. */
  plant: ((text: string) => string) | undefined;
  /** Changes what goes out. */
  before: ((url: string, body: string) => Response | undefined) | undefined;
  #open = new Set<AbortController>();

  fetch: typeof fetch = async (input, init) => {
    const url = String(input);
    if (this.down) throw new TypeError("the line is down");
    this.requests.push(url);
    const instead = this.before?.(url, typeof init?.body === "string" ? init.body : "");
    if (instead) return instead;
    const cut = new AbortController();
    this.#open.add(cut);
    const signal = AbortSignal.any([cut.signal, ...(init?.signal ? [init.signal] : [])]);
    if (this.silent?.test(url)) await never(signal);
    const answer = await fetch(input, { ...init, signal });
    if (url.includes("/jmap/events")) return answer;
    const bytes = await answer.arrayBuffer();
    this.#open.delete(cut);
    if (this.deaf && init?.method === "POST") throw new TypeError("the answer is lost");
    if (!this.plant || !url.endsWith("/jmap/api")) return new Response(bytes, answer);
    return new Response(this.plant(new TextDecoder().decode(bytes)), answer);
  };

  /** Everything under way breaks off, and nothing goes through any more. */
  cut(): void {
    this.down = true;
    this.#open.forEach((open) => open.abort());
    this.#open.clear();
  }
}

/** A browser of a person. */
export class Device {
  readonly line = new Line();
  readonly storage: { indexedDB: IDBFactory; IDBKeyRange: typeof globalThis.IDBKeyRange };
  sync!: Sync;

  constructor(
    readonly server: Server,
    readonly person: TestPerson,
    readonly name = "device",
    /** Items of a Space that its first reading brings. */
    readonly window?: number,
  ) {
    this.storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  }

  get options(): SyncOptions {
    const headers = { authorization: `Bearer ${this.person.token}` };
    const patience = { first: 20, most: 300 };
    const window = this.window === undefined ? {} : { window: this.window };
    return { base: this.server.url, headers, fetch: this.line.fetch, storage: this.storage, patience, ...window };
  }

  async open(options: Partial<SyncOptions> = {}): Promise<Sync> {
    return (this.sync = await openSync({ ...this.options, ...options }));
  }

  /** Back on the network; nothing is awaited. */
  up(): void {
    this.line.down = false;
    this.line.deaf = false;
    this.line.silent = undefined;
    this.sync.wake();
  }

  async settled(): Promise<void> {
    const done = (s: { connection: string; waiting: number; filling: boolean }) =>
      s.connection === "online" && s.waiting === 0 && !s.filling;
    await until(this.sync.status(), done, `${this.name}: being settled`);
  }

  /** All that lies in the storage, read around the program. */
  async holds(): Promise<Picture> {
    const store = new Dexie(`meanwhile-${this.person.id}`, this.storage);
    await store.open();
    const rows = (await store.table("records").toArray()) as Array<Record<string, string>>;
    store.close();
    return new Map(rows.map((row) => [`${row["account"]} ${row["type"]} ${row["id"]}`, plainly(row["record"])]));
  }
}

/** A new device of a person, with everything read. */
export async function device(server: Server, person: TestPerson, name = person.name, window?: number): Promise<Device> {
  const made = new Device(server, person, name, window);
  await made.open();
  await made.settled();
  return made;
}

/** Account, type and id, and the record as text that compares. */
export type Picture = Map<string, string>;

function plainly(value: unknown): string {
  const sorted = (_: string, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted);
}

/** What differs, in words; empty if they are equal. */
export function differences(held: Picture, said: Picture): string[] {
  const keys = new Set([...held.keys(), ...said.keys()]);
  const differing = [...keys].filter((key) => held.get(key) !== said.get(key));
  return differing.map((key) => `${key}\n  device: ${held.get(key) ?? "-"}\n  server: ${said.get(key) ?? "-"}`);
}

/** One request, asked plainly. */
export async function ask(
  server: Server,
  person: TestPerson,
  calls: unknown[],
): Promise<Array<Record<string, unknown>>> {
  const using = ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"];
  const headers = { authorization: `Bearer ${person.token}`, "content-type": "application/json" };
  const body = JSON.stringify({ using, methodCalls: calls.map((call, i) => [...(call as unknown[]), String(i)]) });
  const answer = await fetch(`${server.url}/jmap/api`, { method: "POST", headers, body });
  const said = (await answer.json()) as { methodResponses: Array<[string, Record<string, unknown>]> };
  return said.methodResponses.map(([, args]) => args);
}

/** Everything that is open to a person, as the server says. */
export async function truth(server: Server, person: TestPerson): Promise<Picture> {
  const headers = { authorization: `Bearer ${person.token}` };
  const session = (await (await fetch(`${server.url}/jmap/session`, { headers })).json()) as Record<string, string>;
  const [memberships] = await ask(server, person, [["Membership/get", { accountId: person.id, ids: null }]]);
  const spaces = ((memberships?.["list"] ?? []) as Array<{ id: Id }>).map(({ id }) => id);
  const accounts = { personal: [person.id], workspace: [session["workspaceAccountId"]], space: spaces };
  const wanted = (Object.keys(TYPES) as TypeName[]).flatMap((type) =>
    accounts[TYPES[type].account].flatMap((account) => (account ? [{ account, type }] : [])),
  );
  const calls = wanted.map(({ account, type }) => [`${type}/get`, { accountId: account, ids: null }]);
  const answers = await ask(server, person, calls);
  const picture: Picture = new Map();
  for (const [i, { account, type }] of wanted.entries()) {
    const list = (answers[i]?.["list"] ?? []) as Array<{ id: Id }>;
    for (const record of list) picture.set(`${account} ${type} ${record.id}`, plainly(record));
  }
  return picture;
}
