// The menu of a thread, and the dialogs that it leads to.
import { Menu } from "@mantine/core";
import { IconArrowMerge, IconArrowRight } from "@tabler/icons-react";
import { useLayoutEffect, useState, type CSSProperties, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import type { Whole } from "../thread/desk";
import type { Asked } from "../thread/ThreadActions";
import { AddSomeone } from "./AddSomeone";
import { Merge } from "./Merge";
import { MoveThread } from "./MoveThread";

/** `at`: the button beside which the menu opens. */
export function ThreadDialogs(props: {
  thread: Whole;
  asked: Asked;
  at: HTMLElement | null;
  ask(what: Asked): void;
  close(): void;
}): ReactElement {
  const { thread, asked, at, ask, close } = props;
  const t = useT();
  const [place, setPlace] = useState<CSSProperties | null>(null);
  useLayoutEffect(() => {
    if (!at) return;
    const { left, top, width, height } = at.getBoundingClientRect();
    setPlace({ position: "absolute", left: left + scrollX, top: top + scrollY, width, height, pointerEvents: "none" });
  }, [at]);
  return (
    <>
      {/* Beside what has no place yet it would count as out of sight, and could stay hidden. */}
      {place && (
        <Menu
          opened={asked === "menu"}
          onChange={(open) => !open && asked === "menu" && close()}
          position="bottom-start"
          shadow="md"
          trapFocus
          withInitialFocusPlaceholder={false}
          returnFocus={false}
        >
          <Menu.Target>
            <span style={place} aria-hidden="true" />
          </Menu.Target>
          <Menu.Dropdown aria-label={t("thread.more")}>
            <Menu.Item leftSection={<IconArrowRight size={16} />} closeMenuOnClick={false} onClick={() => ask("move")}>
              {t("moving.move")} …
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowMerge size={16} />} closeMenuOnClick={false} onClick={() => ask("merge")}>
              {t("moving.merge")} …
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === "move" && <MoveThread thread={thread} close={close} />}
      {asked === "merge" && <Merge thread={thread} close={close} />}
      {asked === "add" && <AddSomeone thread={thread} close={close} />}
    </>
  );
}
