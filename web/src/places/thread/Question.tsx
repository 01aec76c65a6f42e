// What a post asks: of whom, by when in one's own hours, who has answered and who has not, and the ways to answer it, to
// close it and to ask again. Filled where it waits for the reader; never red, however late it is.
import { Button } from "@mantine/core";
import { IconCheck, IconHandStop, IconHelpCircle } from "@tabler/icons-react";
import { useRef, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Id } from "../../generated/types";
import { questionOf } from "../../sync";
import type { ItemView, Question as Asked } from "../../sync/api";
import { AskChip } from "../../ui/AskChip";
import { namesInLine, withDue } from "../../ui/composer/asks";
import { calledBy } from "../../ui/composer/mentions";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { PersonLink } from "../../ui/PersonLink";
import { ChangeQuestion } from "./ChangeQuestion";
import { pathOf, useDesk } from "./desk";
import css from "./Question.module.css";

/** Of so many it is told one by one who has answered; of more, when one asks. */
const FEW = 6;
/** What is no question any more. */
const NOTHING: Omit<Asked, "item"> = { what: "reply", by: null, of: [], anyOne: false, open: [] };

/** Whether it asks something, or has asked somebody who is not asked any more. */
export function asksOrAsked({ expects, unasked }: ItemView): boolean {
  return Boolean(expects) || Object.keys(unasked ?? {}).length > 0;
}

/** The line below what is said; nothing where nothing is asked. */
export function Question({ item }: { item: ItemView }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { members, hours, readOnly, answerQuestion, space } = useDesk();
  const now = useNow(60_000);
  const [changing, change] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const question = questionOf(item);
  const unasked = Object.keys(item.unasked ?? {});
  if (!question && unasked.length === 0) return null;
  const { what, by, of, anyOne, open } = question ?? NOTHING;
  const nameOf = (id: Id) => {
    if (id === sync.me) return t("asking.you");
    const name = members.get(id)?.name;
    return name ? calledBy(id, name) : t("person.unknown");
  };
  const asked = item.expects?.of ?? [];
  const mine = open.includes(sync.me);
  const told = mine && !asked.includes(sync.me) ? [...asked, sync.me] : asked;
  const done = !item.closed && of.length > 0 && open.length === 0;
  const given = item.answers[sync.me];
  const author = item.createdBy === sync.me;
  const label = !question
    ? t("asking.nothing")
    : item.closed
      ? t("asking.closed", { name: nameOf(item.closed.by) })
      : withDue(
          t(what === "acknowledgement" ? "asking.what.acknowledgement" : `asks.${what}`),
          by,
          hours.mine,
          now,
          language,
          t,
        );
  const acts = !readOnly && !item.waiting;
  // Of whom one is enough, he may answer also what another one takes.
  const ended = Boolean(item.closed) || (anyOne && Object.keys(item.answers).length > 0);
  const mayTake = acts && anyOne && of.length > 1 && !ended && of.includes(sync.me);
  const taken = Boolean(item.takenBy?.[sync.me]);
  const mayGetIt = acts && what === "acknowledgement" && !item.closed && of.includes(sync.me) && !given?.itemId;
  return (
    <div className={css.question} role="group" aria-label={t("asking.line")}>
      {!done && (
        <p className={css.line}>
          <AskChip
            what={what}
            strong={mine}
            plain={!question || Boolean(item.closed)}
            icon={IconHelpCircle}
            says={label}
          />
          {told.length > 0 && (
            <span className={css.of} dir="auto">
              {t("inbox.of", { names: namesInLine(told.map(nameOf), language, t, anyOne) })}
            </span>
          )}
        </p>
      )}
      {unasked.includes(sync.me) && (
        <p className={css.unasked} dir="auto">
          {t("asking.unaskedYou", { name: nameOf(item.createdBy) })}
        </p>
      )}
      {(of.length > 1 || open.length < of.length || Object.keys(item.answers).length + unasked.length > 0) && (
        <Answers item={item} of={of} done={done} nameOf={nameOf} />
      )}
      <div className={css.acts}>
        {mayTake && (
          <button
            type="button"
            className={css.gotIt}
            aria-pressed={taken}
            onClick={() => void sync.take(space, item.id, !taken)}
          >
            <IconHandStop size={16} stroke={1.9} aria-hidden="true" />
            {t("asking.take")}
          </button>
        )}
        {acts && (mine || mayTake) && what !== "acknowledgement" && (
          <Button variant="default" h={34} type="button" onClick={() => answerQuestion(item)}>
            {t("asking.answer")}
          </Button>
        )}
        {mayGetIt && (
          <button
            type="button"
            className={css.gotIt}
            aria-pressed={Boolean(given)}
            onClick={() => void sync.gotIt(space, item.id, !given)}
          >
            <IconCheck size={16} stroke={1.9} aria-hidden="true" />
            {t("asks.acknowledgement")}
          </button>
        )}
        {acts && author && (item.closed || open.length > 0) && (
          <Button
            className={css.bare}
            px={14}
            variant="subtle"
            h={34}
            type="button"
            onClick={() => void sync.closeQuestion(space, item.id, !item.closed)}
          >
            {t(item.closed ? "asking.again" : "asking.close")}
          </Button>
        )}
        {acts && author && question && !item.closed && (
          <Button
            ref={button}
            className={css.bare}
            px={14}
            variant="subtle"
            h={34}
            type="button"
            aria-expanded={changing}
            onClick={() => change(!changing)}
          >
            {t("asking.change")}
          </Button>
        )}
      </div>
      {changing && question && (
        <ChangeQuestion
          item={item}
          close={() => {
            change(false);
            button.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** Who has answered, each with a link to what was said, who has not, and who is not asked any more. */
function Answers(props: {
  item: ItemView;
  of: readonly Id[];
  done: boolean;
  nameOf(id: Id): string;
}): ReactElement | null {
  const { item, of, done, nameOf } = props;
  const t = useT();
  const sync = useSync();
  const desk = useDesk();
  const called = (id: Id) => (id === sync.me ? t("you") : nameOf(id));
  const [all, show] = useState(of.length <= FEW);
  // An answer stays one, also of somebody who is not asked any more.
  const others = Object.keys(item.answers).filter((id) => !of.includes(id));
  const gave = [...of.filter((id) => item.answers[id]), ...others];
  const unasked = Object.keys(item.unasked ?? {}).filter((id) => id !== sync.me);
  const { anyOne = false, open = [] } = questionOf(item) ?? {};
  const takers = anyOne ? open.filter((id) => item.takenBy?.[id]) : [];
  if (gave.length + open.length + unasked.length === 0) return null;
  if (!all && !anyOne) {
    return (
      <button type="button" className={css.more} aria-expanded={false} onClick={() => show(true)}>
        {t("asking.count", { done: gave.length, all: of.length })}
      </button>
    );
  }
  return (
    <dl className={css.answers}>
      {gave.length > 0 && (
        <div>
          <dt>
            {(done || anyOne) && <IconCheck size={16} stroke={1.9} aria-hidden="true" />}
            {t(`asking.gave.${item.expects?.what ?? "reply"}`)}
          </dt>
          {gave.map((id) => {
            const post = item.answers[id]?.itemId;
            return (
              <dd key={id} dir="auto">
                {post ? (
                  <Link href={pathOf(desk.space, { id: post, threadId: desk.root })}>{called(id)}</Link>
                ) : (
                  called(id)
                )}
              </dd>
            );
          })}
        </div>
      )}
      {open.length > 0 && (takers.length > 0 || !anyOne) && (
        <div>
          <dt>{t(takers.length > 0 ? "asking.takes" : "asking.notYet")}</dt>
          {open.map((id) => (
            <dd key={id} dir="auto">
              <PersonLink id={id}>{called(id)}</PersonLink>
            </dd>
          ))}
        </div>
      )}
      {unasked.length > 0 && (
        <div>
          <dt>{t("asking.unasked")}</dt>
          {unasked.map((id) => (
            <dd key={id} dir="auto">
              <PersonLink id={id}>{called(id)}</PersonLink>
            </dd>
          ))}
        </div>
      )}
    </dl>
  );
}
