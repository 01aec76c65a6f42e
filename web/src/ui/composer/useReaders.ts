// Who reads what is sent in a Space, in a sentence, and when nobody does yet.
import type { Id } from "../../generated/types";
import { useLanguage, useT } from "../i18n";
import { useLive, useNow } from "../live";
import { moment, type KnownHours } from "../reach";
import { useIsPublic } from "../Public";

/** Stands above Send. */
export function useReaders(space: Id): string {
  const t = useT();
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  if (useIsPublic(space)) return t("public.writes");
  const name = membership?.name || t("space.untitled");
  return t(membership?.kind === "direct" ? "thread.readersDirect" : "thread.readers", { space: name });
}

/** Of an answer to a check-in that is sealed: until when nobody reads it; undefined of all else. */
export function useSealed(space: Id, question: Id | null | undefined, { mine }: KnownHours): string | undefined {
  const t = useT();
  const language = useLanguage();
  const now = useNow(30_000);
  const item = useLive((s) => s.item(space, question ?? ""), [space, question]);
  const until = item?.sealed && !item.closed && item.closesAt ? Date.parse(item.closesAt) : 0;
  return until > now ? t("checkin.sealedHere", { when: moment(until, mine, now, language, t) }) : undefined;
}
