// Where people write: Markdown with a preview that is drawn by the same code as the post, files by button, drop and
// paste, names by @. It gives away what was written and knows nothing of where it goes.
import { Button } from "@mantine/core";
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from "react";
import type { Id, Member } from "../../generated/types";
import type { NewItem } from "../../sync/api";
import { useT } from "../i18n";
import { useLive, useSync } from "../live";
import { Markdown } from "../Markdown";
import { measured } from "../pictures";
import { Asking, type AskingOf } from "./Asking";
import { faultOf } from "./asks";
import { Attachments } from "./Attachments";
import css from "./Composer.module.css";
import { insert, type Written } from "./marks";
import { candidates, mentionAt, personsIn, withLinks, type Named } from "./mentions";
import { MentionList } from "./MentionList";
import { SendLater } from "./SendLater";
import { Toolbar } from "./Toolbar";
import { useGroups } from "./useGroups";
import { isEmpty, type Write, type Writing } from "./useDraft";

const encoder = new TextEncoder();
/** Before the members are read. */
const NOBODY: Member[] = [];

/** A composer over a text that its owner keeps. */
export function Composer(props: {
  space: Id;
  writing: Writing;
  write: Write;
  /** Resolves when it is kept on this device. `sendAt`: it is to leave then, in ms. */
  send(
    item: Pick<NewItem, "title" | "text" | "mentions" | "blobs" | "expects" | "inAnswerTo">,
    sendAt?: number,
  ): Promise<void>;
  /** Asks for a title first. */
  titled?: boolean;
  /** It can ask and answer. */
  asking?: AskingOf;
  label: string;
  placeholder: string;
  sendLabel: string;
  cancel?(): void;
  /** A sentence above the buttons. */
  note?: ReactNode;
  /** All of it is kept as a draft. */
  kept?: boolean;
  /** Why it can't be kept. */
  failed?: string | null;
  autoFocus?: boolean;
}): ReactElement {
  const { space, writing, write, send, titled, asking, label, placeholder, sendLabel } = props;
  const { cancel, note, kept, failed, autoFocus } = props;
  const t = useT();
  const sync = useSync();
  const all = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const groups = useGroups(all);
  const members: Named[] = useMemo(() => [...all.filter((one) => one.role !== "none"), ...groups], [all, groups]);
  const [preview, setPreview] = useState(false);
  const [sending, setSending] = useState(false);
  const [attaching, setAttaching] = useState(0);
  const [wrong, setWrong] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const [choosing, choose] = useState(false);
  const [naming, setNaming] = useState<{ from: number; found: Named[]; at: number } | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();

  const size = encoder.encode(writing.text).length;
  const most = sync.limits["maxSizeText"] ?? 262_144;
  const titleSize = encoder.encode(writing.title).length;
  const mostTitle = sync.limits["maxSizeTitle"] ?? 300;
  const tooLong = size > most || titleSize > mostTitle;
  const incomplete = titled ? !writing.title.trim() : isEmpty(writing);

  // Grows with its text.
  useEffect(() => {
    const field = area.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, Math.max(320, window.innerHeight * 0.6))}px`;
  }, [writing.text, preview]);

  const selected = (): Written => {
    const field = area.current;
    return { text: writing.text, from: field?.selectionStart ?? size, to: field?.selectionEnd ?? size };
  };

  // In the same moment as the text, so that no key that follows finds the caret elsewhere.
  const select = useRef<Written | null>(null);
  useLayoutEffect(() => {
    const next = select.current;
    if (!next || next.text !== writing.text) return;
    select.current = null;
    area.current?.focus();
    area.current?.setSelectionRange(next.from, next.to);
  });

  const change = (next: Written) => {
    select.current = next;
    write((now) => ({ ...now, text: next.text }));
  };

  const attach = async (files: Iterable<File>) => {
    setWrong(null);
    setAttaching((count) => count + 1);
    for (const file of files) {
      try {
        const kept = await sync.attach(file, file.name || "file", await measured(file));
        write((now) => ({ ...now, blobs: [...now.blobs, kept] }));
      } catch (error) {
        setWrong(error instanceof Error ? error.message : String(error));
      }
    }
    setAttaching((count) => count - 1);
  };

  const look = (field: HTMLTextAreaElement) => {
    const mention = mentionAt(field.value, field.selectionStart);
    const found = mention
      ? candidates(
          mention.typed,
          members.filter((member) => member.id !== sync.me),
        )
      : [];
    setNaming(mention && found.length > 0 ? { from: mention.from, found, at: 0 } : null);
  };

  // Who types a name before all names are read is offered them when they are.
  const known = members.length;
  useEffect(() => {
    const field = area.current;
    if (field && field === document.activeElement) look(field);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [known]);

  const name = (named: Named) => {
    const field = area.current;
    if (!field || !naming) return;
    setNaming(null);
    const next = insert({ text: writing.text, from: naming.from, to: field.selectionStart }, `@${named.name} `);
    select.current = next;
    const who = { id: named.id, name: named.name };
    write((now) => ({ ...now, text: next.text, named: [who, ...now.named.filter((one) => one.name !== who.name)] }));
  };

  const submit = async (sendAt?: number) => {
    if (sending || attaching > 0 || incomplete || tooLong) return;
    setSending(true);
    setWrong(null);
    try {
      const { text, mentions } = withLinks(writing.text, members, writing.named);
      const most = sync.limits["maxPersonsAsked"] ?? 200;
      const many = Math.max(personsIn(mentions, groups), personsIn(writing.asks?.of ?? [], groups));
      if (many > most) throw new Error(t("composer.tooMany", { many, most }));
      const asks = asking ? writing.asks : null;
      const fault = asks && faultOf(asks, members, sync.me, sync.now());
      if (fault) {
        choose(true);
        throw new Error(t(fault));
      }
      const title = titled ? writing.title.trim() : undefined;
      const inAnswerTo = writing.answers ?? undefined;
      await send({ title, text, mentions, blobs: writing.blobs, expects: asks ?? undefined, inAnswerTo }, sendAt);
      setPreview(false);
      choose(false);
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };

  const later = useRef<HTMLButtonElement>(null);
  // The keyboard stays where the text was.
  const box = useRef<HTMLDivElement>(null);
  const togglePreview = () => {
    setPreview(!preview);
    requestAnimationFrame(() => (preview ? area.current : box.current)?.focus());
  };

  const keys = (event: KeyboardEvent) => {
    // Keys of an input method choose among its own suggestions.
    if (event.nativeEvent.isComposing) return;
    if (naming) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        setNaming({ ...naming, at: (naming.at + step + naming.found.length) % naming.found.length });
        return;
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        name(naming.found[naming.at] as Named);
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        setNaming(null);
        return;
      }
    }
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey && asking) later.current?.click();
      else void submit();
    } else if (command && event.shiftKey && event.key.toLowerCase() === "p") {
      event.preventDefault();
      togglePreview();
    } else if (event.key === "Escape" && cancel) {
      event.stopPropagation();
      cancel();
    }
  };

  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    // A copied table or text may come with a picture of itself; the words go first.
    if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    void attach(files);
  };

  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void attach([...event.dataTransfer.files]);
  };

  const problem =
    size > most
      ? t("composer.tooLong", { over: size - most })
      : titleSize > mostTitle
        ? t("composer.titleTooLong")
        : (wrong ?? (failed ? t("composer.notKept", { why: failed }) : null));

  return (
    <form
      className={css.composer}
      data-over={over || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={keys}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}
      onDrop={drop}
    >
      {titled && (
        <input
          className={css.title}
          value={writing.title}
          onChange={(event) => {
            const title = event.target.value;
            write((now) => ({ ...now, title }));
          }}
          readOnly={sending}
          placeholder={t("composer.title")}
          aria-label={t("composer.title")}
          dir="auto"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- a page whose only purpose is to write
          autoFocus={autoFocus}
        />
      )}
      {preview ? (
        <div ref={box} tabIndex={-1} className={css.preview} role="region" aria-label={t("composer.preview")}>
          {writing.text.trim() ? (
            <Markdown text={withLinks(writing.text, members, writing.named).text} />
          ) : (
            <p className={css.nothing}>{t("composer.nothingYet")}</p>
          )}
        </div>
      ) : (
        <div className={css.field}>
          <textarea
            ref={area}
            className={css.text}
            value={writing.text}
            rows={3}
            readOnly={sending}
            dir="auto"
            placeholder={placeholder}
            aria-label={label}
            aria-controls={naming ? `${id}-names` : undefined}
            aria-activedescendant={naming ? `${id}-names-${naming.at}` : undefined}
            onChange={(event) => {
              const text = event.target.value;
              write((now) => ({ ...now, text }));
              look(event.target);
            }}
            onClick={(event) => look(event.currentTarget)}
            onBlur={() => window.setTimeout(() => setNaming(null), 150)}
            onPaste={paste}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- asked for by opening it
            autoFocus={autoFocus && !titled}
          />
          {naming && <MentionList id={`${id}-names`} found={naming.found} at={naming.at} choose={name} />}
        </div>
      )}
      <Attachments
        blobs={writing.blobs}
        remove={(gone) => write((now) => ({ ...now, blobs: now.blobs.filter((_, i) => i !== gone) }))}
      />
      {asking && (
        <Asking
          writing={writing}
          write={(change) => {
            setWrong(null);
            write(change);
          }}
          members={members}
          of={asking}
          open={choosing}
          setOpen={choose}
        />
      )}
      {problem && (
        <p className={css.wrong} role="alert">
          {problem}
        </p>
      )}
      {note && (
        <div className={css.note}>
          <span>{note}</span>
          <span role="status">{kept ? t("composer.kept") : ""}</span>
        </div>
      )}
      <div className={css.foot}>
        <Toolbar
          disabled={preview}
          preview={preview}
          togglePreview={() => setPreview(!preview)}
          apply={(act) => change(act(selected()))}
          attach={() => picker.current?.click()}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void attach([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <div className={css.ends}>
          {cancel && (
            <Button variant="subtle" type="button" onClick={cancel}>
              {t("cancel")}
            </Button>
          )}
          {asking && (
            <SendLater
              mine={asking.hours.mine}
              disabled={incomplete || tooLong || sending || attaching > 0}
              choose={(at) => void submit(at)}
              button={later}
            />
          )}
          <Button type="submit" loading={sending || attaching > 0} disabled={incomplete || tooLong}>
            {sendLabel}
          </Button>
        </div>
      </div>
      {over && <div className={css.veil}>{t("composer.drop")}</div>}
    </form>
  );
}
