// Who will be able to read something where it is to go, beside those who can read it now: said before it is done.
import type { ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive } from "../../ui/live";
import { useIsPublic } from "../../ui/Public";
import css from "./Moving.module.css";

/** So many are named. */
const NAMED = 5;

/** Persons, not groups, who are in the Space. */
export const inside = (members: readonly Member[]): Member[] =>
  members.filter(({ id, role }) => role !== "none" && id.startsWith("p"));

/** Names, and how many more. */
export function useNames(): (people: ReadonlyArray<{ name?: string }>) => string {
  const t = useT();
  const language = useLanguage();
  return (people) => {
    const shown = people.slice(0, NAMED).map(({ name }) => name || t("person.unknown"));
    const rest = people.length - shown.length;
    return new Intl.ListFormat(language).format(rest > 0 ? [...shown, t("readers.rest", { rest })] : shown);
  };
}

/** From a Space to another one, or to the same. */
export function Readers({ from, to, name }: { from: Id; to: Id; name: string }): ReactElement | null {
  const t = useT();
  const names = useNames();
  const before = useLive((s) => s.members(from), [from]);
  const after = useLive((s) => s.members(to), [to]);
  const open = useLive((s) => s.space(to), [to])?.whoMayJoin === "members";
  const isPublic = useIsPublic(to);
  if (!before || !after) return null;
  const [now, then] = [inside(before), inside(after)];
  const without = (some: readonly Member[], others: readonly Member[]) =>
    some.filter(({ id }) => !others.some((other) => other.id === id));
  const [gain, lose] = [without(then, now), without(now, then)];
  return (
    <div className={css.readers} role="status">
      <p>{t(from === to ? "readers.same" : "readers.all", { count: then.length, space: name })}</p>
      {gain.length > 0 && <p>{t("readers.gain", { names: names(gain), count: gain.length })}</p>}
      {lose.length > 0 && <p className={css.lose}>{t("readers.lose", { names: names(lose), count: lose.length })}</p>}
      {from !== to && gain.length + lose.length === 0 && <p>{t("readers.equal")}</p>}
      {from !== to && isPublic && <p className={css.lose}>{t("public.moves", { space: name })}</p>}
      {from !== to && open && <p>{t("readers.open", { space: name })}</p>}
    </div>
  );
}
