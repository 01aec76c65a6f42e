// One group: its handle, name and purpose, who is in it, and archiving it.
import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useRef, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Group, Id, Person } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { PersonLink } from "../../ui/PersonLink";
import { utcDate } from "../../ui/time";
import { useAct } from "./act";
import { AddPerson } from "./AddPerson";
import { EditRow } from "./EditRow";
import { checkHandle, mayChange } from "./grouping";
import list from "./list.module.css";
import { Confirm, Done, Row, Section, Sheet, Value, Wrong } from "./parts";
import css from "./parts.module.css";
import page from "./Settings.module.css";

/** The page at /settings/groups/:group. */
export function GroupSettings({ id }: { id: Id }): ReactElement {
  const t = useT();
  const sync = useSync();
  const groups = useLive((s) => s.groups(), []);
  const people = useLive((s) => s.people(), []);
  const group = groups?.find((one) => one.id === id);
  const admin = people?.find((person) => person.id === sync.me)?.role === "admin";
  const account = sync.workspaceAccount;
  return (
    <>
      <Link href="/settings/groups" className={page.back}>
        <IconArrowLeft size={16} stroke={1.6} aria-hidden="true" />
        {t("groups.all")}
      </Link>
      {!groups || !people ? (
        <Loading label={t("settings.loading")} lines={5} />
      ) : !group || !account ? (
        <Notice title={t("groups.gone")}>{t("groups.gone.text")}</Notice>
      ) : (
        <One
          group={group}
          groups={groups}
          people={people}
          mine={mayChange(group, sync.me, admin)}
          change={(value) => sync.change(account, "Group", group.id, "update", value)}
        />
      )}
    </>
  );
}

type Change = (value: Record<string, unknown>) => Promise<unknown>;

function One(props: { group: Group; groups: Group[]; people: Person[]; mine: boolean; change: Change }): ReactElement {
  const { group, groups, people, mine, change } = props;
  const t = useT();
  const maker = people.find((person) => person.id === group.createdBy)?.name ?? t("person.unknown");
  const wrongHandle = (handle: string) => {
    const word = checkHandle(handle, groups, group.id);
    return word && t(word);
  };
  return (
    <>
      <Section title={`@${group.handle}`} hint={mine ? undefined : t("groups.readOnly", { name: maker })}>
        {group.archivedAt && <Notice title={t("groups.archived")}>{t("groups.archived.text")}</Notice>}
        <Sheet>
          {mine ? (
            <>
              <EditRow
                label={t("groups.handle")}
                hint={t("groups.handle.hint")}
                value={group.handle}
                maxLength={32}
                check={wrongHandle}
                save={(handle) => change({ handle })}
              />
              <EditRow
                label={t("groups.name")}
                value={group.name}
                maxLength={120}
                check={(name) => (name ? undefined : t("groups.name.empty"))}
                save={(name) => change({ name })}
              />
              <EditRow
                label={t("groups.purpose")}
                value={group.purpose ?? ""}
                multiline
                maxLength={1000}
                save={(purpose) => change({ purpose: purpose || null })}
              />
            </>
          ) : (
            <>
              <Row label={t("groups.name")}>
                <Value>{group.name}</Value>
              </Row>
              {group.purpose && (
                <Row label={t("groups.purpose")}>
                  <Value>{group.purpose}</Value>
                </Row>
              )}
            </>
          )}
        </Sheet>
      </Section>
      <Members group={group} people={people} mine={mine} change={change} />
      {mine && <Archive group={group} change={change} />}
    </>
  );
}

function Members(props: { group: Group; people: Person[]; mine: boolean; change: Change }): ReactElement {
  const { group, people, mine, change } = props;
  const t = useT();
  const language = useLanguage();
  const act = useAct();
  const [done, setDone] = useState<string>();
  const top = useRef<HTMLDivElement>(null);
  const inside = people
    .filter((person) => group.persons[person.id])
    .sort((a, b) => a.name.localeCompare(b.name, language));
  const remove = async ({ id, name }: Person) => {
    if (!(await act.run(() => change({ [`persons/${id}`]: null })))) return;
    setDone(t("groups.removed", { name }));
    top.current?.focus();
  };
  return (
    <Section title={t("groups.members")}>
      <Done>{done}</Done>
      <div ref={top} tabIndex={-1} className={list.focus}>
        {mine && (
          <AddPerson
            people={people.filter((person) => !group.persons[person.id])}
            label={t("groups.add")}
            choose={t("groups.choose")}
            yes={t("groups.addYes")}
            add={(person) => change({ [`persons/${person.id}`]: true })}
            onAdded={(name) => setDone(t("groups.added", { name }))}
          />
        )}
        <Wrong>{act.wrong}</Wrong>
        {inside.length === 0 && <p className={list.sub}>{t("groups.members.none")}</p>}
        {inside.length > 0 && (
          <ul className={list.list}>
            {inside.map((person) => (
              <li key={person.id} className={list.item} data-quiet={person.deactivatedAt ? true : undefined}>
                <Avatar id={person.id} name={person.name} size={32} />
                <div className={list.main}>
                  <p className={list.name} dir="auto">
                    <PersonLink id={person.id}>{person.name}</PersonLink>
                  </p>
                </div>
                {mine && (
                  <Button
                    variant="default"
                    aria-label={t("groups.removeNamed", { name: person.name })}
                    onClick={() => void remove(person)}
                  >
                    {t("groups.remove")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Archive({ group, change }: { group: Group; change: Change }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const [asks, ask] = useState(false);
  const set = async (archivedAt: string | null) => {
    if (await act.run(() => change({ archivedAt }))) ask(false);
  };
  if (group.archivedAt) {
    return (
      <div className={css.buttons}>
        <Button variant="default" loading={act.busy} onClick={() => void set(null)}>
          {t("groups.back")}
        </Button>
        <Wrong>{act.wrong}</Wrong>
      </div>
    );
  }
  return (
    <>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => ask(true)}>
          {t("groups.archive")}
        </Button>
      </div>
      <Confirm
        opened={asks}
        title={t("groups.archive.title", { handle: group.handle })}
        yes={t("groups.archive.yes")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void set(utcDate(sync.now()))}
        onNo={() => ask(false)}
      >
        {t("groups.archive.text")}
      </Confirm>
    </>
  );
}
