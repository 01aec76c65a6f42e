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
import type { Entry, Meta, Replica } from "./replica";
import { equal } from "./values";
import { forgetUnnamed, uploadNext } from "./uploads";

/** Milliseconds until the second try, and at most between two. */
export interface Patience {
  first: number;
  most: number;
  /** Milliseconds in which it has to say that it is there; `ANSWER` if left out. */
  answer?: number;
}

/** Milliseconds after which a server that says nothing counts as out of reach. */
export const ANSWER = 10_000;
/** On a slow line: how many times as long it may take when it was out of reach before. */
const SLOW = 4;

/** Milliseconds after which it looks even if nothing was heard of other tabs. */
const LOOK = 5000;
/** Milliseconds between two looks for a session that has ended. */
const SIGNED_OUT = 60_000;

/** Why a connection is given up: somebody wants it to be looked for anew. */
const WOKEN = new Offline("it is looked for anew");

/** Files of a lane wait for each other. Those of drafts never hold up what is sent. */
const LANES = [(entry: Entry) => entry.type === "Draft", (entry: Entry) => entry.type !== "Draft"];

/** The connection of one device, as long as this tab leads. */
export class Network {
  readonly #push: Push;
  readonly #pull: Pull;
  readonly #work = new Bell();
  readonly #try = new Bell();
  #cut = new AbortController();
  #heard = 0;
  /** The server is there, and the stream open. */
  #stands = false;
  /** Times that it was looked for in vain. */
  #failures = 0;
  /** Out of reach, as far as is known. */
  #away = false;
  /** Lanes that upload, and the files that are under way. */
  readonly #uploading = new Set<number>();
  readonly #busy = new Set<string>();

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    private readonly me: Id,
    workspace: Id | null,
    private readonly fence: Fence,
    private readonly patience: Patience,
    /** Keeps the session for the next start. */
    private readonly keep: (session: Session) => Promise<void>,
    window: number,
  ) {
    this.#push = new Push(replica, client, me, fence);
    this.#pull = new Pull(replica, client, me, workspace, fence, window);
  }

  /** Works until the signal. Throws `Overtaken` if another tab leads by now. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = this.#listen(await this.replica.read((tx) => tx.meta("wake")));
    try {
      await this.replica.write(forgetUnnamed);
      while (!signal.aborted) {
        try {
          await this.#looks();
          await this.#connection(signal);
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof Overtaken) throw error;
          if (!expected(error) && !this.#cut.signal.aborted) console.error("the connection begins anew", error);
          if (this.#cut.signal.reason === WOKEN && !(error instanceof Busy)) await this.#try.wait(0, signal);
          else await this.#failed(error, signal);
        }
      }
    } finally {
      stop();
    }
  }

  /** Looks for the server at once; a connection of which nothing was heard for long counts as lost. */
  wake(): void {
    if (!this.#stands || Date.now() - this.#heard > (PING + 10) * 1000) this.#cut.abort(WOKEN);
    this.#away = false;
    this.#try.ring();
    this.#work.ring();
  }

  /** Hears of new commands and wishes of other tabs, and of the browser's network. */
  #listen(wake: number | undefined): () => void {
    const waiting = this.replica.observe(async (tx) => {
      const entries = (await tx.outbox()).filter((entry) => entry.how === "waiting");
      return { wake: await tx.meta("wake"), entries: entries.map(({ id, at }) => [id, at]) };
    });
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

  /** Says that it is looked for. Whether there is a session stays as it was said until the server answers. */
  async #looks(): Promise<void> {
    const signedOut = (await this.replica.read((tx) => tx.meta("status")))?.signedOut ?? false;
    await this.#say({ connection: this.#away ? "offline" : "connecting", signedOut });
  }

  async #say(status: Meta["status"]): Promise<void> {
    await this.replica.write(async (tx) => {
      await this.fence(tx);
      if (!equal(await tx.meta("status"), status)) await tx.setMeta("status", status);
    });
  }

  async #connection(signal: AbortSignal): Promise<void> {
    const cut = (this.#cut = new AbortController());
    const until = AbortSignal.any([signal, cut.signal]);
    const patience = (this.patience.answer ?? ANSWER) * Math.min(1 + this.#failures, SLOW);
    let session: Session | undefined;
    const late = setTimeout(() => {
      this.#away = true;
      // The stream may be held up by what lies between: it is waited for longer.
      if (session) void this.#say({ connection: "offline", signedOut: false }).catch(() => {});
      else cut.abort(new Offline("the server does not answer"));
    }, patience);
    try {
      session = await this.client.open(until);
      await this.keep(session);
      if (session.username !== this.me) throw new SignedOut("somebody else is signed in here by now");
      await this.#follow(until, () => clearTimeout(late));
    } finally {
      clearTimeout(late);
      this.#stands = false;
    }
  }

  /** From the opening of the event stream to its end. */
  async #follow(signal: AbortSignal, opens: () => void): Promise<void> {
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
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
      opens();
      this.#stands = true;
      [this.#failures, this.#away] = [0, false];
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
      const pushed = await this.#watched(this.#push.step(signal));
      if (pushed.files) LANES.forEach((_, lane) => void this.#upload(lane, signal));
      const read = await this.#watched(this.#pull.step(signal));
      await this.#keepOffset();
      if (!pushed.sent && !read) await this.#work.wait(LOOK, signal);
    }
  }

  /** What takes long is either large, or nobody is there any more. */
  async #watched<T>(work: Promise<T>): Promise<T> {
    const [cut, answer] = [this.#cut, this.patience.answer ?? ANSWER];
    const ask = async () => {
      try {
        await this.client.open(AbortSignal.any([cut.signal, AbortSignal.timeout(answer / 2)]));
      } catch (error) {
        if (cut.signal.aborted || !(error instanceof Offline)) return;
        this.#away = true;
        cut.abort(new Offline("the server does not answer any more"));
      }
    };
    const timer = setTimeout(() => void ask(), answer);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Files go beside everything else, since they may take long. */
  async #upload(lane: number, signal: AbortSignal): Promise<void> {
    if (this.#uploading.has(lane)) return;
    this.#uploading.add(lane);
    const next = () => uploadNext(this.replica, this.client, this.me, signal, LANES[lane]!, this.#busy);
    try {
      while (await next()) this.#work.ring();
    } catch (error) {
      if (!expected(error)) console.error("an upload is tried again", error);
    } finally {
      this.#uploading.delete(lane);
    }
  }

  async #keepOffset(): Promise<void> {
    const offset = this.client.offset;
    const kept = await this.replica.read((tx) => tx.meta("offset"));
    if (Math.abs(offset - (kept ?? 0)) > 2000) await this.replica.write((tx) => tx.setMeta("offset", offset));
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    this.#failures++;
    const signedOut = error instanceof SignedOut;
    this.#away ||= signedOut || this.#failures > 1 || globalThis.navigator?.onLine === false;
    await this.#say({ connection: this.#away ? "offline" : "connecting", signedOut });
    const growing = Math.min(this.patience.first * 2 ** (this.#failures - 1), this.patience.most);
    // What the server asks for is not cut short by anything.
    if (error instanceof Busy && error.wait) await pause(error.wait, signal);
    await this.#try.wait(signedOut ? SIGNED_OUT : growing * (0.5 + Math.random() / 2), signal);
  }
}

/** What happens to every connection, and needs no line in a log. */
function expected(error: unknown): boolean {
  return error instanceof Offline || error instanceof Busy || error instanceof SignedOut;
}
