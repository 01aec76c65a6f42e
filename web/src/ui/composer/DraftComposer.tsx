// Writes into the draft of a place and sends it there. In a Space that is closed it says so instead.
import { useMemo, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { useT } from "../i18n";
import { useLive, useSync } from "../live";
import { Loading, Notice } from "../Notice";
import { useIsPublic } from "../Public";
import type { AskingOf } from "./Asking";
import { Composer } from "./Composer";
import { Others } from "./Others";
import { templatesOf } from "./templates";
import type { DraftOfPlace, Place, Write } from "./useDraft";

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
  sent?(id: Id): void;
}): ReactElement {
  const { place, draft, label, placeholder, titled, asking, question, sent } = props;
  const { space, kind, parent } = place;
  const t = useT();
  const sync = useSync();
  const membership = useLive((s) => s.memberships(), [])?.find((one) => one.id === space);
  const addressed = membership?.kind === "direct" ? membership.persons.filter((one) => one !== sync.me) : null;
  const name = membership?.name || t("space.untitled");
  const record = useLive((s) => s.space(space), [space]);
  const closed = record?.archivedAt;
  const templates = useMemo(() => (titled ? templatesOf(record) : []), [titled, record]);
  const isPublic = useIsPublic(space);
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
  return (
    <>
      {others}
      <Composer
        space={space}
        writing={draft.writing}
        write={write}
        kept={draft.kept}
        failed={draft.failed}
        titled={titled}
        templates={templates}
        asking={addressed ? { ...asking, addressed } : asking}
        autoFocus={titled}
        label={label}
        placeholder={placeholder}
        sendLabel={t("send")}
        note={
          isPublic
            ? t("public.writes")
            : t(membership?.kind === "direct" ? "thread.readersDirect" : "thread.readers", { space: name })
        }
        send={async (item, sendAt) => {
          const whole = { ...item, kind, ...(parent ? { parentId: parent } : {}) };
          const id = await sync.send(space, whole, { ...(sendAt !== undefined && { sendAt }) });
          await draft.done();
          sent?.(id);
        }}
      />
    </>
  );
}
