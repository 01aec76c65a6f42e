// Who was here last, so that a start without a network finds his replica. Replicas are one per person, so that two who
// share a browser never see or send what is the other's.
import Dexie, { type Table } from "dexie";
import type { Factory } from "./dexie";
import type { Session } from "./jmap";

class Sessions extends Dexie {
  declare kept: Table<{ name: string; session: Session }, string>;

  constructor(name: string, factory?: Factory) {
    super(name, { cache: "disabled", ...factory });
    this.version(1).stores({ kept: "name" });
  }
}

/** The session of the last start, where there is storage. */
export class LastSession {
  constructor(
    private readonly name: string,
    private readonly factory?: Factory,
  ) {}

  async #with<T>(work: (kept: Sessions["kept"]) => Promise<T>): Promise<T | undefined> {
    const sessions = new Sessions(this.name, this.factory);
    try {
      return await work(sessions.kept);
    } catch {
      // No storage: then there is none to find either.
      return undefined;
    } finally {
      sessions.close();
    }
  }

  async read(): Promise<Session | undefined> {
    return this.#with(async (kept) => (await kept.get("last"))?.session);
  }

  async keep(session: Session): Promise<void> {
    await this.#with(async (kept) =>
      kept.put({ name: "last", session: JSON.parse(JSON.stringify(session)) as Session }),
    );
  }

  async forget(): Promise<void> {
    await this.#with(async (kept) => kept.clear());
  }
}
