// What stands in a thread under the author's name, by kind. Apart from kinds.ts, so that lists load no text.
import type { ComponentType } from "react";
import type { Id } from "../generated/types";
import type { ItemView } from "../sync/api";
import { Fallback } from "./Fallback";

/** Shows an Item. Each folder's Body.tsx exports one as its default. */
export type Body = ComponentType<{ space: Id; item: ItemView }>;

const folders = import.meta.glob<{ default: Body }>("./*/Body.tsx", { eager: true });
const known = new Map(Object.entries(folders).map(([path, { default: body }]) => [path.split("/")[1], body]));

/** How to show an Item of that kind; the folder has the kind's name. */
export function bodyOf(kind: string): Body {
  return known.get(kind) ?? Fallback;
}
