// A Space in a list: a letter on a square, or of a conversation with one person that person.
import type { ReactElement } from "react";
import type { Membership } from "../generated/types";
import { Avatar } from "./Avatar";
import { useSync } from "./live";

/** Decorative: the name stands beside it. */
export function SpaceMark({ of, size }: { of: Membership; size: number }): ReactElement {
  const { me } = useSync();
  const [other, ...more] = of.persons.filter((person) => person !== me);
  const name = of.name || "·";
  if (of.kind === "direct" && other && more.length === 0) return <Avatar id={other} name={name} size={size} />;
  return <Avatar id={of.id} name={name} size={size} square />;
}
