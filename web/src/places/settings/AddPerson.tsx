// Takes one person of the workspace in: into a Space, or a group.
import { Button, NativeSelect } from "@mantine/core";
import { useState, type ReactElement } from "react";
import type { Person } from "../../generated/types";
import { useLanguage, useT } from "../../ui/i18n";
import { useAct } from "./act";
import { Wrong } from "./parts";
import css from "./parts.module.css";
import row from "./SpaceMembers.module.css";

/** `add` throws what is wrong; `none` is said where nobody is left to be taken in. */
export function AddPerson(props: {
  people: Person[];
  label: string;
  choose: string;
  yes: string;
  none?: string;
  add(person: Person): Promise<unknown>;
  onAdded(name: string): void;
}): ReactElement | null {
  const { people, label, choose, yes, none, add, onAdded } = props;
  const t = useT();
  const language = useLanguage();
  const act = useAct();
  const [who, setWho] = useState("");
  const others = people
    .filter((person) => !person.deactivatedAt && !person.placeholder)
    .sort((a, b) => a.name.localeCompare(b.name, language));
  const person = others.find((one) => one.id === who);
  if (others.length === 0) return none ? <p className={row.all}>{none}</p> : null;
  const submit = async () => {
    if (!person || !(await act.run(() => add(person)))) return;
    setWho("");
    onAdded(person.name);
  };
  const named = (one: Person) => (one.role === "guest" ? `${one.name} (${t("people.role.guest")})` : one.name);
  return (
    <form
      className={row.add}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <NativeSelect
        className={css.field}
        size="md"
        aria-label={label}
        value={person ? who : ""}
        data={[{ value: "", label: choose }, ...others.map((one) => ({ value: one.id, label: named(one) }))]}
        onChange={(event) => setWho(event.currentTarget.value)}
      />
      <Button type="submit" h={42} disabled={!person} loading={act.busy}>
        {yes}
      </Button>
      <Wrong>{act.wrong}</Wrong>
    </form>
  );
}
