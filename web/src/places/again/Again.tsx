// What comes again in a Space: what is said, how often, and when next in one's own zone; with the ways to pause, skip and end
// it, and to take over what nobody says any more.
import { Button } from "@mantine/core";
import { IconPlayerPause, IconRepeat } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id, Member } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import { instantOf, nextTimes, type Occurrence } from "../../sync";
import type { ScheduleView } from "../../sync/api";
import { ruleWords, timeWords } from "../../ui/composer/again";
import { dates } from "../../ui/formats";
import { useLanguage, useT } from "../../ui/i18n";
import { useFilling, useLive, useNow, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { utcDate } from "../../ui/time";
import { sentence } from "../../ui/wording";
import { useHours } from "../hours/useHours";
import css from "./Again.module.css";
import { Change } from "./Change";

const NOBODY: Member[] = [];
/** So many of the next times are told. */
const TOLD = 3;

/** The page. */
export function Again({ space }: { space: Id }): ReactElement {
  const t = useT();
  const name = useLive((s) => s.memberships(), [])?.find((one) => one.id === space)?.name || t("space.untitled");
  const list = useLive((s) => s.again.schedules(space), [space]);
  const members = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const filling = useFilling();
  return (
    <Page
      name={t("again.list")}
      title={t("again.list")}
      above={
        <Link href={`/s/${space}`} dir="auto">
          {name}
        </Link>
      }
      lede={t("again.listWhy")}
    >
      {!list || (filling && list.length === 0) ? (
        <Loading label={t("loading")} lines={4} />
      ) : list.length === 0 ? (
        <Notice title={t("again.none")} action={<Link href={`/s/${space}/ask`}>{t("again.begin")}</Link>}>
          {t("again.noneWhy")}
        </Notice>
      ) : (
        <ul className={css.list}>
          {list.map((one) => (
            <li key={one.id}>
              <One space={space} one={one} members={members} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function One({ space, one, members }: { space: Id; one: ScheduleView; members: readonly Member[] }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const { mine } = useHours();
  const [sure, ask] = useState(false);
  const [changing, change] = useState(false);
  const closed = useLive((s) => s.space(space), [space])?.archivedAt;
  const { icon: Mark } = viewOf(one.item.kind);
  const who = (id: Id) =>
    id === sync.me ? t("you") : members.find((member) => member.id === id)?.name || t("person.unknown");
  const role = members.find(({ id }) => id === sync.me)?.role;
  const rules = one.saidBy === sync.me || role === "admin";
  const paused = one.paused;
  // What the server paused is anybody's to take over.
  const left = Boolean(paused && !paused.by);
  const next = paused ? [] : nextTimes(one, now, TOLD);
  const skipped = Object.keys(one.excluded).sort();
  const title = one.item.title || one.item.text || t("thread.untitled");
  const refused = one.changing?.how === "refused";
  const set = (value: Record<string, unknown>) => void sync.again.change(space, one.id, value);
  return (
    <article className={css.one} aria-label={title}>
      <header>
        <Mark size={18} stroke={1.7} aria-hidden="true" />
        <h2 dir="auto">
          {one.lastItemId ? (
            <Link
              href={one.item.kind === "checkin" ? `/s/${space}/c/${one.lastItemId}` : `/s/${space}/t/${one.lastItemId}`}
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </h2>
      </header>
      <p className={css.rule} dir="auto">
        <IconRepeat size={15} stroke={1.8} aria-hidden="true" />
        <span>
          {one.saidBy === sync.me
            ? t("again.saidByYou", { rule: ruleWords(one, language, t) })
            : t("again.said", { rule: ruleWords(one, language, t), name: who(one.saidBy) })}
          {one.recurrenceRule.until && ` ${t("again.until", { day: dayWords(one.recurrenceRule.until, language) })}`}
          {one.timeZone !== mine.zone && ` ${t("again.zone", { zone: one.timeZone.replaceAll("_", " ") })}`}
        </span>
      </p>
      {paused ? (
        <p className={css.paused} role="status" dir="auto">
          <IconPlayerPause size={15} stroke={1.8} aria-hidden="true" />
          <span>
            {left
              ? t("again.left", { why: sentence(paused.why ?? "") })
              : t("again.pausedBy", { name: who(paused.by ?? "") })}
            {!left && paused.why && ` ${sentence(paused.why)}`}
          </span>
        </p>
      ) : next.length > 0 ? (
        <Next times={next} zone={mine.zone} language={language} />
      ) : (
        <p className={css.soft}>{t("again.over")}</p>
      )}
      {skipped.map((local) => (
        <p key={local} className={css.soft}>
          {t("again.skipped", { time: timeWords(instantOf(one, local), mine.zone, language) })}{" "}
          {rules && (
            <button type="button" className={css.link} onClick={() => set({ [`excluded/${local}`]: null })}>
              {t("again.unskip")}
            </button>
          )}
        </p>
      ))}
      {refused && (
        <Notice
          tone="wrong"
          title={t("again.refused")}
          action={
            <Button h={34} variant="default" onClick={() => void sync.discard(one.changing!.outboxId)}>
              {t("refused.discard")}
            </Button>
          }
        >
          {one.changing?.reason && sentence(one.changing.reason)}
        </Notice>
      )}
      {!closed && !refused && (rules || left) && (
        <div className={css.acts}>
          {left && one.saidBy !== sync.me && role !== "guest" && (
            <Button h={34} variant="default" onClick={() => set({ saidBy: sync.me })}>
              {t("again.take")}
            </Button>
          )}
          {rules && paused && (
            <Button h={34} variant="default" onClick={() => set({ paused: null })}>
              {t("again.goOn")}
            </Button>
          )}
          {rules && !paused && next[0] && (
            <>
              <Button h={34} variant="default" onClick={() => set({ [`excluded/${next[0]!.local}`]: true })}>
                {t("again.skip")}
              </Button>
              <Button
                h={34}
                variant="default"
                onClick={() => set({ paused: { by: sync.me, at: utcDate(sync.now()) } })}
              >
                {t("again.pause")}
              </Button>
            </>
          )}
          {rules && !sure && (
            <Button h={34} variant="subtle" aria-expanded={changing} onClick={() => change(!changing)}>
              {t("again.change")}
            </Button>
          )}
          {rules && !sure && (
            <Button h={34} variant="subtle" onClick={() => ask(true)}>
              {t("again.end")}
            </Button>
          )}
          {rules && sure && (
            <>
              <span className={css.sure}>{t("again.endSure")}</span>
              {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens to be answered */}
              <Button h={34} variant="default" autoFocus onClick={() => void sync.again.end(space, one.id)}>
                {t("again.endNow")}
              </Button>
              <Button h={34} variant="subtle" onClick={() => ask(false)}>
                {t("cancel")}
              </Button>
            </>
          )}
        </div>
      )}
      {changing && <Change space={space} one={one} close={() => change(false)} />}
    </article>
  );
}

/** "31 Dec 2026", of a local date and time. */
function dayWords(local: string, language: string): string {
  return dates(language, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(`${local}Z`));
}

function Next({ times, zone, language }: { times: Occurrence[]; zone: string; language: string }): ReactElement {
  const t = useT();
  return (
    <ol className={css.times} aria-label={t("again.times")}>
      {times.map(({ at }) => (
        <li key={at}>
          <time dateTime={new Date(at).toISOString()}>{timeWords(at, zone, language)}</time>
        </li>
      ))}
    </ol>
  );
}
