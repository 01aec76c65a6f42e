// What an Item says or said, for the comparison.
import type { Id, ItemExpects } from "../../generated/types";
import type { Attachment } from "../../sync/api";
import { askIn, askWords } from "../../ui/composer/asks";
import { calledBy } from "../../ui/composer/mentions";
import type { Side } from "../../ui/diff/compare";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { useDesk } from "./desk";

/** Its parts that are compared. */
export interface Said {
  title?: string | null;
  text?: string | null;
  blobs?: readonly Attachment[];
  /** Left out: that is not known. */
  expects?: ItemExpects | null;
}

/** Files by what tells them apart. */
export function filesOf(blobs: readonly Attachment[] = []): Array<{ key: string; name: string }> {
  return blobs.map((blob) => ({ key: "blobId" in blob ? blob.blobId : blob.localId, name: blob.name }));
}

/** Gives a side of the comparison, with what is asked in words of one's own hours. */
export function useSideOf(): (said: Said) => Side {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { members, hours } = useDesk();
  const nameOf = (id: Id) => {
    const name = members.get(id)?.name;
    if (id === sync.me) return t("asking.you");
    return name ? calledBy(id, name) : t("person.unknown");
  };
  return ({ title, text, blobs, expects }) => {
    const ask = askIn(expects);
    const asks = ask && askWords(ask, ask.of.map(nameOf), hours.mine, sync.now(), language, t);
    return { title, text, files: filesOf(blobs), asks };
  };
}
