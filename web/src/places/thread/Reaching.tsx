// Of what one has said oneself: when the last of those whom it asks or names will have it. It is computed from their hours,
// and nobody is watched; once all can have it, nothing is said.
import type { ReactElement } from "react";
import type { ItemView } from "../../sync/api";
import { calledBy } from "../../ui/composer/mentions";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { allReached, moment } from "../../ui/reach";
import { useDesk } from "./desk";
import css from "./Post.module.css";

/** One quiet line, or nothing. */
export function Reaching({ item }: { item: ItemView }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const { hours, members } = useDesk();
  const named = [...(item.expects?.of ?? []), ...item.mentions];
  const all = new Set(named.flatMap((id) => item.groups[id] ?? [id]));
  all.delete(sync.me);
  const at = allReached([...all], hours, Date.parse(item.receivedAt), now, Boolean(item.urgent));
  if (at === null) return null;
  const when = moment(at, hours.mine, now, language, t);
  const [one = ""] = all;
  return (
    <p className={css.reaching}>
      {all.size > 1
        ? t("post.reaches.all", { when })
        : t("post.reaches.one", { name: calledBy(one, members.get(one)?.name ?? ""), when })}
    </p>
  );
}
