// What the app shows of each kind of Item: a folder per kind, found here by itself. A kind that this app does not know
// is shown by the properties that all kinds have.
import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Id } from "../generated/types";
import type { MessageId } from "../locales/en";
import type { ItemView } from "../sync/api";
import { fallback } from "./fallback";

/** How a kind looks. Each folder's index.tsx exports one as its default. */
export interface KindView {
  /** The server's word for it. */
  kind: string;
  /** What people call it. */
  name: MessageId;
  icon: Icon;
  /** What stands in a thread under the author's name. */
  Body: ComponentType<{ space: Id; item: ItemView }>;
}

const folders = import.meta.glob<{ default: KindView }>("./*/index.tsx", { eager: true });
const known = new Map(Object.values(folders).map(({ default: view }) => [view.kind, view]));

/** How to show an Item of that kind. */
export function viewOf(kind: string): KindView {
  return known.get(kind) ?? fallback;
}
