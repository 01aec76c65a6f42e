// A permanent link to something in a Space: leads to the thread it is in, with it marked.
import type { ReactElement } from "react";
import { Redirect } from "wouter";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { pathOf } from "./desk";
import { useElsewhere } from "./useElsewhere";
import { mayCome, useReach } from "./useReach";

/** Resolves the link on this device. */
export function Link({ space, item }: { space: Id; item: Id }): ReactElement {
  const t = useT();
  const found = useLive((s) => s.item(space, item), [space, item]);
  const filling = useLive((s) => s.status(), [])?.filling;
  const member = useLive((s) => s.memberships(), [])?.some((one) => one.id === space) ?? false;
  const view = useLive((s) => s.thread(space, item), [space, item]);
  const reached = useReach(space, item, item, found === null ? view : undefined, member);
  // Not here, and not to be had: it may have gone elsewhere. Its thread is not known, so it is told apart by none.
  const looks = useElsewhere(space, "", found === null && !filling ? [item] : []);
  if (found) return <Redirect to={pathOf(space, found)} replace />;
  if (found === undefined || !view || filling || looks || mayCome(view, reached)) {
    return (
      <Page name="">
        <Loading label={t("loading")} />
      </Page>
    );
  }
  if (view?.how === "away" && reached === "failed") {
    return (
      <Page name={t("thread.away")} title={t("thread.away")}>
        <Notice title={t("needsServer")}>{t("thread.awayWhy")}</Notice>
      </Page>
    );
  }
  return (
    <Page name={t("thread.gone")} title={t("thread.gone")}>
      <Notice title={t("thread.goneWhy")} />
    </Page>
  );
}
