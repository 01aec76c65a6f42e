// The settings: one page with some parts, each at an address of its own.
import type { ReactElement } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { Devices } from "./Devices";
import { GroupSettings } from "./GroupSettings";
import { Groups } from "./Groups";
import { Health } from "./Health";
import { Imports } from "./Imports";
import { Invite } from "./Invite";
import { MakeSpace } from "./MakeSpace";
import { Notifications } from "./Notifications";
import { People } from "./People";
import css from "./Settings.module.css";
import { SpaceSettings } from "./SpaceSettings";
import { Spaces } from "./Spaces";
import { You } from "./You";

const PARTS = [
  { path: "/settings", word: "settings.you" },
  { path: "/settings/sessions", word: "settings.devices" },
  { path: "/settings/notifications", word: "settings.notifications" },
  { path: "/settings/people", word: "settings.people" },
  { path: "/settings/groups", word: "settings.groups" },
  { path: "/settings/spaces", word: "settings.spaces" },
  { path: "/settings/import", word: "settings.import", admin: true },
  { path: "/settings/health", word: "settings.health", admin: true },
] as const;

/** Shown at /settings and below. */
export function Settings(): ReactElement {
  const t = useT();
  const sync = useSync();
  const [location] = useLocation();
  const path = location.replace(/(.)\/$/, "$1");
  const inside = (part: string) =>
    part === "/settings" ? path === part : path === part || path.startsWith(`${part}/`);
  const admin = useLive((s) => s.people(), [])?.find((person) => person.id === sync.me)?.role === "admin";
  // Guests know no groups but by name.
  const parts = PARTS.filter(
    (part) => (sync.workspaceAccount || part.path !== "/settings/groups") && (admin || !("admin" in part)),
  );
  const here = PARTS.find((part) => inside(part.path));
  return (
    <Page name={t(here?.word ?? "settings.title")} title={t("settings.title")}>
      <div>
        <nav className={css.parts} aria-label={t("settings.parts")}>
          {parts.map(({ path: href, word }) => (
            <Link key={href} href={href} aria-current={inside(href) ? "page" : undefined}>
              {t(word)}
            </Link>
          ))}
        </nav>
        <Switch>
          <Route path="/settings">{() => <You />}</Route>
          <Route path="/settings/sessions">{() => <Devices />}</Route>
          <Route path="/settings/notifications">{() => <Notifications />}</Route>
          <Route path="/settings/people">{() => <People />}</Route>
          <Route path="/settings/people/invite">{() => <Invite />}</Route>
          <Route path="/settings/groups">{() => <Groups />}</Route>
          <Route path="/settings/groups/:group">{({ group }) => <GroupSettings key={group} id={group} />}</Route>
          <Route path="/settings/spaces">{() => <Spaces />}</Route>
          <Route path="/settings/spaces/new">{() => <MakeSpace />}</Route>
          <Route path="/settings/spaces/:space">{({ space }) => <SpaceSettings key={space} space={space} />}</Route>
          <Route path="/settings/import">{() => <Imports />}</Route>
          <Route path="/settings/health">{() => <Health />}</Route>
          <Route>{() => <Notice title={t("settings.notFound")}>{t("settings.notFound.text")}</Notice>}</Route>
        </Switch>
      </div>
    </Page>
  );
}
