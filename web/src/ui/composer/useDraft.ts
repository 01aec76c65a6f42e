// Keeps what is being written as a draft: saved within two seconds, found again on every device, never deleted unless
// its author empties or sends it. What another tab or device writes into the same draft is followed as long as nothing
// was written here since; what comes while one types here is kept as another draft. Of two devices that wrote into one
// draft without knowing of each other, the later one stays.
import { useEffect, useRef, useState } from "react";
import type { Draft, Id } from "../../generated/types";
import type { Attachment, NewItem, Shown } from "../../sync/api";
import { useLive, useSync } from "../live";
import { asked, askIn, type Ask } from "./asks";
import { pickedUp, putDown } from "./leaving";
import { repeatsOf, type Repeats } from "./again";
import { checksOf, type Checks } from "./checking";
import { decidesOf, type Decides } from "./deciding";
import { namedIn, withoutLinks, type Named } from "./mentions";
import { Saves } from "./saves";

/** What stands in a composer. */
export interface Writing {
  title: string;
  /** With plain `@Name`. */
  text: string;
  blobs: Attachment[];
  /** Whom the names in the text mean, where they were chosen. */
  named: Named[];
  /** What it asks; null asks nothing. */
  asks: Ask | null;
  /** The question it answers; null: none, as its author has said; left out: that is not settled. */
  answers?: Id | null;
  /** No day that the text says is to be offered as a date any more. */
  noOffer?: boolean;
  /** To whom it was shown before it left. */
  shown?: Shown[];
  /** How it is decided, where it is a decision. */
  decides?: Decides;
  /** How it asks, where it is a check-in. */
  checks?: Checks;
  /** It is to be said again and again. */
  again?: Repeats;
}

/** Changes what stands in a composer, from what stands there at that moment. */
export type Write = (change: (now: Writing) => Writing) => void;

/** Where a composer stands. */
export interface Place {
  space: Id;
  kind: string;
  parent?: Id;
}

/** Milliseconds after the last key until it is saved. */
const PAUSE = 800;

export const EMPTY: Writing = { title: "", text: "", blobs: [], named: [], asks: null };

/** True if nothing is said. */
export function isEmpty(writing: Writing): boolean {
  return !writing.title.trim() && !writing.text.trim() && writing.blobs.length === 0;
}

/** True if nothing is worth keeping. */
function isBlank(writing: Writing): boolean {
  return isEmpty(writing) && !writing.asks && !writing.decides?.options.some(({ title }) => title.trim());
}

/** What an Item says, as one writes it. */
export function asWriting(item: Record<string, unknown>): Writing {
  const text = (name: string) => (typeof item[name] === "string" ? (item[name] as string) : "");
  const list = <T>(name: string) => (Array.isArray(item[name]) ? (item[name] as T[]) : []);
  const named = [...list<Named>("named"), ...namedIn(text("text"))];
  const answers = item["inAnswerTo"] as Id | null | undefined;
  const shown = list<Shown>("shown");
  const again = repeatsOf(item);
  return {
    title: text("title"),
    text: withoutLinks(text("text")),
    blobs: list("blobs"),
    named,
    asks: askIn(item["expects"], item["urgent"]),
    ...(answers !== undefined && { answers }),
    ...(item["noOffer"] === true && { noOffer: true }),
    ...(shown.length > 0 && { shown }),
    ...(item["kind"] === "decision" && { decides: decidesOf(item) }),
    ...(item["kind"] === "checkin" && { checks: checksOf(item) }),
    ...(again && { again }),
  };
}

const same = (a: Writing, b: Writing) => JSON.stringify(a) === JSON.stringify(b);
/** What is compared with what was written elsewhere; files change by themselves when they are uploaded, but for their names. */
const words = ({ title, text, asks, blobs, decides, checks, again }: Writing) =>
  JSON.stringify([title, text, asks, blobs.map(({ name }) => name), decides, checks, again]);

/** What stands in a draft. */
function itemOf(writing: Writing, kind: string, parent?: Id): NewItem {
  const { title, text, blobs, named, asks, answers, noOffer, shown, decides, checks, again } = writing;
  return {
    ...decides,
    ...checks,
    ...(again && { again }),
    kind,
    text,
    blobs,
    named,
    ...(title && { title }),
    ...(parent && { parentId: parent }),
    ...(asks && asked(asks)),
    ...(answers !== undefined && { inAnswerTo: answers }),
    ...(noOffer && { noOffer }),
    ...(shown && { shown }),
  } as NewItem;
}

/** The writing of a place, and the ways to change it. */
export interface DraftOfPlace {
  /** `null` until the draft is looked up. */
  writing: Writing | null;
  /** Why it came back, if it was sent and could not be published. */
  reason: string | null;
  /** Whether all of it is kept, so that closing the window loses nothing. */
  kept: boolean;
  /** Why it can't be kept. */
  failed: string | null;
  /** Further drafts of this place, such as what was taken back while something else was being written. */
  others: Draft[];
  write: Write;
  /** Puts one of the others below what is written. */
  add(other: Draft): Promise<void>;
  /** Shows it to somebody as it stands; it stays a draft. */
  show(person: Id, as: { first: NewItem; again: NewItem }): Promise<void>;
  /** The same draft, in another Space from now on. */
  move(space: Id): Promise<void>;
  /** Forgets the draft, after it was sent. */
  done(): Promise<void>;
}

/** Follows the draft of a place. */
export function useDraft({ space, kind, parent }: Place): DraftOfPlace {
  const sync = useSync();
  const all = useLive((s) => s.drafts(), []);
  /** Drafts that ended here; for a moment they may still be told. */
  const ended = useRef(new Set<Id>());
  const here = all?.filter(
    ({ id, spaceId, item }) =>
      spaceId === space &&
      item["kind"] === kind &&
      (item["parentId"] ?? undefined) === parent &&
      !ended.current.has(id),
  );
  const [writing, setWriting] = useState<Writing | null>(null);
  const [kept, setKept] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const id = useRef<Id | null>(null);
  /** What stands here now; what was last taken over or saved; whether something is to be saved. */
  const now = useRef<Writing | null>(null);
  const base = useRef<Writing>(EMPTY);
  const unsaved = useRef(false);
  /** The words that this composer took over or saved: anything else was written elsewhere. */
  const seen = useRef(new Set<string>());
  const saves = useRef(new Saves());
  const timer = useRef(0);
  const draft = here?.find((one) => one.id === id.current) ?? (id.current === null ? here?.[0] : undefined);
  const live = useRef(draft);
  live.current = draft;

  const end = (gone: Id) => {
    ended.current.add(gone);
    return sync.dropDraft(gone);
  };

  const show = (next: Writing) => {
    now.current = next;
    setWriting(next);
  };

  useEffect(() => {
    if (draft && saves.current.isOld(words(asWriting(draft.item)))) return;
    if (!here || unsaved.current) return;
    if (now.current && !same(now.current, base.current)) return;
    const next = draft ? asWriting(draft.item) : EMPTY;
    // What is not worth keeping is in no draft, and stands here all the same.
    if (!draft && now.current && isBlank(now.current)) {
      id.current = null;
      base.current = now.current;
      return;
    }
    // A draft that was just saved may not be told yet.
    if (!draft && id.current !== null && now.current !== null && all && !everTold.current.has(id.current)) return;
    id.current = draft?.id ?? null;
    base.current = next;
    seen.current.add(words(next));
    if (!now.current || !same(now.current, next)) show(next);
  });

  /** Drafts that were seen among the live ones: only those can be said to be gone. */
  const everTold = useRef(new Set<Id>());
  useEffect(() => {
    for (const one of here ?? []) everTold.current.add(one.id);
  });

  const save = useRef(async (_to?: Id, _leaves?: boolean) => {});
  save.current = async (to = space, leaves = false) => {
    window.clearTimeout(timer.current);
    const next = now.current;
    if (!next || (!unsaved.current && to === space)) return;
    unsaved.current = false;
    try {
      if (isBlank(next)) {
        const old = id.current;
        id.current = null;
        base.current = next;
        saves.current.forget();
        if (old) await end(old);
        return;
      }
      // Somebody else wrote into it since it was taken over: then this is another one.
      const theirs = live.current && live.current.id === id.current ? asWriting(live.current.item) : null;
      if (theirs && !seen.current.has(words(theirs)) && words(theirs) !== words(next)) id.current = null;
      id.current ??= sync.newId("i");
      base.current = next;
      seen.current.add(words(next));
      saves.current.add(words(next));
      const draft = { id: id.current, spaceId: to, item: itemOf(next, kind, parent) };
      if (leaves) putDown(sync.me, draft);
      await sync.saveDraft(draft);
      if (leaves) pickedUp(sync.me, draft.id);
      setFailed(null);
      setKept(!unsaved.current);
    } catch (error) {
      unsaved.current = true;
      saves.current.forget();
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };

  useEffect(() => {
    const leaving = () => void save.current(undefined, true);
    const hidden = () => document.visibilityState === "hidden" && leaving();
    window.addEventListener("pagehide", leaving);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("pagehide", leaving);
      document.removeEventListener("visibilitychange", hidden);
      leaving();
    };
  }, []);

  const write: Write = (change) => {
    setKept(false);
    unsaved.current = true;
    show(change(now.current ?? EMPTY));
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void save.current(), PAUSE);
  };

  return {
    writing,
    reason: draft?.reason ?? null,
    kept,
    failed,
    others: (here ?? []).filter((one) => one.id !== id.current && one !== draft),
    write,
    async add(other) {
      const more = asWriting(other.item);
      write((held) => ({
        title: held.title || more.title,
        text: [held.text.trimEnd(), more.text].filter(Boolean).join("\n\n"),
        blobs: [...held.blobs, ...more.blobs],
        named: [...held.named, ...more.named],
        asks: held.asks ?? more.asks,
        answers: held.answers ?? more.answers,
        ...(more.shown && { shown: [...(held.shown ?? []), ...more.shown] }),
      }));
      await save.current();
      await end(other.id);
    },
    async show(person, as) {
      await save.current();
      const writing = now.current;
      if (!id.current || !writing) return;
      const draft = { id: id.current, spaceId: space, item: itemOf(writing, kind, parent) };
      const shown = await sync.showDraft(draft, person, as);
      // What was typed meanwhile knows of it too.
      write((held) => ({ ...held, shown }));
      await save.current();
    },
    async move(to) {
      if (now.current && !isBlank(now.current)) await save.current(to);
    },
    async done() {
      window.clearTimeout(timer.current);
      unsaved.current = false;
      const old = id.current;
      id.current = null;
      base.current = EMPTY;
      saves.current.forget();
      setKept(false);
      show(EMPTY);
      if (old) await end(old);
    },
  };
}
