// The days of a calendar file before anything is written: which become days off, which are past, which are planned already, and
// what of the file is left out.
import { Button, Modal } from "@mantine/core";
import { useMemo, useState, type ReactElement } from "react";
import type { PersonRhythmTimeOff } from "../../../generated/types";
import type { Rhythm } from "../../../sync";
import { useFocusBack } from "../../../ui/useFocusBack";
import { Wrong } from "../../settings/parts";
import parts from "../../settings/parts.module.css";
import type { Reader } from "../wording";
import css from "./Days.module.css";
import type { ReadFile } from "./FromFile";
import { PickDays } from "./PickDays";
import { offers, take } from "./taking";
import type { Taking } from "./useTaking";

/** Rows of the list, and of what is past. */
const SHOWN = 200;
const PAST = 30;
const NONE: ReadonlySet<string> = new Set();

/** The dialog. */
export function FileDays(props: {
  file: ReadFile;
  law: Rhythm;
  timeOff: readonly PersonRhythmTimeOff[];
  taking: Taking;
  reader: Reader;
  close: () => void;
}): ReactElement {
  const { file, law, timeOff, taking, reader, close } = props;
  const { t, here, now } = reader;
  const today = here.dayOf(now);
  // What is planned meanwhile is planned here too.
  const all = useMemo(() => offers(file.days, law, today), [file.days, law, today]);
  const title = t("days.file.title", { name: file.name });
  useFocusBack();
  const past = all.filter(({ standing }) => standing === "past");
  const coming = all.filter(({ standing }) => standing !== "past");
  const shown = coming.slice(0, SHOWN);
  const able = shown.filter(({ standing }) => standing === "new");
  const [left, leave] = useState(NONE);
  const chosen = able.filter(({ key }) => !left.has(key));
  const fit = take(timeOff, chosen, today);
  const none = chosen.length === 0;
  const { timed, unread, once, more } = file.found;
  const notes = [
    timed > 0 && t("days.file.timed", { count: timed }),
    unread > 0 && t("days.file.unread", { count: unread }),
    once > 0 && t("days.file.once", { count: once }),
    coming.length > SHOWN && t("days.file.hidden", { count: coming.length - SHOWN }),
    more && t("days.file.more"),
  ].filter((one) => one !== false);
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size={620}
      closeButtonProps={{ "aria-label": t("close"), size: 44, iconSize: 20 }}
      classNames={{ title: parts.dialogTitle, content: parts.dialog, header: parts.dialog, overlay: parts.veil }}
    >
      <p className={css.ask}>{t("days.file.ask")}</p>
      {able.length > 1 && (
        <div className={css.every}>
          <Button variant="subtle" onClick={() => leave(none ? NONE : new Set(able.map(({ key }) => key)))}>
            {t(none ? "days.file.all" : "days.file.noneOf")}
          </Button>
        </div>
      )}
      <PickDays label={title} offers={shown} left={left} leave={leave} reader={reader} />
      {past.length > 0 && (
        <details className={css.past}>
          <summary>{t("days.file.past", { count: past.length })}</summary>
          <PickDays label={title} offers={past.slice(-PAST)} left={NONE} leave={() => {}} reader={reader} />
        </details>
      )}
      {notes.length > 0 && (
        <ul className={css.notes}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <p className={css.room} role="status">
        {fit.over > 0 ? t("days.file.room", { room: fit.taken }) : ""}
      </p>
      <Wrong>{taking.told?.wrong && taking.told.text}</Wrong>
      <div className={parts.dialogButtons}>
        <Button variant="default" onClick={close}>
          {t("cancel")}
        </Button>
        <Button
          loading={taking.busy}
          disabled={fit.taken === 0}
          onClick={() => void taking.plan(chosen).then((went) => went && close())}
        >
          {t("days.file.take", { count: fit.taken })}
        </Button>
      </div>
    </Modal>
  );
}
