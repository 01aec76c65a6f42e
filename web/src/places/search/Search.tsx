// The search: one field, what it found, and nothing else. Its address has all of it, so it can be passed on.
import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactElement } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Sort } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { useStable } from "../../ui/stable";
import { opened } from "./completions";
import { filterOf, settled } from "./directory";
import { Field } from "./Field";
import { Filters } from "./Filters";
import { isEmpty, parse, write as written, without, type Chip, type Query } from "./query";
import { enter, Results, walk } from "./Results";
import { addressOf, Save, Start } from "./Saved";
import css from "./Search.module.css";
import { Issues, NothingFound, Says } from "./States";
import { useDirectory } from "./useDirectory";
import { useFound } from "./useFound";

/** Milliseconds after the last letter until the address follows. */
const ADDRESS = 300;

/** What was opened last, to be found again when one comes back. */
let left: { address: string; id: string } | null = null;

/** The place of the search. */
export function Search(): ReactElement {
  const t = useT();
  const sync = useSync();
  const directory = useDirectory();
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const [asked, sort] = [params.get("q") ?? "", (params.get("sort") === "newest" ? "newest" : "rank") as Sort];
  const address = useMemo(() => parse(asked), [asked]);
  const [text, setText] = useState(address.text);
  // The words whose address this is: another one came from outside.
  const own = useRef(address.text);
  const [typing, setTyping] = useState(false);
  const [said, says] = useState("");
  const input = useRef<HTMLInputElement>(null);
  // One begins to type, or is back at what one has opened.
  const coming = useRef(left?.address === location.href ? left.id : null);
  const [list, start] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];

  if (address.text !== own.current) {
    own.current = address.text;
    setText(address.text);
    setTyping(false);
  }

  // What is still being typed as an operator is not looked for yet.
  const open = opened(text, directory);
  const words = open ? text.slice(0, open.from) : text;
  const query: Query = { chips: address.chips, text: words };
  const filter = filterOf(query, directory, typing && !open && !/\s$/.test(text));
  const looked = () => list.current?.contains(document.activeElement) === true;
  const waits = address.chips.length > 0 && !directory.whole && directory.people.length === 0;
  const { standing, more, take, again } = useFound(waits ? null : filter, sort, looked);
  const now = written(query);

  const later = useRef<number>(0);
  const go = (next: Query, order: Sort = sort) => {
    window.clearTimeout(later.current);
    // As the address will say it: blanks that are typed twice stay in the field.
    own.current = parse(written(next)).text;
    navigate(isEmpty(next) ? "/search" : addressOf(written(next), order), { replace: true, state: history.state });
  };
  const settledWords = (value: string) => {
    const still = opened(value, directory);
    return still ? value.slice(0, still.from) : value;
  };
  const type = (value: string) => {
    coming.current = null;
    setText(value);
    setTyping(true);
    window.clearTimeout(later.current);
    later.current = window.setTimeout(() => go({ chips: address.chips, text: settledWords(value) }), ADDRESS);
  };
  const change = (chips: Chip[], value: string) => {
    coming.current = null;
    setText(value);
    go({ chips, text: settledWords(value) });
  };
  useEffect(() => () => window.clearTimeout(later.current), []);

  const leave = useStable(() => {
    const from = (history.state as { from?: string } | null)?.from;
    if (from) history.back();
    else navigate("/");
  });
  const back = useStable(() => input.current?.focus());
  const remember = () => void (now && sync.remember("searches", now));

  const opens = useStable((id: string) => {
    // One may be quicker than the address, by which one comes back.
    if (typing) go(query);
    left = { address: location.href, id };
    remember();
  });

  const { how, found } = standing;
  useLayoutEffect(() => {
    left = null;
    if (!coming.current) input.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    if (!coming.current) return;
    const link = list.current?.querySelector<HTMLElement>(`a[href$="/${coming.current}"]`);
    if (link) {
      link.scrollIntoView({ block: "center" });
      link.focus({ preventScroll: true });
    } else if (how === "searching" || standing.stale || standing.why === "slow" || waits) return;
    // What was opened is not among the rows any more.
    else input.current?.focus({ preventScroll: true });
    coming.current = null;
  });

  const none = how === "done" && !standing.stale && found !== undefined && isNone(found);
  // As long as more is being read it may still come.
  const nothing = none && standing.why !== "slow" && (!found.covers || (found.covers.whole && directory.whole));
  return (
    <Page name={asked ? `${text.trim() || t("search.title")}` : t("search.title")} title={t("search.title")}>
      <search className={css.search}>
        <Field
          query={address}
          text={text}
          directory={directory}
          input={input}
          write={type}
          change={change}
          ask={() => {
            setTyping(false);
            remember();
          }}
          leave={leave}
          down={() => enter(list.current ?? start.current)}
          says={says}
        />
        <Filters
          query={address}
          directory={directory}
          sort={sort}
          change={(next) => change(next.chips, text)}
          order={(order) => go({ chips: address.chips, text: words }, order)}
        />
        <Issues
          chips={address.chips}
          directory={directory}
          choose={(chip, id) =>
            change(
              address.chips.map((old) => (old === chip ? { ...chip, value: id } : old)),
              text,
            )
          }
        />
      </search>
      <div className={css.bar} data-idle={how === "idle" || undefined}>
        <Says standing={standing} take={take} said={said} />
        {found && !none && how !== "idle" && (
          <Save
            written={written({ chips: address.chips.map((chip) => settled(chip, directory)), text: words })}
            directory={directory}
          />
        )}
      </div>
      {how === "idle" && !waits && isEmpty(query) && (
        <div ref={start} onKeyDown={(event) => walk(event, start.current, { back, leave })}>
          <Start directory={directory} says={says} />
        </div>
      )}
      {how === "failed" && (
        <Notice tone="wrong" title={t("search.failed")} action={<Button onClick={again}>{t("search.again")}</Button>}>
          {standing.fault}
        </Notice>
      )}
      {(how === "searching" && !found) || waits || (none && !nothing) ? (
        <Loading label={t("search.searching")} lines={5} />
      ) : null}
      {nothing && (
        <NothingFound
          query={query}
          directory={directory}
          remove={(at) => change(without(address, at).chips, text)}
          only={(word) => change([], word)}
        />
      )}
      {found && !none && how !== "idle" && (
        <Results
          list={list}
          found={found}
          sort={sort}
          stale={standing.stale}
          growing={standing.growing}
          directory={directory}
          more={more}
          opens={opens}
          back={back}
          leave={leave}
        />
      )}
    </Page>
  );
}

const isNone = ({ hits, spaces, people }: { hits: unknown[]; spaces: unknown[]; people: unknown[] }) =>
  hits.length + spaces.length + people.length === 0;
