// Changes what was said. What it said before is kept; an edit that met another one is not lost.
import { IconChevronRight } from "@tabler/icons-react";
import { useDeferredValue, useEffect, useId, useMemo, useState, type ReactElement } from "react";
import type { Id, ItemExpects } from "../../generated/types";
import type { Attachment, ItemView } from "../../sync/api";
import { Composer } from "../../ui/composer/Composer";
import { withLinks } from "../../ui/composer/mentions";
import { asWriting, type Writing } from "../../ui/composer/useDraft";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { part } from "../../ui/part";
import { useIsPublic } from "../../ui/Public";
import { useDesk } from "./desk";
import css from "./Editor.module.css";
import { filesOf } from "./said";

const Diff = part(() => import("../../ui/diff/Diff").then((module) => module.Diff));

/** What an edit changes. */
export type Changes = { title?: string; text?: string; blobs?: Attachment[]; expects?: ItemExpects | null };

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
  const titled = Boolean(isRoot && item.title != null);
  const isPublic = useIsPublic(space);
  const [comparing, compare] = useState(false);
  const id = useId();
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
      titled={titled}
      label={t("post.edit")}
      placeholder={t("edit.hint")}
      sendLabel={t("save")}
      cancel={() => (changed && !asking ? setAsking(true) : drop())}
      note={asking ? t("edit.drop") : isPublic ? t("public.writes") : undefined}
      autoFocus
      below={
        <div className={css.compare}>
          <button
            type="button"
            className={css.open}
            aria-expanded={comparing}
            aria-controls={comparing ? id : undefined}
            onClick={() => compare(!comparing)}
          >
            <IconChevronRight size={16} stroke={1.8} aria-hidden="true" />
            {t("edit.changes")}
          </button>
          {comparing && (
            <div id={id} className={css.changes} role="region" aria-label={t("edit.changes")}>
              <Change item={item} writing={writing} titled={titled} />
            </div>
          )}
        </div>
      }
      send={async ({ title, text, blobs, mentions }) => {
        const changes = { ...(title === undefined ? {} : { title }), text, blobs, mentions };
        if (item.waiting?.sealed)
          await sync.again.reword(item.id, { text: text ?? "", blobs: blobs ?? [], mentions: mentions ?? [] });
        else await sync.edit(space, item.id, changes, version);
        drop();
      }}
    />
  );
}

/** What is about to be saved, beside what it says now. */
function Change({ item, writing, titled }: { item: ItemView; writing: Writing; titled: boolean }): ReactElement {
  const { members } = useDesk();
  const written = useDeferredValue(writing);
  const before = useMemo(
    () => ({ title: titled ? item.title : null, text: item.text, files: filesOf(item.blobs) }),
    [titled, item.title, item.text, item.blobs],
  );
  const after = useMemo(() => {
    const { text } = withLinks(written.text, [...members.values()], written.named);
    return { title: titled ? written.title.trim() : null, text, files: filesOf(written.blobs) };
  }, [members, titled, written]);
  return <Diff before={before} after={after} />;
}
