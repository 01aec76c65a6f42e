// Whom one asks: those whom the text names are proposed, and everybody of the Space can be added.
import { IconPlus, IconX } from "@tabler/icons-react";
import { useId, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { Avatar } from "../Avatar";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { stepped } from "../stepped";
import css from "./Asking.module.css";
import composer from "./Composer.module.css";
import { candidates, type Named } from "./mentions";
import { PickList, whenGone } from "./PickList";

/** The people, each with a way to take it off, and a field that finds more. */
export function AskWhom(props: {
  of: readonly Id[];
  change(of: Id[]): void;
  members: readonly Named[];
  proposed: readonly Id[];
  nameOf(id: Id): string;
  /** What they are to do, where that is not to answer. */
  legend?: string;
}): ReactElement {
  const { of, change, members, proposed, nameOf } = props;
  const t = useT();
  const legend = props.legend ?? t("asking.of");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, type] = useState("");
  const [listed, list] = useState(false);
  const [at, move] = useState(0);
  const found = candidates(
    typed.trim().replace(/^@/, ""),
    members.filter((member) => !of.includes(member.id)),
  );
  const shown = listed && found.length > 0;
  const place = Math.min(at, found.length - 1);
  const add = (who: Id) => {
    change([...of, who]);
    type("");
    list(false);
    move(0);
    field.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const to = stepped(event.key, place, found.length);
    if (to !== null) {
      event.preventDefault();
      move(shown ? to : 0);
      list(true);
    } else if (event.key === "Enter" && shown && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add((found[place] as Named).id);
    } else if (event.key === "Escape" && shown) {
      event.stopPropagation();
      list(false);
    }
  };
  return (
    <fieldset className={css.part}>
      <legend>{legend}</legend>
      <div className={css.whom}>
        {of.length > 0 && (
          <ul className={css.people} aria-label={legend}>
            {of.map((who) => (
              <li key={who}>
                <Avatar id={who} name={nameOf(who).replace(/^@/, "")} size={22} square={who.startsWith("g")} />
                <span dir="auto">{nameOf(who)}</span>
                <IconButton
                  icon={IconX}
                  label={t("asking.notOf", { name: nameOf(who) })}
                  onClick={() => {
                    change(of.filter((one) => one !== who));
                    field.current?.focus();
                  }}
                />
              </li>
            ))}
          </ul>
        )}
        {proposed
          .filter((who) => !of.includes(who))
          .map((who) => (
            <button key={who} type="button" className={css.proposal} onClick={() => add(who)}>
              <IconPlus size={15} stroke={1.8} aria-hidden="true" />
              <span dir="auto">{nameOf(who)}</span>
            </button>
          ))}
        <div className={`${composer.field} ${css.find}`}>
          <input
            ref={field}
            type="text"
            role="combobox"
            className={css.input}
            value={typed}
            placeholder={t("asking.add")}
            aria-label={t("asking.add")}
            aria-expanded={shown}
            aria-autocomplete="list"
            aria-controls={shown ? `${id}-names` : undefined}
            aria-activedescendant={shown ? `${id}-names-${place}` : undefined}
            autoComplete="off"
            onChange={(event) => {
              type(event.target.value);
              list(true);
              move(0);
            }}
            onClick={() => list(true)}
            onBlur={({ currentTarget }) => whenGone(currentTarget, () => list(false))}
            onKeyDown={keys}
          />
          {shown && (
            <PickList
              id={`${id}-names`}
              found={found.map((named) => ({ kind: "name", named }))}
              at={place}
              choose={(pick) => pick.kind === "name" && add(pick.named.id)}
            />
          )}
        </div>
      </div>
      {of.length === 0 && <p className={css.hint}>{t("asking.nobodyYet")}</p>}
      {typed && listed && found.length === 0 && (
        <p className={css.hint} role="status">
          {t("asking.noSuch")}
        </p>
      )}
    </fieldset>
  );
}
