// Changes what was said. What it said before is kept; an edit that met another one is not lost.
import { useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { Attachment, ItemView } from "../../sync/api";
import { Composer } from "../../ui/composer/Composer";
import { withoutLinks } from "../../ui/composer/mentions";
import type { Writing } from "../../ui/composer/useDraft";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";

/** What an edit changes. */
export type Changes = { title?: string; text?: string; blobs?: Attachment[] };

/** A composer over an Item that exists; `from` goes before what it says now. */
export function Editor(props: {
  space: Id;
  item: ItemView;
  from: Changes;
  isRoot?: boolean;
  close(): void;
}): ReactElement {
  const { space, item, from, isRoot, close } = props;
  const t = useT();
  const sync = useSync();
  const [writing, write] = useState<Writing>(() => ({
    title: from.title ?? item.title ?? "",
    text: withoutLinks(from.text ?? item.text ?? ""),
    blobs: from.blobs ?? item.blobs,
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
