// Planning time off, or changing what is planned: two days, a note, and what they mean for what arrives.
import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useId, useRef, useState, type FormEvent, type ReactElement } from "react";
import type { Id, Person, PersonRhythmTimeOff } from "../../generated/types";
import { useSync } from "../../ui/live";
import { useFocusBack } from "../../ui/useFocusBack";
import { useAct } from "../settings/act";
import form from "../settings/form.module.css";
import { Wrong } from "../settings/parts";
import parts from "../settings/parts.module.css";
import { rhythmOf } from "../../sync";
import css from "./Hours.module.css";
import { withTimeOff, writtenOff } from "./week";
import { hasHours } from "./axis";
import { offIn } from "./out";
import { dayNumber, offWords, rangeWords, type Reader } from "./wording";

/** `old`: what is changed. `close` is told what was done, if something was. */
export function PlanTimeOff(props: {
  account: Id;
  me: Person;
  /** Of whom one can cover. */
  people: readonly Person[];
  old: PersonRhythmTimeOff | undefined;
  reader: Reader;
  close: (said?: string) => void;
}): ReactElement {
  const { account, me, people, old, reader, close } = props;
  const { t, here, now } = reader;
  const sync = useSync();
  const act = useAct();
  useFocusBack();
  const id = useId();
  const [from, setFrom] = useState(old?.from ?? "");
  const [to, setTo] = useState(old?.to ?? "");
  const [note, setNote] = useState(old?.note ?? "");
  const [deputy, setDeputy] = useState(old?.coveredBy ?? "");
  const [first, last] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];

  const timeOff = withTimeOff(me.rhythm?.timeOff ?? [], old, {
    from,
    to,
    note: note.trim() || null,
    coveredBy: deputy || null,
  });
  const law = from && to && from <= to ? rhythmOf({ zone: here.zone, ...me.rhythm, timeOff }) : null;
  const means = law && dayNumber(to) >= here.dayOf(now) ? offWords(from, to, law, reader) : "";
  const others = people
    .filter((one) => one.id !== me.id && hasHours(one))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const covering = others.find((one) => one.id === deputy);
  const away = covering && from && to && from <= to ? offIn(covering.rhythm?.timeOff ?? [], from, to) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = !from
      ? "first"
      : !to
        ? "last"
        : to < from
          ? "order"
          : dayNumber(to) < here.dayOf(now)
            ? "over"
            : undefined;
    if (wrong) {
      act.say(t(`hours.off.wrong.${wrong}`));
      (wrong === "first" ? first : last).current?.focus();
      return;
    }
    const change = writtenOff(timeOff, me.rhythm, here.zone);
    if (await act.run(() => sync.change(account, "Person", sync.me, "update", change))) {
      close(t("hours.off.saved", { means }));
    }
  };
  const describedBy = act.wrong ? `${id}-wrong` : undefined;
  return (
    <Modal
      opened
      onClose={() => close()}
      title={t(old ? "hours.off.changeTitle" : "hours.off.plan")}
      size={520}
      closeButtonProps={{ "aria-label": t("close"), size: 44, iconSize: 20 }}
      classNames={{ title: parts.dialogTitle, content: parts.dialog, header: parts.dialog, overlay: parts.veil }}
    >
      <form className={`${parts.field} ${form.form} ${css.plan}`} onSubmit={(event) => void submit(event)} noValidate>
        <div className={css.two}>
          <TextInput
            ref={first}
            type="date"
            label={t("hours.off.first")}
            value={from}
            aria-describedby={describedBy}
            data-autofocus
            onChange={({ currentTarget: { value } }) => {
              setFrom(value);
              act.say(undefined);
            }}
            // Most often one means the days from there on.
            onBlur={() => setTo((typed) => typed || from)}
          />
          <TextInput
            ref={last}
            type="date"
            label={t("hours.off.last")}
            value={to}
            min={from}
            aria-describedby={describedBy}
            onChange={({ currentTarget: { value } }) => {
              setTo(value);
              act.say(undefined);
            }}
          />
        </div>
        <TextInput
          label={t("hours.off.note")}
          description={t("hours.off.noteHint")}
          value={note}
          maxLength={250}
          autoComplete="off"
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <NativeSelect
          size="md"
          label={t("hours.off.cover")}
          description={t("hours.off.coverHint")}
          value={deputy}
          data={[
            { value: "", label: t("hours.off.coverNone") },
            ...others.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(event) => setDeputy(event.currentTarget.value)}
        />
        <p className={css.means} role="status">
          {[
            means,
            covering &&
              away &&
              t("hours.off.coverAway", { name: covering.name, days: rangeWords(away.from, away.to, reader) }),
          ]
            .filter(Boolean)
            .join(" ")}
        </p>
        <Wrong id={`${id}-wrong`}>{act.wrong}</Wrong>
        <div className={parts.dialogButtons}>
          <Button variant="default" onClick={() => close()}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={act.busy}>
            {t(old ? "save" : "hours.off.plan")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
