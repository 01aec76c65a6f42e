// What all posts of a thread share, so that each of them stays cheap: who is who, and the one menu that opens beside the
// post it is asked for.
import { createContext, useContext } from "react";
import type { Id, Member } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import type { KnownHours } from "../../ui/reach";

/** What is open beside a post. */
export type Opened = { what: "react" | "menu" | "delete" | "versions" | "split"; item: ItemView; at: HTMLElement };

/** Where something was before it was moved. */
export interface Moved {
  space: Id;
  root: Id;
  /** All of the thread went, and what was being written in it goes along. */
  whole: boolean;
}

/** A whole thread of a Space. */
export interface Whole {
  space: Id;
  root: ItemView;
  posts: readonly ItemView[];
}

/** What a post may ask of its thread. */
export interface Desk {
  space: Id;
  root: Id;
  /** What one may in this Space. */
  role: Member["role"];
  /** The Space is closed: it is only read. */
  readOnly: boolean;
  /** One may take this thread, or a part of it, elsewhere. */
  mayMove: boolean;
  members: Map<Id, Member>;
  /** IANA zones of those who said theirs. */
  zones: Map<Id, string>;
  hours: KnownHours;
  opened: Opened | null;
  open(opened: Opened | null): void;
  undo(item: ItemView): Promise<void>;
  /** Writes below a quote of it, or of some of its words. */
  answer(item: ItemView, words?: string): void;
  /** Writes what answers its question. */
  answerQuestion(item: ItemView): void;
}

export const DeskContext = createContext<Desk | null>(null);

/** The thread that a post is in. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a post stands in a thread");
  return desk;
}

/** The path of a post inside the app. */
export function pathOf(space: Id, item: Pick<ItemView, "id" | "threadId">): string {
  return item.id === item.threadId ? `/s/${space}/t/${item.id}` : `/s/${space}/t/${item.threadId}/${item.id}`;
}
