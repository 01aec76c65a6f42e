// What goes with a text: what it asks, which question it answers, and when it reaches those whom it asks or names.
import { IconArrowBackUp, IconHelpCircle, IconX } from "@tabler/icons-react";
import { memo, useDeferredValue, useId, useMemo, useRef, type ReactElement, type RefObject } from "react";
import type { Id } from "../../generated/types";
import { useLanguage, useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useNow, useSync } from "../live";
import { reached, type KnownHours } from "../reach";
import css from "./Asking.module.css";
import { AskPanel } from "./AskPanel";
import { askWords, type Ask } from "./asks";
import { calledBy, peopleOf, withLinks, type Named } from "./mentions";
import { Offer, useOffer } from "./Offer";
import { Reaches } from "./Reaches";
import type { Write } from "./useDraft";

/** What a composer is told of hours, and of the questions around it. */
export interface AskingOf {
  hours: KnownHours;
  /** What a question is called; undefined if it is not there any more. */
  titleOf?(question: Id): string | undefined;
  /** In a conversation: with whom it is. */
  addressed?: readonly Id[];
}

const NOBODY: readonly Id[] = [];

/** The row below a text, and what opens from it. Not drawn anew by keys that change nothing of it. */
export const Asking = memo(function Asking(props: {
  /** Where it may name somebody, or somebody may be asked; else "". */
  text: string;
  named: Named[];
  asks: Ask | null;
  answers: Id | null | undefined;
  noOffer: boolean;
  write: Write;
  /** Of the Space, groups among them. */
  members: Named[];
  of: AskingOf;
  open: boolean;
  setOpen(open: boolean): void;
  /** One may call it urgent here. */
  mayInterrupt: boolean;
  /** Holds what dismisses an offer, while there is one. */
  no: RefObject<(() => void) | null>;
}): ReactElement {
  const { named, asks, answers, noOffer, write, members, of, open, setOpen, mayInterrupt, no } = props;
  const { hours } = of;
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  // A long text is looked through when there is time.
  const text = useDeferredValue(props.text);
  const mentioned = useMemo(
    () => withLinks(text, members, named).mentions.filter((one) => one !== sync.me),
    [text, members, named, sync.me],
  );
  const nameOf = (one: Id) => {
    const found = members.find((member) => member.id === one);
    return found ? calledBy(one, found.name) : t("person.unknown");
  };
  const set = (next: Ask | null) => write((before) => ({ ...before, asks: next }));
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const persons = (ids: readonly Id[]) =>
    peopleOf(ids, members)
      .filter((one) => one !== sync.me && one.startsWith("p"))
      .map((one) => ({ id: one, name: nameOf(one) }));
  const minute = Math.floor(now / 60_000);
  const urgent = asks?.urgent !== undefined;
  const key = [urgent, ...mentioned, "", ...(asks?.of ?? [])].join(" ");
  const reaches = useMemo(
    () => ({
      all: reached(persons([...mentioned, ...(asks?.of ?? [])]), hours, now, urgent),
      asked: reached(persons(asks?.of ?? []), hours, now, urgent),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [key, members, hours, minute],
  );
  const people = mentioned.length > 0 ? mentioned : (of.addressed ?? NOBODY);
  const offer = useOffer({ text, people, asks, off: noOffer || open, mine: hours.mine, now });
  return (
    <div className={css.asking}>
      <div className={css.row}>
        <span className={css.asks}>
          <button
            ref={button}
            type="button"
            className={css.ask}
            data-what={asks?.what}
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            title={t("asking.open")}
            onClick={() => setOpen(!open)}
          >
            <IconHelpCircle size={16} stroke={1.7} aria-hidden="true" />
            <span dir="auto">
              {asks ? askWords(asks, asks.of.map(nameOf), hours.mine, now, language, t) : t("asking.none")}
            </span>
          </button>
          {asks && (
            <IconButton
              icon={IconX}
              label={t("asking.takeOff")}
              onClick={() => {
                set(null);
                button.current?.focus();
              }}
            />
          )}
        </span>
        {answers && (
          <span className={css.answers}>
            <IconArrowBackUp size={16} stroke={1.7} aria-hidden="true" />
            <span dir="auto">{t("asking.answers", { title: of.titleOf?.(answers) ?? t("asking.gone") })}</span>
            <IconButton
              icon={IconX}
              label={t("asking.answersOff")}
              onClick={() => {
                write((before) => ({ ...before, answers: null }));
                button.current?.focus();
              }}
            />
          </span>
        )}
      </div>
      {open && (
        <AskPanel
          id={id}
          ask={asks}
          set={set}
          members={members.filter((member) => member.id !== sync.me)}
          proposed={mentioned}
          nameOf={nameOf}
          mine={hours.mine}
          now={now}
          close={close}
          mayInterrupt={mayInterrupt}
        />
      )}
      <Offer
        offer={offer}
        nameOf={nameOf}
        mine={hours.mine}
        take={({ of, by, what }) => {
          set({ ...(asks?.anyOne && { anyOne: true }), of, by, what });
          button.current?.focus();
        }}
        dismiss={() => {
          const inside = document.activeElement?.closest("[data-offer]");
          write((before) => ({ ...before, noOffer: true }));
          if (inside) button.current?.focus();
        }}
        no={no}
      />
      <Reaches
        all={reaches.all}
        asked={reaches.asked}
        by={asks?.by ?? null}
        anyOne={asks?.anyOne}
        urgent={urgent}
        hours={hours}
        now={now}
        members={members}
        use={(by) => asks && set({ ...asks, by })}
      />
    </div>
  );
});
