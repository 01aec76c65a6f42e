// What comes again in a Space, and answers that are sealed: live reads with what waits laid over, and acts that are commands
// like any other.
import type { Id, Schedule } from "../generated/types";
import { nextTimes } from "./again";
import type { Attachment, ItemView, Live } from "./api";
import { freshId } from "./ids";
import { withAnswers } from "./inbox/question";
import type { Json } from "./jmap";
import { enqueue, neverSent } from "./outbox";
import { itemWith, on, patched } from "./overlay";
import type { Writing } from "./replica";
import { shared } from "./shared";
import { without } from "./values";
import { own, type Reader } from "./views";

/** What is said again and again, with what waits on this device. */
export type ScheduleView = Schedule & { changing?: { how: "waiting" | "refused"; reason?: string; outboxId: number } };

/** What somebody sets up. */
export type Plan = Pick<Schedule, "recurrenceRule" | "start" | "timeZone"> &
  Partial<Pick<Schedule, "answerBy">> & { item: Json & { kind: string } };

/** What one does with what comes again, and with one's own sealed answers. */
export class Again {
  constructor(
    private readonly reader: Reader,
    private readonly act: <T>(work: (tx: Writing) => Promise<T>) => Promise<T>,
    private readonly now: () => number,
  ) {}

  /** The next times of a rule. */
  readonly next = nextTimes;

  /** What comes again in a Space, the next at first; what is paused or over last. */
  schedules = shared((space: Id): Live<ScheduleView[]> => {
    const { replica } = this.reader;
    return replica.observe(async (tx) => {
      const held = new Map<Id, ScheduleView>((await tx.records(space, "Schedule")).map((one) => [one.id, one]));
      for (const { recordId, type, account, act, value, how, reason, id } of await tx.outbox()) {
        if (type !== "Schedule" || account !== space) continue;
        const changing = { how: how === "refused" ? how : ("waiting" as const), reason, outboxId: id };
        const before = held.get(recordId);
        if (act === "create") held.set(recordId, { ...this.#made(recordId, value), ...before, changing });
        else if (before && how === "refused") held.set(recordId, { ...before, changing });
        else if (act === "destroy") held.delete(recordId);
        else if (before) held.set(recordId, { ...patched(before, value), changing });
      }
      const at = ({ nextAt }: Schedule) => (nextAt ? Date.parse(nextAt) : Infinity);
      return [...held.values()].sort((a, b) => at(a) - at(b) || (a.item.title ?? "").localeCompare(b.item.title ?? ""));
    });
  });

  /** What one of them has said, the newest at first, as far as it is here. */
  rounds = shared((space: Id, schedule: Id): Live<ItemView[]> => {
    const { replica, me } = this.reader;
    return replica.observe(async (tx) => {
      const { pending, entries } = await own(tx, this.reader, space);
      const said = (await tx.records(space, "Item")).filter((item) => item.scheduleId === schedule && !item.deleted);
      const shown = said.map((item) =>
        withAnswers(itemWith(item, on(entries, "Item", space, item.id), me, false), pending, entries, me),
      );
      return shown.filter((item) => item !== undefined).sort((a, b) => b.seq - a.seq);
    });
  });

  /** Sets it up. Gives its id. */
  async plan(space: Id, plan: Plan): Promise<Id> {
    const id = freshId("r", this.now());
    await this.act((tx) =>
      enqueue(tx, { account: space, type: "Schedule", recordId: id, act: "create", value: { ...plan } }),
    );
    return id;
  }

  /** Changes it, by paths as the server takes them. */
  async change(space: Id, id: Id, value: Json): Promise<void> {
    await this.act((tx) => enqueue(tx, { account: space, type: "Schedule", recordId: id, act: "update", value }));
  }

  /** It comes no more; what was said stays. */
  async end(space: Id, id: Id): Promise<void> {
    await this.act(async (tx) => {
      const mine = on(await tx.outbox(), "Schedule", space, id);
      const made = mine.find((entry) => entry.act === "create");
      const unknown = made && (made.how === "refused" || neverSent(made));
      for (const entry of mine) if (unknown || entry.how === "refused") await tx.drop(entry.id);
      if (!unknown) await enqueue(tx, { account: space, type: "Schedule", recordId: id, act: "destroy", value: {} });
    });
  }

  /** Says something else in an answer that is sealed still. */
  async reword(id: Id, words: { text: string; blobs: Attachment[]; mentions: Id[] }): Promise<void> {
    const { me } = this.reader;
    await this.act(async (tx) => {
      const entries = on(await tx.outbox(), "Submission", me, id);
      const made = entries.find((entry) => entry.act === "create");
      if (made && (made.how === "refused" || neverSent(made))) {
        const item = { ...(made.value["item"] as Json), ...words };
        await tx.change({ ...without(made, "reason"), how: "waiting", value: { ...made.value, item } });
        return;
      }
      const held = await tx.record(me, "Submission", id);
      const item = { ...((held?.item ?? made?.value["item"]) as Json), ...words };
      await enqueue(tx, { account: me, type: "Submission", recordId: id, act: "update", value: { item } });
    });
  }

  #made(id: Id, value: Json): Schedule {
    const { me } = this.reader;
    const at = new Date(this.now()).toISOString();
    return { id, excluded: {}, saidBy: me, createdBy: me, createdAt: at, ...(value as object) } as Schedule;
  }
}
