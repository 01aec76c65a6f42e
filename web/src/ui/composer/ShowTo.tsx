// Shows what is being written to somebody before it leaves: a button beside Send, and a list of people.
import { Popover } from "@mantine/core";
import { IconUserShare } from "@tabler/icons-react";
import { useId, useMemo, useState, type KeyboardEvent, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { Avatar } from "../Avatar";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useLive, useSync } from "../live";
import { stepped } from "../stepped";
import { candidates, type Named } from "./mentions";
import css from "./ShowTo.module.css";

/** `first`: to whom it was shown before, who are offered first; `choose` is told the person. */
export function ShowTo(props: { first: readonly Id[]; disabled: boolean; choose(person: Id): void }): ReactElement {
  const { first, disabled, choose } = props;
  const t = useT();
  const [opened, open] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={open}
      position="bottom-end"
      width={320}
      withinPortal
      trapFocus
      returnFocus
      closeOnEscape
      withRoles={false}
    >
      <Popover.Target>
        <IconButton
          icon={IconUserShare}
          label={t("showing.to")}
          aria-haspopup="dialog"
          aria-expanded={opened}
          disabled={disabled}
          onClick={() => open(!opened)}
        />
      </Popover.Target>
      <Popover.Dropdown
        role="dialog"
        aria-label={t("showing.to")}
        className={css.box}
        // Its keys are its own: Escape closes it alone, and Enter does not send.
        onKeyDown={(event) => event.stopPropagation()}
      >
        {opened && (
          <People
            first={first}
            close={() => open(false)}
            choose={(person) => {
              open(false);
              choose(person);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function People(props: { first: readonly Id[]; choose(person: Id): void; close(): void }): ReactElement {
  const { first, choose, close } = props;
  const t = useT();
  const sync = useSync();
  const id = useId();
  const names = useLive((s) => s.names(), []);
  const [typed, type] = useState("");
  const [at, move] = useState(0);
  const people = useMemo(() => {
    const all = (names?.people ?? []).filter((one) => !one.out && one.id !== sync.me);
    const place = (one: Named) => (first.includes(one.id) ? 0 : 1);
    return all.toSorted((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
  }, [names, first, sync.me]);
  const found = candidates(typed.trim().replace(/^@/, ""), people);
  const active = Math.min(at, found.length - 1);
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const to = stepped(event.key, active, found.length);
    if (to !== null) {
      event.preventDefault();
      move(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const one = found[active];
      if (one) choose(one.id);
    } else if (event.key === "Escape") close();
  };
  return (
    <>
      <h2>{t("showing.whom")}</h2>
      <p className={css.hint}>{t("showing.hint")}</p>
      <input
        type="text"
        role="combobox"
        className={css.field}
        value={typed}
        placeholder={t("showing.whom")}
        aria-label={t("showing.whom")}
        aria-expanded={found.length > 0}
        aria-autocomplete="list"
        aria-controls={`${id}-people`}
        aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        data-autofocus
        onChange={(event) => {
          type(event.target.value);
          move(0);
        }}
        onKeyDown={keys}
      />
      <ul id={`${id}-people`} className={css.people} role="listbox" aria-label={t("showing.whom")}>
        {found.map(({ id: person, name }, i) => (
          <li
            key={person}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(person)}
          >
            <Avatar id={person} name={name} size={24} />
            <span dir="auto">{first.includes(person) ? t("showing.again", { name }) : name}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && names && (
        <p className={css.hint} role="status">
          {t(people.length > 0 ? "showing.noSuch" : "talk.alone")}
        </p>
      )}
    </>
  );
}
