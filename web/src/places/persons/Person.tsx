// A person: who that is, how to work together, and when what one writes arrives. Nothing is told of what somebody does.
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPencilPlus } from "@tabler/icons-react";
import { useState, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import type { Id, Member, Membership, Person as PersonRecord } from "../../generated/types";
import { knownRhythm, rhythmOf } from "../../sync";
import { Avatar } from "../../ui/Avatar";
import { useT } from "../../ui/i18n";
import { useFilling, useLive, useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import { Loading, Notice } from "../../ui/Notice";
import { Page, RailPart } from "../../ui/Page";
import { PersonLink } from "../../ui/PersonLink";
import { place } from "../../ui/time";
import { Everybody } from "../hours/Everybody";
import { OutToday } from "../hours/OutToday";
import { ToldLine, type Told } from "../hours/ToldLine";
import { useReader } from "../hours/useReader";
import { hoursOf } from "../hours/week";
import { dayNumber, rangeWords, withinWords } from "../hours/wording";
import { Section } from "../settings/parts";
import { timeIn } from "../settings/zones";
import css from "./Person.module.css";
import { languageName, reachesWords, weekWords } from "./words";

/** The page at /p/:person. */
export function Person({ id }: { id: Id }): ReactElement {
  const t = useT();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const shared = useLive((s) => s.spacesWith(id), [id]);
  const filling = useFilling();
  const person = people?.find((one) => one.id === id);
  if (person) return <Known person={person} people={people ?? []} shared={shared ?? []} />;
  if (!people || !shared || (filling && shared.length === 0)) {
    return (
      <Page name="">
        <Loading label={t("loading")} lines={5} />
      </Page>
    );
  }
  const [first] = shared;
  if (!sync.workspaceAccount && first) return <Met id={id} space={first.id} shared={shared} />;
  return (
    <Page name={t("person.gone")} title={t("person.gone")}>
      <Notice title={t("person.goneWhy")} />
    </Page>
  );
}

/** What a guest knows of somebody: the name, the picture, and where they meet. */
function Met({ id, space, shared }: { id: Id; space: Id; shared: Membership[] }): ReactElement {
  const t = useT();
  const sync = useSync();
  const member = useLive((s) => s.members(space), [space])?.find((one) => one.id === id);
  const name = member?.name || t("person.unknown");
  return (
    <Page
      name={name}
      title={<Title id={id} name={name} />}
      lede={id === sync.me ? t("person.you") : member && <Facts role={member.role} />}
    >
      <Section title={t(id === sync.me ? "person.yourSpaces" : "person.shared")}>
        <Spaces shared={shared} />
      </Section>
    </Page>
  );
}

function Known(props: { person: PersonRecord; people: PersonRecord[]; shared: Membership[] }): ReactElement {
  const { person, people, shared } = props;
  const t = useT();
  const sync = useSync();
  const me = people.find((one) => one.id === sync.me);
  const reader = useReader(me);
  const { id, name } = person;
  const myself = id === sync.me;
  const there = !person.deactivatedAt && !person.placeholder;
  const [told, tell] = useState<Told>();
  const account = sync.workspaceAccount;
  // Of whom nothing is known the usual hours go.
  const law = there && !myself ? rhythmOf(person.rhythm) : undefined;
  const write = (
    <Button component={Link} href={`/to/${id}`} leftSection={<IconPencilPlus size={18} stroke={1.8} />}>
      {t("person.write", { name })}
    </Button>
  );
  const edit = (
    <Button component={Link} href="/settings" variant="default">
      {t("person.edit")}
    </Button>
  );
  return (
    <Page
      name={name}
      title={<Title id={id} name={name} said={person.pronunciation} />}
      lede={<Facts person={person} role={person.role} />}
      actions={
        myself
          ? edit
          : there && (
              <>
                {account && me?.role === "admin" && (
                  <OutToday account={account} person={person} reader={reader} tell={tell} />
                )}
                {write}
              </>
            )
      }
      rail={
        <>
          <TimeOff person={person} people={people} reader={reader} />
          <RailPart title={t(myself ? "person.yourSpaces" : "person.shared")}>
            <Spaces shared={shared} />
          </RailPart>
        </>
      }
    >
      <ToldLine told={told} />
      {law && (
        <p className={css.reaches} role="status">
          {reachesWords(name, law, reader)}
        </p>
      )}
      {there && person.rhythm?.answersWithin && (
        <p className={css.reaches}>
          {t("person.within", { name, within: withinWords(person.rhythm.answersWithin, t) })}
        </p>
      )}
      {person.workingWith ? (
        <Section title={t(myself ? "person.withYou" : "person.with", { name })}>
          <div className={css.words}>
            <Markdown text={person.workingWith} />
          </div>
        </Section>
      ) : (
        myself && (
          <Section title={t("person.withYou")}>
            <p className={css.quiet}>{t("person.withYou.none")}</p>
          </Section>
        )
      )}
      {there && (
        <Everybody
          title={t("person.hours")}
          hint={hoursWords(person, reader)}
          people={myself || !me ? [person] : [me, person]}
          moving={undefined}
          reader={reader}
        />
      )}
      {there && !myself && (
        <p className={css.quiet}>
          <Link href={`/search?q=${encodeURIComponent(`from:${id}`)}&sort=newest`}>
            {t("palette.saidBy", { name })}
          </Link>
        </p>
      )}
    </Page>
  );
}

/** "Monday to Friday 09:00 to 17:00, by the clock of Tokyo." */
function hoursWords({ rhythm }: PersonRecord, reader: ReturnType<typeof useReader>): string {
  const { zone, week } = hoursOf(rhythm, knownRhythm(rhythm).zone);
  const days = weekWords(week, reader);
  if (days.length === 0) return reader.t("person.hours.none");
  return reader.t(rhythm ? "person.hours.in" : "person.hours.unsaid", { hours: days.join("; "), place: place(zone) });
}

function Title({ id, name, said }: { id: Id; name: string; said?: string | null }): ReactElement {
  const t = useT();
  const narrow = useMediaQuery("(max-width: 819px)", undefined, { getInitialValueInEffect: false });
  return (
    <span className={css.title}>
      <Avatar id={id} name={name} size={narrow ? 64 : 88} />
      <span>
        {name}
        {said && <small>{t("person.said", { said })}</small>}
      </span>
    </span>
  );
}

/** The role, the languages and the time, in one line. */
function Facts({ role, person }: { role: Member["role"]; person?: PersonRecord }): ReactElement {
  const t = useT();
  const reader = useReader(undefined);
  const zone = person?.rhythm?.zone;
  const time = zone && !person.deactivatedAt && timeIn(zone, reader.now, reader.language);
  const languages = (person?.rhythm?.languages ?? []).map((tag) => languageName(tag, reader.language));
  const facts: ReactNode[] = [
    t(person?.deactivatedAt ? "person.out" : person?.placeholder ? "person.imported" : `people.role.${role}`),
    time && t("people.time", { time, place: place(zone) }),
    languages.length > 0 && new Intl.ListFormat(reader.language, { type: "unit" }).format(languages),
  ];
  return (
    <ul className={css.facts}>
      {facts.filter(Boolean).map((fact, at) => (
        <li key={at}>{fact}</li>
      ))}
    </ul>
  );
}

function Spaces({ shared }: { shared: Membership[] }): ReactElement {
  const t = useT();
  if (shared.length === 0) return <p className={css.quiet}>{t("person.sharedNone")}</p>;
  return (
    <ul className={css.spaces}>
      {shared.map((one) => (
        <li key={one.id}>
          <Link href={`/s/${one.id}`}>
            <Avatar id={one.id} name={one.name || "·"} size={24} square />
            <span dir="auto">{one.name || t("space.untitled")}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What is planned and not over, with whoever stands in. */
function TimeOff(props: {
  person: PersonRecord;
  people: PersonRecord[];
  reader: ReturnType<typeof useReader>;
}): ReactElement | null {
  const { person, people, reader } = props;
  const { t, here, now } = reader;
  const today = here.dayOf(now);
  const coming = (person.rhythm?.timeOff ?? []).filter(({ to }) => dayNumber(to) >= today);
  if (coming.length === 0) return null;
  return (
    <RailPart title={t("hours.off.title")}>
      <ul className={css.off}>
        {coming
          .toSorted((a, b) => (a.from < b.from ? -1 : 1))
          .map((off) => {
            const deputy = people.find(({ id }) => id === off.coveredBy);
            return (
              <li key={`${off.from} ${off.to}`}>
                <b>{rangeWords(off.from, off.to, reader)}</b>
                {off.note && <p dir="auto">{off.note}</p>}
                {deputy && (
                  <p>
                    {t("person.coveredBy")} <PersonLink id={deputy.id}>{deputy.name}</PersonLink>
                  </p>
                )}
              </li>
            );
          })}
      </ul>
    </RailPart>
  );
}
