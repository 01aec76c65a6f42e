// Whom one may mean while typing a name.
import type { ReactElement } from "react";
import { Avatar } from "../Avatar";
import { useT } from "../i18n";
import css from "./Composer.module.css";
import type { Named } from "./mentions";

/** A list below the text; the keyboard stays in the text. */
export function MentionList(props: {
  id: string;
  found: readonly Named[];
  at: number;
  choose(named: Named): void;
}): ReactElement {
  const t = useT();
  return (
    <ul className={css.names} id={props.id} role="listbox" aria-label={t("composer.names")}>
      {props.found.map((named, i) => (
        <li
          key={named.id}
          id={`${props.id}-${i}`}
          role="option"
          aria-selected={i === props.at}
          onMouseDown={(event) => {
            event.preventDefault();
            props.choose(named);
          }}
        >
          <Avatar id={named.id} name={named.name} size={24} square={named.id.startsWith("g")} />
          <span>
            {named.id.startsWith("g") ? `@${named.name}` : named.name}
            {named.title && named.title !== named.name && <small>{named.title}</small>}
          </span>
          {named.people && (
            <small className={css.count}>{t("composer.groupNames", { people: named.people.length })}</small>
          )}
        </li>
      ))}
    </ul>
  );
}
