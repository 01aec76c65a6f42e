// To whom a draft was shown, and when, with the way to where it can be talked about; as long as that has not left it can be
// taken back here.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Shown } from "../../sync/api";
import { useLanguage, useT } from "../i18n";
import { useLive, useNow, useSync } from "../live";
import { exactly, when } from "../time";
import css from "./ShowTo.module.css";

/** A line for each person. `undone` is told of what was taken back; without it nothing can be. */
export function ShownTo(props: {
  shown: readonly Shown[];
  undone?(one: Shown): void;
  className?: string;
}): ReactElement | null {
  const { shown, undone, className } = props;
  const names = useLive((s) => s.names(), []);
  const [says, say] = useState<"showing.undone" | "showing.left" | null>(null);
  const t = useT();
  const sync = useSync();
  // Of one person the newest.
  const last = shown.filter((one, i) => !shown.slice(i + 1).some(({ person }) => person === one.person));
  const takeBack = async (one: Shown) => {
    if (!(await sync.undo(one.item))) return say("showing.left");
    // What was shown is in the draft itself.
    await sync.dropDraft(one.item);
    undone?.(one);
    say("showing.undone");
  };
  if (last.length === 0 && !says) return null;
  return (
    <div className={className ?? css.line}>
      <ul className={css.shown}>
        {last.map((one) => (
          <Line
            key={one.person}
            one={one}
            name={names?.people.find(({ id }) => id === one.person)?.name ?? t("person.unknown")}
            takeBack={undone && (() => void takeBack(one))}
          />
        ))}
      </ul>
      <span role="status" className={css.shown}>
        {says && t(says)}
      </span>
    </div>
  );
}

function Line(props: { one: Shown; name: string; takeBack: (() => void) | undefined }): ReactElement {
  const { one, name, takeBack } = props;
  const { space, thread, item, at } = one;
  const t = useT();
  const language = useLanguage();
  const now = new Date(useNow(30_000));
  const how = useLive((s) => s.item(space, item), [space, item])?.waiting?.how;
  const date = new Date(at);
  return (
    <li>
      <Link
        href={`/s/${space}/t/${thread}${item === thread ? "" : `/${item}`}`}
        title={exactly(date, language)}
        dir="auto"
      >
        {t("showing.shown", { name, when: when(date, now, language) })}
      </Link>
      {takeBack && (how === "undoable" || how === "device") && (
        <Button variant="light" h={30} type="button" onClick={takeBack}>
          {t("undo")}
        </Button>
      )}
    </li>
  );
}
