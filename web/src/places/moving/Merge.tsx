// A thread becomes a part of another one, which is chosen by typing.
import { useMemo, useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import type { Whole } from "../thread/desk";
import { Choose, type Option } from "./Choose";
import { Frame } from "./Frame";
import css from "./Moving.module.css";
import { Readers } from "./Readers";
import { idsOf, useMove } from "./useMove";
import { useSpaceOptions } from "./useSpaceOptions";

/** The dialog. */
export function Merge({ thread, close }: { thread: Whole; close(): void }): ReactElement {
  const { space, root, posts } = thread;
  const t = useT();
  const sync = useSync();
  const [id] = useState(() => sync.newId("m"));
  const [into, choose] = useState<Option>();
  const spaces = useSpaceOptions();
  const titles = useLive((s) => s.titles(), []);
  const named = useMemo(() => new Map((spaces ?? []).map((one) => [one.id, one.name])), [spaces]);
  // Of this Space first, then what is newest.
  const threads = useMemo(() => {
    const open = (titles ?? []).filter((one) => named.has(one.space) && one.id !== root.id);
    return open.toSorted((a, b) => Number(b.space === space) - Number(a.space === space) || b.at - a.at);
  }, [titles, named, root.id, space]);
  const options = useMemo(
    () => threads.map((one): Option => ({ id: one.id, name: one.title, hint: named.get(one.space) ?? "" })),
    [threads, named],
  );
  const to = into && threads.find((one) => one.id === into.id)?.space;
  const going = useMove({ space, root: root.id, whole: true }, close);
  const submit = () => {
    if (!into || !to) return;
    const wishes = [{ id, spaceId: space, itemId: root.id, toSpaceId: to, toThreadId: into.id }];
    void going.begin({ wishes, space: to, thread: into.id, items: idsOf([root, ...posts]) });
  };
  return (
    <Frame
      title={t("moving.merge")}
      yes={t("moving.mergeYes")}
      ready={to !== undefined}
      doing={going}
      submit={submit}
      close={close}
    >
      <Choose
        label={t("moving.intoThread")}
        options={options}
        chosen={into}
        choose={choose}
        none={t("moving.noThread")}
      />
      {into && to && <Readers from={space} to={to} name={named.get(to) ?? ""} />}
      <p className={css.soft}>{t("moving.merged", { posts: posts.length + 1 })}</p>
    </Frame>
  );
}
