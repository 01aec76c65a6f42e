// A post becomes a thread of its own, alone or with all that was said after it, here or in another Space.
import { TextInput } from "@mantine/core";
import { useId, useMemo, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { threadOf } from "../../sync";
import type { ItemView, MoveWish } from "../../sync/api";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Choice } from "../settings/parts";
import parts from "../settings/parts.module.css";
import type { Whole } from "../thread/desk";
import { Choose, type Option } from "./Choose";
import { Frame } from "./Frame";
import css from "./Moving.module.css";
import { Readers } from "./Readers";
import { idsOf, useMove } from "./useMove";
import { useSpaceOptions } from "./useSpaceOptions";

/** These posts with all that hangs below them. */
export function withBelow(posts: readonly ItemView[], tops: readonly Id[]): ItemView[] {
  const below = new Set(tops);
  // Posts come in the order of their coming, and imported ones may not: until nothing is added.
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const { id, parentId } of posts) if (parentId && below.has(parentId)) below.add(id);
  }
  return posts.filter(({ id }) => below.has(id));
}

/** A post, and all that was said after it. */
export function fromHere(posts: readonly ItemView[], top: Id): ItemView[] {
  const at = posts.findIndex(({ id }) => id === top);
  const after = posts.slice(at).map(({ id }) => id);
  return withBelow(posts, after);
}

/** The dialog. */
export function SplitOff(props: { thread: Whole; item: ItemView; close(): void }): ReactElement {
  const { thread, item, close } = props;
  const { space, root } = thread;
  const t = useT();
  const sync = useSync();
  const which = useId();
  const [alone, rest] = useMemo(() => {
    const posts = thread.posts.filter((post) => !post.waiting);
    return [withBelow(posts, [item.id]), fromHere(posts, item.id)] as const;
  }, [thread.posts, item.id]);
  // One for each, so that whoever presses again after an answer was lost asks for nothing new.
  const [ids] = useState(() => ({ top: sync.newId("m"), whole: sync.newId("m"), others: new Map<Id, Id>() }));
  const [what, say] = useState<"one" | "rest">(rest.length > alone.length ? "rest" : "one");
  const [title, setTitle] = useState("");
  const spaces = useSpaceOptions() ?? [];
  const [other, choose] = useState<Option | null>(null);
  const name = useLive((s) => s.memberships(), [])?.find((one) => one.id === space)?.name ?? "";
  const here: Option = { id: space, name: name || t("space.untitled"), picture: space, square: true };
  // Null: nothing was said, so it stays here.
  const [asks, ask] = useState(false);
  const to = asks ? (other ?? undefined) : (other ?? here);
  const going = useMove({ space, root: root.id, whole: false }, close);

  const submit = () => {
    if (!to) return;
    const moved = what === "one" ? alone : rest;
    const made = threadOf({ id: ids.top });
    const items = [made, ...idsOf(moved)];
    const first: MoveWish = { id: ids.top, spaceId: space, itemId: item.id, toSpaceId: to.id, title: title.trim() };
    if (what === "one") return void going.begin({ wishes: [first], space: to.id, thread: made, items });
    // What hangs below another one goes along with it.
    const along = new Set(moved.map(({ id }) => id));
    const tops = moved.filter(({ id, parentId }) => id !== item.id && !along.has(parentId ?? ""));
    const others = tops.map((post): MoveWish => {
      const id = ids.others.get(post.id) ?? sync.newId("m");
      ids.others.set(post.id, id);
      return { id, spaceId: space, itemId: post.id, toSpaceId: space, toThreadId: made };
    });
    // It becomes a thread here first: as a whole it goes on to the other Space.
    const whole: MoveWish[] =
      to.id === space ? [] : [{ id: ids.whole, spaceId: space, itemId: made, toSpaceId: to.id }];
    void going.begin({
      wishes: [{ ...first, toSpaceId: space }, ...others, ...whole],
      space: to.id,
      thread: made,
      items,
    });
  };

  return (
    <Frame
      title={t("moving.split")}
      yes={t("moving.splitYes")}
      ready={title.trim() !== "" && to !== undefined}
      doing={going}
      submit={submit}
      close={close}
    >
      <TextInput
        className={parts.field}
        label={t("moving.title")}
        data-autofocus
        maxLength={150}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      {rest.length > alone.length && (
        <div>
          <p className={css.legend} id={which}>
            {t("moving.what")}
          </p>
          <Choice
            labelledBy={which}
            value={what}
            onChange={say}
            options={[
              { value: "rest", label: t("moving.rest", { posts: rest.length - 1 }) },
              { value: "one", label: t("moving.one", { below: alone.length - 1 }) },
            ]}
          />
        </div>
      )}
      <Choose
        label={t("moving.toSpace")}
        options={spaces}
        chosen={to}
        choose={(option) => {
          ask(option === undefined);
          choose(option ?? null);
        }}
        none={t("moving.noSpace")}
      />
      {to && <Readers from={space} to={to.id} name={to.name} />}
    </Frame>
  );
}
