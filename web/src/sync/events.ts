// The event stream (RFC 8620 7.3) by fetch: one connection from its opening to its end. Does not know what follows from
// an event, nor when to connect again.
import { createParser } from "eventsource-parser";
import { Offline } from "./api";
import type { Client, Json } from "./jmap";

/** Seconds between two signs of life; the server takes 15 to 900. */
export const PING = 30;

/** What a stream tells. */
export interface Told {
  /** The server has answered: from now on nothing is missed. */
  opened(): void;
  /** Something came, if only a sign of life. */
  heard(): void;
  /** Accounts, and the state of each of their types; and the token of it all. */
  changed(changed: Record<string, Record<string, string>>, eventId: string): void;
}

/** Follows the stream until it ends. Rejects when it breaks off, or is silent for longer than two pings. */
export async function follow(
  client: Client,
  lastEventId: string | undefined,
  told: Told,
  signal: AbortSignal,
  ping = PING,
): Promise<void> {
  const dead = new AbortController();
  let watch: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => dead.abort(new Offline("the event stream is silent")), (2 * ping + 5) * 1000);
  };
  alive();
  try {
    const template = client.session?.eventSourceUrl ?? "";
    const url = client.address(template, { types: "*", closeafter: "no", ping: String(ping) });
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (lastEventId) headers["last-event-id"] = lastEventId;
    const answer = await client.ask(url, { headers, signal: AbortSignal.any([signal, dead.signal]) });
    if (!answer.body) throw new Offline("the event stream has no body");
    told.opened();
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        if (event !== "state") return;
        const change = JSON.parse(data) as Json;
        told.changed((change["changed"] ?? {}) as Record<string, Record<string, string>>, id ?? "");
      },
    });
    const text = answer.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>);
    const reader = text.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      told.heard();
      parser.feed(value);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Error && !(error instanceof TypeError) && error.name !== "AbortError"
      ? error
      : new Offline("the event stream broke off", { cause: error });
  } finally {
    clearTimeout(watch);
    dead.abort();
  }
}
