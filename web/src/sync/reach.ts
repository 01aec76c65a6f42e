// Brings one thread to this device before its Space is read, for whoever follows a link. What comes so is `early`: whoever
// reads the changes asks for it again, so that nothing stays that was destroyed meanwhile.
import type { Id, Item, Member, TypeName, Types } from "../generated/types";
import { granted, type Answer, type Call, type Json } from "./jmap";
import type { Reading, Replica, Writing } from "./replica";

/** Items that are asked for at once: few enough that the longest texts fit into an answer. */
const PAGE = 100;

/** Asks the server. */
export type Ask = (calls: Call[]) => Promise<Answer[]>;

const listed = <T>(answer: Answer | undefined) => granted(answer)["list"] as T[];

/** False if there is no such Item, as far as one may know. Throws what `ask` throws. */
export async function reach(replica: Replica, ask: Ask, me: Id, space: Id, id: Id): Promise<boolean> {
  // What is kept of a Space goes when the Membership does, and so also as long as it has not come.
  const member = async (tx: Reading) => (await tx.record(me, "Membership", space)) !== undefined;
  if (!(await replica.read(member))) return false;
  const [one] = await ask([["Item/get", { accountId: space, ids: [id] }]]);
  if (one?.error?.type === "accountNotFound") return false;
  const item = listed<Item>(one)[0];
  if (!item) return false;
  for (let position = 0; ; position += PAGE) {
    const items = await page(ask, space, item.threadId, position);
    const authors = [...new Set(items.map(({ createdBy }) => createdBy))];
    const [got] = await ask([["Member/get", { accountId: space, ids: authors }]]);
    const kept = await replica.write(async (tx) => {
      // One may have left while it was asked for: then nothing would take it away again.
      if (!(await member(tx))) return false;
      await putEarly(tx, space, "Member", listed<Member>(got));
      await putEarly(tx, space, "Item", items);
      return true;
    });
    if (!kept || items.length < PAGE) return kept;
  }
}

async function page(ask: Ask, accountId: Id, threadId: Id, position: number): Promise<Item[]> {
  const sort = [{ property: "seq", isAscending: true }];
  const ids = { resultOf: "0", name: "Item/query", path: "/ids" };
  const query: Json = { accountId, filter: { threadId }, sort, position, limit: PAGE };
  const [found, got] = await ask([
    ["Item/query", query],
    ["Item/get", { accountId, "#ids": ids }],
  ]);
  granted(found);
  return listed<Item>(got);
}

/** Only what is not here: what is may be newer. */
async function putEarly<T extends TypeName>(tx: Writing, account: Id, type: T, records: Types[T][]): Promise<void> {
  const missing: Types[T][] = [];
  for (const record of records) if (!(await tx.record(account, type, record.id))) missing.push(record);
  if (missing.length === 0) return;
  await tx.put(account, type, missing);
  const row = (await tx.state(account, type)) ?? { account, type };
  await tx.setState({ ...row, early: [...new Set([...(row.early ?? []), ...missing.map(({ id }) => id)])] });
}
