// A draft in the list: where it is meant to go, how it begins, and when it was touched last.
import { IconCheck, IconCopy, IconTrash } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import type { Draft } from "../../generated/types";
import { beginning } from "../../sync";
import type { Destination, NewItem } from "../../sync/api";
import { ShownTo } from "../../ui/composer/ShownTo";
import { asWriting } from "../../ui/composer/useDraft";
import { copyText } from "../../ui/copy";
import { useLanguage, useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useLive, useNow, useSync } from "../../ui/live";
import { when } from "../../ui/time";
import { sentence } from "../../ui/wording";
import css from "./Drafts.module.css";
import { PATHS } from "../space/paths";
import { Written } from "./Written";

/** Leads to where it is written on. Where one can't go any more its text can be copied. */
export function DraftRow(props: {
  draft: Draft;
  to: Destination | undefined;
  offer(says: string, undo: () => void): void;
}): ReactElement {
  const { draft, to, offer } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  const [copied, tell] = useState(false);
  const spaces = useLive((s) => s.memberships(), []);
  const there = to && spaces?.find((one) => one.id === to.space);
  const { title, text, blobs, shown } = asWriting(draft.item);
  const path = to?.root
    ? `/s/${to.space}/t/${to.root}`
    : `/s/${to?.space}/${PATHS[draft.item["kind"] as keyof typeof PATHS] ?? PATHS.topic}`;
  const name = (title || beginning(text)).slice(0, 60);
  const remove = () => {
    void sync.dropDraft(draft.id);
    // Under another id: one that has been used up is not taken again.
    const { spaceId } = draft;
    const item = draft.item as unknown as NewItem;
    const again = () => void sync.saveDraft({ id: sync.newId("i"), ...(spaceId && { spaceId }), item });
    offer(t("undo.draft", { title: name }), again);
  };
  return (
    <li className={css.row}>
      <Written
        href={there ? path : undefined}
        to={to}
        space={there?.name ?? undefined}
        title={title}
        text={text}
        files={blobs.length}
        side={when(new Date(draft.editedAt ?? draft.createdAt), now, language)}
        reason={draft.reason ? sentence(draft.reason) : undefined}
      />
      {shown && <ShownTo shown={shown} className={css.shown} />}
      <span className={css.icons} role="group" aria-label={t("drafts.act", { title: name })}>
        <IconButton
          icon={copied ? IconCheck : IconCopy}
          label={t(copied ? "drafts.copied" : "drafts.copy")}
          onClick={() => void copyText([title, text].filter(Boolean).join("\n\n")).then(tell)}
        />
        <IconButton icon={IconTrash} label={t("drafts.delete")} onClick={remove} />
      </span>
    </li>
  );
}
