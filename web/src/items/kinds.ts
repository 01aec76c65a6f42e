// What the app knows of each kind of Item in lists: a folder per kind, found here by itself. A kind that this app does
// not know is shown by the properties that all kinds have.
import { IconFileUnknown, type Icon } from "@tabler/icons-react";
import type { MessageId } from "../locales/en";

/** A kind's name and mark. Each folder's kind.ts exports one as its default. */
export interface KindView {
  /** The server's word for it. */
  kind: string;
  /** What people call it. */
  name: MessageId;
  icon: Icon;
  /** What stands in its thread says itself whom it asks, and how that stands. */
  asksItself?: boolean;
  /** Of such a kind: posts answer it all the same. */
  takesPosts?: boolean;
}

const folders = import.meta.glob<{ default: KindView }>("./*/kind.ts", { eager: true });
const known = new Map(Object.values(folders).map(({ default: view }) => [view.kind, view]));
const unknown: KindView = { kind: "", name: "kind.unknown", icon: IconFileUnknown };

/** How to name an Item of that kind. */
export function viewOf(kind: string): KindView {
  return known.get(kind) ?? unknown;
}
