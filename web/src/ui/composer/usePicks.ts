// The list of what is offered while one types, for both fields: when it opens, and what keys do in it.
import { useEffect, useMemo, useRef, useState } from "react";
import type { Live } from "../../sync/api";
import { useLanguage, useT } from "../i18n";
import { useLive } from "../live";
import { stepped } from "../stepped";
import { emojiIn, type Emoji } from "./emoji";
import type { FieldProps } from "./field";
import { picksFor, soughtIn, type Pick, type Sought } from "./picks";
import { plainly } from "./places";

const NONE: Emoji[] = [];
const NOTHING: Live<never> = { subscribe: () => () => {} };

/** The list, and what its field tells it. */
export interface Picks {
  open: { sought: Sought; found: Pick[]; at: number } | null;
  /**
   * What stands before the caret now; null if it is nowhere. `forms`: the line can become something else. `alone`: there
   * is nothing else in the text.
   */
  look(before: string | null, at: { forms: boolean; alone: boolean }): void;
  /** True if the list took the key. */
  key(event: Key): boolean;
  /** Puts one in its place. */
  choose(pick: Pick): void;
  close(): void;
}

/** A key, from React or from the editor. */
type Key = { key: string; preventDefault(): void; stopPropagation(): void };

/** `choose` puts one in its place. */
export function usePicks(of: FieldProps, choose: (pick: Pick, sought: Sought) => void): Picks {
  const { members, me, space, templates } = of;
  const t = useT();
  const language = useLanguage().startsWith("de") ? "de" : "en";
  const names = useMemo(() => members.filter((member) => member.id !== me), [members, me]);
  const [asked, ask] = useState<Sought | null>(null);
  const [at, go] = useState(0);
  const [emoji, setEmoji] = useState(NONE);
  // One that was closed stays so until another is begun.
  const begun = useRef<string | null>(null);
  const closed = useRef<string | null>(null);
  const wantsEmoji = asked?.kind === "emoji";
  useEffect(() => {
    if (!wantsEmoji) return undefined;
    let over = false;
    void emojiIn(language).then((all) => !over && setEmoji(all));
    return () => {
      over = true;
    };
  }, [wantsEmoji, language]);
  const mine = useLive((s) => (asked ? s.memberships() : NOTHING), [asked !== null]);
  // Conversations are no places that others could go to.
  const spaces = useMemo(
    () => (mine ?? []).flatMap(({ id, name, kind }) => (kind === "team" && name ? [{ id, name }] : [])),
    [mine],
  );
  const titles = useLive((s) => (asked?.kind === "thread" ? s.titles() : NOTHING), [asked?.kind === "thread"]);
  const threads = useMemo(() => {
    const called = new Map((mine ?? []).map(({ id, name }) => [id, name ?? ""]));
    return { here: space, called, all: (titles ?? []).map((one) => ({ ...one, plain: plainly(one.title) })) };
  }, [mine, titles, space]);
  const [forms, setForms] = useState(false);
  // Who types a name before all names are read is offered them when they are.
  const found = useMemo(
    () => (asked ? picksFor(asked, { names, emoji, spaces, threads, templates, forms, say: t }) : []),
    [asked, names, emoji, spaces, threads, templates, forms, t],
  );
  const open = asked && found.length > 0 ? { sought: asked, found, at: Math.min(at, found.length - 1) } : null;
  const now = useRef(open);
  now.current = open;
  const same = (a: Sought | null, b: Sought | null) =>
    a?.kind === b?.kind && a?.typed === b?.typed && a?.back === b?.back;
  return {
    open,
    look(before, { forms, alone }) {
      setForms(forms);
      const offers = { forms, templates: alone && templates.length > 0 };
      const sought = before === null ? null : soughtIn(before, offers);
      begun.current = sought && `${sought.kind} ${(before ?? "").slice(0, -sought.typed.length || undefined)}`;
      if (begun.current !== closed.current) closed.current = null;
      const next = closed.current === null ? sought : null;
      if (same(asked, next)) return;
      ask(next);
      go(0);
    },
    choose(pick) {
      if (asked) choose(pick, asked);
    },
    close() {
      ask(null);
    },
    key(event) {
      const held = now.current;
      if (!held) return false;
      const to = stepped(event.key, held.at, held.found.length);
      if (to !== null) go(to);
      else if (event.key === "Enter" || event.key === "Tab") choose(held.found[held.at] as Pick, held.sought);
      else if (event.key === "Escape") {
        event.stopPropagation();
        closed.current = begun.current;
        ask(null);
      } else return false;
      event.preventDefault();
      return true;
    },
  };
}
