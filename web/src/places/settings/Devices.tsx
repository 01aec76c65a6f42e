// Password and devices: where one is signed in, ending that, and another password.
import { Button } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";
import { endSession, sessions, type Session } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { exactly, when } from "../../ui/time";
import { useAct, useExplain } from "./act";
import { ChangePassword } from "./ChangePassword";
import { readClient } from "./clients";
import list from "./list.module.css";
import { OnThisDevice } from "./OnThisDevice";
import { Done, Section, Wrong } from "./parts";

/** The page at /settings/sessions. */
export function Devices(): ReactElement {
  const t = useT();
  const explain = useExplain();
  const [known, tell] = useState<Session[]>();
  const [wrong, say] = useState<string>();
  const [done, setDone] = useState<string>();
  const load = useCallback(async () => {
    say(undefined);
    try {
      tell(await sessions());
    } catch (error) {
      say(explain(error));
    }
  }, [explain]);
  useEffect(() => void load(), [load]);
  const changed = (what: string) => {
    setDone(what);
    void load();
  };
  return (
    <>
      <Done>{done}</Done>
      {wrong && !known ? (
        <Section title={t("settings.sessions")}>
          <Notice
            tone="wrong"
            title={t("settings.sessions.failed")}
            action={<Button onClick={() => void load()}>{t("settings.again")}</Button>}
          >
            {wrong}
          </Notice>
        </Section>
      ) : (
        <Sessions known={known} onEnded={changed} />
      )}
      <OnThisDevice />
      <ChangePassword onChanged={() => changed(t("settings.password.changed"))} />
    </>
  );
}

function Sessions({ known, onEnded }: { known: Session[] | undefined; onEnded: (said: string) => void }): ReactElement {
  const t = useT();
  const act = useAct();
  const top = useRef<HTMLDivElement>(null);
  const others = known?.some((session) => !session.current) ?? false;
  const end = async (id: string | undefined, said: string) => {
    if (!(await act.run(() => endSession(id)))) return;
    onEnded(said);
    // The button that was pressed goes with its row.
    top.current?.focus();
  };
  return (
    <Section
      title={t("settings.sessions")}
      hint={known && (others ? t("settings.sessions.hint") : t("settings.session.only"))}
      action={
        others && (
          <Button
            variant="default"
            loading={act.busy}
            onClick={() => void end(undefined, t("settings.session.othersEnded"))}
          >
            {t("settings.session.endOthers")}
          </Button>
        )
      }
    >
      <Wrong>{act.wrong}</Wrong>
      <div ref={top} tabIndex={-1} className={list.focus}>
        {known ? (
          <ul className={list.list}>
            {[...known]
              .sort((a, b) => Number(b.current) - Number(a.current))
              .map((session) => (
                <SessionRow key={session.id} session={session} busy={act.busy} end={end} />
              ))}
          </ul>
        ) : (
          <Loading label={t("settings.loading")} />
        )}
      </div>
    </Section>
  );
}

function SessionRow(props: {
  session: Session;
  busy: boolean;
  end: (id: string, said: string) => Promise<void>;
}): ReactElement {
  const { session, busy, end } = props;
  const t = useT();
  const language = useLanguage();
  const sync = useSync();
  const { browser, system } = readClient(session.client);
  const both = browser && system ? t("settings.session.on", { browser, system }) : (browser ?? system);
  const device = both ?? t("settings.session.unknown");
  const since = new Date(session.createdAt);
  const date = when(since, new Date(sync.now()), language);
  const Icon = ["iPhone", "iPad", "Android"].includes(system ?? "") ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <li className={list.item}>
      <Icon className={list.icon} size={24} stroke={1.5} aria-hidden="true" />
      <div className={list.main}>
        <p className={list.name} title={session.client}>
          {device}
        </p>
        <p className={list.sub} title={exactly(since, language)}>
          {t("settings.session.since", { date })}
        </p>
      </div>
      {session.current ? (
        <span className={list.tag}>{t("settings.session.here")}</span>
      ) : (
        <Button
          variant="default"
          disabled={busy}
          aria-label={t("settings.session.endNamed", { device, date })}
          onClick={() => void end(session.id, t("settings.session.ended", { device }))}
        >
          {t("settings.session.end")}
        </Button>
      )}
    </li>
  );
}
