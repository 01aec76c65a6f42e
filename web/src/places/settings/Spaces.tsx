// The Spaces one is in, and those that are open to join.
import { Button } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Membership, SpaceCard } from "../../generated/types";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useFilling, useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useAct } from "./act";
import { join } from "./joining";
import list from "./list.module.css";
import { Done, Section, Wrong } from "./parts";
import { WhoMayPublish } from "./WhoMayPublish";

/** The page at /settings/spaces. */
export function Spaces(): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const memberships = useLive((s) => s.memberships(), []);
  const cards = useLive((s) => s.cards(), []);
  const [joined, setJoined] = useState<SpaceCard>();
  const filling = useFilling();
  if (!memberships || (filling && memberships.length === 0)) {
    return <Loading label={t("settings.loading")} lines={5} />;
  }
  const mine = memberships.filter((one) => one.kind === "team" && one.role !== "none");
  const inside = new Set(mine.map((one) => one.spaceId));
  const byName = (a: { name?: string | null }, b: { name?: string | null }) =>
    (a.name ?? "").localeCompare(b.name ?? "", language);
  const open = (cards ?? []).filter((card) => !inside.has(card.id)).sort(byName);
  return (
    <>
      <Done>
        {joined && (
          <>
            {t("spaces.joined", { name: joined.name })} <Link href={`/s/${joined.id}`}>{t("spaces.go")}</Link>
          </>
        )}
      </Done>
      <Section
        title={t("spaces.yours")}
        hint={t("spaces.lede")}
        action={
          sync.workspaceAccount && (
            <Button component={Link} href="/settings/spaces/new">
              {t("spaces.make")}
            </Button>
          )
        }
      >
        {mine.length === 0 ? (
          <Notice title={t("spaces.yours.none")}>{t("spaces.yours.noneText")}</Notice>
        ) : (
          <ul className={list.list}>
            {[...mine].sort(byName).map((one) => (
              <Mine key={one.id} one={one} />
            ))}
          </ul>
        )}
      </Section>
      {sync.workspaceAccount && (
        <Section title={t("spaces.open")}>
          {!cards ? (
            <Loading label={t("settings.loading")} lines={2} />
          ) : open.length === 0 ? (
            <p className={list.sub}>{t("spaces.open.none")}</p>
          ) : (
            <ul className={list.list}>
              {open.map((card) => (
                <Open key={card.id} card={card} onJoined={setJoined} />
              ))}
            </ul>
          )}
        </Section>
      )}
      <WhoMayPublish />
    </>
  );
}

function Mine({ one }: { one: Membership }): ReactElement {
  const t = useT();
  const name = one.name || t("spaces.unnamed");
  return (
    <li className={list.item}>
      <Avatar id={one.spaceId} name={name} size={32} square />
      <div className={list.main}>
        <p className={list.name} dir="auto">
          <Link href={`/s/${one.spaceId}`}>{name}</Link>
        </p>
        <p className={list.sub}>{t(`people.role.${one.role}`)}</p>
      </div>
      <Button
        component={Link}
        href={`/settings/spaces/${one.spaceId}`}
        variant="default"
        aria-label={t(one.role === "admin" ? "spaces.manageNamed" : "spaces.lookNamed", { name })}
      >
        {t(one.role === "admin" ? "spaces.manage" : "spaces.look")}
      </Button>
    </li>
  );
}

function Open({ card, onJoined }: { card: SpaceCard; onJoined: (card: SpaceCard) => void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const id = useId();
  const go = async () => {
    if (await act.run(() => join(sync, card.id, sync.me, "member"))) onJoined(card);
  };
  return (
    <li className={list.item}>
      <Avatar id={card.id} name={card.name} size={32} square />
      <div className={list.main}>
        <p className={list.name} dir="auto">
          {card.name}
        </p>
        {card.purpose && (
          <p className={list.sub} id={id} dir="auto">
            {card.purpose}
          </p>
        )}
      </div>
      <Button
        variant="default"
        loading={act.busy}
        aria-label={t("spaces.joinNamed", { name: card.name })}
        aria-describedby={card.purpose ? id : undefined}
        onClick={() => void go()}
      >
        {t("spaces.join")}
      </Button>
      {act.wrong && (
        <div className={list.below}>
          <Wrong>{act.wrong}</Wrong>
        </div>
      )}
    </li>
  );
}
