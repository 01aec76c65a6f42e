// The settings: one page with four parts, each at an address of its own.
import type { ReactElement } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { useT } from "../../ui/i18n";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { Devices } from "./Devices";
import { Invite } from "./Invite";
import { MakeSpace } from "./MakeSpace";
import { People } from "./People";
import css from "./Settings.module.css";
import { SpaceSettings } from "./SpaceSettings";
import { Spaces } from "./Spaces";
import { You } from "./You";

const PARTS = [
  { path: "/settings", word: "settings.you" },
  { path: "/settings/sessions", word: "settings.devices" },
  { path: "/settings/people", word: "settings.people" },
  { path: "/settings/spaces", word: "settings.spaces" },
] as const;

/** Shown at /settings and below. */
export function Settings(): ReactElement {
  const t = useT();
  const [location] = useLocation();
  const path = location.replace(/(.)\/$/, "$1");
  const inside = (part: string) =>
    part === "/settings" ? path === part : path === part || path.startsWith(`${part}/`);
  const here = PARTS.find((part) => inside(part.path));
  return (
    <Page name={t(here?.word ?? "settings.title")} title={t("settings.title")}>
      <div>
        <nav className={css.parts} aria-label={t("settings.parts")}>
          {PARTS.map(({ path: href, word }) => (
            <Link key={href} href={href} aria-current={inside(href) ? "page" : undefined}>
              {t(word)}
            </Link>
          ))}
        </nav>
        <Switch>
          <Route path="/settings">{() => <You />}</Route>
          <Route path="/settings/sessions">{() => <Devices />}</Route>
          <Route path="/settings/people">{() => <People />}</Route>
          <Route path="/settings/people/invite">{() => <Invite />}</Route>
          <Route path="/settings/spaces">{() => <Spaces />}</Route>
          <Route path="/settings/spaces/new">{() => <MakeSpace />}</Route>
          <Route path="/settings/spaces/:space">{({ space }) => <SpaceSettings key={space} space={space} />}</Route>
          <Route>{() => <Notice title={t("settings.notFound")}>{t("settings.notFound.text")}</Notice>}</Route>
        </Switch>
      </div>
    </Page>
  );
}
