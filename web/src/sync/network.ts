// The network work of the tab that leads: connects, follows the event stream, sends and catches up in turns, and looks
// for a lost server again with growing patience. Knows nothing of what is sent or read.
import type { Id } from "../generated/types";
import { Offline } from "./api";
import { Bell, pause } from "./bell";
import { follow, PING } from "./events";
import { Busy, SignedOut, type Client, type Session } from "./jmap";
import { Overtaken, type Fence } from "./leader";
import { Pull } from "./pull";
import { Push } from "./push";
import type { Meta, Replica } from "./replica";
import { equal } from "./values";
import { forgetUnnamed, uploadNext } from "./uploads";

/** Milliseconds until the second try, and at most between two. */
export interface Patience {
  first: number;
  most: number;
}

/** Milliseconds after which it looks even if nothing was heard of other tabs. */
const LOOK = 5000;
/** Milliseconds between two looks for a session that has ended. */
const SIGNED_OUT = 60_000;

/** The connection of one device, as long as this tab leads. */
export class Network {
  readonly #push: Push;
  readonly #pull: Pull;
  readonly #work = new Bell();
  readonly #try = new Bell();
  #cut = new AbortController();
  #heard = 0;
  #uploading = false;

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    private readonly me: Id,
    workspace: Id | null,
    private readonly fence: Fence,
    private readonly patience: Patience,
    /** Keeps the session for the next start. */
    private readonly keep: (session: Session) => Promise<void>,
  ) {
    this.#push = new Push(replica, client, me, fence);
    this.#pull = new Pull(replica, client, me, workspace, fence);
  }

  /** Works until the signal. Throws `Overtaken` if another tab leads by now. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = this.#listen();
    try {
      await this.replica.write(forgetUnnamed);
      for (let failures = 0; !signal.aborted;) {
        try {
          await this.#say({ connection: "connecting", signedOut: false });
          await this.#connection(signal, () => (failures = 0));
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof Overtaken) throw error;
          if (!expected(error) && !this.#cut.signal.aborted) console.error("the connection begins anew", error);
          failures++;
          await this.#failed(error, failures, signal);
        }
      }
    } finally {
      stop();
    }
  }

  /** Looks for the server at once; a connection of which nothing was heard for long counts as lost. */
  wake(): void {
    if (Date.now() - this.#heard > (PING + 10) * 1000) this.#cut.abort();
    this.#try.ring();
    this.#work.ring();
  }

  /** Hears of new commands and wishes of other tabs, and of the browser's network. */
  #listen(): () => void {
    const waiting = this.replica.observe(async (tx) => {
      const entries = (await tx.outbox()).filter((entry) => entry.how === "waiting");
      return { wake: await tx.meta("wake"), entries: entries.map(({ id, at }) => [id, at]) };
    });
    let wake: number | undefined;
    const unwatch = waiting.subscribe((now) => {
      if (now.wake !== wake) this.wake();
      wake = now.wake;
      this.#work.ring();
    });
    const online = () => this.wake();
    const offline = () => this.#cut.abort();
    const visible = () => globalThis.document?.visibilityState === "visible" && this.wake();
    globalThis.addEventListener?.("online", online);
    globalThis.addEventListener?.("offline", offline);
    globalThis.document?.addEventListener("visibilitychange", visible);
    return () => {
      unwatch();
      globalThis.removeEventListener?.("online", online);
      globalThis.removeEventListener?.("offline", offline);
      globalThis.document?.removeEventListener("visibilitychange", visible);
    };
  }

  async #say(status: Meta["status"]): Promise<void> {
    await this.replica.write(async (tx) => {
      await this.fence(tx);
      if (!equal(await tx.meta("status"), status)) await tx.setMeta("status", status);
    });
  }

  async #connection(signal: AbortSignal, stands: () => void): Promise<void> {
    const end = new AbortController();
    this.#cut = new AbortController();
    const until = AbortSignal.any([signal, end.signal, this.#cut.signal]);
    const session = await this.client.open();
    await this.keep(session);
    if (session.username !== this.me) throw new SignedOut("somebody else is signed in here by now");
    const eventId = await this.replica.read((tx) => tx.meta("eventId"));
    let opened = () => {};
    const open = new Promise<void>((resolve) => (opened = resolve));
    this.#heard = Date.now();
    const changed = (changes: object, token: string) => {
      this.#pull.changed(Object.keys(changes), token);
      this.#work.ring();
    };
    const stream = follow(this.client, eventId, { opened, changed, heard: () => (this.#heard = Date.now()) }, until);
    let pump: Promise<void> | undefined;
    try {
      await Promise.race([open, stream]);
      stands();
      await this.#pull.begin();
      await this.#say({ connection: "online", signedOut: false });
      pump = this.#pump(until);
      await Promise.race([stream, pump]);
    } finally {
      end.abort();
      await Promise.allSettled([stream, pump]);
    }
    throw new Offline("the server has closed the connection");
  }

  /** Sends and reads in turns: one request at a time, so that answers are taken in in their order. */
  async #pump(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pushed = await this.#push.step(signal);
      if (pushed.files) void this.#upload(signal);
      const read = await this.#pull.step(signal);
      await this.#keepOffset();
      if (!pushed.sent && !read) await this.#work.wait(LOOK, signal);
    }
  }

  /** Files go beside everything else, since they may take long. */
  async #upload(signal: AbortSignal): Promise<void> {
    if (this.#uploading) return;
    this.#uploading = true;
    try {
      while (await uploadNext(this.replica, this.client, this.me, signal)) this.#work.ring();
    } catch (error) {
      if (!expected(error)) console.error("an upload is tried again", error);
    } finally {
      this.#uploading = false;
    }
  }

  async #keepOffset(): Promise<void> {
    const offset = this.client.offset;
    const kept = await this.replica.read((tx) => tx.meta("offset"));
    if (Math.abs(offset - (kept ?? 0)) > 2000) await this.replica.write((tx) => tx.setMeta("offset", offset));
  }

  async #failed(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const signedOut = error instanceof SignedOut;
    const away = signedOut || failures > 1 || globalThis.navigator?.onLine === false;
    await this.#say({ connection: away ? "offline" : "connecting", signedOut });
    const growing = Math.min(this.patience.first * 2 ** (failures - 1), this.patience.most);
    // What the server asks for is not cut short by anything.
    if (error instanceof Busy && error.wait) await pause(error.wait, signal);
    await this.#try.wait(signedOut ? SIGNED_OUT : growing * (0.5 + Math.random() / 2), signal);
  }
}

/** What happens to every connection, and needs no line in a log. */
function expected(error: unknown): boolean {
  return error instanceof Offline || error instanceof Busy || error instanceof SignedOut;
}
