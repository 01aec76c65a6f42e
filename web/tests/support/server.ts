// The real server program as a test sees it: started on a folder of its own, killed, and started again at the same
// address. Does not know what a test does with it.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How long the program may take to start or to stop on a busy machine. */
const PATIENCE = 60_000;

/** Whom a test acts as. */
export interface TestPerson {
  id: string;
  name: string;
  email: string;
  token: string;
  /** The one-time link by which a browser comes in. */
  link: string;
}

/** The program: `MEANWHILE_PROGRAM`, else what cargo built last. */
export function program(): string {
  const named = process.env.MEANWHILE_PROGRAM;
  if (named) return named;
  const targets = [process.env.CARGO_TARGET_DIR, join(import.meta.dirname, "../../../target")];
  const found = targets.filter((folder) => folder !== undefined).map((folder) => join(folder, "debug/meanwhile"));
  const there = found.find((path) => existsSync(path));
  if (!there) throw new Error(`no server program; build it (cargo build -p meanwhile) or name it: MEANWHILE_PROGRAM`);
  return there;
}

const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A server on a folder of its own. */
export class Server {
  /** How it is reached; the same after a restart. */
  url = "";
  /** Where it listens itself; the same as `url` unless it was told another with `--url`. */
  address = "";
  /** Makes the first admin, while there is none. */
  firstLink: string | null = null;
  /** What it wrote to its log. */
  log = "";
  #child: ChildProcess | undefined;

  private constructor(
    /** Its data folder. */
    readonly data: string,
    private readonly args: string[],
  ) {}

  /** Starts one on a new folder and a free port. */
  static async start(...args: string[]): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), "meanwhile-test-")), args);
    await server.#serve("127.0.0.1:0");
    return server;
  }

  /** Starts one that listens at an address of this machine. */
  static async at(host: string): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), "meanwhile-test-")), []);
    await server.#serve(`${host}:0`);
    return server;
  }

  /** Starts one at a port of this machine, with the url that says so. */
  static async on(port: number, ...args: string[]): Promise<Server> {
    const all = ["--url", `http://127.0.0.1:${port}`, ...args];
    const server = new Server(await mkdtemp(join(tmpdir(), "meanwhile-test-")), all);
    await server.#serve(`127.0.0.1:${port}`);
    return server;
  }

  /** Starts it again, where it was before; `back` sets its clock back (`-53h`), for which `faketime` is needed. */
  async restart(back?: string): Promise<void> {
    await this.#serve(new URL(this.address).host, back);
  }

  async #serve(listen: string, back?: string): Promise<void> {
    const args = ["serve", "--json", "--listen", listen, "--data", this.data, ...this.args];
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH };
    if (back !== undefined) {
      const places = readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`);
      const library = places.find((path) => existsSync(path));
      if (!library) throw new Error("a clock is set back with Debian's package faketime, which is missing");
      Object.assign(env, { LD_PRELOAD: library, FAKETIME: back, FAKETIME_DONT_FAKE_MONOTONIC: "1" });
    }
    const child = spawn(program(), args, { stdio: ["ignore", "pipe", "pipe"], env });
    running.add(child);
    child.on("exit", () => running.delete(child));
    child.stderr.on("data", (piece) => (this.log += String(piece)));
    this.#child = child;
    const line = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server does not start:\n${this.log}`)), PATIENCE);
      createInterface(child.stdout).once("line", resolve);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${this.log}`)));
      child.once("exit", () => clearTimeout(late));
      child.stdout.once("data", () => clearTimeout(late));
    });
    const said = JSON.parse(line) as { url: string; listen: string; firstLink: string | null };
    this.url = said.url;
    this.address = `http://${said.listen}`;
    this.firstLink = said.firstLink;
    while (!(await fetch(`${this.address}/readyz`).catch(() => null))?.ok)
      await new Promise((soon) => setTimeout(soon, 10));
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Lets it end in an orderly way. The folder stays. */
  stop = (): Promise<void> => this.#end("SIGTERM");

  /** `kill -9`. The folder stays. */
  kill = (): Promise<void> => this.#end("SIGKILL");

  /** Ends it and deletes its folder. */
  async remove(): Promise<void> {
    await this.#end("SIGKILL");
    await rm(this.data, { recursive: true, force: true });
  }

  /** What a command of the program says, as JSON; works while the server runs, and while it does not. */
  async order(...args: string[]): Promise<Record<string, unknown>> {
    const at = this.args.indexOf("--database");
    const where = ["--json", "--data", this.data, ...(at < 0 ? [] : this.args.slice(at, at + 2))];
    const done = await run(program(), [...args, ...where], { env: { PATH: process.env.PATH } });
    return JSON.parse(done.stdout) as Record<string, unknown>;
  }

  /** Adds a Space of these people; gives its id. */
  async space(name: string, ...people: TestPerson[]): Promise<string> {
    const members = people.flatMap(({ email }) => ["--member", email]);
    return String((await this.order("space", "add", "--name", name, ...members))["spaceId"]);
  }

  /** Adds a person, with a token. The first should be an admin. */
  async person(
    name: string,
    role: "admin" | "member" | "guest" = "member",
    email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`,
  ): Promise<TestPerson> {
    const flags = role === "member" ? [] : [`--${role}`];
    const added = await this.order("person", "add", "--email", email, "--name", name, ...flags);
    const made = await this.order("token", "new", "--person", email);
    return { id: String(added.personId), name, email, token: String(made.token), link: String(added.link) };
  }
}
