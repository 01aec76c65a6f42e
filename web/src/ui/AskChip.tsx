// What somebody expects, by when: filled where it waits for the reader and is to be done now, the one strong colour of a
// page; outlined where it is for later or for others.
import type { Icon } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Question } from "../sync/api";
import css from "./AskChip.module.css";

/** `plain`: it asks nothing any more. */
export function AskChip(props: {
  what: Question["what"];
  strong?: boolean;
  plain?: boolean;
  icon?: Icon;
  says: string;
}): ReactElement {
  const { what, strong, plain, icon: Mark, says } = props;
  return (
    <span className={css.chip} data-what={what} data-strong={strong || undefined} data-plain={plain || undefined}>
      {Mark && <Mark size={15} stroke={1.8} aria-hidden="true" />}
      <span>{says}</span>
    </span>
  );
}
