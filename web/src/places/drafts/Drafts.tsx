// All that one has written and that is in no Space yet: what came back, what leaves later, and drafts.
import type { ReactElement, ReactNode } from "react";
import { useT } from "../../ui/i18n";
import { useFilling, useLive } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { UndoBar } from "../../ui/UndoBar";
import { useUndo } from "../../ui/useUndo";
import { useRowKeys } from "../../ui/walk";
import { useWritePath } from "../shell/useWritePath";
import { WriteButton } from "../shell/WriteButton";
import { DraftRow } from "./DraftRow";
import css from "./Drafts.module.css";
import { LaterRow } from "./LaterRow";

/** The page. */
export function Drafts(): ReactElement {
  const t = useT();
  const write = useWritePath();
  const written = useLive((s) => s.written(), []);
  const filling = useFilling();
  const undo = useUndo();
  useRowKeys();
  const row = (one: NonNullable<typeof written>["drafts"][number]) => (
    <DraftRow key={one.draft.id} draft={one.draft} to={one.to} offer={undo.offer} />
  );
  const back = written?.drafts.filter(({ draft }) => draft.reason) ?? [];
  const drafts = written?.drafts.filter(({ draft }) => !draft.reason) ?? [];
  const none = written?.drafts.length === 0 && written.later.length === 0;
  return (
    <Page name={t("drafts.title")} title={t("drafts.title")}>
      {!written || (none && filling) ? (
        <Loading label={t("loading")} />
      ) : none ? (
        <Notice title={t("drafts.none")} action={<WriteButton to={write} />}>
          {t("drafts.noneText")}
        </Notice>
      ) : (
        <>
          <Part name={t("drafts.cameBack")}>{back.map(row)}</Part>
          <Part name={t("drafts.later")}>
            {written.later.map(({ item, to }) => (
              <LaterRow key={item.id} item={item} to={to} />
            ))}
          </Part>
          <Part name={t("drafts.written")}>{drafts.map(row)}</Part>
        </>
      )}
      <UndoBar says={undo.last} undo={undo.undo} />
    </Page>
  );
}

function Part({ name, children }: { name: string; children: ReactNode[] }): ReactElement | null {
  if (children.length === 0) return null;
  return (
    <section className={css.part}>
      <h2>{name}</h2>
      <ul className={css.rows}>{children}</ul>
    </section>
  );
}
