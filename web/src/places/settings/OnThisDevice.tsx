// What is kept on this device, how safely, and the app as one that is installed.
import { Button } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { isInstalled, useInstall, useStored } from "../../ui/device";
import { useLanguage, useT } from "../../ui/i18n";
import { bytes } from "../../ui/time";
import { Row, Section, Sheet, Value } from "./parts";

/** The part of the page. */
export function OnThisDevice(): ReactElement {
  const t = useT();
  const language = useLanguage();
  const { stored, keep } = useStored();
  const install = useInstall();
  const [refused, tell] = useState(false);
  if (stored === undefined) {
    return (
      <Section title={t("device.title")} hint={t("device.plain")}>
        {null}
      </Section>
    );
  }
  return (
    <Section title={t("device.title")} hint={t("device.hint")}>
      <Sheet>
        <Row label={t("device.keep")} hint={stored ? t("device.used", { size: bytes(stored.used, language) }) : ""}>
          {stored?.kept ? (
            <Value>{t("device.kept")}</Value>
          ) : (
            <>
              <Value>{t(refused ? "device.refused" : "device.loose")}</Value>
              <Button variant="default" disabled={!stored} onClick={() => void keep().then((kept) => tell(!kept))}>
                {t("device.keep.ask")}
              </Button>
            </>
          )}
        </Row>
        <Row label={t("device.install")} hint={t("device.install.hint")}>
          {install ? (
            <Button variant="default" onClick={() => void install()}>
              {t("device.install.do")}
            </Button>
          ) : (
            <Value>{t(isInstalled() ? "device.installed" : "device.install.menu")}</Value>
          )}
        </Row>
      </Sheet>
    </Section>
  );
}
