// What one does with a thread by keys, whether it is open or the focused row of a list: follow it, mute it, copy the link
// to it, reply in it.
import { useLocation } from "wouter";
import type { Id } from "../../generated/types";
import { now } from "../../sync";
import type { Wish } from "../../sync/api";
import { copyText } from "../../ui/copy";
import { useT } from "../../ui/i18n";
import { useKey } from "../../ui/keys";
import { useSync } from "../../ui/live";
import type { Undo } from "../../ui/useUndo";
import { isMuted } from "../../ui/Wishes";

/** A thread, or something in it. */
export interface Target {
  space: Id;
  thread: Id;
  /** Where it is, inside the app. */
  path: string;
  title: string;
}

/** `reply` where there is a way to answer already; null where nobody may. */
export function useTargetKeys(target: () => Target | undefined, undo: Undo, reply?: (() => void) | null): void {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const offer = () => {
    const one = target();
    return one && { about: one.title };
  };
  const wishes = async (what: "follow" | "mute") => {
    const one = target();
    if (!one) return;
    const { space, thread, title } = one;
    const held = await now(sync.wish(thread));
    const followed = Boolean(held?.followedAt);
    const muted = isMuted(held ?? undefined, sync.now());
    const says = what === "follow" ? (followed ? "unfollowed" : "followed") : muted ? "unmuted" : "muted";
    const next: Wish = what === "follow" ? { followed: !followed } : { muted: muted ? null : { until: null } };
    const before: Wish =
      what === "follow" ? { followed } : { muted: muted ? { until: held?.muted?.until ?? null } : null };
    await sync.follow(space, thread, next);
    undo.offer(t(`undo.${says}`, { title }), () => void sync.follow(space, thread, before));
  };
  useKey("follow", () => void wishes("follow"), offer);
  useKey("mute", () => void wishes("mute"), offer);
  useKey(
    "copy",
    () => {
      const one = target();
      if (one) void copyText(location.origin + one.path).then(() => undo.offer(t("undo.copied", { title: one.title })));
    },
    offer,
  );
  useKey(
    "reply",
    () => {
      const one = target();
      if (reply) reply();
      else if (one) navigate(one.path, { state: { reply: true } });
    },
    () => (reply === null ? undefined : offer()),
  );
}
