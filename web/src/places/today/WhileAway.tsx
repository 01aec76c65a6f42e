// While you were away: on the first day back, what needs one no longer, and where something was said, a line for each Space.
// What waits for one stands above it, and stays; the rest can be declared read in one act, with the way back.
import { Button } from "@mantine/core";
import { useEffect, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { InboxView, SpaceNews } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { RowGroup } from "../../ui/Rows";
import { dayName } from "../../ui/time";
import type { Undo } from "../../ui/useUndo";
import { rangeWords } from "../hours/wording";
import { Line } from "../inbox/Line";
import type { Known } from "../inbox/useKnown";
import type { MyHours } from "../inbox/useMyHours";
import type { Away } from "./away";
import css from "./WhileAway.module.css";

/** Nothing until it is known what was said. */
export function WhileAway(props: {
  away: Away;
  view: InboxView;
  hours: MyHours;
  known: Known;
  undo: Undo;
}): ReactElement | null {
  const { away, view, hours, known, undo } = props;
  const t = useT();
  const language = useLanguage();
  const sync = useSync();
  const people = useLive((s) => s.people(), []);
  const [news, tell] = useState<SpaceNews[]>();
  const [acts, acted] = useState(0);
  const { from } = away;
  useEffect(() => {
    let over = false;
    void sync.newsSince(from).then((next) => over || tell(next));
    return () => {
      over = true;
    };
  }, [sync, from, acts, view]);
  if (!news) return null;
  const closed = view.closed.filter(({ at }) => at >= from);
  const toRead = view.toRead.flatMap(({ ids }) => ids);
  const readRest = async () => {
    const marks = await Promise.all(news.map(async ({ space }) => [space, await sync.readAll(space)] as const));
    await sync.done(toRead, true);
    acted((count) => count + 1);
    const back = async () => {
      for (const [space, before] of marks) await sync.unread(space, before);
      await sync.done(toRead, false);
      acted((count) => count + 1);
    };
    undo.offer(t("away.isRead"), () => void back());
    document.getElementById("main")?.focus({ preventScroll: true });
  };
  const [first, last] = [dayName(away.first), dayName(away.last)];
  const reader = { t, language, here: hours.hours, now: hours.now };
  const days = rangeWords(first, last, reader);
  const mine = people?.find(({ id }) => id === sync.me)?.rhythm?.timeOff ?? [];
  // Whoever was out for another to say finds who said it.
  const saidBy = mine.find((off) => off.saidBy && off.from <= last && first <= off.to)?.saidBy;
  return (
    <section className={css.away} aria-label={t("away.title")}>
      <h2>{t("away.title")}</h2>
      <p className={css.days}>{t(news.length + closed.length > 0 ? "away.days" : "away.nothing", { days })}</p>
      {saidBy && (
        <p className={css.days} dir="auto">
          {t("away.saidBy", { name: known.name("", saidBy) })}
        </p>
      )}
      {closed.length > 0 && (
        <RowGroup name={t("away.closed")}>
          {closed.map((row) => (
            <Line key={row.id} row={row} known={known} side={hours.at(row.at)} />
          ))}
        </RowGroup>
      )}
      {news.length > 0 && (
        <ul className={css.said} aria-label={t("away.said")}>
          {news.map(({ space, threads, at }) => (
            <li key={space}>
              <Link href={`/s/${space}`}>
                <Avatar id={space} name={known.space(space)} size={28} square />
                <span dir="auto">{known.space(space)}</span>
                <small>{t("away.threads", { threads, when: hours.at(at) })}</small>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {news.length + toRead.length > 0 && (
        <Button variant="default" onClick={() => void readRest()}>
          {t("away.readRest")}
        </Button>
      )}
    </section>
  );
}
