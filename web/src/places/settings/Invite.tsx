// Inviting people: names are pasted, what will be made is shown first, and each link is shown once.
import { Button, Textarea } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useId, useMemo, useState, type FormEvent, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id, Person } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import form from "./form.module.css";
import { InviteLinks } from "./InviteLinks";
import { readInvitees, type Problem, type Reading } from "./invitees";
import { invite, useInviting, type Ask } from "./inviting";
import list from "./list.module.css";
import { Choice, Section, Sheet } from "./parts";
import css from "./parts.module.css";
import page from "./Settings.module.css";

/** The page at /settings/people/invite. */
export function Invite(): ReactElement {
  const t = useT();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const me = people?.find((person) => person.id === sync.me);
  const account = sync.workspaceAccount;
  return (
    <>
      <Link href="/settings/people" className={page.back}>
        <IconArrowLeft size={16} stroke={1.6} aria-hidden="true" />
        {t("settings.people")}
      </Link>
      {account && (!people || !me) ? (
        <Loading label={t("settings.loading")} />
      ) : account && people && me?.role === "admin" ? (
        <Inviting account={account} people={people} />
      ) : (
        <Notice title={t("people.invite.notYou")}>{t("people.invite.notYou.text")}</Notice>
      )}
    </>
  );
}

function Inviting({ account, people }: { account: Id; people: Person[] }): ReactElement {
  const t = useT();
  const sync = useSync();
  const inviting = useInviting();
  const [text, setText] = useState("");
  const [role, setRole] = useState<Person["role"]>("member");
  const label = useId();
  const reading = useMemo(() => readInvitees(text, people, role), [text, people, role]);
  const count = reading.invitees.length;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (count === 0) return;
    const asks: Ask[] = reading.invitees.map(({ name, email }) => ({
      id: sync.newId("p"),
      name,
      email,
      role,
      there: false,
    }));
    // What was left out stays, to be mended.
    setText(reading.problems.map((problem) => problem.text).join("\n"));
    void invite(sync, account, asks);
  };

  if (inviting.running || inviting.made.length > 0 || inviting.failed.length > 0) {
    return <InviteLinks account={account} inviting={inviting} />;
  }
  return (
    <Section title={t("people.invite.title")}>
      <Sheet>
        <form className={`${css.field} ${form.form}`} data-wide onSubmit={submit}>
          <Textarea
            label={t("people.invite.names")}
            description={t("people.invite.hint")}
            autosize
            minRows={4}
            maxRows={14}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            spellCheck={false}
            autoFocus
          />
          <div>
            <p className={form.legend} id={label}>
              {t("people.invite.role")}
            </p>
            <Choice<Person["role"]>
              labelledBy={label}
              value={role}
              onChange={setRole}
              options={(["member", "guest", "admin"] as const).map((value) => ({
                value,
                label: t(`people.invite.role.${value}`),
                hint: t(`people.invite.role.${value}.hint`),
              }))}
            />
          </div>
          <Preview reading={reading} />
          <div className={css.buttons}>
            <Button type="submit" disabled={count === 0}>
              {t("people.invite.make", { count })}
            </Button>
          </div>
        </form>
      </Sheet>
    </Section>
  );
}

/** Who will be invited, and which lines are left out and why. */
function Preview({ reading }: { reading: Reading }): ReactElement {
  const t = useT();
  const { invitees, problems, same } = reading;
  const empty = invitees.length === 0 && problems.length === 0;
  return (
    <div>
      <p className={form.legend}>{t("people.invite.preview")}</p>
      <div role="status">
        {empty && <p className={css.hint}>{t("people.invite.previewEmpty")}</p>}
        {problems.length + same.length > 0 && (
          <ul className={list.problems}>
            {problems.map((problem) => (
              <li key={problem.line}>
                <b>{t("people.invite.line", { line: problem.line })}</b> <Why problem={problem} />
              </li>
            ))}
            {same.map((name) => (
              <li key={name}>{t("people.invite.same", { name })}</li>
            ))}
          </ul>
        )}
      </div>
      {invitees.length > 0 && (
        <ul className={list.list} style={{ marginTop: 10 }}>
          {invitees.map(({ line, name, email }) => (
            <li key={line} className={list.item} style={{ minHeight: 52 }}>
              <Avatar id={name} name={name} size={28} />
              <div className={list.main}>
                <p className={list.name} dir="auto">
                  {name}
                </p>
                <p className={list.sub}>{email ?? t("people.invite.noEmail")}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Why({ problem }: { problem: Problem }): ReactElement {
  const t = useT();
  switch (problem.why) {
    case "noName":
      return <>{t("people.invite.wrong.noName")}</>;
    case "email":
    case "emailTwice":
      return <>{t(`people.invite.wrong.${problem.why}`, { email: problem.email })}</>;
    case "known":
      return <>{t("people.invite.wrong.known", { email: problem.email, name: problem.name })}</>;
    default:
      return <>{t(`people.invite.wrong.${problem.why}`, { name: problem.name })}</>;
  }
}
