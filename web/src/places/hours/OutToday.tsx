// "I am out today", by one press, and back by another; admins say it for somebody who can't.
import { Button } from "@mantine/core";
import { IconDoorEnter, IconDoorExit } from "@tabler/icons-react";
import { useState, type ReactElement } from "react";
import type { Id, Person, PersonRhythmTimeOff } from "../../generated/types";
import { knownRhythm } from "../../sync";
import { useSync } from "../../ui/live";
import { useExplain } from "../settings/act";
import { backOn, offOn, outOn } from "./out";
import type { Told } from "./ToldLine";
import { writtenOff } from "./week";
import { momentOf, type Reader } from "./wording";

/** The button. `tell` is told what was done, and why it could not be. */
export function OutToday(props: {
  account: Id;
  person: Person;
  reader: Reader;
  tell: (told?: Told) => void;
}): ReactElement {
  const { account, person, reader, tell } = props;
  const { t, now } = reader;
  const sync = useSync();
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const whose = person.id === sync.me ? "mine" : "theirs";
  const { name } = person;
  // Of somebody else who has said nothing the server assumes nothing of one's own zone.
  const zone = whose === "mine" ? reader.here.zone : undefined;
  const law = knownRhythm(person.rhythm, zone);
  // Today is a day of theirs.
  const today = law.dayOf(now);
  const all = person.rhythm?.timeOff ?? [];
  const out = offOn(all, today) !== undefined;
  const put = async (timeOff: PersonRhythmTimeOff[], told: Told) => {
    setBusy(true);
    const change = writtenOff(timeOff, person.rhythm, law.zone);
    await sync.change(account, "Person", person.id, "update", change).then(
      () => tell(told),
      (error: unknown) => tell({ text: explain(error), wrong: true }),
    );
    setBusy(false);
  };
  const turn = () => {
    const next = out ? backOn(all, today) : outOn(all, today, whose === "theirs" ? sync.me : undefined);
    const after = knownRhythm({ zone: law.zone, ...person.rhythm, timeOff: next }, zone);
    const moment = momentOf(after.arrival(now), reader);
    const text = t(out ? `hours.out.${whose}.isBack` : `hours.out.${whose}.isOut`, { name, moment });
    void put(next, { text, undo: () => void put(all, { text: t("hours.out.undone") }) });
  };
  const Icon = out ? IconDoorEnter : IconDoorExit;
  return (
    <Button
      variant="default"
      loading={busy}
      leftSection={<Icon size={18} stroke={1.7} aria-hidden="true" />}
      onClick={turn}
    >
      {t(out ? `hours.out.${whose}.back` : `hours.out.${whose}.out`, { name })}
    </Button>
  );
}
