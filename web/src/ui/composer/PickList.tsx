// What is offered while one types.
import { IconMessages, IconTemplate } from "@tabler/icons-react";
import type { CSSProperties, ReactElement } from "react";
import { Avatar } from "../Avatar";
import { useT } from "../i18n";
import { pathTo } from "../references";
import css from "./Composer.module.css";
import { calledBy } from "./mentions";
import type { Pick } from "./picks";
import { TOOLS } from "./tools";

function keyOf(pick: Pick): string {
  switch (pick.kind) {
    case "name":
      return pick.named.id;
    case "emoji":
      return pick.emoji.emoji;
    case "form":
      return pick.tool;
    case "template":
      return pick.template.key;
    default:
      return pathTo(pick.place);
  }
}

/** A list at the text; the keyboard stays in the text. */
export function PickList(props: {
  id: string;
  found: readonly Pick[];
  at: number;
  /** Beside the caret; left out: below the text. */
  style?: CSSProperties;
  choose(pick: Pick): void;
}): ReactElement {
  const t = useT();
  const kind = props.found[0]?.kind ?? "name";
  return (
    <ul className={css.names} id={props.id} role="listbox" aria-label={t(`composer.picks.${kind}`)} style={props.style}>
      {props.found.map((pick, i) => (
        <li
          key={keyOf(pick)}
          id={`${props.id}-${i}`}
          role="option"
          aria-selected={i === props.at}
          onMouseDown={(event) => {
            event.preventDefault();
            props.choose(pick);
          }}
        >
          <Line pick={pick} />
        </li>
      ))}
    </ul>
  );
}

function Line({ pick }: { pick: Pick }): ReactElement {
  const t = useT();
  if (pick.kind === "emoji") {
    const { emoji, label, names } = pick.emoji;
    return (
      <>
        <span className={css.sign}>{emoji}</span>
        <span>{label}</span>
        {names[0] && <small className={css.count}>:{names[0]}:</small>}
      </>
    );
  }
  if (pick.kind === "form") {
    const Icon = TOOLS[pick.tool].icon;
    return (
      <>
        <span className={css.sign}>
          <Icon size={18} stroke={1.7} aria-hidden="true" />
        </span>
        <span>{t(pick.label)}</span>
      </>
    );
  }
  if (pick.kind === "template") {
    return (
      <>
        <span className={css.sign}>
          <IconTemplate size={18} stroke={1.7} aria-hidden="true" />
        </span>
        <span dir="auto">{pick.template.name}</span>
      </>
    );
  }
  if (pick.kind === "space") {
    return (
      <>
        <Avatar id={pick.place.space} name={pick.place.name} size={24} square />
        <span dir="auto">{pick.place.name}</span>
      </>
    );
  }
  if (pick.kind === "thread") {
    const { name, hint } = pick.place;
    return (
      <>
        <span className={css.sign}>
          <IconMessages size={18} stroke={1.7} aria-hidden="true" />
        </span>
        <span className={css.pickName} dir="auto">
          {name}
          {hint && <small>{hint}</small>}
        </span>
      </>
    );
  }
  const { named } = pick;
  return (
    <>
      <Avatar id={named.id} name={named.name} size={24} square={named.id.startsWith("g")} />
      <span>
        {calledBy(named.id, named.name)}
        {named.title && named.title !== named.name && <small>{named.title}</small>}
      </span>
      {named.people && <small className={css.count}>{t("composer.groupNames", { people: named.people.length })}</small>}
    </>
  );
}

/** Closes a list when its field has lost the keyboard for longer than a moment. */
export function whenGone(field: HTMLElement, close: () => void): void {
  window.setTimeout(() => field.contains(document.activeElement) || close(), 150);
}
