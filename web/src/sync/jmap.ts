// A small JMAP client over fetch (RFC 8620): the session, batched calls, uploads, and what the server's clock says.
// Knows no type of record and keeps nothing.
import { CAPABILITIES, type Id } from "../generated/types";
import { Offline, Refusal } from "./api";

/** Values as they come from JSON. */
export type Json = Record<string, unknown>;

/** The session has ended, or belongs to somebody else by now. */
export class SignedOut extends Refusal {
  constructor(message: string) {
    super("signedOut", message);
  }
}

/** The server can't do this now; whether it was done is unknown. */
export class Busy extends Error {
  constructor(
    message: string,
    /** Milliseconds that it asks to be left alone. */
    readonly wait?: number,
  ) {
    super(message);
  }
}

/** What of the Session object this program uses. */
export interface Session {
  username: Id;
  workspaceAccountId: Id | null;
  apiUrl: string;
  uploadUrl: string;
  downloadUrl: string;
  eventSourceUrl: string;
  limits: Record<string, number>;
}

/** One call of a request: method and arguments. Its id is its place. */
export type Call = [method: string, args: Json];

/** A refusal of a call or a record (docs/protocol/errors.md). */
export interface Fault {
  type: string;
  description?: string;
  properties?: string[];
}

/** The answer to one call. */
export type Answer = { args: Json; error?: undefined } | { error: Fault; args?: undefined };

/** How a server is reached. */
export interface ClientOptions {
  /** The origin; "" for that of the page. */
  base: string;
  fetch?: typeof fetch;
  /** Sent with every request: a token for programs and tests. Browsers have a cookie. */
  headers?: Record<string, string>;
}

/** The server failed, or is out of reach for now: `again` with the same ids. */
const PASSING = new Set(["serverFail", "serverUnavailable"]);
/** Milliseconds after which an answer is given up. */
const PATIENCE = 90_000;

/** The arguments of an answer; throws what refused it. */
export function granted(answer: Answer | undefined): Json {
  if (!answer) throw new Busy("the server left a call without an answer");
  if (!answer.error) return answer.args;
  throw new Refusal(answer.error.type, answer.error.description ?? answer.error.type, answer.error.properties);
}

/** The connection to one server. */
export class Client {
  session: Session | undefined;
  /** The server's clock minus this device's lies between these; every answer narrows it. */
  #offset: [low: number, high: number] | undefined;
  readonly #fetch: typeof fetch;

  constructor(private readonly options: ClientOptions) {
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
  }

  /** Milliseconds to add to this device's clock. */
  get offset(): number {
    return this.#offset ? Math.round((this.#offset[0] + this.#offset[1]) / 2) : 0;
  }

  set offset(kept: number) {
    this.#offset ??= [kept - 500, kept + 500];
  }

  /** `Date` has whole seconds: the server's clock stood in that second at some time between `sent` and now. */
  #learn(date: string | null, sent: number): void {
    const second = date === null ? NaN : Date.parse(date);
    if (Number.isNaN(second)) return;
    const [low, high] = [second - Date.now(), second + 1000 - sent];
    const both = this.#offset && [Math.max(low, this.#offset[0]), Math.min(high, this.#offset[1])];
    // Where they don't meet, a clock was set meanwhile.
    this.#offset = both && both[0]! <= both[1]! ? [both[0]!, both[1]!] : [low, high];
  }

  /** An address of the session at the origin that is used here; the server may know itself by another. */
  address(template: string, values: Record<string, string> = {}): string {
    const path = template.replace(/^[a-z]+:\/\/[^/]+/, "");
    return this.options.base + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  }

  /** Asks, and throws by name what went wrong. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.options.headers, ...(init.headers as Record<string, string> | undefined) };
    const sent = Date.now();
    let answer: Response;
    try {
      answer = await this.#fetch(url, { ...init, headers, credentials: "same-origin", cache: "no-store" });
    } catch (cause) {
      throw new Offline("the server is out of reach", { cause });
    }
    this.#learn(answer.headers.get("date"), sent);
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as Json;
    const detail = String(problem["detail"] ?? problem["title"] ?? `the server answers ${answer.status}`);
    if (answer.status === 401) throw new SignedOut(detail);
    if (answer.status === 429 || answer.status === 423 || answer.status === 408 || answer.status >= 500) {
      throw new Busy(detail, waitOf(answer.headers.get("retry-after")));
    }
    throw new Refusal(String(problem["type"] ?? `http${answer.status}`), detail, undefined, answer.status);
  }

  async #json(url: string, init: RequestInit): Promise<Json> {
    const answer = await this.ask(url, init);
    try {
      return (await answer.json()) as Json;
    } catch (cause) {
      throw new Offline("the connection broke off", { cause });
    }
  }

  /** Reads the session anew, as long as the signal lets it. */
  async open(until: AbortSignal): Promise<Session> {
    const url = `${this.options.base}/jmap/session`;
    const said = await this.#json(url, { signal: until });
    const capabilities = (said["capabilities"] ?? {}) as Record<string, Json>;
    const limits = Object.assign({}, ...CAPABILITIES.map((name) => capabilities[name])) as Json;
    const numbers = Object.entries(limits).filter(([, value]) => typeof value === "number");
    return (this.session = { ...(said as unknown as Session), limits: Object.fromEntries(numbers) as never });
  }

  /** The answers to these calls, in their order. Throws `Busy` if the machine failed at one of them. */
  async call(calls: Call[], until?: AbortSignal): Promise<Answer[]> {
    const body = JSON.stringify({
      using: CAPABILITIES,
      methodCalls: calls.map(([m, args], i) => [m, args, String(i)]),
    });
    const headers = { "content-type": "application/json" };
    const url = this.address(this.session?.apiUrl ?? "/jmap/api");
    const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(until ? [until] : [])]);
    const said = await this.#json(url, { method: "POST", body, headers, signal });
    const responses = (said["methodResponses"] ?? []) as Array<[string, Json, string]>;
    const answers: Answer[] = [];
    for (const [method, args, id] of responses) {
      const fault = args as unknown as Fault;
      if (method === "error" && PASSING.has(fault.type)) throw new Busy(fault.description ?? fault.type);
      answers[Number(id)] = method === "error" ? { error: fault } : { args };
    }
    return answers;
  }

  /** Uploads a file. */
  async upload(account: Id, bytes: Blob, type: string, signal: AbortSignal): Promise<Json> {
    const url = this.address(this.session?.uploadUrl ?? "/jmap/upload/{accountId}", { accountId: account });
    const headers = { "content-type": type || "application/octet-stream" };
    return this.#json(url, { method: "POST", body: bytes, headers, signal });
  }
}

function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
