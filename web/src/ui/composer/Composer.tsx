// Where people write: in the editor or in Markdown, with files by button, drop and paste, and what it asks. It gives away
// what was written and knows nothing of where it goes.
import { Button } from "@mantine/core";
import {
  memo,
  useCallback,
  useEffect,
  useRef,
  useState,
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
import { part } from "../part";
import { measured } from "../pictures";
import { withoutNames } from "../references";
import { Asking, type AskingOf } from "./Asking";
import { asked, faultOf } from "./asks";
import { Attachments } from "./Attachments";
import css from "./Composer.module.css";
import { WRITE, type FieldHandle, type ToolId } from "./field";
import { personsIn, withLinks, withoutLinks, type Named } from "./mentions";
import { SendLater } from "./SendLater";
import { Source } from "./Source";
import { begunWith, isUnwritten, type Template } from "./templates";
import { Toolbar } from "./Toolbar";
import { useEditor } from "./useEditor";
import { useStable } from "../stable";
import { useNamed } from "./useNamed";
import { useNames } from "./useNames";
import { isEmpty, type Write, type Writing } from "./useDraft";

const StartFrom = part(() => import("./StartFrom").then((module) => module.StartFrom));

const encoder = new TextEncoder();
/** Before the members are read. */
const NOBODY: Member[] = [];
const NOTHING: ReadonlySet<ToolId> = new Set();
const NONE: Template[] = [];

/** A composer over a text that its owner keeps. */
export function Composer(props: {
  space: Id;
  writing: Writing;
  write: Write;
  /** Resolves when it is kept on this device. `sendAt`: it is to leave then, in ms. */
  send(
    item: Pick<NewItem, "title" | "text" | "mentions" | "blobs" | "expects" | "inAnswerTo"> & { urgent?: string },
    sendAt?: number,
  ): Promise<void>;
  /** Asks for a title first. */
  titled?: boolean;
  /** With what one may begin. */
  templates?: readonly Template[];
  /** It can ask and answer. */
  asking?: AskingOf;
  label: string;
  placeholder: string;
  sendLabel: string;
  cancel?(): void;
  /** It leaves at once, or when its owner has said. */
  noLater?: boolean;
  /** A sentence above the buttons. */
  note?: ReactNode;
  /** Further buttons, before Send. */
  beside?: ReactNode;
  /** What opens from them, below the text. */
  below?: ReactNode;
  /** All of it is kept as a draft. */
  kept?: boolean;
  /** Why it can't be kept. */
  failed?: string | null;
  autoFocus?: boolean;
}): ReactElement {
  const { space, writing, write, send, titled, templates = NONE, asking, label, placeholder, sendLabel } = props;
  const { cancel, noLater, note, beside, below, kept, failed, autoFocus } = props;
  const t = useT();
  const sync = useSync();
  const all = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const members = useNamed(all);
  const interrupts = useLive((s) => s.space(space), [space])?.whoMayInterrupt;
  const role = all.find((one) => one.id === sync.me)?.role;
  const mayInterrupt = role === "admin" ? interrupts !== "nobody" : role === "member" && interrupts === "members";
  const [previewed, setPreview] = useState(false);
  const [sending, setSending] = useState(false);
  const [attaching, setAttaching] = useState(0);
  const [wrong, setWrong] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const [choosing, choose] = useState(false);
  const [active, setActive] = useState(NOTHING);
  const field = useRef<FieldHandle>(null);
  const picker = useRef<HTMLInputElement>(null);
  const shown = useNames(writing.text);
  const { Rich, why, markdown, caret, wrote, toggle } = useEditor(shown, field);
  /** Dismisses what is offered, while something is. */
  const no = useRef<(() => void) | null>(null);

  // In the editor one sees what it will be.
  const preview = previewed && markdown;

  const size = encoder.encode(writing.text).length;
  const most = sync.limits["maxSizeText"] ?? 262_144;
  const titleSize = encoder.encode(writing.title).length;
  const mostTitle = sync.limits["maxSizeTitle"] ?? 300;
  const tooLong = size > most || titleSize > mostTitle;
  const incomplete = titled ? !writing.title.trim() : isEmpty(writing);

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

  // The same set is told anew at every move of the caret.
  const showActive = useCallback(
    (next: ReadonlySet<ToolId>) =>
      setActive((now) => (now.size === next.size && [...now].every((one) => next.has(one)) ? now : next)),
    [],
  );

  const submit = async (sendAt?: number) => {
    if (sending || attaching > 0 || incomplete || tooLong) return;
    setSending(true);
    setWrong(null);
    try {
      const { text, mentions } = withLinks(withoutNames(shown, space), members, writing.named);
      const most = sync.limits["maxPersonsAsked"] ?? 200;
      const many = Math.max(personsIn(mentions, members), personsIn(writing.asks?.of ?? [], members));
      if (many > most) throw new Error(t("composer.tooMany", { many, most }));
      const asks = asking ? writing.asks : null;
      const fault = asks && faultOf(asks, members, sync.me, sync.now());
      if (fault) {
        choose(true);
        throw new Error(t(fault));
      }
      const title = titled ? writing.title.trim() : undefined;
      const inAnswerTo = writing.answers ?? undefined;
      await send({ title, text, mentions, blobs: writing.blobs, ...(asks && asked(asks)), inAnswerTo }, sendAt);
      setPreview(false);
      choose(false);
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };

  // What stood in the way may be mended by this.
  useEffect(() => setWrong(null), [writing.asks, writing.decides, writing.checks, writing.again]);

  const later = useRef<HTMLButtonElement>(null);
  // The keyboard stays where the text was.
  const box = useRef<HTMLDivElement>(null);
  const togglePreview = () => {
    setPreview(!preview);
    requestAnimationFrame(() => (preview ? field.current : box.current)?.focus());
  };

  const keys = (event: KeyboardEvent) => {
    // Keys of an input method choose among its own suggestions.
    if (event.nativeEvent.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      event.preventDefault();
      if (event.shiftKey && asking) later.current?.click();
      else void submit();
    } else if (command && event.shiftKey && event.key.toLowerCase() === "p" && markdown) {
      event.preventDefault();
      togglePreview();
    } else if (event.key === "Escape" && no.current) {
      event.stopPropagation();
      no.current();
    } else if (event.key === "Escape" && cancel) {
      event.stopPropagation();
      cancel();
    } else if (event.key === "Escape" && (event.target as Element).matches(`[${WRITE}], [data-title]`)) {
      // From the text to the page, so that single keys mean something again.
      document.getElementById("main")?.focus({ preventScroll: true });
    }
  };

  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void attach([...event.dataTransfer.files]);
  };

  const begin = (template: Template) => {
    if (isUnwritten(writing)) {
      write((now) => begunWith(now, template));
      field.current?.focus();
    } else field.current?.insert(withoutLinks(template.text ?? ""));
  };

  const writeRich = (text: string) => {
    wrote(text);
    write((now) => ({ ...now, text }));
  };
  const common = {
    handle: field,
    space,
    text: shown,
    members,
    me: sync.me,
    name: ({ id, name }: Named) =>
      write((now) => ({ ...now, named: [{ id, name }, ...now.named.filter((one) => one.name !== name)] })),
    templates,
    begin,
    attach: (files: File[]) => void attach(files),
    label,
    placeholder,
    readOnly: sending,
    autoFocus: Boolean(autoFocus && !titled),
    caret,
  };

  // What stands around the text is drawn anew when something of it changes, and not by every key.
  const act = useStable((tool: ToolId) => field.current?.act(tool));
  const pick = useStable(() => picker.current?.click());
  const toggleMarkdown = useStable(toggle);
  const flipPreview = useStable(() => setPreview(!preview));
  const sendsLater = useStable((at: number) => void submit(at));
  const asks = useStable(write);

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
        <div className={css.head}>
          <input
            className={css.title}
            data-title
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
          {templates.length > 0 && !preview && <StartFrom templates={templates} begin={begin} />}
        </div>
      )}
      {preview ? (
        <div ref={box} tabIndex={-1} className={css.preview} role="region" aria-label={t("composer.preview")}>
          {writing.text.trim() ? (
            <Markdown text={withLinks(shown, members, writing.named).text} />
          ) : (
            <p className={css.nothing}>{t("composer.nothingYet")}</p>
          )}
        </div>
      ) : (
        <>
          {Rich ? (
            <Rich {...common} write={writeRich} named={writing.named} setActive={showActive} />
          ) : (
            <Source {...common} write={(text) => write((now) => ({ ...now, text }))} />
          )}
          {why && <p className={css.why}>{t(why)}</p>}
        </>
      )}
      <Attachments
        blobs={writing.blobs}
        remove={(gone) => write((now) => ({ ...now, blobs: now.blobs.filter((_, i) => i !== gone) }))}
      />
      {asking && (
        <Asking
          text={writing.text.includes("@") || writing.asks || asking.addressed ? writing.text : ""}
          named={writing.named}
          asks={writing.asks}
          answers={writing.answers}
          noOffer={writing.noOffer === true}
          write={asks}
          members={members}
          of={asking}
          open={choosing}
          setOpen={choose}
          mayInterrupt={mayInterrupt}
          no={no}
        />
      )}
      {below}
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
          act={act}
          active={Rich ? active : undefined}
          attach={pick}
          markdown={markdown}
          toggleMarkdown={toggleMarkdown}
          preview={preview}
          togglePreview={flipPreview}
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
          {beside}
          {cancel && (
            <Button variant="subtle" type="button" onClick={cancel}>
              {t("cancel")}
            </Button>
          )}
          {asking && !noLater && (
            <SendLater
              mine={asking.hours.mine}
              disabled={incomplete || tooLong || sending || attaching > 0}
              choose={sendsLater}
              button={later}
            />
          )}
          <Send label={sendLabel} loading={sending || attaching > 0} disabled={incomplete || tooLong} />
        </div>
      </div>
      {over && <div className={css.veil}>{t("composer.drop")}</div>}
    </form>
  );
}

const Send = memo(function Send(props: { label: string; loading: boolean; disabled: boolean }): ReactElement {
  const { label, loading, disabled } = props;
  return (
    <Button type="submit" loading={loading} disabled={disabled}>
      {label}
    </Button>
  );
});
