// Changes what was said. What it said before is kept; an edit that met another one is not lost.
import { useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { Composer } from "../../ui/composer/Composer";
import { withoutLinks } from "../../ui/composer/mentions";
import type { Writing } from "../../ui/composer/useDraft";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";

/** A composer over an Item that exists. */
export function Editor({
  space,
  item,
  isRoot,
  close,
}: {
  space: Id;
  item: ItemView;
  isRoot?: boolean;
  close(): void;
}): ReactElement {
  const t = useT();
  const sync = useSync();
  const [writing, write] = useState<Writing>(() => ({
    title: item.title ?? "",
    text: withoutLinks(item.text ?? ""),
    blobs: item.blobs,
  }));
  return (
    <Composer
      space={space}
      writing={writing}
      write={write}
      titled={isRoot && item.title != null}
      label={t("post.edit")}
      placeholder={t("edit.hint")}
      sendLabel={t("save")}
      cancel={close}
      autoFocus
      send={async ({ title, text, blobs, mentions }) => {
        if (item.changing?.how === "refused") await sync.discard(item.changing.outboxId);
        await sync.edit(
          space,
          item.id,
          { ...(title === undefined ? {} : { title }), text, blobs, mentions },
          item.version,
        );
        close();
      }}
    />
  );
}
