// Who there is, as far as one may know, and one's Spaces by their names. Only reads.
import type { Id, Member, Membership } from "../generated/types";
import type { Live, Names } from "./api";
import { begun, expected } from "./conversations";
import type { Reading } from "./replica";
import type { Reader } from "./views";

/** One's Spaces; direct ones by the names of the others. */
export function memberships(reader: Reader): Live<Membership[]> {
  return reader.replica.observe((tx) => named(tx, reader));
}

/** One's Spaces into which one may write. */
export function writable(reader: Reader): Live<Membership[]> {
  return reader.replica.observe(async (tx) => {
    const open: Membership[] = [];
    for (const one of await named(tx, reader)) {
      if (await isOnlyBegun(tx, reader, one)) continue;
      if (one.role !== "none" && !(await tx.record(one.id, "Space", one.id))?.archivedAt) open.push(one);
    }
    return open;
  });
}

/** One's Spaces, direct ones by the names of the others. */
export async function named(tx: Reading, { me, workspace }: Reader): Promise<Membership[]> {
  const records = await tx.records(me, "Membership");
  const all = [...records, ...(await begun(tx, me, records))];
  const nameOf = async (person: Id, space: Id) =>
    (workspace && (await tx.record(workspace, "Person", person))?.name) ||
    (await tx.record(space, "Member", person))?.name;
  return Promise.all(
    all.map(async (one) => {
      if (one.kind !== "direct") return one;
      const others = one.persons.filter((person) => person !== me);
      const known = await Promise.all((others.length > 0 ? others : [me]).map((person) => nameOf(person, one.id)));
      return { ...one, name: known.filter(Boolean).sort().join(", ") || null };
    }),
  );
}

/** Whether nothing was sent to a conversation yet. */
async function isOnlyBegun(tx: Reading, { me }: Reader, { id, hidden }: Membership): Promise<boolean> {
  return Boolean(hidden) && !(await tx.record(me, "Membership", id));
}

/** Who is in a Space. */
export function members({ replica, me, workspace }: Reader, space: Id): Live<Member[]> {
  return replica.observe(async (tx) => {
    const known = await tx.records(space, "Member");
    return known.length > 0 ? known : expected(tx, me, workspace, space);
  });
}

/** Whom and what one can name. */
export function names(reader: Reader): Live<Names> {
  return reader.replica.observe((tx) => readNames(tx, reader));
}

/** Guests know those whom they meet in their Spaces. */
async function readNames(tx: Reading, reader: Reader): Promise<Names> {
  const { me, workspace } = reader;
  const spaces: Membership[] = [];
  for (const one of await named(tx, reader)) if (!(await isOnlyBegun(tx, reader, one))) spaces.push(one);
  const persons = workspace ? await tx.records(workspace, "Person") : [];
  const people = new Map<Id, Names["people"][number]>();
  for (const { id, name, email, deactivatedAt, placeholder } of persons) {
    const out = deactivatedAt || placeholder ? { out: true } : {};
    people.set(id, { id, name, ...(email ? { hint: email } : {}), ...out });
  }
  for (const { id } of workspace ? [] : spaces) {
    const members = (await tx.records(id, "Member")).filter((member) => member.personId);
    for (const { id: person, name } of members) people.set(person, { id: person, name });
  }
  const zone = persons.find(({ id }) => id === me)?.rhythm?.zone;
  return {
    people: [...people.values()].filter(({ name }) => name),
    spaces: spaces.map(({ id, name }) => ({ id, name: name ?? "" })),
    ...(zone ? { zone } : {}),
  };
}

/** Of whom there is a picture. */
export function faces({ replica, me, workspace }: Reader): Live<Record<Id, { account: Id; blobId: Id }>> {
  return replica.observe(async (tx) => {
    const out: Record<Id, { account: Id; blobId: Id }> = {};
    for (const { id, picture } of workspace ? await tx.records(workspace, "Person") : []) {
      if (picture) out[id] = { account: workspace as Id, blobId: picture };
    }
    for (const { id: account } of workspace ? [] : await tx.records(me, "Membership")) {
      for (const { id, picture } of await tx.records(account, "Member"))
        if (picture) out[id] = { account, blobId: picture };
    }
    return out;
  });
}

/** One's Spaces in which a person is. */
export function spacesWith(reader: Reader, person: Id): Live<Membership[]> {
  return reader.replica.observe(async (tx) => {
    const shared: Membership[] = [];
    for (const one of await named(tx, reader)) {
      const role = one.kind === "team" && (await tx.record(one.id, "Member", person))?.role;
      if (role && role !== "none") shared.push(one);
    }
    return shared;
  });
}
