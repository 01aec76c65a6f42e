// What one can do with a whole thread: take somebody in, or take it elsewhere. The dialogs are loaded when they are asked
// for.
import { IconDots, IconUserPlus } from "@tabler/icons-react";
import { useRef, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { part } from "../../ui/part";
import wish from "../../ui/Wishes.module.css";
import type { Whole } from "./desk";

const ThreadDialogs = part(() => import("../moving/ThreadDialogs").then((module) => module.ThreadDialogs));

/** What is open. */
export type Asked = "menu" | "move" | "merge" | "add";

/** Buttons below the title; `mayMove`: one may take it elsewhere. */
export function ThreadActions({ thread, mayMove }: { thread: Whole; mayMove: boolean }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const [asked, ask] = useState<Asked | null>(null);
  const [add, more] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)];
  if (thread.root.waiting) return null;
  const close = () => {
    (asked === "add" ? add : more).current?.focus({ preventScroll: true });
    ask(null);
  };
  return (
    <>
      {sync.workspaceAccount && !thread.root.deleted && (
        <button ref={add} type="button" className={wish.wish} aria-haspopup="dialog" onClick={() => ask("add")}>
          <IconUserPlus size={16} stroke={1.7} aria-hidden="true" />
          {t("add.open")} …
        </button>
      )}
      {mayMove && (
        <button
          ref={more}
          type="button"
          className={wish.wish}
          aria-label={t("thread.more")}
          title={t("thread.more")}
          aria-haspopup="menu"
          aria-expanded={asked === "menu"}
          onClick={() => ask("menu")}
        >
          <IconDots size={18} stroke={1.7} aria-hidden="true" />
        </button>
      )}
      {asked && <ThreadDialogs thread={thread} asked={asked} at={more.current} ask={ask} close={close} />}
    </>
  );
}
