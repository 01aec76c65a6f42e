// A whole thread goes to another Space.
import { useState, type ReactElement } from "react";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import type { Whole } from "../thread/desk";
import { Choose, type Option } from "./Choose";
import { Frame } from "./Frame";
import css from "./Moving.module.css";
import { Readers } from "./Readers";
import { idsOf, useMove } from "./useMove";
import { useSpaceOptions } from "./useSpaceOptions";

/** The dialog. */
export function MoveThread({ thread, close }: { thread: Whole; close(): void }): ReactElement {
  const { space, root, posts } = thread;
  const t = useT();
  const sync = useSync();
  const [id] = useState(() => sync.newId("m"));
  const [to, choose] = useState<Option>();
  const options = useSpaceOptions(space) ?? [];
  const going = useMove({ space, root: root.id, whole: true }, close);
  const submit = () => {
    if (!to) return;
    const wishes = [{ id, spaceId: space, itemId: root.id, toSpaceId: to.id }];
    void going.begin({ wishes, space: to.id, thread: root.id, items: idsOf([root, ...posts]) });
  };
  return (
    <Frame
      title={t("moving.move")}
      yes={t("moving.moveYes")}
      ready={to !== undefined}
      doing={going}
      submit={submit}
      close={close}
    >
      <Choose
        label={t("moving.toSpace")}
        options={options}
        chosen={to}
        choose={choose}
        none={t(options.length > 0 ? "moving.noSpace" : "moving.noOther")}
      />
      {to && <Readers from={space} to={to.id} name={to.name} />}
      <p className={css.soft}>{t("moving.along", { posts: posts.length })}</p>
    </Frame>
  );
}
