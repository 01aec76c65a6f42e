// What one can do with a post. They show on hover and focus, and always where there is no pointer that hovers.
import { Button, Menu, Modal } from "@mantine/core";
import {
  IconCornerUpLeft,
  IconDots,
  IconHistory,
  IconLink,
  IconMoodPlus,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { IconButton } from "../../ui/IconButton";
import { useLive, useSync } from "../../ui/live";
import { EmojiPicker } from "./EmojiPicker";
import css from "./Actions.module.css";

/** The path of a post inside the app. */
export function pathOf(space: Id, item: Pick<ItemView, "id" | "threadId">): string {
  return item.id === item.threadId ? `/s/${space}/t/${item.id}` : `/s/${space}/t/${item.threadId}/${item.id}`;
}

/** Copies a text; also on plain http, where browsers give no clipboard to scripts. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** The row of buttons below a post. */
export function Actions(props: {
  space: Id;
  item: ItemView;
  isRoot?: boolean;
  edit(): void;
  versions(): void;
  answer(item: ItemView): void;
}): ReactElement {
  const { space, item, isRoot, edit, versions, answer } = props;
  const t = useT();
  const sync = useSync();
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const role = useLive((s) => s.memberships(), [])?.find((one) => one.id === space)?.role;
  const mine = item.createdBy === sync.me;

  return (
    <div className={css.actions} role="group" aria-label={t("post.actions")}>
      <EmojiPicker
        icon={IconMoodPlus}
        label={t("post.react")}
        choose={(emoji) => void sync.react(space, item.id, emoji, !item.reactions[emoji]?.[sync.me])}
      />
      <IconButton icon={IconCornerUpLeft} label={t("post.quote")} onClick={() => answer(item)} />
      <IconButton
        icon={IconLink}
        label={copied ? t("post.copied") : t("post.link")}
        onClick={() => {
          void copy(location.origin + pathOf(space, item)).then(() => {
            setCopied(true);
            window.setTimeout(() => setCopied(false), 2000);
          });
        }}
      />
      <span className={css.copied} role="status">
        {copied ? t("post.copied") : ""}
      </span>
      {mine && <IconButton icon={IconPencil} label={t("post.edit")} onClick={edit} />}
      {(mine || role === "admin" || item.version > 1) && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <IconButton icon={IconDots} label={t("post.more")} />
          </Menu.Target>
          <Menu.Dropdown>
            {item.version > 1 && (
              <Menu.Item leftSection={<IconHistory size={16} />} onClick={versions}>
                {t("post.versions")}
              </Menu.Item>
            )}
            {(mine || role === "admin") && (
              <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
                {t("post.delete")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(isRoot ? "delete.rootTitle" : "delete.title")}
        closeButtonProps={{ "aria-label": t("cancel") }}
      >
        <p className={css.why}>{t("delete.why")}</p>
        <div className={css.ends}>
          <Button variant="default" onClick={() => setAsking(false)}>
            {t("cancel")}
          </Button>
          <Button
            onClick={() => {
              setAsking(false);
              void sync.remove(space, item.id);
            }}
          >
            {t("post.delete")}
          </Button>
        </div>
      </Modal>
    </div>
  );
}
