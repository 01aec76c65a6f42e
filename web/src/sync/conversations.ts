// Conversations that this device has begun and that are not made yet: their ids follow from the persons, so they can be
// opened and written into at once. They are made with the first thing that is sent there. Works inside a transaction.
import type { Id, Member, Membership } from "../generated/types";
import { enqueue, neverSent } from "./outbox";
import type { Entry, Reading, Writing } from "./replica";

/** So many are remembered that came to nothing yet. */
const MOST = 100;

/** Whether a Space is a conversation. */
export const isConversation = (space: Id): boolean => space.startsWith("d");

const creates = (entry: Entry, id: Id) => entry.type === "Space" && entry.recordId === id;

function membershipOf(id: Id, persons: Id[], hidden: boolean): Membership {
  return { id, spaceId: id, kind: "direct", name: null, persons, role: "member", joinedSeq: 0, hidden };
}

/** Remembers who is in a conversation, until it is made. */
export async function begin(tx: Writing, me: Id, id: Id, persons: Id[]): Promise<void> {
  if (await tx.record(me, "Membership", id)) return;
  const others = Object.entries((await tx.meta("begun")) ?? {}).filter(([other]) => other !== id);
  await tx.setMeta("begun", Object.fromEntries([...others.slice(1 - MOST), [id, persons]]));
}

/** The persons of conversations that are not made yet: begun here, or on another device, whose drafts tell. */
async function personsOf(tx: Reading, me: Id): Promise<Record<Id, Id[]>> {
  const told: Record<Id, Id[]> = {};
  for (const { spaceId, item } of await tx.records(me, "Draft")) {
    const persons = item["persons"];
    if (spaceId && isConversation(spaceId) && Array.isArray(persons)) told[spaceId] = persons as Id[];
  }
  return { ...told, ...(await tx.meta("begun")) };
}

/** What a draft bears so that it can be sent from another device, where its conversation is not made yet. */
export async function forDraft(tx: Reading, me: Id, id: Id): Promise<{ persons?: Id[] }> {
  if (!isConversation(id) || (await tx.record(me, "Membership", id))) return {};
  const persons = (await tx.meta("begun"))?.[id];
  return persons ? { persons } : {};
}

/** Those that are not made yet, as Memberships; hidden as long as nothing was sent there. */
export async function begun(tx: Reading, me: Id, known: readonly Membership[]): Promise<Membership[]> {
  const all = Object.entries(await personsOf(tx, me));
  const made = new Set(known.map(({ id }) => id));
  if (all.every(([id]) => made.has(id))) return [];
  const going = new Set((await tx.outbox()).map((entry) => (entry.type === "Space" ? entry.recordId : entry.space)));
  return all.filter(([id]) => !made.has(id)).map(([id, persons]) => membershipOf(id, persons, !going.has(id)));
}

/** Has a conversation made before what is sent to it. */
export async function make(tx: Writing, me: Id, id: Id): Promise<void> {
  if (!isConversation(id) || (await tx.record(me, "Membership", id))) return;
  const persons = (await personsOf(tx, me))[id];
  if (!persons || (await tx.outbox()).some((entry) => creates(entry, id))) return;
  await enqueue(tx, { account: me, type: "Space", recordId: id, act: "create", value: { kind: "direct", persons } });
}

/** What was to be said first was taken back before it left: nobody is to see a conversation in which nothing is. */
export async function unmake(tx: Writing, id: Id): Promise<void> {
  const entries = await tx.outbox();
  const create = entries.find((entry) => creates(entry, id));
  if (create && neverSent(create) && !entries.some(({ space }) => space === id)) await tx.drop(create.id);
}

/** It is there; one's own copy of the Member comes a moment later. */
export async function made(tx: Writing, me: Id, { recordId: id, value }: Entry): Promise<void> {
  const persons = value["persons"] as Id[] | undefined;
  if (!persons || !(await tx.state(me, "Membership")) || (await tx.record(me, "Membership", id))) return;
  await tx.put(me, "Membership", [membershipOf(id, persons, false)]);
}

/** Who is in a conversation, before its Members have come. */
export async function expected(tx: Reading, me: Id, workspace: Id | null, id: Id): Promise<Member[]> {
  if (!workspace || !isConversation(id)) return [];
  const persons = (await tx.record(me, "Membership", id))?.persons ?? (await personsOf(tx, me))[id] ?? [];
  const members: Member[] = [];
  for (const person of persons) {
    const known = await tx.record(workspace, "Person", person);
    const { name = "", picture = null } = known ?? {};
    members.push({ id: person, personId: person, name, picture, role: "member", createdBy: me });
  }
  return members;
}
