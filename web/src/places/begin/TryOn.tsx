// The threads that a new workspace begins with, and the way to be rid of them.
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import type { Id } from "../../generated/types";
import { now } from "../../sync";
import type { ThreadRow } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import css from "./TryOn.module.css";

/** Stands above the threads of the Space, as long as they are there. */
export function TryOn({ space, rows }: { space: Id; rows: readonly ThreadRow[] }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const made = useLive((s) => s.settings(), [])?.tryOn ?? [];
  const here = rows.filter(({ root }) => made.includes(root.id) && !root.deleted);
  if (here.length === 0) return null;
  const remove = async () => {
    for (const { root } of here) {
      const { posts } = await now(sync.thread(space, root.id));
      // What was tried goes too; what others wrote is theirs.
      for (const post of posts.toReversed()) if (post.createdBy === sync.me) await sync.remove(space, post.id);
      await sync.remove(space, root.id);
    }
    await sync.saveSettings({ tryOn: null });
  };
  return (
    <div className={css.line}>
      <span>{t("begin.these")}</span>
      <Button variant="default" h={34} onClick={() => void remove()}>
        {t("begin.remove")}
      </Button>
    </div>
  );
}
