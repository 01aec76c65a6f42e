// Days of a calendar file: chosen or dropped, looked at before anything is written, and planned.
import { Button } from "@mantine/core";
import { IconCalendarDown } from "@tabler/icons-react";
import { useId, useRef, useState, type DragEvent, type ReactElement } from "react";
import type { PersonRhythmTimeOff } from "../../../generated/types";
import type { Rhythm } from "../../../sync";
import { bytes } from "../../../ui/time";
import { Row, Wrong } from "../../settings/parts";
import parts from "../../settings/parts.module.css";
import type { Reader } from "../wording";
import css from "./Days.module.css";
import type { DaysOff } from "./daysOff";
import { FileDays } from "./FileDays";
import type { Found } from "./ics";
import { readFile, type Unread } from "./readFile";
import { MOST_BYTES } from "./slim";
import { daysIn } from "./stretches";
import { offers } from "./taking";
import type { Taking } from "./useTaking";

/** A file that was read. */
export interface ReadFile {
  name: string;
  found: Found;
  /** Those between two hours among them. */
  days: DaysOff[];
}

/** The row. */
export function FromFile(props: {
  law: Rhythm;
  taking: Taking;
  timeOff: readonly PersonRhythmTimeOff[];
  reader: Reader;
}): ReactElement {
  const { law, taking, timeOff, reader } = props;
  const { t, language, here, now } = reader;
  const label = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, hover] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, say] = useState<string>();
  const [read, show] = useState<ReadFile>();
  const today = here.dayOf(now);
  const whyNot = (why: Unread | "empty", name: string) =>
    t(`days.file.${why}`, { name, ...(why === "large" && { most: bytes(MOST_BYTES, language) }) });
  const take = async (file: File | undefined) => {
    if (!file || busy) return;
    say(undefined);
    taking.tell();
    setBusy(true);
    const found = await readFile(file, today);
    setBusy(false);
    if (typeof found === "string") return say(whyNot(found, file.name));
    const between = found.stretches.map((one) => daysIn(one, law));
    const days = [...found.days, ...between.filter((one) => one !== undefined)];
    if (offers(days, law, today).every(({ standing }) => standing === "past")) return say(whyNot("empty", file.name));
    const timed = found.timed + between.filter((one) => one === undefined).length;
    show({ name: file.name, found: { ...found, timed }, days });
  };
  const drag = (event: DragEvent) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    hover(event.type !== "dragleave");
  };
  return (
    <div
      className={css.door}
      data-over={over || undefined}
      onDragOver={drag}
      onDragLeave={drag}
      onDrop={(event) => {
        event.preventDefault();
        hover(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      <Row label={t("days.file")} hint={t("days.file.hint")} labelId={label}>
        <div className={parts.buttons}>
          <Button
            variant="default"
            loading={busy}
            leftSection={<IconCalendarDown size={18} stroke={1.7} aria-hidden="true" />}
            onClick={() => input.current?.click()}
          >
            {t("days.file.choose")}
          </Button>
          <span className={css.drop}>{t("days.file.drop")}</span>
        </div>
        <input
          ref={input}
          type="file"
          accept=".ics,.ical,.ifb,text/calendar"
          hidden
          aria-labelledby={label}
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            // The same one can be chosen again.
            event.currentTarget.value = "";
          }}
        />
        <p className={parts.said} role="status">
          {busy ? t("days.file.reading") : ""}
        </p>
        <Wrong>{wrong}</Wrong>
      </Row>
      {read && (
        <FileDays
          file={read}
          law={law}
          timeOff={timeOff}
          taking={taking}
          reader={reader}
          close={() => show(undefined)}
        />
      )}
    </div>
  );
}
