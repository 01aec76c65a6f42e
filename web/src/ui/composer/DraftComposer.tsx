// Writes into the draft of a place and sends it there. In a Space that is closed it says so instead.
import { IconRepeat } from "@tabler/icons-react";
import { useMemo, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../i18n";
import { IconButton } from "../IconButton";
import { useLive, useSync } from "../live";
import { Loading, Notice } from "../Notice";
import type { AskingOf } from "./Asking";
import { begins, planOf, repeatsFault } from "./again";
import { AgainPanel } from "./AgainPanel";
import css from "./Asking.module.css";
import { Composer } from "./Composer";
import { Others } from "./Others";
import { ShownTo } from "./ShownTo";
import { ShowTo } from "./ShowTo";
import { shownAs } from "./showing";
import { templatesOf } from "./templates";
import { useReaders, useSealed } from "./useReaders";
import { isEmpty, type DraftOfPlace, type Place, type Write } from "./useDraft";

/** The composer of a place. `sent` is told the id of what was sent. */
export function DraftComposer(props: {
  place: Place;
  draft: DraftOfPlace;
  label: string;
  placeholder: string;
  /** Asks for a title first, and takes the keyboard: the page is there for writing. */
  titled?: boolean;
  asking: AskingOf;
  /** The one question here that waits for an answer of one's own: what is written answers it, unless one says otherwise. */
  question?: Id;
  /** Null: it will be said again and again. */
  sent?(id: Id | null): void;
}): ReactElement {
  const { place, draft, label, placeholder, titled, asking, question, sent } = props;
  const { space, kind, parent } = place;
  const t = useT();
  const sync = useSync();
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const asked = useMemo(() => {
    const direct = membership?.kind === "direct" ? membership.persons : null;
    return direct ? { ...asking, addressed: direct.filter((one) => one !== sync.me) } : asking;
  }, [asking, membership, sync.me]);
  const name = membership?.name || t("space.untitled");
  const record = useLive((s) => s.space(space), [space]);
  const closed = record?.archivedAt;
  const templates = useMemo(() => (titled ? templatesOf(record) : []), [titled, record]);
  const readers = useReaders(space);
  const answers = draft.writing?.answers === undefined ? question : draft.writing.answers;
  const sealed = useSealed(space, answers, asking.hours);
  const members = useLive((s) => s.members(space), [space]);
  const above = useLive((s) => s.item(space, parent ?? ""), [space, parent]);
  const [wrong, tell] = useState<string | null>(null);
  if (!draft.writing) return <Loading label={t("loading")} />;
  const others = <Others draft={draft} />;
  // What came back when the Space was closed is still theirs.
  if (closed) {
    return (
      <>
        {others}
        <Notice title={t("space.archived")} />
      </>
    );
  }
  const write: Write = (change) =>
    draft.write((before) => {
      const after = change(before);
      const begins = question && after.answers === undefined && after.text.trim() && after.text !== before.text;
      return begins ? { ...after, answers: question } : after;
    });
  const { writing } = draft;
  const shown = writing.shown ?? [];
  const show = async (person: Id) => {
    // Who is not in its Space is not told where it goes.
    const knows = members?.some((one) => one.id === person && one.role !== "none");
    const title = above?.title || above?.excerpt || t("thread.untitled");
    const meant = { space, name, ...(above && { thread: { id: above.threadId, title } }) };
    const how = { origin: location.origin, most: sync.limits["maxSizeTitle"] ?? 300, t };
    try {
      tell(null);
      await draft.show(person, shownAs(writing, knows ? meant : null, how));
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      {others}
      <Composer
        space={space}
        writing={draft.writing}
        write={write}
        kept={draft.kept}
        failed={wrong ?? draft.failed}
        titled={titled}
        templates={templates}
        asking={asked}
        beside={
          // Guests begin no conversations.
          <>
            {titled && !writing.again && (
              <IconButton
                icon={IconRepeat}
                label={t("again.open")}
                onClick={() => draft.write((held) => ({ ...held, again: begins(asking.hours.mine, sync.now()) }))}
              />
            )}
            {sync.workspaceAccount && (
              <ShowTo
                first={shown.map(({ person }) => person)}
                disabled={isEmpty(writing)}
                choose={(person) => void show(person)}
              />
            )}
          </>
        }
        below={
          <>
            {titled && writing.again && (
              <div className={css.asking}>
                <AgainPanel
                  again={writing.again}
                  set={(again) => draft.write((now) => ({ ...now, again }))}
                  mine={asking.hours.mine}
                  now={sync.now()}
                />
              </div>
            )}
            <ShownTo
              shown={shown}
              undone={(gone) =>
                draft.write((now) => ({ ...now, shown: now.shown?.filter((one) => one.item !== gone.item) }))
              }
            />
          </>
        }
        autoFocus={titled}
        noLater={Boolean(writing.again ?? sealed)}
        label={label}
        placeholder={placeholder}
        sendLabel={t(writing.again ? "again.set" : "send")}
        note={sealed ?? readers}
        send={async (item, sendAt) => {
          const { again } = writing;
          if (again) {
            const fault = repeatsFault(again, item.expects?.by ?? null, asking.hours.mine, sync.now(), sync.again.next);
            if (fault) throw new Error(t(fault));
            await sync.again.plan(space, planOf({ ...item, kind }, again, asking.hours.mine, sync.again.next));
            await draft.done();
            sent?.(null);
            return;
          }
          const whole = { ...item, kind, ...(parent ? { parentId: parent } : {}), ...(writing.shown && { shown }) };
          const id = await sync.send(space, whole, { ...(sendAt !== undefined && { sendAt }) });
          await draft.done();
          sent?.(id);
        }}
      />
    </>
  );
}
