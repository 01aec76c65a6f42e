// Catches up with the server: `/changes` and `/get` of every type of every account (docs/protocol/basics.md), one
// request at a time. A first reading comes newest first, in pages, and of what a Space says ends where its window does.
// Knows nothing of what waits to be sent.
import { TYPES, type AccountKind, type Id, type Item, type TypeName, type Types } from "../generated/types";
import { Busy, SignedOut, type Answer, type Call, type Client, type Json } from "./jmap";
import type { Reading, Replica, StateRow, Writing } from "./replica";
import {
  ANCHORS,
  askForAllLed,
  askForBeginnings,
  askForLed,
  edgeOf,
  isSpace,
  isWindowed,
  kept,
  upToOf,
  windowOf,
} from "./window";

/** Records of a page of `/changes`, and of a first reading. */
const PAGE = 500;
/** Types that one request catches up with: up to four calls each, of 256. */
const MOST_CHANGES = 55;
/** Types of which one request reads a page: each may be large. */
const MOST_PAGES = 12;
/** Records that came early, of all that one request asks for: the server counts what is named in a request. */
const MOST_EARLY = 500;

interface Pair {
  account: Id;
  type: TypeName;
}

/** The types that an account holds. */
export function typesOf(account: Id): TypeName[] {
  const letter = account[0] ?? "";
  const kind: AccountKind = letter === "w" ? "workspace" : letter === "p" ? "personal" : "space";
  return (Object.keys(TYPES) as TypeName[]).filter((type) => TYPES[type].account === kind);
}

/** Keeps the replica at the heels of the server. Not to be asked for two steps at once. */
export class Pull {
  #dirty = new Map<string, Pair>();
  /** Spaces that are listed and yet not open: not asked for again until one joins anew, by `joinedSeq`. */
  #closed = new Map<Id, number>();
  #token: string | undefined;
  /** Records of a page: fewer after an answer that was too large, and more again when it was not. */
  #size = PAGE;
  /** Items that have come with this answer, by Space. */
  #came = new Map<Id, Item[]>();

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    private readonly me: Id,
    private readonly workspace: Id | null,
    /** Refuses in a transaction if another tab does this work by now. */
    private readonly fence: (tx: Writing) => Promise<void>,
    /** So many Items of a Space come with its first reading. */
    private readonly window: number,
  ) {}

  /** The connection stands: what has to be asked, since no event will tell of it. */
  async begin(): Promise<void> {
    await this.replica.write(async (tx) => {
      const token = await tx.meta("eventId");
      const own = [this.me, ...(this.workspace ? [this.workspace] : [])];
      own.forEach((account) => this.mark(account));
      // With a token the stream tells which others changed. That it could not be read shows in one's own accounts.
      const rows = await tx.states();
      rows.filter((row) => !token || row.filling || (row.state && row.early)).forEach((row) => this.#mark(row));
      await this.#reconcile(tx);
    });
  }

  /** Everything in these accounts may have changed. */
  mark(account: Id): void {
    for (const type of typesOf(account)) this.#mark({ account, type });
  }

  /** What the event stream tells. */
  changed(accounts: Id[], token: string): void {
    for (const account of accounts) {
      this.#closed.delete(account);
      this.mark(account);
    }
    if (token) this.#token = token;
  }

  #mark({ account, type }: Pair): void {
    this.#dirty.set(`${account} ${type}`, { account, type });
  }

  /** Asks once, and applies the answer in one transaction. False if there was nothing to ask. */
  async step(signal: AbortSignal): Promise<boolean> {
    const { changes, pages } = await this.#choose();
    if (changes.length + pages.length === 0) {
      await this.#settled();
      return false;
    }
    const size = this.#size;
    const early = someEarly(changes, size);
    const plans = [
      ...changes.map((row, i) => asChanges(row, early[i]!, size)),
      ...pages.map((row) => asPage(row, this.#room(row, size))),
    ];
    const calls: Call[] = [];
    const begins = plans.map((plan) => calls.push(...plan(calls.length)));
    try {
      const answers = await this.client.call(calls, signal);
      await this.replica.write(async (tx) => {
        await this.fence(tx);
        this.#size = Math.min(PAGE, size * 2);
        this.#came.clear();
        for (const [i, row] of [...changes, ...pages].entries()) {
          const own = answers.slice(begins[i - 1] ?? 0, begins[i]);
          if (own.some((answer) => answer.error?.type === "requestTooLarge")) this.#tooLarge(row, size);
          else if (i < changes.length) await this.#changes(tx, row, early[i]!, own);
          else await this.#page(tx, row, own, this.#room(row, size));
        }
        for (const [account, items] of this.#came) {
          for (const type of await askForBeginnings(tx, account, items)) this.#mark({ account, type });
        }
        if ([...changes, ...pages].some((row) => row.type === "Membership")) await this.#reconcile(tx);
      });
    } catch (error) {
      [...changes, ...pages].forEach((row) => this.#mark(row));
      throw error;
    }
    return true;
  }

  /** Records that are asked for in the next page of a first reading. */
  #room(row: StateRow, size: number): number {
    return isWindowed(row)
      ? Math.max(1, Math.min(size, windowOf(row.type, this.window) - (row.filling?.read ?? 0)))
      : size;
  }

  /** Asked again, in smaller pages; one record alone is never too large. */
  #tooLarge(row: StateRow, size: number): void {
    this.#size = Math.max(1, Math.min(this.#size, Math.floor(size / 4)));
    this.#mark(row);
  }

  /** What is asked next; it counts as clean until an event or the answer says otherwise. */
  async #choose(): Promise<{ changes: StateRow[]; pages: StateRow[] }> {
    if (this.#dirty.size === 0) return { changes: [], pages: [] };
    return this.replica.read(async (tx) => {
      const [changes, pages, older]: StateRow[][] = [[], [], []];
      const members = new Set((await tx.records(this.me, "Membership")).map((membership) => membership.id));
      const own = (pair: Pair) => (isSpace(pair.account) ? 1 : 0);
      for (const pair of [...this.#dirty.values()].sort((a, b) => own(a) - own(b))) {
        const row: StateRow = (await tx.state(pair.account, pair.type)) ?? pair;
        // Whoever is told of a Space before the Membership has come begins when that has come.
        if (isSpace(pair.account) && row === pair && !members.has(pair.account)) {
          this.#dirty.delete(`${pair.account} ${pair.type}`);
        } else if (row.state) changes!.push(row);
        else (row.filling ? older! : pages!).push(row);
        if (changes!.length >= MOST_CHANGES || pages!.length >= MOST_PAGES) break;
      }
      const chosen = { changes: changes!, pages: [...pages!, ...older!].slice(0, MOST_PAGES) };
      if (changes!.some((row) => row.type === "Submission")) await this.#withPublished(tx, chosen.changes);
      [...chosen.changes, ...chosen.pages].forEach((row) => this.#dirty.delete(`${row.account} ${row.type}`));
      return chosen;
    });
  }

  /** What leaves one's account for its Space must not be gone from the one before it has come to the other. */
  async #withPublished(tx: Reading, changes: StateRow[]): Promise<void> {
    const waiting = (await tx.records(this.me, "Submission")).filter((s) => s.undoStatus !== "canceled");
    for (const space of new Set(waiting.map((submission) => submission.spaceId))) {
      for (const type of ["Item", "Thread"] as const) {
        const row = await tx.state(space, type);
        const chosen = changes.some((other) => other.account === space && other.type === type);
        if (row?.state && !chosen && changes.length < MOST_CHANGES) changes.push(row);
      }
    }
  }

  /** Nothing is left to ask: all that the newest event named is here. */
  async #settled(): Promise<void> {
    const token = this.#token;
    await this.replica.write(async (tx) => {
      await this.fence(tx);
      if (token !== undefined) await tx.setMeta("eventId", token);
      if (!(await tx.meta("filled"))) await tx.setMeta("filled", true);
    });
    if (this.#token === token) this.#token = undefined;
  }

  /** `early`: those of the early ones that were asked for. */
  async #changes(tx: Writing, row: StateRow, early: readonly Id[], [changes, ...gets]: Answer[]): Promise<void> {
    const { account, type } = row;
    const said = await this.#granted(tx, row, changes);
    if (!said) return;
    await tx.remove(account, type, said["destroyed"] as Id[]);
    for (const [i, got] of gets.entries()) {
      if (!got.args) throw new Busy(`${type}/get is refused: ${got.error.description ?? got.error.type}`);
      // What was asked for by its id is wanted, however old it is.
      await this.#put(tx, row, got.args["list"] as Types[TypeName][], i === NAMED);
      await tx.remove(account, type, got.args["notFound"] as Id[]);
    }
    const more = Boolean(said["hasMoreChanges"]);
    // What came early while this was asked is not named yet.
    const now = await tx.state(account, type);
    const asked = new Set(early);
    const left = (now?.early ?? []).filter((id) => more || !asked.has(id));
    const beside = { ...(left.length > 0 && { early: left }), ...(now?.older && { older: now.older }) };
    await tx.setState({ account, type, state: String(said["newState"]), ...beside });
    if (more || left.length > 0) this.#mark(row);
  }

  /** Puts what has come, of the Items of a Space what belongs here. */
  async #put(tx: Writing, { account, type }: StateRow, list: Types[TypeName][], all: boolean): Promise<void> {
    if (!isWindowed({ account, type }) || type !== "Item") {
      await tx.put(account, type, list);
      for (const space of account === this.me ? await askForLed(tx, type, list) : [])
        this.#mark({ account: space, type: "Item" });
      return;
    }
    const items = all ? (list as Item[]) : await kept(tx, account, list as Item[]);
    await tx.put(account, type, items);
    this.#came.set(account, [...(this.#came.get(account) ?? []), ...items]);
  }

  /** `size`: so many were asked for. */
  async #page(tx: Writing, row: StateRow, [query, got, roots]: Answer[], size: number): Promise<void> {
    const { account, type, filling } = row;
    if (query?.error?.type === "anchorNotFound" && filling) {
      // Destroyed meanwhile: the one read before it will do; the first page in the end.
      const anchors = filling.anchors.slice(0, -1);
      await (anchors.length > 0 ? tx.setState({ ...row, filling: { ...filling, anchors } }) : tx.clear(account, type));
      return this.#mark(row);
    }
    const said = await this.#granted(tx, row, query);
    if (!said) return;
    if (!got?.args) throw new Busy(`${type}/get is refused: ${got?.error.description ?? "no answer"}`);
    // The state of the first page, so that what changes while the older ones are read is asked for afterwards.
    const state = filling?.state ?? String(got.args["state"]);
    const ids = said["ids"] as Id[];
    await this.#put(tx, row, got.args["list"] as Types[TypeName][], true);
    const early = await this.#stillEarly(tx, row, ids);
    const kept = early.length > 0 ? { early } : {};
    const anchors = ids.slice(-ANCHORS);
    const read = (filling?.read ?? 0) + ids.length;
    const cut = isWindowed(row) && read >= windowOf(type, this.window) && ids.length >= size;
    if (!cut && ids.length >= size) await tx.setState({ account, type, filling: { state, anchors, read }, ...kept });
    else if (!cut || type !== "Item") await tx.setState({ account, type, state, ...kept });
    else {
      const older = { ...edgeOf(got.args["list"] as Item[]), whole: [] };
      await tx.setState({ account, type, state, older, ...kept });
      await askForAllLed(tx, this.me);
    }
    if (type === "Thread" && roots?.args) await this.#putRoots(tx, account, roots.args["list"] as Item[]);
    if (filling || early.length > 0 || ids.length >= size) this.#mark(row);
  }

  /** What was asked for beside the changes and did not come with a page. */
  async #stillEarly(tx: Reading, { account, type }: StateRow, came: readonly Id[]): Promise<Id[]> {
    const here = new Set(came);
    return ((await tx.state(account, type))?.early ?? []).filter((id) => !here.has(id));
  }

  /**
   * The beginnings of threads that have come. Not what the changes will bring: were it destroyed before they name it, they
   * never would.
   */
  async #putRoots(tx: Writing, account: Id, roots: Item[]): Promise<void> {
    const row = await tx.state(account, "Item");
    const upTo = upToOf(row?.state ?? row?.filling?.state);
    const here = await tx.several(
      account,
      "Item",
      roots.map(({ id }) => id),
    );
    await tx.put(
      account,
      "Item",
      roots.filter(({ seq }, i) => !here[i] && seq <= upTo),
    );
  }

  /** The arguments of an answer, or what a refusal means for the replica. */
  async #granted(tx: Writing, { account, type }: StateRow, answer: Answer | undefined): Promise<Json | undefined> {
    if (!answer) throw new Busy("the server left a call without an answer");
    if (answer.args) return answer.args;
    const { type: why, description } = answer.error;
    if (why === "cannotCalculateChanges") {
      await tx.clear(account, type);
      this.#mark({ account, type });
      // One's own accounts answer so after a restore: then the token was void, and any account may have changed.
      if (!isSpace(account)) (await tx.states()).forEach((row) => this.#mark(row));
    } else if (why === "accountNotFound") {
      if (account === this.me) throw new SignedOut("somebody else is signed in here by now");
      const membership = await tx.record(this.me, "Membership", account);
      if (membership) this.#closed.set(account, membership.joinedSeq);
      await this.#lose(tx, account);
    } else if (why !== "unknownMethod") {
      throw new Busy(`${type}: ${description ?? why}`);
    }
    return undefined;
  }

  async #lose(tx: Writing, account: Id): Promise<void> {
    await tx.purge(account);
    for (const type of typesOf(account)) this.#dirty.delete(`${account} ${type}`);
  }

  /** Begins with Spaces that one has joined, and forgets those that one has left. */
  async #reconcile(tx: Writing): Promise<void> {
    const memberships = new Map((await tx.records(this.me, "Membership")).map((m) => [m.id, m]));
    const rows = await tx.states();
    // Of what came early alone nothing was read yet.
    const begun = rows.filter((row) => row.state !== undefined || row.filling);
    const read = new Set(begun.map((row) => `${row.account} ${row.type}`));
    const known = new Set(rows.map((row) => row.account).filter(isSpace));
    for (const account of known) if (!memberships.has(account)) await this.#lose(tx, account);
    for (const [account, { joinedSeq }] of memberships) {
      if (this.#closed.get(account) === joinedSeq) continue;
      for (const type of typesOf(account)) if (!read.has(`${account} ${type}`)) this.#mark({ account, type });
    }
  }
}

/** The place of what is asked for by its id, behind what was created and what was updated. */
const NAMED = 2;

/** The calls for a row, from their place in the request on. */
type Plan = (at: number) => Call[];

/** What is asked for of what came early, row by row; the rest is asked for when this has come. */
function someEarly(rows: readonly StateRow[], size: number): Id[][] {
  let room = MOST_EARLY;
  return rows.map(({ early = [] }) => {
    const some = early.slice(0, Math.min(size, room));
    room -= some.length;
    return some;
  });
}

function asChanges({ account: accountId, type, state: sinceState }: StateRow, early: Id[], size: number): Plan {
  return (at) => {
    const named = (path: string) => ({ resultOf: String(at), name: `${type}/changes`, path });
    const calls: Call[] = [
      [`${type}/changes`, { accountId, sinceState, maxChanges: size }],
      [`${type}/get`, { accountId, "#ids": named("/created") }],
      [`${type}/get`, { accountId, "#ids": named("/updated") }],
    ];
    return early.length > 0 ? [...calls, [`${type}/get`, { accountId, ids: early }]] : calls;
  };
}

function asPage({ account: accountId, type, filling }: StateRow, limit: number): Plan {
  return (at) => {
    const anchor = filling?.anchors.at(-1);
    const after = anchor === undefined ? {} : { anchor, anchorOffset: 1 };
    // Threads by what happened last in them, as they are listed, so that the first page is the beginning of the list.
    const sort = [{ property: type === "Thread" ? "lastAt" : "seq", isAscending: false }];
    const ids = { resultOf: String(at), name: `${type}/query`, path: "/ids" };
    const calls: Call[] = [
      [`${type}/query`, { accountId, sort, limit, ...after }],
      [`${type}/get`, { accountId, "#ids": ids }],
    ];
    // The id of a Thread is that of its root.
    return type === "Thread" ? [...calls, ["Item/get", { accountId, "#ids": ids }]] : calls;
  };
}
