// A decision in its thread: when it ends or what came of it, what is proposed, who said what by name, and one's own say.
import { IconScale } from "@tabler/icons-react";
import { useMemo, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id, Member } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { namesInLine } from "../../ui/composer/asks";
import { Files } from "../../ui/Files";
import { useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import type { Body } from "../bodies";
import { CalendarLink } from "./CalendarLink";
import css from "./Decision.module.css";
import { Late } from "./Late";
import { Names } from "./Names";
import { Options } from "./Options";
import { Say } from "./Say";
import { isOver, tallyOf } from "./tally";
import { useReader } from "./useReader";
import { endsWords, lastOf, outcomeWords } from "./words";

const NOBODY: Member[] = [];

const Decision: Body = ({ space, item }) => {
  const t = useT();
  const members = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const reader = useReader(members);
  const { now, language, nameOf } = reader;
  const tally = tallyOf(item, now);
  const last = useMemo(() => lastOf(item, reader.hours), [item, reader.hours]);
  const { outcome } = item;
  return (
    <>
      <section className={css.head} aria-label={t("decision.part")} data-ended={outcome ? true : undefined}>
        <p className={css.stands} dir="auto">
          <IconScale size={18} stroke={1.8} aria-hidden="true" />
          <span>
            {outcome ? (
              <>
                <b>{outcomeWords(item, reader)}</b> <Ended item={item} language={language} />
              </>
            ) : (
              endsWords(item, last, reader)
            )}
          </span>
        </p>
        {item.supersededBy && (
          <p className={css.line} dir="auto">
            {t("decision.supersededBy")} <Other space={space} id={item.supersededBy} />
          </p>
        )}
      </section>
      <Markdown text={item.text ?? ""} />
      <Files space={space} item={item} />
      <Options space={space} item={item} tally={tally} nameOf={nameOf} over={isOver(item, now)} />
      {tally.agree.length > 0 && (
        <p className={css.line} dir="auto">
          {t("decision.agreed")}: <Names ids={tally.agree} nameOf={nameOf} />
        </p>
      )}
      {tally.objections.length > 0 && (
        <ul className={css.objections} aria-label={t("decision.objections")}>
          {tally.objections.map(({ by, of, why }) => (
            <li key={by}>
              <b dir="auto">
                {of
                  ? t("decision.objectsFor", { name: nameOf(by), of: nameOf(of) })
                  : t("decision.objects", { name: nameOf(by) })}
              </b>
              <Markdown text={why} />
            </li>
          ))}
        </ul>
      )}
      {tally.silent.length > 0 && (
        <p className={css.soft} dir="auto">
          {t("decision.waits", { names: namesInLine(tally.silent.map(nameOf), language, t) })}
        </p>
      )}
      {item.supersedes && (
        <p className={css.line} dir="auto">
          {t("decision.supersedes")} <Other space={space} id={item.supersedes} />
        </p>
      )}
      <Late item={item} />
      <Say space={space} item={item} members={members} reader={reader} />
      {outcome && !item.supersededBy && (
        <p className={css.line}>
          <Link href={`/s/${space}/decide?supersedes=${item.id}`}>{t("decision.anew")}</Link>
        </p>
      )}
      {(outcome || item.closesAt) && !item.waiting && <CalendarLink space={space} item={item} reader={reader} />}
    </>
  );
};

function Ended({ item, language }: { item: ItemView; language: string }): ReactElement | null {
  const t = useT();
  if (!item.outcome) return null;
  const at = new Date(item.outcome.at);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(at);
  return <time dateTime={item.outcome.at}>{t("decision.on", { day })}</time>;
}

/** Another decision, by its title. */
function Other({ space, id }: { space: Id; id: Id }): ReactElement {
  const t = useT();
  const item = useLive((s) => s.item(space, id), [space, id]);
  return <Link href={`/s/${space}/i/${id}`}>{item?.title || t("decision.gone")}</Link>;
}

export default Decision;
