// Asks the server, which searches all that one may read.
import type { Id } from "../../generated/types";
import { granted } from "../jmap";
import type { Ask } from "../reach";
import type { Found, SearchFilter, Sort } from "./api";

/** What it finds from that position on. */
export async function searchThere(
  ask: Ask,
  me: Id,
  of: { filter: SearchFilter; sort: Sort; position: number; limit: number },
): Promise<Found> {
  const [answer] = await ask([["Search/query", { accountId: me, ...of }]]);
  const said = granted(answer) as unknown as Omit<Found, "by">;
  const reached = of.position + of.limit;
  return { ...said, by: "server", reached, spaces: said.spaces ?? [], people: said.people ?? [] };
}
