// Oneself: the way to drafts, Spaces, hours and settings, for windows without the bar at the side.
import { IconCalendarTime, IconFileText, IconLayoutGrid, IconSettings, type Icon } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { Page } from "../../ui/Page";
import { whenReached } from "../../ui/reach";
import { clock, place } from "../../ui/time";
import { useHours } from "../hours/useHours";
import css from "./Me.module.css";

/** The page. */
export function Me(): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(30_000);
  const { mine } = useHours();
  const me = useLive((s) => s.people(), [])?.find(({ id }) => id === sync.me);
  const next = useLive((s) => s.written(), [])?.later[0]?.item.waiting?.until;
  const time = clock(now, language, mine.zone);
  return (
    <Page
      name={t("me.title")}
      above={
        <span className={css.who}>
          <Avatar id={sync.me} name={me?.name ?? ""} size={40} />
          <span>{t("me.clock", { time, place: place(mine.zone) })}</span>
        </span>
      }
      title={me?.name ?? t("me.title")}
    >
      <ul className={css.ways}>
        <Way
          href="/drafts"
          icon={IconFileText}
          name={t("drafts.title")}
          more={next === undefined ? "" : t("me.next", { when: whenReached(next, mine, now, language, t) })}
        />
        <Way href="/spaces" icon={IconLayoutGrid} name={t("shell.spaces")} />
        <Way href="/hours" icon={IconCalendarTime} name={t("shell.hours")} />
        <Way href="/settings" icon={IconSettings} name={t("shell.settings")} />
      </ul>
    </Page>
  );
}

function Way(props: { href: string; icon: Icon; name: string; more?: string }): ReactElement {
  const { href, icon: Picture, name, more } = props;
  return (
    <li>
      <Link href={href}>
        <Picture size={22} stroke={1.6} aria-hidden="true" />
        <span>
          <b>{name}</b>
          {more && <span>{more}</span>}
        </span>
      </Link>
    </li>
  );
}
