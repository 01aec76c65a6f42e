// Its author, as long as it is open, has it close at another time.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import type { Id } from "../../generated/types";
import type { ItemView } from "../../sync/api";
import css from "../../ui/composer/Asking.module.css";
import { AskUntil } from "../../ui/composer/AskUntil";
import { useSync } from "../../ui/live";
import own from "./Checkin.module.css";
import type { Reader } from "./words";

/** What opens below the check-in. */
export function Change(props: { space: Id; item: ItemView; reader: Reader; close(): void }): ReactElement {
  const { space, item, reader, close } = props;
  const { t, now, mine } = reader;
  const sync = useSync();
  const [by, until] = useState(item.expects?.by ?? null);
  const [wrong, tell] = useState<string | null>(null);
  const save = async () => {
    if (!by || Date.parse(by) <= now) return tell(t("checkin.fault.date"));
    if (item.expects) await sync.edit(space, item.id, { expects: { ...item.expects, by } }, item.version);
    close();
  };
  return (
    <div className={css.panel} role="group" aria-label={t("checkin.change")}>
      <AskUntil
        must
        by={by}
        change={(next) => {
          tell(null);
          until(next);
        }}
        mine={mine}
        now={now}
      />
      {wrong && (
        <p className={css.hint} role="alert">
          {wrong}
        </p>
      )}
      <div className={own.acts}>
        <Button h={34} variant="default" onClick={() => void save()}>
          {t("save")}
        </Button>
        <Button h={34} variant="subtle" onClick={close}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}
