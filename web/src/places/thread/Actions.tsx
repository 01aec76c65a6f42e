// What one can do with a post. The buttons show on hover and focus, and always where there is no pointer that hovers.
import { IconCornerUpLeft, IconDots, IconLink, IconMoodPlus, IconPencil } from "@tabler/icons-react";
import { useState, type MouseEvent, type ReactElement } from "react";
import type { ItemView } from "../../sync/api";
import { copyText } from "../../ui/copy";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useSync } from "../../ui/live";
import css from "./Actions.module.css";
import { pathOf, useDesk, type Opened } from "./desk";

/** The row of buttons of a post. */
export function Actions({ item, edit }: { item: ItemView; edit(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const desk = useDesk();
  const [copied, setCopied] = useState(false);
  const mine = item.createdBy === sync.me && !desk.readOnly;
  const mayDelete = mine || (desk.role === "admin" && !desk.readOnly);
  const maySplit = desk.mayMove && item.id !== desk.root;
  const opens = (what: Opened["what"]) => ({
    "aria-haspopup": true,
    "aria-expanded": desk.opened?.item.id === item.id && desk.opened.what === what,
    onClick: (event: MouseEvent<HTMLButtonElement>) => desk.open({ what, item, at: event.currentTarget }),
  });
  const link = async () => {
    await copyText(location.origin + pathOf(desk.space, item));
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className={css.actions} role="group" aria-label={t("post.actions")}>
      {!desk.readOnly && <IconButton icon={IconMoodPlus} label={t("post.react")} {...opens("react")} />}
      {!desk.readOnly && (
        <IconButton icon={IconCornerUpLeft} label={t("post.quote")} onClick={() => desk.answer(item)} />
      )}
      <IconButton icon={IconLink} label={t("post.link")} onClick={() => void link()} />
      {mine && !item.outcome && <IconButton icon={IconPencil} label={t("post.edit")} onClick={edit} />}
      {(mayDelete || maySplit || item.version > 1) && (
        <IconButton icon={IconDots} label={t("post.more")} {...opens("menu")} />
      )}
      <span className={css.copied} role="status">
        {copied ? t("post.copied") : ""}
      </span>
    </div>
  );
}
