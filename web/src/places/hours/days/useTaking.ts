// Plans days off that were chosen, says what came of it, and takes them back.
import { useEffect, useRef, useState } from "react";
import type { Id, Person } from "../../../generated/types";
import { useSync } from "../../../ui/live";
import { useExplain } from "../../settings/act";
import type { Told } from "../ToldLine";
import { keyOf, writtenOff } from "../week";
import type { Reader } from "../wording";
import type { DaysOff } from "./daysOff";
import { take } from "./taking";

/** Of one's own days off. */
export interface Taking {
  busy: boolean;
  told: Told | undefined;
  tell(told?: Told): void;
  /** Whether it went well. */
  plan(chosen: readonly DaysOff[]): Promise<boolean>;
}

/** For a place that offers days. */
export function useTaking(account: Id, me: Person, { t, here, now }: Reader): Taking {
  const sync = useSync();
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const [told, tell] = useState<Told>();
  // What is taken back is taken out of what is there then.
  const latest = useRef(me);
  useEffect(() => {
    latest.current = me;
  }, [me]);
  const put = async (timeOff: NonNullable<NonNullable<Person["rhythm"]>["timeOff"]>, done: Told) => {
    setBusy(true);
    const change = writtenOff(timeOff, latest.current.rhythm, here.zone);
    const wrong = await sync.change(account, "Person", sync.me, "update", change).then(
      () => undefined,
      (error: unknown) => explain(error),
    );
    setBusy(false);
    tell(wrong === undefined ? done : { text: wrong, wrong: true });
    return wrong === undefined;
  };
  const plan = async (chosen: readonly DaysOff[]) => {
    const before = latest.current.rhythm?.timeOff ?? [];
    const { timeOff, taken, over, letGo } = take(before, chosen, here.dayOf(now));
    if (taken === 0) {
      tell({ text: t("days.full"), wrong: true });
      return false;
    }
    const were = new Set(before.map(keyOf));
    const added = new Set(timeOff.map(keyOf).filter((key) => !were.has(key)));
    const left = new Set(timeOff.map(keyOf));
    const gone = before.filter((one) => !left.has(keyOf(one)));
    const undo = () => {
      const rest = (latest.current.rhythm?.timeOff ?? []).filter((one) => !added.has(keyOf(one)));
      void put([...gone, ...rest], { text: t("days.undone") });
    };
    const text = [
      t("days.kept", { count: taken }),
      over > 0 && t("days.over", { count: over }),
      letGo > 0 && t("days.letGo", { count: letGo }),
    ];
    return put(timeOff, { text: text.filter(Boolean).join(" "), undo });
  };
  return { busy, told, tell, plan };
}
