// Changes what was asked and sent: chosen as while one writes, and saved by a button, since others are told of it.
import { Button } from "@mantine/core";
import { useId, useMemo, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import { askedBy } from "../../sync";
import { AskPanel } from "../../ui/composer/AskPanel";
import { askIn, faultOf, namesInLine } from "../../ui/composer/asks";
import { calledBy, peopleOf } from "../../ui/composer/mentions";
import { Reaches } from "../../ui/composer/Reaches";
import { useNamed } from "../../ui/composer/useNamed";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow, useSync } from "../../ui/live";
import { reached } from "../../ui/reach";
import { useDesk } from "./desk";
import css from "./Question.module.css";

/** The panel below the question; `close` when it is saved or left as it is. */
export function ChangeQuestion({ item, close }: { item: ItemView; close(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = useNow(60_000);
  const { space, members: byId, hours } = useDesk();
  const all = useMemo(() => [...byId.values()], [byId]);
  const members = useNamed(all);
  // What it asks when the panel opens is what is changed: another change since is met by its version.
  const [start] = useState({ ask: askIn(item.expects), version: item.version });
  const [ask, set] = useState(start.ask);
  const [wrong, setWrong] = useState<string | null>(null);
  const id = useId();
  const nameOf = (one: Id) => {
    const found = members.find((member) => member.id === one) ?? byId.get(one);
    return found ? calledBy(one, found.name) : t("person.unknown");
  };
  const was = askedBy(item);
  const asked = peopleOf(ask?.of ?? [], members);
  const people = (ids: readonly Id[]) => {
    const others = ids.filter((one) => one !== sync.me && one.startsWith("p"));
    return reached(
      others.map((one) => ({ id: one, name: nameOf(one) })),
      hours,
      now,
    );
  };
  const gave = Object.keys(item.answers);
  const leaves = was.some((one) => !asked.includes(one) && !gave.includes(one));

  const save = async () => {
    if (JSON.stringify(ask) === JSON.stringify(start.ask)) return close();
    const fault = ask && faultOf(ask, members, sync.me, now);
    if (fault) return setWrong(t(fault));
    try {
      await sync.edit(space, item.id, { expects: ask }, start.version);
      close();
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <div className={css.change} role="group" aria-label={t("asking.changing")}>
      <AskPanel
        id={id}
        ask={ask}
        set={(next) => {
          setWrong(null);
          set(next);
        }}
        members={members.filter((member) => member.id !== sync.me)}
        proposed={[]}
        nameOf={nameOf}
        mine={hours.mine}
        now={now}
        close={close}
        fixed={gave.length > 0 ? t("asking.fixed", { names: namesInLine(gave.map(nameOf), language, t) }) : undefined}
        ends={
          <>
            <Reaches
              all={people(asked.filter((one) => !was.includes(one)))}
              asked={people(asked.filter((one) => !gave.includes(one)))}
              by={ask?.by ?? null}
              anyOne={ask?.anyOne}
              hours={hours}
              now={now}
              members={members}
              use={(by) => ask && set({ ...ask, by })}
            />
            {leaves && <p className={css.unasked}>{t("asking.tells")}</p>}
            {wrong && (
              <p className={css.wrong} role="alert">
                {wrong}
              </p>
            )}
            <div className={css.ends}>
              <Button variant="subtle" type="button" onClick={close}>
                {t("cancel")}
              </Button>
              <Button type="button" onClick={() => void save()}>
                {t("save")}
              </Button>
            </div>
          </>
        }
      />
    </div>
  );
}
