// The groups of the workspace, and making one.
import { Button, TextInput } from "@mantine/core";
import { useId, useRef, useState, type FormEvent, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { Group } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useAct } from "./act";
import form from "./form.module.css";
import { checkHandle, mayChange } from "./grouping";
import list from "./list.module.css";
import { Section, Sheet, Wrong } from "./parts";
import css from "./parts.module.css";

/** The page at /settings/groups. */
export function Groups(): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const groups = useLive((s) => s.groups(), []);
  const admin = useLive((s) => s.people(), [])?.find(({ id }) => id === sync.me)?.role === "admin";
  const [making, make] = useState(false);
  if (!sync.workspaceAccount) return <Notice title={t("settings.notFound")} />;
  if (!groups) return <Loading label={t("settings.loading")} lines={4} />;
  // Those that are archived stand at the end.
  const rank = (group: Group) => (group.archivedAt ? 1 : 0);
  const sorted = groups.toSorted((a, b) => rank(a) - rank(b) || a.handle.localeCompare(b.handle, language));
  return (
    <Section
      title={t("groups.title")}
      hint={t("groups.lede")}
      action={!making && <Button onClick={() => make(true)}>{t("groups.make")}</Button>}
    >
      {making && <Make account={sync.workspaceAccount} groups={groups} close={() => make(false)} />}
      {sorted.length === 0 ? (
        !making && <Notice title={t("groups.none")}>{t("groups.noneText")}</Notice>
      ) : (
        <ul className={list.list}>
          {sorted.map((group) => (
            <Row key={group.id} group={group} mine={mayChange(group, sync.me, admin)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Row({ group, mine }: { group: Group; mine: boolean }): ReactElement {
  const t = useT();
  const { id, handle, name, persons, archivedAt } = group;
  const people = t("groups.people", { people: Object.keys(persons).length });
  return (
    <li className={list.item} data-quiet={archivedAt ? true : undefined}>
      <Avatar id={id} name={handle} size={32} square />
      <div className={list.main}>
        <p className={list.name}>
          <Link href={`/settings/groups/${id}`}>@{handle}</Link>
        </p>
        <p className={list.sub} dir="auto">
          {name} · {archivedAt ? t("groups.archived") : people}
        </p>
      </div>
      <Button
        component={Link}
        href={`/settings/groups/${id}`}
        variant="default"
        aria-label={t(mine ? "groups.manageNamed" : "groups.lookNamed", { handle })}
      >
        {t(mine ? "groups.manage" : "groups.look")}
      </Button>
    </li>
  );
}

function Make({ account, groups, close }: { account: string; groups: Group[]; close(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const act = useAct();
  // One for the whole form: whoever presses again after an answer was lost makes no second group.
  const [id] = useState(() => sync.newId("g"));
  const [handle, setHandle] = useState("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<{ handle?: string; name?: string }>({});
  const field = useRef<HTMLInputElement>(null);
  const at = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const word = checkHandle(handle.trim(), groups);
    const said = { handle: word && t(word), name: name.trim() ? undefined : t("groups.name.empty") };
    setWrong(said);
    if (said.handle || said.name) {
      if (said.handle) field.current?.focus();
      return;
    }
    const value = { handle: handle.trim(), name: name.trim(), persons: { [sync.me]: true } };
    const done = await act.run(() => sync.change(account, "Group", id, "create", value));
    if (done) navigate(`/settings/groups/${id}`);
  };
  return (
    <Sheet>
      <form className={form.form} onSubmit={(event) => void submit(event)} noValidate aria-labelledby={at}>
        <TextInput
          ref={field}
          id={at}
          label={t("groups.handle")}
          description={t("groups.handle.hint")}
          leftSection="@"
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value.toLowerCase())}
          error={wrong.handle}
          maxLength={32}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
        />
        <TextInput
          label={t("groups.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wrong.name}
          maxLength={120}
        />
        <Wrong>{act.wrong}</Wrong>
        <div className={css.buttons}>
          <Button type="submit" loading={act.busy}>
            {t("groups.make")}
          </Button>
          <Button variant="subtle" onClick={close}>
            {t("settings.cancel")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
