// One letter of a thread: who said it and when, what it says, and what one can do with it.
import { Button } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import { bodyOf } from "../../items/bodies";
import { viewOf } from "../../items/kinds";
import type { ItemView } from "../../sync/api";
import { Avatar } from "../../ui/Avatar";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { Notice } from "../../ui/Notice";
import { part } from "../../ui/part";
import { PersonLink } from "../../ui/PersonLink";
import { useUploads } from "../../ui/Size";
import { elsewhere, exactly, place, when } from "../../ui/time";
import { sentence } from "../../ui/wording";
import { LaterActs } from "../drafts/LaterActs";
import { Actions } from "./Actions";
import { bringIn } from "./bringIn";
import { useDesk } from "./desk";
import { Editor, type Changes } from "./Editor";
import css from "./Post.module.css";
import { asksOrAsked, Question } from "./Question";
import { useSideOf } from "./said";
import { Reaching } from "./Reaching";
import { Reactions } from "./Reactions";

const Diff = part(() => import("../../ui/diff/Diff").then((module) => module.Diff));

/** A post, or the beginning of the thread. `marked`: it was linked to. */
export const Post = memo(function Post({ item, marked }: { item: ItemView; marked: boolean }): ReactElement {
  const t = useT();
  const { members, space, root, open } = useDesk();
  const { me } = useSync();
  // What the editor begins with: the words as they are, or those of an edit that was refused.
  const [editing, edit] = useState<Changes | null>(null);
  const here = useRef<HTMLLIElement>(null);
  const close = () => {
    edit(null);
    // Where the keyboard was before it was edited.
    requestAnimationFrame(() => here.current?.querySelector("article")?.focus({ preventScroll: true }));
  };
  const name = members.get(item.createdBy)?.name || t("person.unknown");

  useEffect(() => {
    if (marked && here.current) bringIn(here.current, "center");
  }, [marked]);

  if (item.deleted) {
    return (
      <li ref={here} className={css.deleted} id={item.id} data-marked={marked || undefined}>
        {t("post.deleted", { name: members.get(item.deleted.by)?.name || t("person.unknown") })}
      </li>
    );
  }
  const Body = bodyOf(item.kind);
  return (
    <li
      ref={here}
      className={css.post}
      id={item.id}
      data-marked={marked || undefined}
      data-waiting={item.waiting ? true : undefined}
    >
      <Avatar id={item.createdBy} name={name} />
      <article tabIndex={-1} className={css.body} aria-label={t("post.by", { name })}>
        <header className={css.head}>
          <b dir="auto">
            <PersonLink id={item.createdBy}>{name}</PersonLink>
          </b>
          <When item={item} />
          {item.origin === "imported" && <span>{t("post.imported")}</span>}
          {item.version > 1 && !item.waiting && (
            <button
              type="button"
              className={css.edited}
              onClick={(event) => open({ what: "versions", item, at: event.currentTarget })}
            >
              {t("post.edited")}
            </button>
          )}
        </header>
        {item.urgent && (
          <p className={css.urgent} dir="auto">
            <b>{t("urgent")}:</b> {item.urgent}
          </p>
        )}
        {editing ? (
          <Editor space={space} item={item} from={editing} isRoot={item.id === root} close={close} />
        ) : (
          <div className={css.content} data-says={item.waiting ? undefined : item.id}>
            <Body space={space} item={item} />
          </div>
        )}
        {asksOrAsked(item) && !viewOf(item.kind).asksItself && <Question item={item} />}
        {item.waiting && !editing ? (
          <Waits item={item} edit={() => edit({})} />
        ) : (
          !item.waiting && item.createdBy === me && item.origin === "said" && <Reaching item={item} />
        )}
        {item.changing?.how === "refused" && !editing && <Refused item={item} edit={edit} />}
        {!item.waiting && !editing && (
          <>
            <Reactions item={item} />
            <Actions item={item} edit={() => edit({})} />
          </>
        )}
      </article>
    </li>
  );
});

/** When it was said, in the reader's time; beside it the writer's, where that is another. */
function When({ item }: { item: ItemView }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  const zone = useDesk().zones.get(item.createdBy);
  const at = new Date(item.createdAt);
  const theirs = zone && item.createdBy !== sync.me ? elsewhere(at, language, zone) : null;
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

/** It is not in its Space yet: why, and how to take it back. */
function Waits({ item, edit }: { item: ItemView; edit(): void }): ReactElement {
  const t = useT();
  const { undo } = useDesk();
  const now = useNow(1000);
  const [late, setLate] = useState(false);
  const going = useUploads(item.blobs);
  const uploading = item.blobs.some((blob) => "localId" in blob && blob.localId in going);
  const waiting = item.waiting;
  if (!waiting) return <></>;
  if (waiting.how === "later") {
    return <LaterActs item={item} back={() => void undo(item).catch(() => {})} edit={edit} />;
  }
  const left = Math.max(0, Math.ceil(((waiting.until ?? now) - now) / 1000));
  const says = {
    device: uploading ? t("waits.uploading") : t("waits.device"),
    undoable: left > 90 ? t("waits.later", { minutes: Math.round(left / 60) }) : t("waits.undoable", { seconds: left }),
    leaving: t("waits.leaving"),
    refused: waiting.reason ? sentence(waiting.reason) : t("waits.refused"),
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

/** A change that the server did not take. It stays here, beside the words as they are, until its author decides. */
function Refused({ item, edit }: { item: ItemView; edit(from: Changes): void }): ReactElement | null {
  const t = useT();
  const sync = useSync();
  const id = item.changing?.outboxId;
  const value = useLive((s) => s.outbox(), [])?.find((entry) => entry.id === id)?.value as Changes | undefined;
  if (id === undefined || !value) return null;
  const hasWords = value.title !== undefined || value.text !== undefined;
  return (
    <div className={css.refused}>
      <Notice
        tone="wrong"
        title={t("refused.title")}
        action={
          <div className={css.row}>
            {hasWords && (
              <Button h={34} onClick={() => edit(value)}>
                {t("refused.look")}
              </Button>
            )}
            <Button h={34} variant="default" onClick={() => void sync.discard(id)}>
              {t("refused.discard")}
            </Button>
          </div>
        }
      >
        {item.changing?.reason && <p>{sentence(item.changing.reason)}</p>}
        <Yours item={item} value={value} />
      </Notice>
    </div>
  );
}

/** What came and went between the words as they are and those that were refused. */
function Yours({ item, value }: { item: ItemView; value: Changes }): ReactElement | null {
  const t = useT();
  const sideOf = useSideOf();
  const [before, after] = useMemo(() => {
    const { title, text, blobs, expects } = { ...item, ...value };
    return [sideOf(item), sideOf({ title, text, blobs, expects })];
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [item, value]);
  const changes = value.title ?? value.text ?? value.blobs ?? value.expects;
  if (changes === undefined) return null;
  return (
    <div className={css.yours} role="region" aria-label={t("refused.yours")}>
      <p>{t("refused.yours")}</p>
      <Diff before={before} after={after} />
    </div>
  );
}
