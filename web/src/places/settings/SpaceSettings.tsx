// One Space: its name, purpose and who may join, who is in it, and leaving it.
import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useEffect, useId, useState, type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { Id, Member, Space } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useAct } from "./act";
import { EditRow } from "./EditRow";
import { Interrupting } from "./Interrupting";
import { Confirm, Row, Section, Sheet, Value, Wrong } from "./parts";
import css from "./parts.module.css";
import page from "./Settings.module.css";
import { SpaceLink } from "./SpaceLink";
import { SpaceMembers } from "./SpaceMembers";
import { Templates } from "./Templates";
import { WhoMayJoin } from "./WhoMayJoin";
import { WhoMayRead } from "./WhoMayRead";

/** Milliseconds until a Space that is not here counts as not there: a new one takes a moment to arrive. */
const PATIENCE = 4000;

/** The page at /settings/spaces/:space. */
export function SpaceSettings({ space: id }: { space: Id }): ReactElement {
  const t = useT();
  const sync = useSync();
  const memberships = useLive((s) => s.memberships(), []);
  const space = useLive((s) => s.space(id), [id]);
  const members = useLive((s) => s.members(id), [id]);
  const [patient, setPatient] = useState(true);
  const membership = memberships?.find((one) => one.spaceId === id && one.role !== "none");
  useEffect(() => {
    const timer = window.setTimeout(() => setPatient(false), PATIENCE);
    return () => window.clearTimeout(timer);
  }, [id]);
  const me = members?.find((member) => member.personId === sync.me);
  const admin = (me?.role ?? membership?.role) === "admin";
  return (
    <>
      <Link href="/settings/spaces" className={page.back}>
        <IconArrowLeft size={16} stroke={1.6} aria-hidden="true" />
        {t("spaces.all")}
      </Link>
      {!membership && (memberships === undefined || patient) ? (
        <Loading label={t("settings.loading")} lines={5} />
      ) : !membership ? (
        <Notice title={t("spaces.gone")}>{t("spaces.gone.text")}</Notice>
      ) : !space || !members ? (
        <Loading label={t("settings.loading")} lines={5} />
      ) : (
        <>
          <About space={space} admin={admin} />
          <SpaceMembers space={space} members={members} admin={admin} />
          {!space.archivedAt && <Interrupting space={space} members={members} admin={admin && space.kind === "team"} />}
          {admin && space.kind === "team" && !space.archivedAt && <Templates space={space} />}
          {admin && space.kind === "team" && !space.archivedAt && <SpaceLink space={space} />}
          {space.kind === "team" && <Leave space={space} members={members} />}
        </>
      )}
    </>
  );
}

function About({ space, admin }: { space: Space; admin: boolean }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const label = useId();
  const [chosen, choose] = useState<Space["whoMayJoin"]>();
  const change = (value: Record<string, unknown>) => sync.change(space.id, "Space", space.id, "update", value);
  const title = space.name || t("spaces.unnamed");
  if (!admin) {
    return (
      <Section title={title} hint={t("spaces.readOnly")}>
        <Sheet>
          {space.purpose && (
            <Row label={t("spaces.purpose")}>
              <Value>{space.purpose}</Value>
            </Row>
          )}
          <Row label={t("spaces.who")}>
            <Value>{t(`spaces.who.${space.whoMayJoin}`)}</Value>
          </Row>
          {space.readableBy === "everyone" && (
            <Row label={t("spaces.read")}>
              <Value>{t("spaces.read.everyone")}</Value>
            </Row>
          )}
        </Sheet>
      </Section>
    );
  }
  const setWho = async (whoMayJoin: Space["whoMayJoin"]) => {
    choose(whoMayJoin);
    await act.run(() => change({ whoMayJoin }));
    choose(undefined);
  };
  return (
    <Section
      title={title}
      action={
        <Button component={Link} href={`/s/${space.id}`} variant="default">
          {t("spaces.go")}
        </Button>
      }
    >
      <Sheet>
        <EditRow
          label={t("spaces.name")}
          value={space.name ?? ""}
          maxLength={120}
          check={(name) => (name ? undefined : t("spaces.name.empty"))}
          save={(name) => change({ name })}
        />
        <EditRow
          label={t("spaces.purpose")}
          hint={t("spaces.purpose.hint")}
          value={space.purpose ?? ""}
          multiline
          maxLength={1000}
          save={(purpose) => change({ purpose: purpose || null })}
        />
        <Row label={t("spaces.who")} labelId={label}>
          <WhoMayJoin labelledBy={label} value={chosen ?? space.whoMayJoin} onChange={(who) => void setWho(who)} />
          <Wrong>{act.wrong}</Wrong>
        </Row>
        {space.kind === "team" && <WhoMayRead space={space} change={change} />}
      </Sheet>
    </Section>
  );
}

function Leave({ space, members }: { space: Space; members: Member[] }): ReactElement {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const act = useAct();
  const [asks, ask] = useState(false);
  const admins = members.filter((member) => member.role === "admin");
  const last = admins.length === 1 && admins[0]?.personId === sync.me && members.some((m) => m.role === "member");
  const leave = () =>
    act.run(async () => {
      await sync.change(space.id, "Member", sync.me, "update", { role: "none" });
      navigate("/settings/spaces");
    });
  const name = space.name || t("spaces.unnamed");
  return (
    <>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => ask(true)}>
          {t("spaces.leave")}
        </Button>
      </div>
      <Confirm
        opened={asks}
        title={t("spaces.leave.title", { space: name })}
        yes={t("spaces.leave.yes")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void leave()}
        onNo={() => ask(false)}
      >
        {last && <p>{t("spaces.leave.last")}</p>}
        <p>{t(space.whoMayJoin === "members" ? "spaces.leave.open" : "spaces.leave.closed")}</p>
      </Confirm>
    </>
  );
}
