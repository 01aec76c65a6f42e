// Who is in a Space; its admins add people, change roles and take people out.
import { Button, NativeSelect } from "@mantine/core";
import { useRef, useState, type ReactElement } from "react";
import type { Member, Person, Space } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { PersonLink } from "../../ui/PersonLink";
import { useAct } from "./act";
import { AddPerson } from "./AddPerson";
import { join, rolesFor } from "./joining";
import list from "./list.module.css";
import { Confirm, Done, Section, Wrong } from "./parts";
import css from "./parts.module.css";
import row from "./SpaceMembers.module.css";

/** The part of the page. */
export function SpaceMembers(props: { space: Space; members: Member[]; admin: boolean }): ReactElement {
  const { space, members, admin } = props;
  const t = useT();
  const language = useLanguage();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const [done, setDone] = useState<string>();
  const top = useRef<HTMLDivElement>(null);
  const inside = members
    .filter((member) => member.role !== "none")
    .sort((a, b) => a.name.localeCompare(b.name, language));
  const known = new Map(members.map((member) => [member.personId, member]));
  const removed = (name: string) => {
    setDone(t("spaces.member.removed", { name }));
    top.current?.focus();
  };
  return (
    <Section title={t("spaces.members")}>
      <Done>{done}</Done>
      <div ref={top} tabIndex={-1} className={list.focus}>
        {admin && space.kind === "team" && people && (
          <AddPerson
            people={people.filter((person) => (known.get(person.id)?.role ?? "none") === "none")}
            label={t("spaces.member.add")}
            choose={t("spaces.member.choose")}
            yes={t("spaces.member.addYes")}
            none={t("spaces.member.allIn")}
            add={({ id, role }) => join(sync, space.id, id, role === "guest" ? "guest" : "member", known.get(id))}
            onAdded={(name) => setDone(t("spaces.member.added", { name }))}
          />
        )}
        <ul className={list.list}>
          {inside.map((member) => (
            <MemberRow
              key={member.id}
              space={space}
              member={member}
              person={people?.find((person) => person.id === member.personId)}
              admin={admin && space.kind === "team"}
              onRemoved={removed}
            />
          ))}
        </ul>
      </div>
    </Section>
  );
}

function MemberRow(props: {
  space: Space;
  member: Member;
  person: Person | undefined;
  admin: boolean;
  onRemoved: (name: string) => void;
}): ReactElement {
  const { space, member, person, admin, onRemoved } = props;
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const [asks, ask] = useState(false);
  const [chosen, choose] = useState<string>();
  const { name } = member;
  const myself = member.personId === sync.me;
  const roles = rolesFor(person);
  const change = (role: string) => act.run(() => sync.change(space.id, "Member", member.id, "update", { role }));
  const setRole = async (role: string) => {
    choose(role);
    await change(role);
    choose(undefined);
  };
  const remove = async () => {
    if (!(await change("none"))) return;
    ask(false);
    onRemoved(name);
  };
  const changeable = admin && !myself;
  return (
    <li className={list.item}>
      <Avatar id={member.id} name={name} size={32} />
      <div className={list.main}>
        <p className={list.name} dir="auto">
          <PersonLink id={member.id}>{name}</PersonLink> {myself && <span>({t("people.you")})</span>}
        </p>
        {(!changeable || roles.length === 1) && <p className={list.sub}>{t(`people.role.${member.role}`)}</p>}
      </div>
      {changeable && (
        <div className={row.controls}>
          {roles.length > 1 && (
            <NativeSelect
              className={css.field}
              size="sm"
              aria-label={t("spaces.member.role", { name })}
              value={chosen ?? member.role}
              data={roles.map((value) => ({ value, label: t(`people.role.${value}`) }))}
              onChange={(event) => void setRole(event.currentTarget.value)}
            />
          )}
          <Button variant="default" aria-label={t("spaces.member.removeNamed", { name })} onClick={() => ask(true)}>
            {t("spaces.member.remove")}
          </Button>
        </div>
      )}
      {act.wrong && !asks && (
        <div className={list.below}>
          <Wrong>{act.wrong}</Wrong>
        </div>
      )}
      <Confirm
        opened={asks}
        title={t("spaces.member.removeTitle", { name })}
        yes={t("spaces.member.remove")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void remove()}
        onNo={() => ask(false)}
      >
        {t("spaces.member.removeText", { name, space: space.name || t("spaces.unnamed") })}
      </Confirm>
    </li>
  );
}
