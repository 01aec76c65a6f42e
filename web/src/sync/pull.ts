// Catches up with the server: `/changes` and `/get` of every type of every account (docs/protocol/basics.md), one
// request at a time. A first reading comes newest first, in pages. Knows nothing of what waits to be sent.
import { TYPES, type AccountKind, type Id, type TypeName, type Types } from "../generated/types";
import { Busy, SignedOut, type Answer, type Call, type Client, type Json } from "./jmap";
import type { Reading, Replica, StateRow, Writing } from "./replica";

/** Records of a page of `/changes`, and of a first reading. */
const PAGE = 500;
/** Types that one request catches up with: up to four calls each, of 256. */
const MOST_CHANGES = 55;
/** Types of which one request reads a page: each may be large. */
const MOST_PAGES = 12;
/** Records that came early, of all that one request asks for: the server counts what is named in a request. */
const MOST_EARLY = 500;
/** Where to go on if the last record of a page is destroyed before the next is asked for. */
const ANCHORS = 8;

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

const isSpace = (account: Id) => account.startsWith("s") || account.startsWith("d");

/** Keeps the replica at the heels of the server. Not to be asked for two steps at once. */
export class Pull {
  #dirty = new Map<string, Pair>();
  /** Spaces that are listed and yet not open: not asked for again until one joins anew, by `joinedSeq`. */
  #closed = new Map<Id, number>();
  #token: string | undefined;
  /** Records of a page: fewer after an answer that was too large, and more again when it was not. */
  #size = PAGE;

  constructor(
    private readonly replica: Replica,
    private readonly client: Client,
    private readonly me: Id,
    private readonly workspace: Id | null,
    /** Refuses in a transaction if another tab does this work by now. */
    private readonly fence: (tx: Writing) => Promise<void>,
  ) {}

  /** The connection stands: what has to be asked, since no event will tell of it. */
  async begin(): Promise<void> {
    await this.replica.write(async (tx) => {
      const token = await tx.meta("eventId");
      const own = [this.me, ...(this.workspace ? [this.workspace] : [])];
      own.forEach((account) => this.mark(account));
      // With a token the stream tells which others changed. That it could not be read shows in one's own accounts.
      const rows = await tx.states();
      rows.filter((row) => !token || row.filling).forEach((row) => this.#mark(row));
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
      ...pages.map((row) => asPage(row, size)),
    ];
    const calls: Call[] = [];
    const begins = plans.map((plan) => calls.push(...plan(calls.length)));
    try {
      const answers = await this.client.call(calls, signal);
      await this.replica.write(async (tx) => {
        await this.fence(tx);
        this.#size = Math.min(PAGE, size * 2);
        for (const [i, row] of [...changes, ...pages].entries()) {
          const own = answers.slice(begins[i - 1] ?? 0, begins[i]);
          if (own.some((answer) => answer.error?.type === "requestTooLarge")) this.#tooLarge(row, size);
          else await (i < changes.length ? this.#changes(tx, row, early[i]!, own) : this.#page(tx, row, own, size));
        }
        if ([...changes, ...pages].some((row) => row.type === "Membership")) await this.#reconcile(tx);
      });
    } catch (error) {
      [...changes, ...pages].forEach((row) => this.#mark(row));
      throw error;
    }
    return true;
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
    for (const got of gets) {
      if (!got.args) throw new Busy(`${type}/get is refused: ${got.error.description ?? got.error.type}`);
      await tx.put(account, type, got.args["list"] as Types[TypeName][]);
      await tx.remove(account, type, got.args["notFound"] as Id[]);
    }
    const more = Boolean(said["hasMoreChanges"]);
    // What came early while this was asked is not named yet.
    const now = (await tx.state(account, type))?.early ?? [];
    const asked = new Set(early);
    const left = now.filter((id) => more || !asked.has(id));
    await tx.setState({ account, type, state: String(said["newState"]), ...(left.length > 0 ? { early: left } : {}) });
    if (more || left.length > 0) this.#mark(row);
  }

  async #page(tx: Writing, row: StateRow, [query, got]: Answer[], size: number): Promise<void> {
    const { account, type, filling } = row;
    const early = (await tx.state(account, type))?.early;
    const kept = early ? { early } : {};
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
    await tx.put(account, type, got.args["list"] as Types[TypeName][]);
    if (ids.length < size) await tx.setState({ account, type, state, ...kept });
    else await tx.setState({ account, type, filling: { state, anchors: ids.slice(-ANCHORS) }, ...kept });
    if (filling || early || ids.length >= size) this.#mark(row);
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

function asPage({ account: accountId, type, filling }: StateRow, size: number): Plan {
  return (at) => {
    const anchor = filling?.anchors.at(-1);
    const after = anchor === undefined ? {} : { anchor, anchorOffset: 1 };
    const sort = [{ property: "seq", isAscending: false }];
    const ids = { resultOf: String(at), name: `${type}/query`, path: "/ids" };
    return [
      [`${type}/query`, { accountId, sort, limit: size, ...after }],
      [`${type}/get`, { accountId, "#ids": ids }],
    ];
  };
}
