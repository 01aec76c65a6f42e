// What leaves later, in the list: where it goes, how it begins, and when.
import type { ReactElement } from "react";
import type { Destination, ItemView } from "../../sync/api";
import { useLive, useSync } from "../../ui/live";
import css from "./Drafts.module.css";
import { LaterActs } from "./LaterActs";
import { Written } from "./Written";

/** Leads to where it will stand. */
export function LaterRow({ item, to }: { item: ItemView; to: Destination }): ReactElement {
  const sync = useSync();
  const space = useLive((s) => s.memberships(), [])?.find((one) => one.id === to.space);
  const path = to.root ? `/s/${to.space}/t/${to.root}/${item.id}` : `/s/${to.space}/t/${item.id}`;
  return (
    <li className={css.row} data-later>
      <Written
        href={space ? path : undefined}
        to={to}
        space={space?.name ?? undefined}
        title={item.title ?? ""}
        text={item.text ?? ""}
        files={item.blobs.length}
      />
      <LaterActs item={item} back={() => void sync.undo(item.id)} />
    </li>
  );
}
