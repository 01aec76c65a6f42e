// Changes what was said. What it said before is kept; an edit that met another one is not lost.
import { useEffect, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { Attachment, ItemView } from "../../sync/api";
import { Composer } from "../../ui/composer/Composer";
import { asWriting, type Writing } from "../../ui/composer/useDraft";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { useIsPublic } from "../../ui/Public";

/** What an edit changes. */
export type Changes = { title?: string; text?: string; blobs?: Attachment[] };

/** Edits that were begun in this tab and neither saved nor dropped, so that loading the page anew loses none. */
const begun = {
  name: (id: Id) => `edit-${id}`,
  read(id: Id): { writing: Writing; version: number } | null {
    try {
      return JSON.parse(sessionStorage.getItem(this.name(id)) ?? "null") as {
        writing: Writing;
        version: number;
      } | null;
    } catch {
      return null; // No storage, or something else in it.
    }
  },
  keep(id: Id, value: { writing: Writing; version: number } | null): void {
    try {
      if (value) sessionStorage.setItem(this.name(id), JSON.stringify(value));
      else sessionStorage.removeItem(this.name(id));
    } catch {
      // No storage: then it lives as long as the page.
    }
  },
};

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
  // What it says when the editor opens is what is edited: another edit since is met by its version.
  const [start] = useState(() => {
    const writing = asWriting({ ...item, ...from });
    const held = Object.keys(from).length === 0 ? begun.read(item.id) : null;
    return { writing, version: item.version, held };
  });
  const [writing, setWriting] = useState<Writing>(start.held?.writing ?? start.writing);
  const version = start.held?.version ?? start.version;
  const isPublic = useIsPublic(space);
  const [asking, setAsking] = useState(false);
  const changed = JSON.stringify(writing) !== JSON.stringify(start.writing);
  useEffect(() => begun.keep(item.id, changed ? { writing, version } : null), [item.id, changed, writing, version]);
  const drop = () => {
    begun.keep(item.id, null);
    close();
  };
  return (
    <Composer
      space={space}
      writing={writing}
      write={(change) => {
        setAsking(false);
        setWriting(change);
      }}
      titled={isRoot && item.title != null}
      label={t("post.edit")}
      placeholder={t("edit.hint")}
      sendLabel={t("save")}
      cancel={() => (changed && !asking ? setAsking(true) : drop())}
      note={asking ? t("edit.drop") : isPublic ? t("public.writes") : undefined}
      autoFocus
      send={async ({ title, text, blobs, mentions }) => {
        const changes = { ...(title === undefined ? {} : { title }), text, blobs, mentions };
        await sync.edit(space, item.id, changes, version);
        drop();
      }}
    />
  );
}
