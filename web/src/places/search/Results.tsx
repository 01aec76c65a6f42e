// What was found: names first, then what was said, in calm rows of two lines. The keyboard walks over them.
import { Button } from "@mantine/core";
import { IconArrowBackUp, IconPaperclip } from "@tabler/icons-react";
import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import { Link } from "wouter";
import { viewOf } from "../../items/kinds";
import { dateOf } from "../../sync";
import type { Found, Hit, Sort } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow } from "../../ui/live";
import { Marked } from "../../ui/Marked";
import { Row, RowGroup } from "../../ui/Rows";
import rows from "../../ui/Rows.module.css";
import { daysAgo, exactly, when } from "../../ui/time";
import { useHeading } from "../../ui/useHeading";
import { pathOf } from "../thread/desk";
import type { Directory, Known } from "./directory";
import css from "./Results.module.css";
import { placeOf } from "./useFound";
import { dates } from "../../ui/formats";

const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
/** Characters before the first mark that a row has room for. */
const ROOM = 28;

/** A snippet whose first mark is not cut off at the end of the line. */
export function nearer({ snippet, marks }: Pick<Hit, "snippet" | "marks">): Pick<Hit, "snippet" | "marks"> {
  const first = marks[0]?.[0] ?? 0;
  if (first <= ROOM) return { snippet, marks };
  const cut = snippet.indexOf(" ", first - ROOM) + 1;
  if (cut === 0 || cut > first) return { snippet, marks };
  const lead = "… ";
  const moved = marks.map(([start, length]): [number, number] => [start - cut + lead.length, length]);
  return { snippet: lead + snippet.slice(cut), marks: moved };
}

/** All links of the results, from the first to the last. */
const links = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>("a[data-hit]") ?? [])];

/** Goes to the first. */
export function enter(list: HTMLElement | null): void {
  links(list)[0]?.focus();
}

/** Where a key leads from where one is; -1 is above the first. */
function target(key: string, all: HTMLElement[], now: number): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "j":
      return Math.min(now + 1, all.length - 1);
    case "ArrowUp":
    case "k":
      return now - 1;
    case "Home":
      return 0;
    case "End":
      return all.length - 1;
    default:
      return undefined;
  }
}

/** Walks over the links of a list by keys. */
export function walk(event: KeyboardEvent, list: HTMLElement | null, ways: { back(): void; leave(): void }): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
  if (event.key === "Escape") {
    event.preventDefault();
    return ways.leave();
  }
  const all = links(list);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = at < 0 ? undefined : target(event.key, all, at);
  if (to === undefined) return;
  event.preventDefault();
  if (to < 0) ways.back();
  else all[to]?.focus();
}

/** The list; `back` leads from its beginning to the field, `leave` out of the search. */
export function Results(props: {
  list: RefObject<HTMLDivElement | null>;
  found: Found;
  sort: Sort;
  stale: boolean;
  growing: boolean;
  directory: Directory;
  more(): Promise<void>;
  opens(id: string): void;
  back(): void;
  leave(): void;
}): ReactElement {
  const { list, found, sort, stale, growing, directory, more, opens, back, leave } = props;
  const t = useT();
  const minute = Math.floor(useNow(60_000) / 60_000);
  const now = useMemo(() => new Date(minute * 60_000), [minute]);
  const heading = useHeading(now);
  const { hits, spaces, people } = found;
  const names = useMemo(
    () => new Map([...directory.people, ...directory.spaces].map((known) => [known.id, known])),
    [directory],
  );
  const groups: Array<{ name: string; hits: Hit[] }> = [];
  for (const hit of hits) {
    const name = sort === "newest" ? heading(new Date(dateOf(hit))) : "";
    if (groups.at(-1)?.name === name) groups.at(-1)?.hits.push(hit);
    else groups.push({ name, hits: [hit] });
  }
  const named = spaces.length + people.length > 0;
  return (
    <div
      ref={list}
      onKeyDown={(event) => walk(event, list.current, { back, leave })}
      aria-busy={stale}
      data-stale={stale || undefined}
      className={css.results}
    >
      {named && <Names found={found} directory={directory} />}
      {groups.map((group, i) => (
        <RowGroup key={group.name} name={group.name || (named && i === 0 ? t("search.said") : "")}>
          {group.hits.map((hit) => (
            <HitLine key={placeOf(hit)} hit={hit} names={names} now={now} dated={group.name !== ""} opens={opens} />
          ))}
        </RowGroup>
      ))}
      <End found={found} growing={growing} more={more} />
    </div>
  );
}

function Names({ found, directory }: { found: Found; directory: Directory }): ReactElement {
  const t = useT();
  return (
    <section className={rows.group}>
      <h2>{t("search.names")}</h2>
      <ul className={css.names}>
        {found.spaces.map(({ spaceId, name, nameMarks }) => (
          <li key={spaceId}>
            <Link href={`/s/${spaceId}`} data-hit>
              <Avatar id={spaceId} name={name || "·"} size={24} square />
              <span dir="auto">{name ? <Marked text={name} marks={nameMarks} /> : t("space.untitled")}</span>
            </Link>
          </li>
        ))}
        {found.people.map(({ personId, name, nameMarks }) => (
          <li key={personId}>
            <Link href={`/search?q=${encodeURIComponent(`from:${personId}`)}&sort=newest`} data-hit>
              <Avatar id={personId} name={name} size={24} />
              <span dir="auto">
                <Marked text={name} marks={nameMarks} />
                {personId === directory.me && ` (${directory.myself})`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Drawn once for as long as it says the same, whatever is being typed. */
const HitLine = memo(function HitLine(props: {
  hit: Hit;
  names: Map<string, Known>;
  now: Date;
  dated: boolean;
  opens(id: string): void;
}): ReactElement {
  const { hit, names, now, dated, opens } = props;
  const t = useT();
  const language = useLanguage();
  const author = names.get(hit.createdBy)?.name || t("person.unknown");
  const space = names.get(hit.spaceId)?.name ?? "";
  const at = new Date(dateOf(hit));
  const kind = viewOf(hit.kind);
  const own = Boolean(hit.title);
  const title = hit.title || hit.threadTitle || t("thread.untitled");
  const said = nearer(hit);
  // Where a heading says the day, the time is enough.
  const time = dated && daysAgo(at, now) < 31 ? dates(language, CLOCK).format(at) : when(at, now, language);
  const isReply = hit.kind === "post";
  return (
    <Row
      href={pathOf(hit.spaceId, hit)}
      hit
      onClick={() => opens(hit.id)}
      author={{ id: hit.createdBy, name: author }}
      kind={hit.kind === "topic" ? undefined : { icon: isReply ? IconArrowBackUp : kind.icon, label: t(kind.name) }}
      title={own ? <Marked text={title} marks={hit.titleMarks} /> : title}
      text={
        <>
          {hit.blobName && (
            <>
              <IconPaperclip size={14} aria-hidden="true" className={css.clip} />
              <b>{hit.blobName}</b>{" "}
            </>
          )}
          <Marked text={said.snippet} marks={said.marks} />
        </>
      }
      side={
        <>
          <span dir="auto">{space}</span>
          <time dateTime={dateOf(hit)} title={exactly(at, language)}>
            {time}
          </time>
        </>
      }
      sideBelow
    />
  );
});

/** More comes when it is scrolled to, or pressed. */
function End({ found, growing, more }: { found: Found; growing: boolean; more(): Promise<void> }): ReactElement | null {
  const t = useT();
  const here = useRef<HTMLDivElement>(null);
  const go = useRef(more);
  go.current = more;
  const left = found.reached < found.total;
  const { reached } = found;
  useEffect(() => {
    if (!here.current || !left) return undefined;
    const near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && void go.current(), {
      rootMargin: "400px",
    });
    near.observe(here.current);
    return () => near.disconnect();
  }, [left, reached]);
  if (!left) return found.hits.length > 10 ? <p className={css.end}>{t("search.all")}</p> : null;
  return (
    <div ref={here} className={css.end}>
      <Button variant="default" onClick={() => void more()} loading={growing}>
        {t("search.more")}
      </Button>
    </div>
  );
}
