// What is decided and was decided in a Space: open ones first, then by when they ended, a line each.
import { useEffect, useRef, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import { tallyOf } from "../../items/decision/tally";
import { useReader } from "../../items/decision/useReader";
import { endsWords, outcomeWords, type Reader } from "../../items/decision/words";
import type { DecisionList, ItemView } from "../../sync/api";
import { namesInLine } from "../../ui/composer/asks";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { Row, RowGroup } from "../../ui/Rows";
import { day, exactly } from "../../ui/time";
import css from "./Decisions.module.css";

/** So many that are older than what is on this device are brought here. */
const OLDER = 100;
const NOBODY: never[] = [];

/** The page. */
export function Decisions({ space }: { space: Id }): ReactElement {
  const t = useT();
  const name = useLive((s) => s.memberships(), [])?.find((one) => one.id === space)?.name || t("space.untitled");
  const list = useLive((s) => s.decisions(space), [space]);
  useOlder(space, list);
  const none = list && list.open.length + list.ended.length === 0;
  return (
    <Page
      name={t("decision.log")}
      title={t("decision.log")}
      above={
        <Link href={`/s/${space}`} dir="auto">
          {name}
        </Link>
      }
      lede={list?.older ? t("decision.log.older") : undefined}
    >
      {!list || (none && list.filling) ? (
        <Loading label={t("loading")} lines={5} />
      ) : none ? (
        <Notice title={t("decision.log.none")}>{t("decision.log.noneWhy")}</Notice>
      ) : (
        <div className={css.log}>
          {list.open.length > 0 && <Part space={space} name={t("decision.log.open")} items={list.open} />}
          {years(list.ended).map(([year, items]) => (
            <Part key={year} space={space} name={year} items={items} />
          ))}
        </div>
      )}
    </Page>
  );
}

/** Those that have ended, by the year in which they did. */
function years(ended: readonly ItemView[]): Array<[string, ItemView[]]> {
  const out = new Map<string, ItemView[]>();
  for (const item of ended) {
    const year = String(new Date(item.outcome?.at ?? item.createdAt).getFullYear());
    out.set(year, [...(out.get(year) ?? []), item]);
  }
  return [...out];
}

/** Brings here what is older than the window of the Space, once, while there is a network. */
function useOlder(space: Id, list: DecisionList | undefined): void {
  const sync = useSync();
  const asked = useRef(false);
  const older = list?.older === true;
  useEffect(() => {
    if (!older || asked.current) return;
    asked.current = true;
    const here = new Set([...(list?.open ?? []), ...(list?.ended ?? [])].map(({ id }) => id));
    const bring = async () => {
      const { hits } = await sync.search({ in: [space], kind: ["decision"] }, "newest", 0, OLDER);
      for (const { id } of hits) if (!here.has(id)) await sync.reach(space, id);
    };
    // Without a network it shows what is here, and says so.
    bring().catch(() => {});
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [older, space]);
}

/** When it ends, and for whom it waits. */
function open(item: ItemView, reader: Reader): string {
  const { now, language, t, nameOf } = reader;
  const names = namesInLine(tallyOf(item, now).silent.map(nameOf), language, t);
  const ends = endsWords({ ...item, ...(item.closesAt && { workingMinutes: null }) }, null, reader);
  return [ends, names && t("decision.waits", { names })].filter(Boolean).join(" ");
}

function Part({ space, name, items }: { space: Id; name: string; items: readonly ItemView[] }): ReactElement {
  const t = useT();
  const members = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const reader = useReader(members);
  const { now, language } = reader;
  const { icon } = viewOf("decision");
  return (
    <RowGroup name={name}>
      {items.map((item) => {
        const author = members.find(({ id }) => id === item.createdBy)?.name || t("person.unknown");
        const end = item.outcome?.at ?? item.closesAt;
        return (
          <Row
            key={item.id}
            href={`/s/${space}/t/${item.threadId}${item.id === item.threadId ? "" : `/${item.id}`}`}
            author={{ id: item.createdBy, name: author }}
            kind={{ icon }}
            thread={item.threadId}
            title={item.title || t("thread.untitled")}
            text={item.outcome ? outcomeWords(item, reader) : open(item, reader)}
            side={
              <>
                {end && (
                  <time dateTime={end} title={exactly(new Date(end), language)}>
                    {day(new Date(end), new Date(now), language)}
                  </time>
                )}
              </>
            }
          />
        );
      })}
    </RowGroup>
  );
}
