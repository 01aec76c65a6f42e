// A permanent link to something in a Space: leads to the thread it is in, with it marked.
import { type ReactElement } from "react";
import { Redirect } from "wouter";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { pathOf } from "./desk";

/** Resolves the link on this device. */
export function Link({ space, item }: { space: Id; item: Id }): ReactElement {
  const t = useT();
  const found = useLive((s) => s.item(space, item), [space, item]);
  const filling = useLive((s) => s.status(), [])?.filling;
  if (found) return <Redirect to={pathOf(space, found)} replace />;
  if (found === undefined || filling) {
    return (
      <Page name="">
        <Loading label={t("loading")} />
      </Page>
    );
  }
  return (
    <Page name={t("thread.gone")} title={t("thread.gone")}>
      <Notice title={t("thread.goneWhy")} />
    </Page>
  );
}
