// Several people, by name.
import type { ReactElement } from "react";
import type { Id } from "../../generated/types";
import { PersonLink } from "../../ui/PersonLink";
import css from "./Decision.module.css";

/** Names, each with a way to the person. */
export function Names({ ids, nameOf }: { ids: readonly Id[]; nameOf(id: Id): string }): ReactElement {
  return (
    <span className={css.names}>
      {ids.map((id) => (
        <span key={id} dir="auto">
          <PersonLink id={id}>{nameOf(id)}</PersonLink>
        </span>
      ))}
    </span>
  );
}
