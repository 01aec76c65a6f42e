// What groups are called today, for texts that name them. A text keeps the group, not its name.
import { createContext, useContext, type ReactElement, type ReactNode } from "react";
import type { Id, Member } from "../generated/types";

/** Who is known in the Space whose texts stand below, groups among them. */
export const NamesContext = createContext<ReadonlyMap<Id, Member> | null>(null);

/** The name of a group as it is now; what stands in the text where it is not known. */
export function CurrentName({ of, children }: { of: Id; children: ReactNode }): ReactElement {
  const name = useContext(NamesContext)?.get(of)?.name;
  return <>{name ? `@${name}` : children}</>;
}
