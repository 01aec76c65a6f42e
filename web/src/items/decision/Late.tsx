// One's own vote that the server did not take, as when it came after the end: it is kept until one has seen it.
import type { ReactElement } from "react";
import type { ItemVote } from "../../generated/types";
import { pathOf } from "../../sync";
import type { ItemView } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import css from "./Decision.module.css";

/** The line; why it was not taken stands below, with the way to let it go. */
export function Late({ item }: { item: ItemView }): ReactElement | null {
  const t = useT();
  const { me } = useSync();
  const id = item.changing?.how === "refused" ? item.changing.outboxId : undefined;
  const value = useLive((s) => s.outbox(), [])?.find((entry) => entry.id === id)?.value;
  const path = pathOf("votes", me);
  if (id === undefined || !value || !(path in value)) return null;
  const vote = value[path] as ItemVote | null;
  const said =
    vote &&
    (vote.objects
      ? (vote.why ?? "")
      : (item.options?.find((one) => one.id === vote.option)?.title ?? t("decision.agree")));
  return (
    <p className={css.line} dir="auto">
      {said === null ? t("decision.late.none") : t("decision.late", { vote: said })}
    </p>
  );
}
