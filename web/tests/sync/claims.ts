// What a device claims to have, beside what the server says: the windows of its Spaces, the threads that are whole, and what
// one's own records lead to. Of a Space that is here from its beginning that is everything.
import Dexie from "dexie";
import type { Delivery, Draft, Follow, Id, Item, Thread } from "../../src/generated/types";
import type { StateRow } from "../../src/sync/replica";
import type { Server } from "../support/server";
import { now, truth, type Device, type Picture } from "./devices";

/** How far the types of the accounts are read on a device. */
export async function rows(held: Device): Promise<StateRow[]> {
  const store = new Dexie(`meanwhile-${held.person.id}`, held.storage);
  await store.open();
  const all = (await store.table("states").toArray()) as StateRow[];
  store.close();
  return all;
}

function* of<T>(picture: Picture, account: Id, type: string): Iterable<T> {
  const prefix = `${account} ${type} `;
  for (const [key, record] of picture) if (key.startsWith(prefix)) yield JSON.parse(record) as T;
}

/** What of that is not so, in words. */
export async function lies(held: Device, server: Server): Promise<string[]> {
  const [here, there] = [await held.holds(), await truth(server, held.person)];
  const out: string[] = [];
  for (const [key, record] of here)
    if (there.get(key) !== record) out.push(`${key} is here\n  ${record}\n  ${there.get(key) ?? "and is not there"}`);
  const windows = new Map<Id, StateRow>();
  for (const row of await rows(held)) {
    if (row.early) out.push(`${row.account} ${row.type} still asks for ${row.early.join(", ")}`);
    if (row.type === "Item" && row.older) windows.set(row.account, row);
  }
  const need = (why: string, key: string) => {
    if (there.has(key) && !here.has(key)) out.push(`${key} is not here (${why})`);
  };
  for (const key of there.keys()) {
    const [account = "", type = ""] = key.split(" ");
    if (!windows.has(account) || (type !== "Item" && type !== "Thread")) need("all of it is", key);
  }
  for (const [space, { older }] of windows) {
    for (const item of of<Item>(there, space, "Item")) {
      const key = `${space} Item ${item.id}`;
      if (item.seq >= older!.from) need("the window", key);
      if (older!.whole.includes(item.threadId)) need("a whole thread", key);
      if (!here.has(key)) continue;
      need("the beginning of a thread", `${space} Item ${item.threadId}`);
      need("the Thread of what is here", `${space} Thread ${item.threadId}`);
      if (item.id !== item.threadId) continue;
      const view = await now(held.sync.thread(space, item.id));
      const all = [...of<Item>(there, space, "Item")].filter((one) => one.threadId === item.id);
      const thread = [...of<Thread>(there, space, "Thread")].find(({ id }) => id === item.id);
      const whole = view.posts.length + 1 === all.length;
      if (!view.part && !whole) out.push(`${item.id} is said to be whole: ${view.posts.length} of ${thread?.posts}`);
    }
  }
  const led: Array<[Id | null | undefined, unknown]> = [];
  for (const one of of<Delivery>(there, held.person.id, "Delivery"))
    if (!one.doneAt) led.push([one.spaceId, one.id], [one.spaceId, one.threadId]);
  for (const one of of<Follow>(there, held.person.id, "Follow"))
    if (one.followedAt) led.push([one.spaceId, one.threadId]);
  for (const one of of<Draft>(there, held.person.id, "Draft")) led.push([one.spaceId, one.item["parentId"]]);
  for (const [space, item] of led) if (space && typeof item === "string") need("it is led to", `${space} Item ${item}`);
  return out;
}
