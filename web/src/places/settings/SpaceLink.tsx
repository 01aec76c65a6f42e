// One link by which several come into a Space: who opens it says who he is, or just joins. Its admins make it, see how
// many have come by it, and end it.
import { Button, TextInput } from "@mantine/core";
import { useCallback, useEffect, useId, useState, type FormEvent, type ReactElement } from "react";
import type { Space } from "../../generated/types";
import { endSpaceLink, makeSpaceLink, spaceLink, type SpaceLink as Link } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import { day as dayOf, utcDate } from "../../ui/time";
import { useAct, useExplain } from "./act";
import form from "./form.module.css";
import { OneLink } from "./OneLink";
import { Choice, Confirm, Section, Sheet, Wrong } from "./parts";
import css from "./parts.module.css";

const DAY = 86_400_000;
/** What stands there at first. */
const PERSONS = 10;
const DAYS = 7;

/** The part of the page, for admins of a team's Space. */
export function SpaceLink({ space }: { space: Space }): ReactElement {
  const t = useT();
  const explain = useExplain();
  const [link, tell] = useState<Link | null>();
  const [wrong, say] = useState<string>();
  const [made, show] = useState<string>();
  const [again, ask] = useState(false);
  const read = useCallback(() => {
    say(undefined);
    spaceLink(space.id).then(tell, (error: unknown) => say(explain(error)));
  }, [space.id, explain]);
  useEffect(read, [read]);
  const name = space.name || t("spaces.unnamed");
  return (
    <Section title={t("spaceLink.title")} hint={t("spaceLink.hint")}>
      <Sheet>
        {wrong ? (
          <div className={form.form}>
            <Wrong>{wrong}</Wrong>
            <div className={css.buttons}>
              <Button variant="default" onClick={read}>
                {t("app.tryAgain")}
              </Button>
            </div>
          </div>
        ) : link === undefined ? (
          <Loading label={t("settings.loading")} />
        ) : link && !again ? (
          <There
            space={space.id}
            name={name}
            link={link}
            made={made}
            ended={() => {
              show(undefined);
              tell(null);
            }}
            another={() => ask(true)}
          />
        ) : (
          <Make
            space={space.id}
            before={link}
            back={link ? () => ask(false) : undefined}
            made={(text) => {
              show(text);
              ask(false);
              read();
            }}
          />
        )}
      </Sheet>
    </Section>
  );
}

function There(props: {
  space: string;
  name: string;
  link: Link;
  /** Its text, where it was made here just now. */
  made: string | undefined;
  ended: () => void;
  another: () => void;
}): ReactElement {
  const { space, name, link, made, ended, another } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const act = useAct();
  const [asks, ask] = useState(false);
  const { came, most } = link;
  const [until, now] = [new Date(link.expiresAt), new Date(sync.now())];
  const how = came >= most ? "usedUp" : until <= now ? "over" : link.works ? "open" : "stopped";
  const end = () =>
    void act
      .run(() => endSpaceLink(space))
      .then((gone) => {
        if (!gone) return;
        ask(false);
        ended();
      });
  return (
    <div className={form.form}>
      {made && (
        <div role="status">
          <p className={form.legend}>{t("spaceLink.made")}</p>
          <p className={css.hint} style={{ marginBottom: 10 }}>
            {t("spaceLink.once")}
          </p>
          <OneLink name={name} link={made} />
        </div>
      )}
      <div>
        <p className={form.legend}>{t("spaceLink.came", { came, most })}</p>
        <p className={css.hint}>
          {how === "open"
            ? t(`spaceLink.open.${link.role}`, { date: dayOf(until, now, language) })
            : t(`spaceLink.${how}`)}
        </p>
      </div>
      <Wrong>{!asks && act.wrong}</Wrong>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => ask(true)}>
          {t("spaceLink.end")}
        </Button>
        <Button variant="subtle" onClick={another}>
          {t("spaceLink.another")}
        </Button>
      </div>
      <Confirm
        opened={asks}
        title={t("spaceLink.endTitle")}
        yes={t("spaceLink.end")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={end}
        onNo={() => ask(false)}
      >
        {t("spaceLink.endText")}
      </Confirm>
    </div>
  );
}

function Make(props: {
  space: string;
  before: Link | null;
  back: (() => void) | undefined;
  made: (link: string) => void;
}): ReactElement {
  const { space, before, back, made } = props;
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const label = useId();
  const mostPersons = sync.limits["maxComers"] ?? 1000;
  const mostDays = sync.limits["spaceLinkDays"] ?? 366;
  const [role, choose] = useState<Link["role"]>(before?.role ?? "member");
  const [persons, count] = useState(String(before?.most ?? PERSONS));
  const [until, set] = useState(() => localDay(sync.now() + DAYS * DAY));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const most = Number(persons);
    // Up to the end of that day, by the clock of who makes it.
    const end = new Date(`${until}T23:59:59`).getTime();
    if (!/^\d+$/.test(persons.trim()) || most < 1 || most > mostPersons) {
      act.say(t("spaceLink.wrong.persons", { most: mostPersons }));
    } else if (!(end > sync.now()) || end > sync.now() + mostDays * DAY) {
      act.say(t("spaceLink.wrong.until", { days: mostDays }));
    } else {
      void act.run(async () => made(await makeSpaceLink(space, { role, most, expiresAt: utcDate(end) })));
    }
  };
  return (
    <form className={`${css.field} ${form.form}`} onSubmit={submit} noValidate>
      <div>
        <p className={form.legend} id={label}>
          {t("spaceLink.role")}
        </p>
        <Choice<Link["role"]>
          labelledBy={label}
          value={role}
          onChange={choose}
          options={(["member", "guest"] as const).map((value) => ({
            value,
            label: t(`spaceLink.role.${value}`),
            hint: t(`people.invite.role.${value}.hint`),
          }))}
        />
      </div>
      <TextInput
        label={t("spaceLink.persons")}
        inputMode="numeric"
        maxLength={5}
        value={persons}
        onChange={(event) => count(event.currentTarget.value)}
      />
      <TextInput
        label={t("spaceLink.until")}
        type="date"
        min={localDay(sync.now())}
        value={until}
        onChange={(event) => set(event.currentTarget.value)}
      />
      {before && <p className={css.hint}>{t("spaceLink.replaces")}</p>}
      <Wrong>{act.wrong}</Wrong>
      <div className={css.buttons}>
        <Button type="submit" loading={act.busy}>
          {t("spaceLink.make")}
        </Button>
        {back && (
          <Button variant="subtle" onClick={back}>
            {t("cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}

/** `2026-12-07`, as this device has it. */
function localDay(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
