// The mark of a Space that everybody may read without signing in, wherever one reads or writes there.
import { IconWorld } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Id } from "../generated/types";
import { useT } from "./i18n";
import { useLive } from "./live";
import css from "./Public.module.css";

/** Where strangers read it. */
export function publicPage(space: Id): string {
  return `/public/${space}`;
}

/** Whether everybody may read a Space. */
export function useIsPublic(space: Id): boolean {
  const open = useLive((s) => s.space(space), [space])?.readableBy === "everyone";
  const forbidden = useLive((s) => s.workspace(), [])?.whoMayPublish === "nobody";
  return open && !forbidden;
}

/** The mark; nothing for a Space of its members alone. */
export function PublicMark({ space }: { space: Id }): ReactElement | null {
  const t = useT();
  if (!useIsPublic(space)) return null;
  return (
    <a className={css.mark} href={publicPage(space)} target="_blank" rel="noopener" title={t("public.why")}>
      <IconWorld size={14} stroke={1.8} aria-hidden="true" />
      {t("public")}
    </a>
  );
}
