// Keeps what is being written as a draft: saved within two seconds, found again on every device, never deleted unless
// its author empties or sends it.
import { useEffect, useRef, useState } from "react";
import type { Id } from "../../generated/types";
import type { Attachment, NewItem } from "../../sync/api";
import { useLive, useSync } from "../live";

/** What stands in a composer. */
export interface Writing {
  title: string;
  text: string;
  blobs: Attachment[];
}

/** Where a composer stands: there is one draft for each. */
export interface Place {
  space: Id;
  kind: string;
  parent?: Id;
}

/** Milliseconds after the last key until it is saved. */
const PAUSE = 800;

export const EMPTY: Writing = { title: "", text: "", blobs: [] };

/** True if nothing is worth keeping. */
export function isEmpty(writing: Writing): boolean {
  return !writing.title.trim() && !writing.text.trim() && writing.blobs.length === 0;
}

function readDraft(item: Record<string, unknown>): Writing {
  const text = (name: string) => (typeof item[name] === "string" ? (item[name] as string) : "");
  const blobs = Array.isArray(item["blobs"]) ? (item["blobs"] as Attachment[]) : [];
  return { title: text("title"), text: text("text"), blobs };
}

/** The writing of a place, and the way to change it. `null` until the draft is looked up. */
export function useDraft({ space, kind, parent }: Place): {
  writing: Writing | null;
  /** Why it came back, if it was sent and could not be published. */
  reason: string | null;
  /** Whether all of it is kept, so that closing the window loses nothing. */
  kept: boolean;
  write(next: Writing): void;
  /** Forgets the draft, after it was sent. */
  done(): Promise<void>;
} {
  const sync = useSync();
  const drafts = useLive((s) => s.drafts(), []);
  const draft = drafts?.find(
    ({ spaceId, item }) => spaceId === space && item["kind"] === kind && (item["parentId"] ?? undefined) === parent,
  );
  const [writing, setWriting] = useState<Writing | null>(null);
  const id = useRef<Id | null>(null);
  const unsaved = useRef<Writing | null>(null);
  const [kept, setKept] = useState(false);
  const timer = useRef(0);

  // Taken over once at the beginning, and later whenever there is nothing here that it could overwrite.
  useEffect(() => {
    if (!drafts) return;
    setWriting((held) => {
      if (held && !isEmpty(held)) return held;
      if (!draft) return held ?? EMPTY;
      if (unsaved.current) return held;
      id.current = draft.id;
      return readDraft(draft.item);
    });
  }, [drafts, draft]);

  const save = useRef(async () => {});
  save.current = async () => {
    window.clearTimeout(timer.current);
    const next = unsaved.current;
    if (!next) return;
    unsaved.current = null;
    if (isEmpty(next)) {
      const old = id.current;
      id.current = null;
      if (old) await sync.dropDraft(old);
      return;
    }
    id.current ??= sync.newId("i");
    const item: NewItem = { kind, text: next.text, blobs: next.blobs };
    if (next.title) item.title = next.title;
    if (parent) item.parentId = parent;
    await sync.saveDraft({ id: id.current, spaceId: space, item });
    setKept(unsaved.current === null);
  };

  useEffect(() => {
    const now = () => void save.current();
    const hidden = () => document.visibilityState === "hidden" && now();
    window.addEventListener("pagehide", now);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("pagehide", now);
      document.removeEventListener("visibilitychange", hidden);
      now();
    };
  }, []);

  return {
    writing,
    reason: draft?.reason ?? null,
    kept,
    write(next) {
      setKept(false);
      setWriting(next);
      unsaved.current = next;
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void save.current(), PAUSE);
    },
    async done() {
      window.clearTimeout(timer.current);
      unsaved.current = null;
      const old = id.current;
      id.current = null;
      setKept(false);
      setWriting(EMPTY);
      if (old) await sync.dropDraft(old);
    },
  };
}
