// You: your name and time zone, how your screens look, how long what you send can be taken back, and signing out.
import { Button, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import { Link } from "wouter";
import { useLanguage, bestLanguage, LANGUAGES, speak, useT, type Language } from "../../ui/i18n";
import { setSingleKeys, useSingleKeys } from "../../ui/ownKeys";
import { useLive, useSync } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import { part } from "../../ui/part";
import { useAct } from "./act";
import { EditRow } from "./EditRow";
import { Languages } from "./Languages";
import { Choice, Row, Section, Sheet, Value, Wrong } from "./parts";
import { Picture } from "./Picture";
import css from "./parts.module.css";
import { SignOut } from "./SignOut";
import { deviceZone } from "./zones";
import { useZoneHint, ZoneField } from "./ZoneField";

const Keys = part(() => import("../keys/Keys").then((module) => module.Keys));

/** The page at /settings. */
export function You(): ReactElement {
  const t = useT();
  const sync = useSync();
  return (
    <>
      <Section
        title={t("settings.about")}
        action={
          <Link href={`/p/${sync.me}`} className={css.look}>
            {t("you.look")}
          </Link>
        }
      >
        <About />
      </Section>
      <Section title={t("settings.screen")}>
        <Screen />
      </Section>
      <Section title={t("settings.sending")}>
        <Sheet>
          <Undo />
        </Sheet>
      </Section>
      <Section title={t("settings.signOut.title")}>
        <Sheet>
          <SignOut />
        </Sheet>
      </Section>
    </>
  );
}

function About(): ReactElement {
  const t = useT();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const me = people?.find((person) => person.id === sync.me);
  const account = sync.workspaceAccount;
  if (!account) return <GuestName />;
  if (!me) return <Loading label={t("settings.loading")} />;
  const most = sync.limits["maxSizeWorkingWith"] ?? 4096;
  const change = (value: Record<string, unknown>) => sync.change(account, "Person", sync.me, "update", value);
  const inHours = (name: string, value: unknown) =>
    change(me.rhythm ? { [`rhythm/${name}`]: value } : { rhythm: { zone: deviceZone() ?? "UTC", [name]: value } });
  return (
    <Sheet>
      <Picture name={me.name} has={Boolean(me.picture)} save={(picture) => change({ picture })} />
      <EditRow
        label={t("settings.name")}
        hint={t("settings.name.hint")}
        value={me.name}
        maxLength={120}
        autoComplete="name"
        check={(name) => (name ? undefined : t("settings.name.empty"))}
        save={(name) => change({ name })}
      />
      <EditRow
        label={t("you.pronunciation")}
        hint={t("you.pronunciation.hint")}
        value={me.pronunciation ?? ""}
        maxLength={120}
        save={(pronunciation) => change({ pronunciation: pronunciation || null })}
      />
      <Zone zone={me.rhythm?.zone} save={(zone) => inHours("zone", zone)} />
      <Languages tags={me.rhythm?.languages ?? []} save={(languages) => inHours("languages", languages)} />
      <EditRow
        label={t("you.with")}
        hint={t("you.with.hint")}
        value={me.workingWith ?? ""}
        multiline
        check={(text) => {
          const over = new TextEncoder().encode(text).length - most;
          return over > 0 ? t("you.with.long", { over, most }) : undefined;
        }}
        save={(workingWith) => change({ workingWith: workingWith || null })}
      />
    </Sheet>
  );
}

/** Guests have no part in the workspace's list of people; their name stands in the Spaces they are in. */
function GuestName(): ReactElement {
  const t = useT();
  const sync = useSync();
  const memberships = useLive((s) => s.memberships(), []);
  const space = memberships?.[0]?.spaceId ?? "";
  const members = useLive((s) => s.members(space), [space]);
  const name = members?.find((member) => member.personId === sync.me)?.name;
  return (
    <Sheet>
      <Row label={t("settings.name")} hint={t("settings.name.guest")}>
        <Value>{name ?? "…"}</Value>
      </Row>
    </Sheet>
  );
}

function Zone({ zone, save }: { zone: string | undefined; save: (zone: string) => Promise<unknown> }): ReactElement {
  const t = useT();
  const id = useId();
  const act = useAct();
  const [chosen, choose] = useState<string>();
  const shown = chosen ?? zone;
  const hint = useZoneHint(shown);
  const take = async (next: string) => {
    choose(next);
    await act.run(() => save(next));
    choose(undefined);
  };
  return (
    <Row label={t("settings.zone")} field={id} hint={hint}>
      <ZoneField id={id} zone={shown} busy={act.busy} onChoose={(next) => void take(next)} />
      <Wrong>{act.wrong}</Wrong>
    </Row>
  );
}

function Screen(): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const act = useAct();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [languageLabel, lookLabel, keysLabel] = [useId(), useId(), useId()];
  const keys = useSingleKeys();
  const [listed, list] = useState(false);
  const [chosen, choose] = useState<Language>();
  const say = async (next: Language) => {
    choose(next);
    await act.run(async () => {
      await speak(next);
      await sync.saveSettings({ language: next });
    });
    choose(undefined);
  };
  return (
    <Sheet>
      <Row label={t("settings.language")} hint={t("settings.language.hint")} labelId={languageLabel}>
        <Choice<Language>
          row
          labelledBy={languageLabel}
          value={chosen ?? bestLanguage([language])}
          options={(Object.keys(LANGUAGES) as Language[]).map((value) => ({
            value,
            label: LANGUAGES[value],
            lang: value,
          }))}
          onChange={(next) => void say(next)}
        />
        <Wrong>{act.wrong}</Wrong>
      </Row>
      <Row label={t("settings.look")} hint={t("settings.look.hint")} labelId={lookLabel}>
        <Choice<MantineColorScheme>
          row
          labelledBy={lookLabel}
          value={colorScheme}
          options={(["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`settings.look.${value}`) }))}
          onChange={setColorScheme}
        />
      </Row>
      <Row label={t("settings.keys")} hint={t("settings.keys.hint")} labelId={keysLabel}>
        <Choice<"on" | "off">
          row
          labelledBy={keysLabel}
          value={keys ? "on" : "off"}
          options={(["on", "off"] as const).map((value) => ({ value, label: t(`settings.keys.${value}`) }))}
          onChange={(next) => setSingleKeys(next === "on")}
        />
        <Button variant="subtle" px={0} onClick={() => list(true)}>
          {t("keys.all")} …
        </Button>
        {listed && <Keys close={() => list(false)} />}
      </Row>
    </Sheet>
  );
}

function Undo(): ReactElement {
  const t = useT();
  const sync = useSync();
  const settings = useLive((s) => s.settings(), []);
  const max = Math.min(300, sync.limits.maxUndoSeconds ?? 300);
  const seconds = settings?.undoSeconds ?? sync.limits.undoSeconds ?? 30;
  return (
    <EditRow
      label={t("settings.undo")}
      hint={t("settings.undo.hint", { max })}
      value={String(seconds)}
      numeric
      maxLength={4}
      check={(text) => (/^\d+$/.test(text) && Number(text) <= max ? undefined : t("settings.undo.wrong", { max }))}
      save={(text) => sync.saveSettings({ undoSeconds: Number(text) })}
    />
  );
}
