// What one wants to hear of a thread or a Space: everything, or less for a while. Nobody else sees it.
import { IconBell, IconBellFilled } from "@tabler/icons-react";
import type { ReactElement, ReactNode } from "react";
import type { Follow, Id } from "../generated/types";
import { useLanguage, useT } from "./i18n";
import { useLive, useNow, useSync } from "./live";
import { day, utcDate } from "./time";
import css from "./Wishes.module.css";

/** Whether it is muted at that instant, in milliseconds. */
export function isMuted(follow: Follow | undefined, now: number): boolean {
  const until = follow?.muted?.until;
  return Boolean(follow?.muted) && (!until || Date.parse(until) > now);
}

/** Eight in the morning, so many days from now, where the reader is. */
function morning(now: number, days: number): string {
  const at = new Date(now);
  at.setDate(at.getDate() + days);
  at.setHours(8, 0, 0, 0);
  return utcDate(at.getTime());
}

/** For a thread; with null for the whole Space. What else can be done with it stands in the same row, or `first` in it. */
export function Wishes(props: { space: Id; thread: Id | null; first?: ReactNode; children?: ReactNode }): ReactElement {
  const { space, thread, first, children } = props;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const follow = useLive((s) => s.wish(thread ?? space), [thread ?? space]) ?? undefined;
  const followed = Boolean(follow?.followedAt);
  const muted = isMuted(follow, now);
  const until = follow?.muted?.until;
  const stands = until ? t("wish.mutedUntil", { day: day(new Date(until), new Date(now), language) }) : t("wish.muted");
  const mute = (days: string) => {
    if (days === "stands") return;
    const till = { day: 1, week: 7 }[days];
    const next = days === "no" ? null : { until: till ? morning(now, till) : null };
    void sync.follow(space, thread, { muted: next });
  };
  const Bell = followed ? IconBellFilled : IconBell;
  return (
    <div className={css.wishes}>
      {first}
      <button
        type="button"
        className={css.wish}
        aria-pressed={followed}
        title={t(thread ? "wish.followThread" : "wish.followSpace")}
        onClick={() => void sync.follow(space, thread, { followed: !followed })}
      >
        <Bell size={16} stroke={1.7} aria-hidden="true" />
        {t(followed ? "wish.following" : "wish.follow")}
      </button>
      <select
        className={css.wish}
        data-on={muted || undefined}
        aria-label={t("wish.mute")}
        title={t("wish.muteWhy")}
        value={muted ? "stands" : "no"}
        onChange={(event) => mute(event.currentTarget.value)}
      >
        {muted && <option value="stands">{stands}</option>}
        <option value="no">{t(muted ? "wish.unmute" : "wish.notMuted")}</option>
        <option value="day">{t("wish.day")}</option>
        <option value="week">{t("wish.week")}</option>
        <option value="ever">{t("wish.ever")}</option>
      </select>
      {children}
    </div>
  );
}
