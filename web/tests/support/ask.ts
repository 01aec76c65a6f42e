// Asks the server by its protocol, as a program with a token would.
import type { PersonRhythm } from "../../src/generated/types";
import type { Server, TestPerson } from "./server";

/** One answer of a request: method, arguments, call id. */
export type Answer = [string, Record<string, unknown>, string];

/** Sends calls as that person; a refusal is an error. */
export async function ask(server: Server, by: TestPerson, calls: unknown[]): Promise<Answer[]> {
  const answer = await fetch(`${server.address}/jmap/api`, {
    method: "POST",
    headers: { Authorization: `Bearer ${by.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ using: ["urn:ietf:params:jmap:core", "urn:meanwhile:jmap:workspace"], methodCalls: calls }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { methodResponses } = (await answer.json()) as { methodResponses: Answer[] };
  for (const [name, said] of methodResponses) {
    const refused = said["notCreated"] ?? said["notUpdated"];
    if (name === "error" || (refused && Object.keys(refused as object).length > 0)) {
      throw new Error(`${by.name} was refused: ${JSON.stringify(said)}`);
    }
  }
  return methodResponses;
}

/** Creates an Item in a Space at once, and gives its id. */
export async function send(server: Server, by: TestPerson, space: string, item: object): Promise<string> {
  const [answer] = await ask(server, by, [["Item/set", { accountId: space, create: { k: item } }, "0"]]);
  const made = (answer?.[1]["created"] ?? {}) as Record<string, { id: string }>;
  return made["k"]?.id as string;
}

/** The account of the workspace that somebody is in. */
export async function workspaceOf(server: Server, by: TestPerson): Promise<string> {
  const answer = await fetch(`${server.address}/jmap/session`, { headers: { Authorization: `Bearer ${by.token}` } });
  return ((await answer.json()) as { workspaceAccountId: string }).workspaceAccountId;
}

/** Hours in which everything reaches one at once, so that it does not matter when a test runs. */
export function atAnyHour(zone = "Europe/Lisbon") {
  const week = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
  return { zone, hours: week.map((weekday) => ({ weekday, spans: [{ from: "00:00", to: "24:00" }] })) };
}

/** What the server has of somebody's hours. */
export async function rhythmOf(server: Server, of: TestPerson): Promise<PersonRhythm | null> {
  const accountId = await workspaceOf(server, of);
  const [got] = await ask(server, of, [["Person/get", { accountId, ids: [of.id] }, "0"]]);
  const [person] = (got?.[1]["list"] ?? []) as Array<{ rhythm?: PersonRhythm | null }>;
  return person?.rhythm ?? null;
}

/** Somebody's hours are these from now on; null: nothing was said. */
export async function works(server: Server, by: TestPerson, rhythm: object | null): Promise<void> {
  const accountId = await workspaceOf(server, by);
  await ask(server, by, [["Person/set", { accountId, update: { [by.id]: { rhythm } } }, "0"]]);
}
