// Writes a decision into its draft, and sends it.
import { useEffect, type ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import { useT } from "../i18n";
import { useLive, useSync } from "../live";
import { Loading, Notice } from "../Notice";
import type { KnownHours } from "../reach";
import { Composer } from "./Composer";
import { BEGINS, decidingFault, decisionOf } from "./deciding";
import { Deciding } from "./Deciding";
import { Others } from "./Others";
import { useNamed } from "./useNamed";
import type { DraftOfPlace } from "./useDraft";
import { useReaders } from "./useReaders";

const NOBODY: Member[] = [];

/** The composer. `sent` is told the id of what was sent. */
export function DecisionComposer(props: {
  space: Id;
  draft: DraftOfPlace;
  hours: KnownHours;
  /** The decision whose place it is to take, where one has come here for that. */
  supersedes?: Id;
  sent(id: Id): void;
}): ReactElement {
  const { space, draft, hours, supersedes, sent } = props;
  const t = useT();
  const sync = useSync();
  const all = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const members = useNamed(all);
  const closed = useLive((s) => s.space(space), [space])?.archivedAt;
  const readers = useReaders(space);
  const { writing, write } = draft;
  const ready = writing !== null;
  useEffect(() => {
    if (ready && supersedes) write((held) => ({ ...held, decides: { ...(held.decides ?? BEGINS), supersedes } }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once; it can be taken off
  }, [ready, supersedes]);
  if (!writing) return <Loading label={t("loading")} />;
  if (closed) {
    return (
      <>
        <Others draft={draft} />
        <Notice title={t("space.archived")} />
      </>
    );
  }
  return (
    <>
      <Others draft={draft} />
      <Composer
        space={space}
        writing={writing}
        write={write}
        kept={draft.kept}
        failed={draft.failed}
        titled
        autoFocus
        label={t("write.text")}
        placeholder={t("decision.title")}
        sendLabel={t("send")}
        below={<Deciding space={space} writing={writing} write={write} members={members} hours={hours} />}
        note={readers}
        send={async (item) => {
          const decides = writing.decides ?? BEGINS;
          const fault = decidingFault(decides, writing.asks, members, sync.now());
          if (fault || !writing.asks) throw new Error(t(fault ?? "decision.fault.nobody"));
          const id = await sync.send(space, { ...item, kind: "decision", ...decisionOf(decides, writing.asks) });
          await draft.done();
          sent(id);
        }}
      />
    </>
  );
}
