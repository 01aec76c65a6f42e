// What a post said before: each change with who and when, and what came and went by it.
import { Modal } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useEffect, useId, useMemo, useState, type ReactElement, type ReactNode } from "react";
import type { Id } from "../../generated/types";
import { Offline, type ItemView, type Version } from "../../sync/api";
import type { Side } from "../../ui/diff/compare";
import { T, useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { Markdown } from "../../ui/Markdown";
import { Loading, Notice } from "../../ui/Notice";
import { part } from "../../ui/part";
import { exactly, when } from "../../ui/time";
import { useDesk } from "./desk";
import { useSideOf, type Said } from "./said";
import css from "./Versions.module.css";

const Diff = part(() => import("../../ui/diff/Diff").then((module) => module.Diff));

/** So many of the newest changes are open from the start. */
const OPEN = 2;

/** Earlier versions, the newest first. */
export function Versions({ space, item, close }: { space: Id; item: ItemView; close(): void }): ReactElement {
  const t = useT();
  const sync = useSync();
  const live = useLive((s) => s.item(space, item.id), [space, item.id]);
  const now = live ?? item;
  const gone = live === null || Boolean(live?.deleted);
  const [list, setList] = useState<Version[] | "offline" | Error | null>(null);
  useEffect(() => {
    let stopped = false;
    const told = (value: Version[] | "offline" | Error) => !stopped && setList(value);
    sync.versions(space, item.id).then(
      (versions) => told(versions.toSorted((a, b) => a.version - b.version)),
      (error: unknown) =>
        told(error instanceof Offline ? "offline" : error instanceof Error ? error : new Error(String(error))),
    );
    return () => {
      stopped = true;
    };
  }, [sync, space, item.id, now.version]);
  return (
    <Modal opened onClose={close} title={t("post.versions")} size="lg" closeButtonProps={{ "aria-label": t("close") }}>
      {gone ? (
        <Notice title={t("versions.deleted")} />
      ) : list === null ? (
        <Loading label={t("loading")} />
      ) : list === "offline" ? (
        <Notice title={t("needsServer")}>{t("versions.offline")}</Notice>
      ) : list instanceof Error ? (
        <Notice tone="wrong" title={t("versions.failed")}>
          {list.message}
        </Notice>
      ) : (
        <Changes item={now} list={list} />
      )}
    </Modal>
  );
}

function Changes({ item, list }: { item: ItemView; list: readonly Version[] }): ReactElement {
  const t = useT();
  const { members } = useDesk();
  const nameOf = (id: Id) => members.get(id)?.name || t("person.unknown");
  const steps = list.map((from, i) => ({ from, to: list[i + 1] ?? item })).toReversed();
  const first = list[0];
  return (
    <>
      {steps.length > 0 && (
        <p className={css.legend}>
          <T id="diff.legend" parts={[<ins key="new" />, <del key="gone" />]} />
        </p>
      )}
      <ol className={css.versions}>
        {steps.map(({ from, to }, i) => (
          <Entry
            key={from.version}
            open={i < OPEN}
            says={t("versions.changed", { name: nameOf(from.replacedBy) })}
            at={from.replacedAt}
          >
            {to.version - from.version > 1 && <p className={css.note}>{t("versions.gap")}</p>}
            <Step from={from} to={to} />
          </Entry>
        ))}
        {first?.version === 1 ? (
          <Entry says={t("versions.written", { name: nameOf(item.createdBy) })} at={item.createdAt}>
            {first.title && <p className={css.title}>{first.title}</p>}
            <Markdown text={first.text ?? ""} />
          </Entry>
        ) : (
          <li className={css.note}>{t("versions.firstGone")}</li>
        )}
      </ol>
    </>
  );
}

/** Who and when; below it what is told only when it is open, since comparing takes its time. */
function Entry(props: { says: string; at: string; open?: boolean; children: ReactNode }): ReactElement {
  const { says, at, open = false, children } = props;
  const language = useLanguage();
  const now = new Date(useNow(60_000));
  const [shown, show] = useState(open);
  const id = useId();
  const date = new Date(at);
  return (
    <li>
      <button
        type="button"
        className={css.head}
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        onClick={() => show(!shown)}
      >
        <IconChevronRight size={16} stroke={1.8} aria-hidden="true" />
        <b dir="auto">{says}</b>
        <time dateTime={at} title={exactly(date, language)}>
          {when(date, now, language)}
        </time>
      </button>
      {shown && (
        <div id={id} className={css.said}>
          {children}
        </div>
      )}
    </li>
  );
}

function Step({ from, to }: { from: Said; to: Said }): ReactElement {
  const sideOf = useSideOf();
  const [before, after] = useMemo(() => {
    // What was asked is known of later changes only.
    const known = from.expects !== undefined;
    return [from, to].map((said) => sideOf(known ? said : { ...said, expects: null })) as [Side, Side];
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [from, to]);
  return <Diff before={before} after={after} />;
}
