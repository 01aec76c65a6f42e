//! How arrivals reach one outside the app: what of it this server does, and the devices on which they are shown. Asked of the
//! server each time, since without a network nothing of it can be changed. Knows no screen and no browser's push.

import type { Id, PushSubscription } from "../generated/types";
import { Client, granted, type Call, type Fault, type Json } from "./jmap";
import { Refusal } from "./api";

/** What a server does outside the app. */
export interface Ways {
  /** It mails arrivals and invitations. */
  mail: boolean;
  /** The key by which push services know it; null: it pushes nothing. */
  key: string | null;
}

/** A device on which arrivals are shown. */
export type Device = PushSubscription;

/** What a browser gives who subscribes, and what its owner wants. */
export type NewDevice = Pick<Device, "deviceClientId" | "url" | "keys"> &
  Partial<Pick<Device, "name" | "hideContent" | "wants" | "expires">>;

/** What this server does. */
export async function ways(): Promise<Ways> {
  const answer = await new Client({ base: "" }).ask("/jmap/session");
  const { capabilities = {} } = (await answer.json()) as { capabilities?: Record<string, Record<string, unknown>> };
  const key = capabilities["urn:ietf:params:jmap:webpush-vapid"]?.["applicationServerKey"];
  return { mail: "urn:meanwhile:jmap:mail" in capabilities, key: typeof key === "string" ? key : null };
}

/** One's own devices, the oldest first. */
export async function devices(me: Id): Promise<Device[]> {
  const [said] = await new Client({ base: "" }).call([["PushSubscription/get", { accountId: me, ids: null }]]);
  return granted(said)["list"] as Device[];
}

/** A device is told from now on; `instead`: the one that it was before. */
export async function addDevice(me: Id, device: NewDevice, instead?: Id): Promise<void> {
  const set = (args: Json): Call => ["PushSubscription/set", { accountId: me, ...args }];
  // The one before has to be gone first: each device has one.
  const calls = [...(instead ? [set({ destroy: [instead] })] : []), set({ create: { device } })];
  const answers = await new Client({ base: "" }).call(calls);
  refuses(granted(answers.at(-1))["notCreated"], "device");
}

/** Changes what a device shows. */
export async function changeDevice(
  me: Id,
  id: Id,
  changes: Partial<Pick<Device, "hideContent" | "wants" | "expires">>,
): Promise<void> {
  const [said] = await new Client({ base: "" }).call([
    ["PushSubscription/set", { accountId: me, update: { [id]: changes } }],
  ]);
  refuses(granted(said)["notUpdated"], id);
}

/** A device is told nothing any more. */
export async function removeDevice(me: Id, id: Id): Promise<void> {
  const [said] = await new Client({ base: "" }).call([["PushSubscription/set", { accountId: me, destroy: [id] }]]);
  refuses(granted(said)["notDestroyed"], id);
}

function refuses(refused: unknown, key: string): void {
  const fault = (refused as Record<string, Fault> | null | undefined)?.[key];
  if (fault && fault.type !== "notFound") {
    throw new Refusal(fault.type, fault.description ?? fault.type, fault.properties);
  }
}
