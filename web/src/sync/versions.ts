// What Items said before they were changed: the server has it, and tells it when it is asked.
import type { Id, Item, UTCDate } from "../generated/types";
import { granted, type Answer, type Call } from "./jmap";

/** What an Item said until it was changed. */
export interface Version extends Partial<Pick<Item, "title" | "text" | "blobs" | "expects">> {
  version: number;
  replacedAt: UTCDate;
  replacedBy: Id;
}

/** The earlier versions of an Item. */
export async function versions(ask: (calls: Call[]) => Promise<Answer[]>, space: Id, id: Id): Promise<Version[]> {
  const ids = { resultOf: "0", name: "ItemVersion/query", path: "/ids" };
  const [query, got] = await ask([
    ["ItemVersion/query", { accountId: space, filter: { itemId: id } }],
    ["ItemVersion/get", { accountId: space, "#ids": ids }],
  ]);
  granted(query);
  return granted(got)["list"] as Version[];
}
