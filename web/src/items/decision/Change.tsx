// Its author changes who decides and when it ends. What somebody has said stays said.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import css from "../../ui/composer/Asking.module.css";
import { AskWhom } from "../../ui/composer/AskWhom";
import { decidesOf, decidingFault } from "../../ui/composer/deciding";
import { Ends } from "../../ui/composer/Ends";
import { calledBy, peopleOf } from "../../ui/composer/mentions";
import { useNamed } from "../../ui/composer/useNamed";
import { useSync } from "../../ui/live";
import type { Reader } from "./words";

/** What opens below the decision. */
export function Change(props: {
  space: Id;
  item: ItemView;
  members: readonly Member[];
  reader: Reader & { hours(id: Id): Reader["mine"] | undefined };
  close(): void;
}): ReactElement {
  const { space, item, members: all, reader, close } = props;
  const { t, now, mine } = reader;
  const sync = useSync();
  const members = useNamed(all);
  const [of, ask] = useState<Id[]>(item.expects?.of ?? []);
  const [by, until] = useState(item.expects?.by ?? null);
  const [minutes, count] = useState(item.workingMinutes ?? null);
  const [wrong, tell] = useState<string | null>(null);
  const nameOf = (id: Id) => {
    if (id === sync.me) return t("you");
    const found = members.find((one) => one.id === id) ?? all.find((one) => one.id === id);
    return found ? calledBy(id, found.name) : t("person.unknown");
  };
  const save = async () => {
    const decides = { ...decidesOf({ ...item }), workingMinutes: minutes };
    const fault = decidingFault(decides, { what: "decision", of, by }, members, now);
    if (fault) return tell(t(fault));
    await sync.decide(space, item.id, { change: { of, by: minutes === null ? by : null, minutes } });
    close();
  };
  const begun = Object.values(item.countsFrom ?? {}).map((at) => Date.parse(at));
  return (
    <div className={css.panel} role="group" aria-label={t("decision.change")}>
      <AskWhom of={of} change={ask} members={members} proposed={[]} nameOf={nameOf} legend={t("decision.who")} />
      <Ends
        rule={item.rule === "consent" ? "consent" : "vote"}
        minutes={minutes}
        by={by}
        voters={peopleOf(of, members).filter((id) => id.startsWith("p"))}
        set={(change) => {
          tell(null);
          if (change.minutes !== undefined) count(change.minutes);
          if (change.by !== undefined) until(change.by);
        }}
        nameOf={nameOf}
        hours={{ mine, of: reader.hours }}
        from={begun.length > 0 ? Math.min(...begun) : now}
        now={now}
      />
      {wrong && (
        <p className={css.past} role="alert">
          {wrong}
        </p>
      )}
      <div className={css.choices}>
        <Button type="button" h={34} variant="default" onClick={() => void save()}>
          {t("decision.change.save")}
        </Button>
        <Button type="button" h={34} variant="subtle" onClick={close}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}
