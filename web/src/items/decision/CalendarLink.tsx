// A file for one's calendar, made here: it goes nowhere but to this device.
import { IconCalendarDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { useSync } from "../../ui/live";
import css from "./Decision.module.css";
import { calendarFile } from "./ics";
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
    const title = item.title ?? t("kind.decision");
    const file = calendarFile({ uid: `${item.id}@${location.hostname}`, at, made: sync.now(), title, text, url });
    const address = URL.createObjectURL(new Blob([file], { type: "text/calendar;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: `${item.id}.ics` });
    link.click();
    // The browser has taken it up by then.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
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
