// All Spaces one is in, as a page: the way around on a phone.
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { SpaceMark } from "../../ui/SpaceMark";
import css from "./Shell.module.css";
import { useSpaces } from "./useSpaces";

/** The list. */
export function Spaces(): ReactElement {
  const t = useT();
  const spaces = useSpaces();
  const sync = useSync();
  const add = (
    <>
      {sync.workspaceAccount && (
        <Button component={Link} href="/to">
          {t("talk.title")}
        </Button>
      )}
      <Button component={Link} href="/settings/spaces" variant="default">
        {t("shell.newSpace")}
      </Button>
    </>
  );
  return (
    <Page name={t("shell.spaces")} title={t("shell.spaces")} actions={add}>
      {!spaces ? (
        <Loading label={t("loading")} />
      ) : spaces.length === 0 ? (
        <Notice title={t("spaces.none")}>{t("spaces.noneWhy")}</Notice>
      ) : (
        <ul className={css.list}>
          {spaces.map((one) => (
            <li key={one.id}>
              <Link href={`/s/${one.id}`}>
                <SpaceMark of={one} size={32} />
                <span dir="auto">{one.name || t("space.untitled")}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
