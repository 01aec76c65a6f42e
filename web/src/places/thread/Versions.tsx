// What a post said before.
import { Modal } from "@mantine/core";
import { useEffect, useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import { Offline, type ItemView } from "../../sync/api";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import { Loading, Notice } from "../../ui/Notice";
import { exactly } from "../../ui/time";
import css from "./Versions.module.css";

type Version = Awaited<ReturnType<ReturnType<typeof useSync>["versions"]>>[number];

/** Earlier versions, the newest first. */
export function Versions({ space, item, close }: { space: Id; item: ItemView; close(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const [list, setList] = useState<Version[] | "offline" | Error | null>(null);
  useEffect(() => {
    let stopped = false;
    const told = (value: Version[] | "offline" | Error) => !stopped && setList(value);
    sync.versions(space, item.id).then(
      (versions) => told(versions.toSorted((a, b) => b.version - a.version)),
      (error: unknown) =>
        told(error instanceof Offline ? "offline" : error instanceof Error ? error : new Error(String(error))),
    );
    return () => {
      stopped = true;
    };
  }, [sync, space, item.id, item.version]);
  return (
    <Modal opened onClose={close} title={t("post.versions")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      {list === null && <Loading label={t("loading")} />}
      {list === "offline" && <Notice title={t("needsServer")}>{t("versions.offline")}</Notice>}
      {list instanceof Error && (
        <Notice tone="wrong" title={t("versions.failed")}>
          {list.message}
        </Notice>
      )}
      {Array.isArray(list) && list.length === 0 && <Notice title={t("versions.none")} />}
      {Array.isArray(list) && list.length > 0 && (
        <ol className={css.versions}>
          {list.map((version) => (
            <li key={version.version}>
              <p className={css.when}>
                {t("versions.until", { when: exactly(new Date(version.replacedAt), language) })}
              </p>
              {version.title && <h3 dir="auto">{version.title}</h3>}
              <Markdown text={version.text ?? ""} />
            </li>
          ))}
        </ol>
      )}
    </Modal>
  );
}
