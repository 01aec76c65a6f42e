// Notifications: what of that which arrives is told beside the app, by mail and on this device; both in one's own hours.
import { useCallback, useEffect, useId, useState, type ReactElement } from "react";
import { Link } from "wouter";
import type { Settings } from "../../generated/types";
import { ways, type Ways } from "../../sync/auth";
import { useT } from "../../ui/i18n";
import { useLive, useSync } from "../../ui/live";
import { Loading, Notice } from "../../ui/Notice";
import { useAct, useExplain } from "./act";
import { NotifiedDevices } from "./NotifiedDevices";
import { Choice, Row, Section, Sheet, Wrong } from "./parts";

/** The page at /settings/notifications. */
export function Notifications(): ReactElement {
  const t = useT();
  const explain = useExplain();
  const [known, tell] = useState<Ways>();
  const [wrong, say] = useState<string>();
  const load = useCallback(async () => {
    say(undefined);
    try {
      tell(await ways());
    } catch (error) {
      say(explain(error));
    }
  }, [explain]);
  useEffect(() => void load(), [load]);
  if (wrong && !known) {
    return (
      <Section title={t("settings.notifications")}>
        <Notice tone="wrong" title={t("told.failed")}>
          {wrong}
        </Notice>
      </Section>
    );
  }
  if (!known) return <Loading label={t("settings.loading")} />;
  return (
    <>
      <Section
        title={t("told.mail")}
        hint={
          known.mail ? (
            <>
              {t("told.mail.hint")} <Link href="/hours">{t("told.hours")}</Link>
            </>
          ) : (
            t("told.mail.none")
          )
        }
      >
        {known.mail && <Mail />}
      </Section>
      <NotifiedDevices serverKey={known.key} />
    </>
  );
}

type Wanted = "nothing" | "asks" | "everything";

function Mail(): ReactElement {
  const t = useT();
  const sync = useSync();
  const settings = useLive((s) => s.settings(), []);
  const act = useAct();
  const [whatLabel, hideLabel] = [useId(), useId()];
  // What was chosen is seen at once; what could not be kept goes back.
  const [chosen, choose] = useState<Pick<Settings, "mail" | "mailHidesContent">>({});
  const { mail, mailHidesContent } = { ...settings, ...chosen };
  const change = async (changes: typeof chosen) => {
    choose({ ...chosen, ...changes });
    if (!(await act.run(() => sync.saveSettings(changes)))) choose({});
  };
  return (
    <Sheet>
      <Row label={t("told.mail.what")} hint={t("told.mail.what.hint")} labelId={whatLabel}>
        <Choice<Wanted>
          labelledBy={whatLabel}
          value={mail ?? "asks"}
          options={(["asks", "everything", "nothing"] as const).map((value) => ({
            value,
            label: t(`told.mail.${value}`),
            hint: t(`told.mail.${value}.hint`),
          }))}
          onChange={(next) => void change({ mail: next })}
        />
      </Row>
      <Row label={t("told.mail.shows")} hint={t("told.mail.shows.hint")} labelId={hideLabel}>
        <Choice<"shown" | "hidden">
          labelledBy={hideLabel}
          value={mailHidesContent ? "hidden" : "shown"}
          options={(["shown", "hidden"] as const).map((value) => ({ value, label: t(`told.mail.shows.${value}`) }))}
          onChange={(value) => void change({ mailHidesContent: value === "hidden" })}
        />
        <Wrong>{act.wrong}</Wrong>
      </Row>
    </Sheet>
  );
}
