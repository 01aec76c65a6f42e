// Who reads what is sent in a Space, in a sentence.
import type { Id } from "../../generated/types";
import { useT } from "../i18n";
import { useLive } from "../live";
import { useIsPublic } from "../Public";

/** Stands above Send. */
export function useReaders(space: Id): string {
  const t = useT();
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  if (useIsPublic(space)) return t("public.writes");
  const name = membership?.name || t("space.untitled");
  return t(membership?.kind === "direct" ? "thread.readersDirect" : "thread.readers", { space: name });
}
