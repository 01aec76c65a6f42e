// Signing out of this device, with a question if something would be lost by it.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { AuthProblem, signOut } from "../../sync/auth";
import { forgetLeaving } from "../../ui/composer/leaving";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { unsubscribe } from "../../ui/pushes";
import { useAct } from "./act";
import { Confirm, Row, Wrong } from "./parts";
import css from "./parts.module.css";

/** The row. The server is told first: a device that is only emptied would still be signed in. */
export function SignOut(): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const status = useLive((s) => s.status(), []);
  const [asks, ask] = useState(false);
  const waiting = (status?.waiting ?? 0) + (status?.refused ?? 0);

  const leave = () =>
    act.run(async () => {
      try {
        await signOut();
      } catch (error) {
        // Whoever is signed out already only empties the device.
        if (!(error instanceof AuthProblem) || error.status !== 401) {
          const away = error instanceof AuthProblem && error.status === 0;
          throw away ? new Error(t("settings.signOut.offline")) : error;
        }
      }
      // What arrives is shown here no more; the push service then tells the server that nobody is here.
      await unsubscribe().catch(() => {});
      await sync.forget();
      forgetLeaving();
      window.location.assign("/");
    });

  return (
    <Row
      label={t("settings.signOut")}
      hint={
        <>
          {t("settings.signOut.hint")}
          {waiting > 0 && <strong>{t("settings.signOut.waiting", { count: waiting })}</strong>}
        </>
      }
    >
      <div className={css.buttons} style={{ justifyContent: "flex-end" }}>
        <Button variant="default" loading={act.busy} onClick={() => (waiting > 0 ? ask(true) : void leave())}>
          {t("settings.signOut")}
        </Button>
      </div>
      {!asks && <Wrong>{act.wrong}</Wrong>}
      <Confirm
        opened={asks}
        title={t("settings.signOut.dialog")}
        yes={t("settings.signOut.anyway")}
        no={t("settings.signOut.wait")}
        busy={act.busy}
        wrong={act.wrong}
        onYes={() => void leave()}
        onNo={() => ask(false)}
      >
        {t("settings.signOut.waiting", { count: waiting })}
      </Confirm>
    </Row>
  );
}
