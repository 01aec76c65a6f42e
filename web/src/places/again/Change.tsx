// Changes what comes again: its words, and how often it comes.
import { Button } from "@mantine/core";
import { useId, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ScheduleView } from "../../sync/api";
import { repeatsFault, repeatsIn, ruleOf } from "../../ui/composer/again";
import { AgainPanel } from "../../ui/composer/AgainPanel";
import { useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { useHours } from "../hours/useHours";
import css from "./Again.module.css";

/** What opens below it. What is not changed stays, also a rule that can't be chosen here. */
export function Change({ space, one, close }: { space: Id; one: ScheduleView; close(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const now = useNow(60_000);
  const { mine } = useHours();
  const id = useId();
  const [title, setTitle] = useState(one.item.title ?? "");
  const [text, setText] = useState(one.item.text ?? "");
  const [before] = useState(() => repeatsIn(one, sync.now(), sync.again.next));
  const [again, set] = useState(before);
  const [wrong, tell] = useState<string | null>(null);
  const save = async () => {
    const anew = again && JSON.stringify(again) !== JSON.stringify(before) ? again : undefined;
    const fault = anew
      ? repeatsFault(anew, null, mine, sync.now(), sync.again.next)
      : title.trim()
        ? null
        : "again.fault.title";
    if (fault) return tell(t(fault));
    const rule = anew && ruleOf(anew, mine.zone);
    await sync.again.change(space, one.id, {
      ...(title.trim() !== (one.item.title ?? "") && { "item/title": title.trim() }),
      ...(text !== (one.item.text ?? "") && { "item/text": text }),
      ...rule,
    });
    close();
  };
  return (
    <form
      className={css.change}
      aria-label={t("again.change")}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <label htmlFor={`${id}-title`}>{t("composer.title")}</label>
      <input
        id={`${id}-title`}
        value={title}
        maxLength={140}
        dir="auto"
        onChange={(event) => setTitle(event.target.value)}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens to be written into
        autoFocus
      />
      <label htmlFor={`${id}-text`}>{t("write.text")}</label>
      <textarea id={`${id}-text`} rows={4} value={text} dir="auto" onChange={(event) => setText(event.target.value)} />
      {before && <AgainPanel must again={again} set={set} mine={mine} now={now} />}
      {wrong && (
        <p className={css.wrong} role="alert">
          {wrong}
        </p>
      )}
      <div className={css.acts}>
        <Button type="submit" h={34} variant="default">
          {t("save")}
        </Button>
        <Button type="button" h={34} variant="subtle" onClick={close}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
