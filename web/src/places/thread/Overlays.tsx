// What opens beside a post: emoji, the menu, the question before deleting, earlier versions. There is one of each for the
// whole thread.
import { Button, Menu, Modal, Popover } from "@mantine/core";
import { IconArrowsSplit2, IconHistory, IconTrash } from "@tabler/icons-react";
import { useLayoutEffect, useState, type CSSProperties, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { SplitOff } from "../moving/SplitOff";
import { useDesk, type Opened, type Whole } from "./desk";
import { EmojiChoice } from "./EmojiChoice";
import css from "./Overlays.module.css";
import { Versions } from "./Versions";

/** Where the button stands, as an invisible thing of the same place and size. */
function useAnchor(opened: Opened | null): CSSProperties {
  const [place, setPlace] = useState<CSSProperties>({ display: "none" });
  useLayoutEffect(() => {
    if (!opened) return;
    const { left, top, width, height } = opened.at.getBoundingClientRect();
    setPlace({ position: "absolute", left: left + scrollX, top: top + scrollY, width, height, pointerEvents: "none" });
  }, [opened]);
  return place;
}

/** All of it. */
export function Overlays({ thread }: { thread: Whole }): ReactElement {
  const t = useT();
  const sync = useSync();
  const desk = useDesk();
  const { opened } = desk;
  const anchor = useAnchor(opened);
  const item = opened?.item;
  const mayDelete = item && !desk.readOnly && (item.createdBy === sync.me || desk.role === "admin");

  const close = (of: Opened["what"]) => {
    if (opened?.what !== of) return;
    desk.open(null);
    opened.at.focus({ preventScroll: true });
  };
  const react = (emoji: string) => {
    if (item) void sync.react(desk.space, item.id, emoji, !item.reactions[emoji]?.[sync.me]);
    close("react");
  };

  return (
    <>
      <Popover
        opened={opened?.what === "react"}
        onChange={(open) => !open && close("react")}
        position="bottom-end"
        trapFocus
        withRoles={false}
        radius="lg"
        shadow="md"
      >
        <Popover.Target>
          <span style={anchor} aria-hidden="true" />
        </Popover.Target>
        <Popover.Dropdown p={6} role="dialog" aria-label={t("post.react")}>
          {opened?.what === "react" && <EmojiChoice choose={react} />}
        </Popover.Dropdown>
      </Popover>
      <Menu
        opened={opened?.what === "menu"}
        onChange={(open) => !open && close("menu")}
        position="bottom-end"
        shadow="md"
        trapFocus
        withInitialFocusPlaceholder={false}
        returnFocus={false}
      >
        <Menu.Target>
          <span style={anchor} aria-hidden="true" />
        </Menu.Target>
        <Menu.Dropdown aria-label={t("post.more")}>
          {item && item.version > 1 && (
            <Menu.Item
              leftSection={<IconHistory size={16} />}
              closeMenuOnClick={false}
              onClick={() => opened && desk.open({ ...opened, what: "versions" })}
            >
              {t("post.versions")}
            </Menu.Item>
          )}
          {item && desk.mayMove && item.id !== desk.root && (
            <Menu.Item
              leftSection={<IconArrowsSplit2 size={16} />}
              closeMenuOnClick={false}
              onClick={() => opened && desk.open({ ...opened, what: "split" })}
            >
              {t("moving.split")} …
            </Menu.Item>
          )}
          {mayDelete && (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              closeMenuOnClick={false}
              onClick={() => opened && desk.open({ ...opened, what: "delete" })}
            >
              {t("post.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={opened?.what === "delete"}
        onClose={() => close("delete")}
        title={t(item?.id === desk.root ? "delete.rootTitle" : "delete.title")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <p className={css.why}>{t("delete.why")}</p>
        <div className={css.ends}>
          <Button variant="default" data-autofocus onClick={() => close("delete")}>
            {t("cancel")}
          </Button>
          <Button
            onClick={() => {
              if (item) void sync.remove(desk.space, item.id);
              desk.open(null);
              // What had the focus goes with it.
              document.getElementById("main")?.focus({ preventScroll: true });
            }}
          >
            {t("post.delete")}
          </Button>
        </div>
      </Modal>
      {opened?.what === "split" && item && <SplitOff thread={thread} item={item} close={() => close("split")} />}
      {opened?.what === "versions" && item && (
        <Versions space={desk.space} item={item} close={() => close("versions")} />
      )}
    </>
  );
}
