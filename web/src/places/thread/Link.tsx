// A permanent link to something in a Space: leads to the thread it is in, with it marked.
import { useEffect, type ReactElement } from "react";
import { Redirect } from "wouter";
import type { Id } from "../../generated/types";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { pathOf } from "./desk";
import { useElsewhere } from "./useElsewhere";

/** Resolves the link on this device. */
export function Link({ space, item }: { space: Id; item: Id }): ReactElement {
  const t = useT();
  const found = useLive((s) => s.item(space, item), [space, item]);
  const sync = useSync();
  const status = useLive((s) => s.status(), []);
  const filling = status?.filling;
  const online = status?.connection !== "offline";
  const member = useLive((s) => s.memberships(), [])?.some((one) => one.id === space);
  useEffect(() => {
    if (found === null && online && member) void sync.reach(space, item).catch(() => {});
  }, [sync, space, item, found, online, member]);
  // Not here, and not to be had: it may have gone elsewhere. Its thread is not known, so it is told apart by none.
  const looks = useElsewhere(space, "", found === null && !filling ? [item] : []);
  if (found) return <Redirect to={pathOf(space, found)} replace />;
  if (found === undefined || filling || looks) {
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
