// A text as one edits it: links whose names are not in it get those that one may know.
import { useMemo } from "react";
import type { Live } from "../../sync/api";
import { useLive } from "../live";
import { nameless, pathTo, withNames } from "../references";

const NOTHING: Live<never[]> = { subscribe: () => () => {} };

/** The text with names. */
export function useNames(text: string): string {
  const wanted = useMemo(() => nameless(text), [text]);
  const key = wanted.map(pathTo).join(" ");
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const called = useLive((s) => (wanted.length > 0 ? s.called(wanted) : NOTHING), [key]);
  return useMemo(() => {
    if (!called || called.length !== wanted.length) return text;
    const names = wanted.map((to, i) => [pathTo(to), called[i]?.name ?? ""] as const);
    return withNames(text, new Map(names));
  }, [text, wanted, called]);
}
