// People, one below the other: a picture and the name.
import type { ReactElement } from "react";
import type { Id } from "../generated/types";
import { Avatar } from "./Avatar";
import { useT } from "./i18n";
import { PersonLink } from "./PersonLink";
import css from "./People.module.css";

/** A list of people; `note` stands behind a name. */
export function People({ people }: { people: ReadonlyArray<{ id: Id; name?: string; note?: string }> }): ReactElement {
  const t = useT();
  return (
    <ul className={css.people}>
      {people.map(({ id, name, note }) => (
        <li key={id}>
          <Avatar id={id} name={name ?? ""} size={28} />
          <span dir="auto">
            <PersonLink id={id}>{name || t("person.unknown")}</PersonLink>
          </span>
          {note && <small>{note}</small>}
        </li>
      ))}
    </ul>
  );
}
