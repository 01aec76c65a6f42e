// Begins a thread in a Space, a decision or a check-in.
import { useMemo, type ReactElement } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Id } from "../../generated/types";
import { CheckinComposer } from "../../ui/composer/CheckinComposer";
import { DecisionComposer } from "../../ui/composer/DecisionComposer";
import { DraftComposer } from "../../ui/composer/DraftComposer";
import { useDraft } from "../../ui/composer/useDraft";
import { useLanguage, useT } from "../../ui/i18n";
import { useFilling, useLive, useNow, useSync } from "../../ui/live";
import choice from "../../ui/Choice.module.css";
import { Loading } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { reached, reachWords } from "../../ui/reach";
import { useHours } from "../hours/useHours";
import { useSpaces } from "../shell/useSpaces";
import { PATHS } from "./paths";
import css from "./Write.module.css";

/** The page on which one begins a thread; the Space can be changed as long as it is not sent. */
export function Write({ space, kind }: { space: Id; kind: Kind }): ReactElement {
  return <Begin key={`${space} ${kind}`} space={space} kind={kind} />;
}

/** What one can begin, each at an address of its own. */
type Kind = "topic" | "decision" | "checkin";
const TITLES = { topic: "write.title", decision: "decision.new", checkin: "checkin.new" } as const;

function Begin({ space, kind }: { space: Id; kind: Kind }): ReactElement {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const listed = useSpaces();
  // A conversation in which nothing was said yet is in no list.
  const here = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const spaces = listed && here && !listed.includes(here) ? [...listed.filter(({ id }) => id !== space), here] : listed;
  const place = { space, kind };
  const supersedes = new URLSearchParams(useSearch()).get("supersedes");
  const draft = useDraft(place);
  const filling = useFilling();
  const hours = useHours();
  const asking = useMemo(() => ({ hours }), [hours]);
  const language = useLanguage();
  const now = useNow(60_000);
  const members = useLive((s) => s.members(space), [space]);
  // Here it reaches all, whether they are named or not.
  const others = here?.kind === "direct" ? (members ?? []).filter(({ id }) => id !== sync.me) : [];
  const reach = reachWords(reached(others, hours, now), hours.mine, now, language, t);
  const name = spaces?.find((one) => one.id === space)?.name || t("space.untitled");
  // What is written goes along.
  const choose = async (to: Id) => {
    await draft.move(to);
    navigate(`/s/${to}/${PATHS[kind]}`, { replace: true });
  };
  const titled = t(TITLES[kind]);
  const sent = (id: Id | null) => navigate(id ? `/s/${space}/t/${id}` : `/s/${space}/again`);
  if (filling && !here) {
    return (
      <Page name={titled} title={titled}>
        <Loading label={t("loading")} />
      </Page>
    );
  }
  return (
    <Page
      name={titled}
      above={
        <Link href={`/s/${space}`} dir="auto">
          {name}
        </Link>
      }
      title={here?.kind === "direct" && here.name ? t("write.toNames", { names: here.name }) : titled}
      lede={
        here?.kind === "direct" && here.name ? (
          reach
        ) : spaces && spaces.length > 1 ? (
          <label className={css.to}>
            {t("write.to")}{" "}
            <select value={space} onChange={(event) => void choose(event.target.value)}>
              {spaces.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name || t("space.untitled")}
                </option>
              ))}
            </select>
          </label>
        ) : undefined
      }
    >
      <nav className={css.kinds} aria-label={t("decision.begin")}>
        {(["topic", "decision", "checkin"] as const).map((one) => (
          <Link
            key={one}
            href={`/s/${space}/${PATHS[one]}`}
            replace
            className={choice.choice}
            aria-current={one === kind ? "page" : undefined}
          >
            {t(`decision.begin.${one}`)}
          </Link>
        ))}
      </nav>
      {kind === "decision" ? (
        <DecisionComposer space={space} draft={draft} hours={hours} {...(supersedes && { supersedes })} sent={sent} />
      ) : kind === "checkin" ? (
        <CheckinComposer space={space} draft={draft} hours={hours} sent={sent} />
      ) : (
        <DraftComposer
          place={place}
          draft={draft}
          titled
          asking={asking}
          label={t("write.text")}
          placeholder={t("write.hint")}
          sent={sent}
        />
      )}
    </Page>
  );
}
