// Begins a thread in a Space.
import { type ReactElement } from "react";
import { Link, useLocation } from "wouter";
import type { Id } from "../../generated/types";
import { Composer } from "../../ui/composer/Composer";
import { useDraft } from "../../ui/composer/useDraft";
import { useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { useSpaces } from "../shell/useSpaces";
import css from "./Write.module.css";

/** The page on which one begins a thread; the Space can be changed as long as it is not sent. */
export function Write({ space }: { space: Id }): ReactElement {
  const t = useT();
  const [, navigate] = useLocation();
  const spaces = useSpaces();
  const name = spaces?.find((one) => one.id === space)?.name || t("space.untitled");
  return (
    <Page
      name={t("write.title")}
      above={<Link href={`/s/${space}`}>{name}</Link>}
      title={t("write.title")}
      lede={
        spaces && spaces.length > 1 ? (
          <label className={css.to}>
            {t("write.to")}{" "}
            <select value={space} onChange={(event) => navigate(`/s/${event.target.value}/write`, { replace: true })}>
              {spaces.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name || t("space.untitled")}
                </option>
              ))}
            </select>
          </label>
        ) : undefined
      }
    >
      <Topic key={space} space={space} name={name} />
    </Page>
  );
}

function Topic({ space, name }: { space: Id; name: string }): ReactElement {
  const t = useT();
  const sync = useSync();
  const [, navigate] = useLocation();
  const draft = useDraft({ space, kind: "topic" });
  if (!draft.writing) return <Loading label={t("loading")} />;
  return (
    <>
      {draft.reason && (
        <Notice tone="wrong" title={t("draft.cameBack")}>
          {draft.reason}
        </Notice>
      )}
      <Composer
        space={space}
        writing={draft.writing}
        write={draft.write}
        kept={draft.kept}
        titled
        label={t("write.text")}
        placeholder={t("write.hint")}
        sendLabel={t("send")}
        note={t("thread.readers", { space: name })}
        autoFocus
        send={async (item) => {
          const id = await sync.send(space, { ...item, kind: "topic" });
          await draft.done();
          navigate(`/s/${space}/t/${id}`);
        }}
      />
    </>
  );
}
