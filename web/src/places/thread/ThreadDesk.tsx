// What the posts of a thread share, around those of them that are shown, and below them where one answers.
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from "react";
import { useLocation } from "wouter";
import type { Id, Member } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { DraftComposer } from "../../ui/composer/DraftComposer";
import { useDraft } from "../../ui/composer/useDraft";
import { namedIn } from "../../ui/composer/mentions";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { NamesContext } from "../../ui/names";
import { part } from "../../ui/part";
import { exactly } from "../../ui/time";
import { useHours } from "../hours/useHours";
import { PATHS } from "../space/paths";
import { quoted } from "../moving/quoted";
import { DeskContext, type Desk, type Opened } from "./desk";
import { focusAnswer } from "./focusAnswer";
import { QuoteSelection } from "./QuoteSelection";
import { titleOf, waitsFor } from "./questions";
import css from "./Thread.module.css";

const Overlays = part(() => import("./Overlays").then((module) => module.Overlays));

/** A thread as it is read: all of it, who is in its Space, and what one may do. */
export interface Read {
  space: Id;
  root: ItemView;
  posts: ItemView[];
  members: Map<Id, Member>;
  role: Member["role"];
  readOnly: boolean;
  mayMove: boolean;
  moving: boolean;
}

/** `question`: what is written answers that one; else the only one that waits for one. `sent` is told what was sent. */
export function ThreadDesk(props: {
  of: Read;
  question?: Id;
  sent?(id: Id | null): void;
  children: ReactNode;
}): ReactElement {
  const { question, sent, children } = props;
  const { space, root, posts, members, role, readOnly, mayMove, moving } = props.of;
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const place = { space, kind: "post", parent: root.id };
  const draft = useDraft(place);
  const language = useLanguage();
  const people = useLive((s) => s.people(), []);
  const zones = useMemo(() => {
    const known = (people ?? []).flatMap(({ id, rhythm }): Array<[Id, string]> => (rhythm ? [[id, rhythm.zone]] : []));
    return new Map(known);
  }, [people]);
  const hours = useHours();
  const asking = useMemo(() => ({ hours, titleOf: (id: Id) => titleOf([root, ...posts], id) }), [hours, root, posts]);
  const waiting = useMemo(() => waitsFor([root, ...posts], sync.me), [root, posts, sync.me]);
  const [opened, setOpened] = useState<Opened | null>(null);
  // Loaded when something is opened for the first time.
  const [asked, setAsked] = useState(false);
  const open = useCallback((next: Opened | null) => {
    setOpened(next);
    if (next) setAsked(true);
  }, []);

  // Who comes from a draft goes on writing.
  const written = draft.writing !== null;
  useEffect(() => {
    if (written && window.location.hash === "#answer") focusAnswer();
  }, [written]);

  const undo = async (item: ItemView) => {
    // What was taken back is a draft of this place from now on, and so stands in the composer.
    const back = await sync.undo(item.id);
    if (!back) throw new Error("it has left");
    if (item.id === root.id) navigate(`/s/${space}/${PATHS[item.kind as keyof typeof PATHS] ?? PATHS.topic}`);
    else focusAnswer();
  };

  const answer = (item: ItemView, words = item.text ?? item.excerpt) => {
    const quote = quoted({
      space,
      origin: location.origin,
      posts: [{ ...item, text: words.slice(0, 2000) }],
      nameOf: (id) => members.get(id)?.name || t("person.unknown"),
      // It is read for years.
      dateOf: (at) => exactly(new Date(at), language),
    });
    const named = namedIn(item.text ?? "");
    draft.write((now) => ({
      ...now,
      text: `${now.text.trim() ? `${now.text.trimEnd()}\n\n` : ""}${quote}\n\n`,
      named: [...now.named, ...named],
    }));
    focusAnswer();
  };

  const answerQuestion = (item: ItemView) => {
    draft.write((now) => ({ ...now, answers: item.id }));
    focusAnswer();
  };

  const acts = useRef({ undo, answer, answerQuestion });
  acts.current = { undo, answer, answerQuestion };
  const desk: Desk = useMemo(
    () => ({
      space,
      root: root.id,
      role,
      readOnly,
      mayMove,
      members,
      zones,
      hours,
      opened,
      open,
      undo: (item) => acts.current.undo(item),
      answer: (item, words) => acts.current.answer(item, words),
      answerQuestion: (item) => acts.current.answerQuestion(item),
    }),
    [space, root.id, role, readOnly, mayMove, members, zones, hours, opened, open],
  );
  return (
    <NamesContext.Provider value={members}>
      <DeskContext.Provider value={desk}>
        {children}
        <div id="answer" className={css.answer} tabIndex={-1} data-writes>
          {moving ? (
            <Notice title={t("thread.moving")}>{t("thread.movingWhy")}</Notice>
          ) : (
            <DraftComposer
              place={place}
              draft={draft}
              asking={asking}
              question={question ?? (waiting.length === 1 ? waiting[0] : undefined)}
              label={t("thread.answer")}
              placeholder={t("thread.answerHint")}
              sent={sent}
            />
          )}
        </div>
        <QuoteSelection
          quote={(id, words) => {
            const item = [root, ...posts].find((one) => one.id === id);
            if (item) answer(item, words);
          }}
        />
        {asked && <Overlays thread={{ space, root, posts }} />}
      </DeskContext.Provider>
    </NamesContext.Provider>
  );
}
