// What the search says of itself: how many, from where, how far, what is wrong with a part, and what would help.
import { Button, VisuallyHidden } from "@mantine/core";
import type { ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { Notice } from "../../ui/Notice";
import type { Directory } from "./directory";
import type { Chip, Query } from "./query";
import css from "./States.module.css";
import type { Standing } from "./useFound";
import { chipWords, issueOf } from "./wording";

/** One line above the results; the number is told to screen readers too, once it stands. */
export function Says({ standing, take, said }: { standing: Standing; take(): void; said: string }): ReactElement {
  const t = useT();
  const { how, found, why, late, stale } = standing;
  const settled = how === "done" && !stale && found !== undefined;
  const count = found && t(found.totalIsCapped ? "search.resultsCapped" : "search.results", { total: found.total });
  const covers = found?.covers;
  const things = covers?.things ?? 0;
  const lines: string[] = [];
  if (settled && why === "slow") lines.push(t("search.slow"));
  else if (settled && why) lines.push(t(why === "offline" ? "search.offline" : "search.cannot", { things }));
  if (settled && covers && !covers.whole) lines.push(t("search.reading", { things }));
  if (settled && covers?.older) lines.push(t("search.older"));
  const reading = settled ? found.catchingUp : null;
  return (
    <div className={css.says}>
      <VisuallyHidden role="status" aria-live="polite">
        {settled ? count : said}
      </VisuallyHidden>
      <VisuallyHidden role="status" aria-live="polite">
        {settled ? said : ""}
      </VisuallyHidden>
      {settled && found.total > 0 && <p>{count}</p>}
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {reading && (
        <div className={css.catching}>
          <p>{t("search.catchingUp", { part: Math.floor((100 * reading.done) / Math.max(reading.total, 1)) })}</p>
          <progress value={reading.done} max={Math.max(reading.total, 1)} aria-label={t("search.searching")} />
        </div>
      )}
      {late && (
        <p className={css.late}>
          <span>{t("search.answered", { total: late.total })}</span>
          <Button variant="light" h={32} onClick={take}>
            {t("search.show")}
          </Button>
        </p>
      )}
    </div>
  );
}

/** What is wrong with parts of the search, and whom one may have meant. */
export function Issues(props: {
  chips: readonly Chip[];
  directory: Directory;
  choose(chip: Chip, id: string): void;
}): ReactElement | null {
  const { chips, directory, choose } = props;
  const t = useT();
  const issues = chips.map((chip) => issueOf(chip, directory, t)).filter((issue) => issue !== undefined);
  if (issues.length === 0) return null;
  return (
    <div className={css.issues} role="status">
      {issues.map(({ chip, says, choices }) => (
        <div key={`${chip.op} ${chip.value}`}>
          <p>{says}</p>
          {choices.map(({ id, name, hint }) => (
            <Button key={id} variant="default" h={32} onClick={() => choose(chip, id)}>
              <span dir="auto">{hint ? `${name} · ${hint}` : name}</span>
            </Button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Nothing fits: what may be left out. */
export function NothingFound(props: {
  query: Query;
  directory: Directory;
  remove(at: number): void;
  only(word: string): void;
}): ReactElement {
  const { query, directory, remove, only } = props;
  const t = useT();
  const words = query.text.split(/\s+/).filter((word) => /^[\p{L}\p{N}]{3}/u.test(word));
  const longest = words.toSorted((a, b) => b.length - a.length)[0];
  return (
    <Notice
      title={t("search.none")}
      action={
        <div className={css.widen}>
          {query.chips.map((chip, i) => (
            <Button key={`${chip.op} ${chip.value}`} variant="default" h={36} onClick={() => remove(i)}>
              {t("search.without", { what: chipWords(chip, directory, t) })}
            </Button>
          ))}
          {longest && (words.length > 1 || query.chips.length > 0) && (
            <Button variant="default" h={36} onClick={() => only(longest)}>
              {t("search.firstWord", { word: longest })}
            </Button>
          )}
        </div>
      }
    >
      {t(query.chips.length + words.length > 1 ? "search.noneWhy" : "search.noneWords")}
    </Notice>
  );
}
