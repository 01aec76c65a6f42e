// The people of the workspace: everybody's name and time of day; for admins also who has come in, and what to do.
import { Button, TextInput } from "@mantine/core";
import { useCallback, useEffect, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id, Person } from "../../generated/types";
import { links, type Invited } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useExplain } from "./act";
import { EditRow } from "./EditRow";
import list from "./list.module.css";
import { OpenLinks } from "./OpenLinks";
import { Done, Section, Sheet } from "./parts";
import { PersonRow } from "./PersonRow";

/** More are shown when asked for. */
const PAGE = 100;

/** The page at /settings/people. */
export function People(): ReactElement {
  const t = useT();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const account = sync.workspaceAccount;
  if (!account) return <Notice title={t("people.guest")}>{t("people.guest.text")}</Notice>;
  const me = people?.find((person) => person.id === sync.me);
  if (!people || !me) return <Loading label={t("settings.loading")} lines={5} />;
  return me.role === "admin" ? <ForAdmins account={account} people={people} /> : <Everybody people={people} />;
}

/** For members: names and times, nothing to do. */
function Everybody({ people }: { people: Person[] }): ReactElement {
  const t = useT();
  return (
    <Section title={t("people.title")} hint={t("people.lede")}>
      <PeopleList
        people={people.filter((person) => !person.deactivatedAt && !person.placeholder)}
        row={(person, now) => <PersonRow key={person.id} person={person} now={now} />}
      />
    </Section>
  );
}

function ForAdmins({ account, people }: { account: Id; people: Person[] }): ReactElement {
  const t = useT();
  const sync = useSync();
  const explain = useExplain();
  const workspace = useLive((s) => s.workspace(), []);
  const [invited, tell] = useState<Invited>();
  const [wrong, say] = useState<string>();
  const [done, setDone] = useState<string>();
  const load = useCallback(async () => {
    say(undefined);
    try {
      tell(await links());
    } catch (error) {
      say(explain(error));
    }
  }, [explain]);
  useEffect(() => void load(), [load]);
  const changed = (said?: string) => {
    setDone(said);
    void load();
  };
  return (
    <>
      <Done>{done}</Done>
      <Section
        title={t("people.title")}
        hint={t("people.lede")}
        action={
          <Button component={Link} href="/settings/people/invite">
            {t("people.invite")}
          </Button>
        }
      >
        {people.length === 1 && <Notice title={t("people.alone")}>{t("people.alone.text")}</Notice>}
        <PeopleList
          people={people}
          row={(person, now) => (
            <PersonRow
              key={person.id}
              person={person}
              now={now}
              admin={{
                account,
                state: stateOf(person, invited),
                onChanged: changed,
              }}
            />
          )}
        />
      </Section>
      <OpenLinks people={people} links={invited?.links} wrong={wrong} again={() => void load()} onEnded={changed} />
      {workspace && (
        <Section title={t("people.workspace.title")}>
          <Sheet>
            <EditRow
              label={t("people.workspace")}
              value={workspace.name}
              maxLength={120}
              check={(name) => (name ? undefined : t("people.workspace.empty"))}
              save={(name) => sync.change(account, "Workspace", workspace.id, "update", { name })}
            />
          </Sheet>
        </Section>
      )}
    </>
  );
}

/** Where somebody stands. Until it is known who has come in, nobody is called invited. */
function stateOf(person: Person, invited: Invited | undefined): "here" | "invited" | "placeholder" | "deactivated" {
  if (person.deactivatedAt) return "deactivated";
  if (person.placeholder) return "placeholder";
  return invited?.withoutPassword.includes(person.id) ? "invited" : "here";
}

/** Oneself first, then by name, those who are out last. From a dozen up with a field to find somebody. */
function PeopleList(props: { people: Person[]; row: (person: Person, now: number) => ReactElement }): ReactElement {
  const { people, row } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(20_000);
  const [wanted, want] = useState("");
  const [shown, show] = useState(PAGE);
  const rank = (person: Person) => (person.id === sync.me ? 0 : person.deactivatedAt ? 2 : 1);
  const fold = (text: string) => text.toLocaleLowerCase(language);
  const found = people
    .filter((person) => fold(`${person.name} ${person.email ?? ""}`).includes(fold(wanted.trim())))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, language));
  return (
    <>
      {people.length > 12 && (
        <TextInput
          className={list.search}
          type="search"
          placeholder={t("people.search")}
          aria-label={t("people.search")}
          value={wanted}
          onChange={(event) => want(event.currentTarget.value)}
        />
      )}
      {found.length > 0 ? (
        <ul className={list.list}>{found.slice(0, shown).map((person) => row(person, now))}</ul>
      ) : (
        <Notice title={t("people.none")} />
      )}
      {found.length > shown && (
        <Button className={list.more} variant="default" onClick={() => show(shown + PAGE)}>
          {t("settings.more")}
        </Button>
      )}
    </>
  );
}
