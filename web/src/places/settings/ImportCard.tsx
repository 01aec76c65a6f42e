// One export: how far it is, what would come of it or came of it, and what one can do with it.
import { Button } from "@mantine/core";
import { useState, type ReactElement, type ReactNode } from "react";
import type { ImportView } from "../../sync/api";
import { useLanguage, useT } from "../../ui/i18n";
import { useLive, useNow, useSync } from "../../ui/live";
import { bytes, when } from "../../ui/time";
import { sentence } from "../../ui/wording";
import { useAct } from "./act";
import { Came, Looked } from "./ImportTold";
import css from "./Imports.module.css";
import { Confirm, Wrong } from "./parts";

/** A sheet of the list. */
export function ImportCard({ one }: { one: ImportView }): ReactElement {
  const language = useLanguage();
  const now = useNow(60_000);
  return (
    <li className={css.card} aria-label={one.name}>
      <div className={css.head}>
        <h3 dir="auto">{one.name}</h3>
        <time dateTime={one.createdAt}>{when(new Date(one.createdAt), new Date(now), language)}</time>
      </div>
      {one.going ? <OnItsWay one={one} going={one.going} /> : <There one={one} />}
    </li>
  );
}

function OnItsWay({ one, going }: { one: ImportView; going: NonNullable<ImportView["going"]> }): ReactElement {
  const t = useT();
  const sync = useSync();
  const language = useLanguage();
  const { file, refused } = going;
  const sent = useLive((s) => s.uploads(), [])?.[file.localId] ?? 0;
  const size = bytes(file.size, language);
  return (
    <>
      {refused === undefined ? (
        <Progress label={t("import.goingUp")} done={sent} of={file.size}>
          {t("import.ofBytes", { done: bytes(sent, language), of: size })}
        </Progress>
      ) : (
        <Wrong>{sentence(refused)}</Wrong>
      )}
      <div className={css.acts}>
        {refused !== undefined && (
          <Button variant="default" onClick={() => void sync.retry(going.outboxId)}>
            {t("import.again")}
          </Button>
        )}
        <Button variant="subtle" onClick={() => void sync.dropImport(one.id)}>
          {t("import.giveUp")}
        </Button>
      </div>
    </>
  );
}

function There({ one }: { one: ImportView }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const [asked, ask] = useState(false);
  const { state = "waiting", preview, result } = one;
  const want = (wanted: "import" | "preview" | "nothing") =>
    act.run(() => sync.change(sync.me, "Import", one.id, "update", { wanted }));
  const running = state === "waiting" || state === "previewing" || state === "importing";
  const { what, done, of } = (one.progress ?? {}) as { what?: string; done?: number; of?: number };
  // As the server calls the first part of both.
  const unit = what === "Reading channels" ? "channels" : "messages";
  return (
    <>
      {running && (
        <Progress label={t(state === "importing" ? "import.importing" : "import.previewing")} done={done} of={of}>
          {of !== undefined && done !== undefined && t(`import.of.${unit}`, { done, of })}
        </Progress>
      )}
      {state === "importing" && <p className={css.quiet}>{t("import.goesOn")}</p>}
      {state === "stopped" && <p>{t("import.stopped")}</p>}
      {state === "failed" && <Wrong>{sentence(one.reason ?? "")}</Wrong>}
      {state === "imported" && result && <Came result={result} />}
      {preview && state === "previewed" && <Looked preview={preview} />}
      <div className={css.acts}>
        {running && (
          <Button variant="default" loading={act.busy} onClick={() => void want("nothing")}>
            {t("import.stop")}
          </Button>
        )}
        {state === "previewed" && (
          <Button loading={act.busy} onClick={() => void want("import")}>
            {t("import.begin")}
          </Button>
        )}
        {(state === "stopped" || state === "failed") && (
          <Button loading={act.busy} onClick={() => void want(preview ? "import" : "preview")}>
            {t(state === "failed" ? "import.again" : "import.goOn")}
          </Button>
        )}
        {!running && (
          <Button variant={state === "imported" ? "default" : "subtle"} onClick={() => ask(true)}>
            {t("import.remove")}
          </Button>
        )}
      </div>
      <Wrong>{act.wrong}</Wrong>
      <Confirm
        opened={asked}
        title={t("import.remove.title", { name: one.name })}
        yes={t("import.remove")}
        onYes={() => void sync.dropImport(one.id)}
        onNo={() => ask(false)}
      >
        {t("import.remove.text")}
      </Confirm>
    </>
  );
}

function Progress(props: {
  label: string;
  done?: number | undefined;
  of?: number | undefined;
  children: ReactNode;
}): ReactElement {
  const { label, done, of, children } = props;
  return (
    <div className={css.progress} role="status">
      <span>{label}</span>
      <progress aria-label={label} value={of ? done : undefined} max={of || undefined} />
      <span className={css.numbers}>{children}</span>
    </div>
  );
}
