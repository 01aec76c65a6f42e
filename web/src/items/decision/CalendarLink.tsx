// A file for one's calendar, made here: it goes nowhere but to this device.
import { IconCalendarDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { calendarFile, saveFile } from "../../ui/calendarFile";
import { useSync } from "../../ui/live";
import css from "./Decision.module.css";
import { outcomeWords, type Reader } from "./words";

/** Looks like the links around it. */
export function CalendarLink({ space, item, reader }: { space: Id; item: ItemView; reader: Reader }): ReactElement {
  const { t } = reader;
  const sync = useSync();
  const save = () => {
    const url = `${location.origin}/s/${space}/i/${item.id}`;
    const options = (item.options ?? []).map(({ title }) => `- ${title}`).join("\n");
    const text = [outcomeWords(item, reader), item.excerpt, item.outcome ? "" : options].filter(Boolean).join("\n\n");
    const at = item.outcome?.at ?? item.closesAt ?? item.createdAt;
    const summary = item.title ?? t("kind.decision");
    const uid = `${item.id}@${location.hostname}`;
    saveFile(`${item.id}.ics`, "text/calendar", calendarFile({ uid, now: sync.now(), summary, at, text, url }));
  };
  return (
    <p className={css.line}>
      <button type="button" className={css.file} onClick={save}>
        <IconCalendarDown size={16} stroke={1.7} aria-hidden="true" />
        {t("decision.calendar")}
      </button>
    </p>
  );
}
