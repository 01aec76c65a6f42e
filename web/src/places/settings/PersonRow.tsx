// One person in the list: who, in which role, what time it is there; for admins what has come of it and what to do.
import { Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import type { Id, Person } from "../../generated/types";
import { makeLink, ways, type OpenLink } from "../../sync/auth";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useSync } from "../../ui/live";
import { PersonLink } from "../../ui/PersonLink";
import { day, exactly, place, utcDate } from "../../ui/time";
import { useAct } from "./act";
import list from "./list.module.css";
import { OneLink } from "./OneLink";
import { Confirm, Wrong } from "./parts";
import { timeIn } from "./zones";

const ROLES = ["member", "guest", "admin"] as const;
const DAY = 86_400_000;

/** What an admin sees and does beyond the name. */
export interface ForAdmin {
  account: Id;
  state: "here" | "invited" | "placeholder" | "deactivated";
  /** Says what was done; the links are read again. */
  onChanged: (said?: string) => void;
}

/** A link that was just made; `mailed`: the address that it went to as well. */
interface NewLink {
  kind: OpenLink["kind"];
  link: string;
  mailed?: string;
}

/** The row. */
export function PersonRow({ person, now, admin }: { person: Person; now: number; admin?: ForAdmin }): ReactElement {
  const t = useT();
  const sync = useSync();
  const myself = person.id === sync.me;
  const [made, setMade] = useState<NewLink>();
  const act = useAct();
  return (
    <li className={`${list.item} ${list.person}`} data-quiet={admin?.state === "deactivated" || undefined}>
      <Avatar id={person.id} name={person.name} size={32} />
      <div className={list.main}>
        <p className={list.name} dir="auto">
          <PersonLink id={person.id}>{person.name}</PersonLink> {myself && <span>({t("people.you")})</span>}
        </p>
        <p className={`${list.sub} ${list.facts}`}>
          <span>{t(`people.role.${person.role}`)}</span>
          {admin && person.email && <span dir="ltr">{person.email}</span>}
        </p>
      </div>
      {admin && admin.state !== "here" ? (
        <State person={person} state={admin.state} />
      ) : (
        <LocalTime person={person} now={now} />
      )}
      {admin && !myself && <Actions person={person} admin={admin} act={act} onMade={setMade} />}
      {admin && myself && <span className={list.noMenu} />}
      {act.wrong && (
        <div className={list.below}>
          <Wrong>{act.wrong}</Wrong>
        </div>
      )}
      {made && <MadeLink person={person} {...made} />}
    </li>
  );
}

/** Who has not come in yet, or is out. Being here is what everybody expects; it needs no words. */
function State(props: { person: Person; state: Exclude<ForAdmin["state"], "here"> }): ReactElement {
  const { person, state } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const date = person.deactivatedAt ? day(new Date(person.deactivatedAt), new Date(sync.now()), language) : "";
  return <span className={list.time}>{t(`people.state.${state}`, { date })}</span>;
}

/** `14:05 in Lisbon`. A zone that this browser does not know is not shown. */
function LocalTime({ person, now }: { person: Person; now: number }): ReactElement | null {
  const t = useT();
  const language = useLanguage();
  const zone = person.rhythm?.zone;
  if (!zone || person.deactivatedAt) return null;
  const time = timeIn(zone, now, language);
  if (!time) return null;
  return (
    <span className={list.time} title={exactly(new Date(now), language, zone)}>
      {t("people.time", { time, place: place(zone) })}
    </span>
  );
}

/** The link that was just made, to be passed on. It has the focus, since the menu that made it is closed. */
function MadeLink(props: { person: Person } & NewLink): ReactElement {
  const { person, kind, link, mailed } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { name } = person;
  const days = kind === "invitation" ? (sync.limits.invitationDays ?? 7) : (sync.limits.resetDays ?? 1);
  const date = day(new Date(sync.now() + days * DAY), new Date(sync.now()), language);
  return (
    <div className={list.below} role="status">
      <p className={list.name}>{t(`people.link.${kind}`, { name })}</p>
      <p className={list.sub} style={{ marginBottom: 8 }}>
        {t("people.link.once", { name, date })} {mailed && t("people.invite.mailed", { name, email: mailed })}
      </p>
      <OneLink key={link} name={name} link={link} />
    </div>
  );
}

function Actions(props: {
  person: Person;
  admin: ForAdmin;
  act: ReturnType<typeof useAct>;
  onMade: (made: NewLink) => void;
}): ReactElement {
  const { person, admin, act, onMade } = props;
  const t = useT();
  const sync = useSync();
  const [asks, ask] = useState(false);
  const { name } = person;
  const out = admin.state === "deactivated";
  const change = async (value: Record<string, unknown>, said: string) => {
    const went = await act.run(() => sync.change(admin.account, "Person", person.id, "update", value));
    if (went) admin.onChanged(said);
    return went;
  };
  const link = (kind: OpenLink["kind"]) =>
    act.run(async () => {
      // Where that can't be known, a link is made all the same, to be passed on.
      const mails = await ways().catch(() => undefined);
      const mailed = (mails?.mail && person.email) || undefined;
      const link = await makeLink(person.id, kind, Boolean(mailed));
      onMade({ kind, link, ...(mailed && { mailed }) });
      admin.onChanged();
    });
  const deactivate = async () => {
    const deactivatedAt = utcDate(sync.now());
    if (await change({ deactivatedAt }, t("people.done.deactivated", { name }))) ask(false);
  };
  return (
    <>
      <Menu
        withInitialFocusPlaceholder={false}
        withinPortal={false}
        position="bottom-end"
        width={260}
        radius="md"
        classNames={{ dropdown: list.menu, item: list.menuItem }}
      >
        <Menu.Target>
          <IconButton className={list.menuButton} icon={IconDots} label={t("people.actions", { name })} />
        </Menu.Target>
        <Menu.Dropdown>
          {out ? (
            <Menu.Item onClick={() => void change({ deactivatedAt: null }, t("people.done.reactivated", { name }))}>
              {t("people.reactivate")}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item onClick={() => void link(admin.state === "here" ? "reset" : "invitation")}>
                {t(admin.state === "here" ? "people.reset" : "people.makeLink")}
              </Menu.Item>
              {ROLES.filter((role) => role !== person.role).map((role) => (
                <Menu.Item key={role} onClick={() => void change({ role }, t("people.done.role", { name, role }))}>
                  {t("people.makeRole", { role })}
                </Menu.Item>
              ))}
              <Menu.Item onClick={() => ask(true)}>{t("people.deactivate")}</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asks}
        title={t("people.deactivate.title", { name })}
        yes={t("people.deactivate.yes")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void deactivate()}
        onNo={() => ask(false)}
      >
        {t("people.deactivate.text", { name })}
      </Confirm>
    </>
  );
}
