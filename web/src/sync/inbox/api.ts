// What reaches one, as screens see it.
import type { Delivery, Id, Item, UTCDate } from "../../generated/types";
import type { ItemView } from "../api";

/** What an Item asks, and who has answered. */
export interface Question {
  what: NonNullable<Item["expects"]>["what"];
  /** Until when; null if nobody said. */
  by: UTCDate | null;
  /** Whom it asks, those for whom a group stands among them. */
  of: Id[];
  /** One answer of theirs is enough. */
  anyOne: boolean;
  /**
   * Those of them of whom an answer is still needed; nobody once it is closed. Where one is enough: who takes it, else
   * all, and nobody once there is an answer.
   */
  open: Id[];
  /** The Item that asks. */
  item: Id;
}

/** A row of the Inbox: something that reaches one, or, of what is only to be read, a thread. */
export interface InboxRow {
  /** The Item. */
  id: Id;
  /** All that is done with the row. */
  ids: Id[];
  space: Id;
  thread: Id;
  why: Delivery["why"];
  /** For whom one stands in, where that is why. */
  covers?: Id;
  item: ItemView;
  /** It came before, and comes once more because its date is near. */
  reminder?: true;
  /** What its thread is called, or how it begins. */
  title: string | null;
  /** When it arrived, or will; of what is snoozed, when it comes back. Milliseconds of `Sync.now()`. */
  at: number;
  question?: Question;
  /** There is something in it that one has not read. */
  unread: boolean;
}

/** One stands in for somebody who is asked in a Space that one is not in: of that one is told this, and nothing else. */
export interface CoveredElsewhere {
  /** The Item. */
  id: Id;
  covers: Id;
  /** Until when it asks; null if nobody said. */
  by: UTCDate | null;
  /** When it arrived; milliseconds of `Sync.now()`. */
  at: number;
}

/** What has reached one, and what will. What is done is in none of it. */
export interface InboxView {
  /** Open questions that ask one, what is due first at first. */
  waitsForMe: InboxRow[];
  /** One's own questions that somebody has not answered. */
  iWaitFor: InboxRow[];
  /** The rest of what has arrived, also what another one takes or has answered for all; the newest first. */
  toRead: InboxRow[];
  /** What asks those for whom one stands in, in Spaces that one is not in. */
  elsewhere: CoveredElsewhere[];
  /** Out of the way until their instant. */
  snoozed: InboxRow[];
  /** What will arrive in one's next hours. */
  later: InboxRow[];
  /** Questions that asked one and were closed before one had answered; `at` is when. */
  closed: InboxRow[];
  /** When the next of it comes, in ms; null: nothing is on its way. */
  next: number | null;
  /** Some of it may still come by the first reading of this device. */
  reading: boolean;
}
