// Writes a check-in into its draft, and sends it: once, or again and again.
import type { ReactElement } from "react";
import type { Id, Member } from "../../generated/types";
import { useT } from "../i18n";
import { useLive, useSync } from "../live";
import { Loading, Notice } from "../Notice";
import type { KnownHours } from "../reach";
import { planOf, repeatsFault } from "./again";
import { Checking } from "./Checking";
import { checkingFault, checkinOf, CHECKS } from "./checking";
import { Composer } from "./Composer";
import { Others } from "./Others";
import { useNamed } from "./useNamed";
import type { DraftOfPlace } from "./useDraft";
import { useReaders } from "./useReaders";

const NOBODY: Member[] = [];

/** The composer. `sent` is told the id of what was sent, or null where it will be said again and again. */
export function CheckinComposer(props: {
  space: Id;
  draft: DraftOfPlace;
  hours: KnownHours;
  sent(id: Id | null): void;
}): ReactElement {
  const { space, draft, hours, sent } = props;
  const t = useT();
  const sync = useSync();
  const all = useLive((s) => s.members(space), [space]) ?? NOBODY;
  const members = useNamed(all);
  const closed = useLive((s) => s.space(space), [space])?.archivedAt;
  const readers = useReaders(space);
  const { writing, write } = draft;
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
        placeholder={t("checkin.hint")}
        sendLabel={t(writing.again ? "again.set" : "send")}
        below={<Checking writing={writing} write={write} members={members} hours={hours} />}
        note={readers}
        send={async (item) => {
          const [checks, now, { again }] = [writing.checks ?? CHECKS, sync.now(), writing];
          const by = writing.asks?.by ?? null;
          const fault =
            checkingFault(checks, writing.asks, members, again ? 0 : now) ??
            (again ? repeatsFault(again, by, hours.mine, now, sync.again.next) : null);
          if (fault || !writing.asks) throw new Error(t(fault ?? "checkin.fault.date"));
          const whole = { ...item, kind: "checkin", ...checkinOf(checks, writing.asks) };
          if (again) await sync.again.plan(space, planOf(whole, again, hours.mine, sync.again.next));
          const id = again ? null : await sync.send(space, whole);
          await draft.done();
          sent(id);
        }}
      />
    </>
  );
}
