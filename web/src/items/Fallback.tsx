// An Item of a kind that this app does not know yet: its words and files.
import type { ReactElement } from "react";
import type { Id } from "../generated/types";
import type { ItemView } from "../sync/api";
import { Files } from "../ui/Files";
import { useT } from "../ui/i18n";
import { Markdown } from "../ui/Markdown";

/** Shown by what all kinds have in common. */
export function Fallback({ space, item }: { space: Id; item: ItemView }): ReactElement {
  const t = useT();
  return (
    <>
      <p>
        <small>{t("kind.unknownHint", { kind: item.kind })}</small>
      </p>
      <Markdown text={item.text ?? item.excerpt} />
      <Files space={space} item={item} />
    </>
  );
}
