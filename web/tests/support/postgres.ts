// A PostgreSQL server to throw away, from Debian's programs, on a Unix socket alone and never as root, as the Rust tests
// have one. Does not know what a test keeps in it.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

const PROGRAMS = "/usr/lib/postgresql/15/bin";

/** A server with one empty database. */
export class Postgres {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    /** The address of its database. */
    readonly address: string,
  ) {}

  /** Starts one. Without the package postgresql-15 it fails. */
  static async start(): Promise<Postgres> {
    const folder = mkdtempSync("/tmp/meanwhile-web-pg-");
    // PostgreSQL refuses to be root's.
    const as = userInfo().uid === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
    const call = (program: string, ...args: string[]): [string, string[]] => {
      const [first = program, ...rest] = [...as, join(PROGRAMS, program), ...args];
      return [first, rest];
    };
    if (as.length > 0) {
      const ids = ["-u", "-g"].map((which) =>
        Number(spawnSync("id", [which, "postgres"], { encoding: "utf8" }).stdout),
      );
      const [user = NaN, group = NaN] = ids;
      chownSync(folder, user, group);
    }
    chmodSync(folder, 0o700);
    const data = join(folder, "data");
    const made = spawnSync(
      ...call("initdb", "-D", data, "--no-sync", "-A", "trust", "-U", "meanwhile", "-E", "UTF8", "--locale=C"),
      { cwd: "/", encoding: "utf8" },
    );
    if (made.status !== 0) throw new Error(`initdb: ${String(made.error ?? made.stderr)}`);
    const settings = ["listen_addresses=", `unix_socket_directories=${folder}`, "fsync=off", "max_connections=60"];
    const child = spawn(...call("postgres", "-D", data, ...settings.flatMap((it) => ["-c", it])), {
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
    process.on("exit", () => child.kill("SIGQUIT"));
    await new Promise<void>((resolve, reject) => {
      let log = "";
      child.stderr.on("data", (piece) => {
        log += String(piece);
        if (log.includes("ready to accept connections")) resolve();
      });
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`PostgreSQL ended:\n${log}`)));
    });
    const host = encodeURIComponent(folder);
    return new Postgres(folder, child, `postgres://meanwhile@${host}/postgres`);
  }

  /** Ends it and deletes its folder. */
  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGQUIT");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
