// One letter of a thread: who said it and when, what it says, and what one can do with it.
import { Button } from "@mantine/core";
import { memo, useEffect, useRef, useState, type ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import { viewOf } from "../../items/kinds";
import type { ItemView } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { exactly, place, when } from "../../ui/time";
import { Actions } from "./Actions";
import { Editor } from "./Editor";
import css from "./Post.module.css";
import { Reactions } from "./Reactions";
import { Versions } from "./Versions";

/** A post, or the beginning of the thread. */
export const Post = memo(function Post(props: {
  item: ItemView;
  space: Id;
  members: Map<Id, Member>;
  /** It was linked to. */
  marked: boolean;
  isRoot?: boolean;
  undo(item: ItemView): Promise<void>;
  answer(item: ItemView): void;
}): ReactElement {
  const { item, space, members, marked, isRoot, undo, answer } = props;
  const t = useT();
  const [open, setOpen] = useState<"edit" | "versions" | null>(null);
  const here = useRef<HTMLLIElement>(null);
  const name = members.get(item.createdBy)?.name || t("person.unknown");

  useEffect(() => {
    if (marked) here.current?.scrollIntoView({ block: "center" });
  }, [marked]);

  if (item.deleted) {
    return (
      <li ref={here} className={css.deleted} id={item.id} data-marked={marked || undefined}>
        {t("post.deleted", { name: members.get(item.deleted.by)?.name || t("person.unknown") })}
      </li>
    );
  }
  const { Body } = viewOf(item.kind);
  return (
    <li
      ref={here}
      className={css.post}
      id={item.id}
      data-marked={marked || undefined}
      data-waiting={item.waiting ? true : undefined}
    >
      <Avatar id={item.createdBy} name={name} />
      <article className={css.body} aria-label={t("post.by", { name })}>
        <header className={css.head}>
          <b dir="auto">{name}</b>
          <When item={item} />
          {item.origin === "imported" && <span>{t("post.imported")}</span>}
          {item.version > 1 && !item.waiting && (
            <button type="button" className={css.edited} onClick={() => setOpen("versions")}>
              {t("post.edited")}
            </button>
          )}
        </header>
        {open === "edit" ? (
          <Editor space={space} item={item} isRoot={isRoot} close={() => setOpen(null)} />
        ) : (
          <div className={css.content}>
            <Body space={space} item={item} />
          </div>
        )}
        {item.waiting && <Waits item={item} undo={undo} />}
        {item.changing?.how === "refused" && <Refused item={item} edit={() => setOpen("edit")} />}
        {!item.waiting && open !== "edit" && (
          <div className={css.below}>
            <Reactions space={space} item={item} members={members} />
            <Actions
              space={space}
              item={item}
              isRoot={isRoot}
              edit={() => setOpen("edit")}
              versions={() => setOpen("versions")}
              answer={answer}
            />
          </div>
        )}
      </article>
      {open === "versions" && <Versions space={space} item={item} close={() => setOpen(null)} />}
    </li>
  );
});

/** When it was said, in the reader's time; beside it the writer's, where that is another. */
function When({ item }: { item: ItemView }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  const zone = useLive((s) => s.people(), [])?.find((person) => person.id === item.createdBy)?.rhythm?.zone;
  const at = new Date(item.createdAt);
  const theirs = zone && item.createdBy !== sync.me ? writersTime(at, language, zone) : null;
  return (
    <>
      <time dateTime={item.createdAt} title={exactly(at, language)}>
        {when(at, now, language)}
      </time>
      {theirs && (
        <span className={css.theirs}>{t("post.theirTime", { time: theirs, place: place(zone as string) })}</span>
      )}
    </>
  );
}

function writersTime(at: Date, language: string, zone: string): string | null {
  const style: Intl.DateTimeFormatOptions = { weekday: "long", hour: "2-digit", minute: "2-digit" };
  try {
    const here = new Intl.DateTimeFormat(language, style).format(at);
    const there = new Intl.DateTimeFormat(language, { ...style, timeZone: zone }).format(at);
    return here === there ? null : there;
  } catch {
    return null; // A zone that this browser does not know.
  }
}

/** It is not in its Space yet: why, and how to take it back. */
function Waits({ item, undo }: { item: ItemView; undo(item: ItemView): Promise<void> }): ReactElement {
  const t = useT();
  const now = useNow(1000);
  const [late, setLate] = useState(false);
  const waiting = item.waiting;
  if (!waiting) return <></>;
  const left = Math.max(0, Math.ceil(((waiting.until ?? now) - now) / 1000));
  const says = {
    device: t("waits.device"),
    undoable: left > 90 ? t("waits.later", { minutes: Math.round(left / 60) }) : t("waits.undoable", { seconds: left }),
    leaving: t("waits.leaving"),
    refused: waiting.reason ?? t("waits.refused"),
  }[waiting.how];
  const canUndo = waiting.how === "device" || waiting.how === "refused" || (waiting.how === "undoable" && left > 0);
  return (
    <div className={css.waits} data-how={waiting.how} role={waiting.how === "refused" ? "alert" : undefined}>
      <span>{late ? t("waits.gone") : says}</span>
      {canUndo && !late && (
        <Button
          variant="light"
          h={32}
          onClick={() => {
            void undo(item).catch(() => setLate(true));
          }}
        >
          {waiting.how === "refused" ? t("waits.takeBack") : t("undo")}
        </Button>
      )}
    </div>
  );
}

/** A change that the server did not take. The words stay here until somebody decides. */
function Refused({ item, edit }: { item: ItemView; edit(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const changing = item.changing;
  if (!changing) return <></>;
  return (
    <div className={css.refused}>
      <Notice
        tone="wrong"
        title={t("refused.title")}
        action={
          <div className={css.row}>
            <Button h={34} onClick={edit}>
              {t("refused.look")}
            </Button>
            <Button h={34} variant="default" onClick={() => void sync.discard(changing.outboxId)}>
              {t("refused.discard")}
            </Button>
          </div>
        }
      >
        {changing.reason}
      </Notice>
    </div>
  );
}
