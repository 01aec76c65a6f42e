// Choosing a time zone: all that this browser knows, and that of this device with one press.
import { Button, NativeSelect } from "@mantine/core";
import { useMemo, type ReactElement } from "react";
import { useLanguage, useT } from "../../ui/i18n";
import { useNow } from "../../ui/live";
import { place } from "../../ui/time";
import css from "./parts.module.css";
import { deviceZone, timeIn, zoneGroups } from "./zones";

/** What stands beside it: the time there now, or why it can't be told. */
export function useZoneHint(zone: string | undefined): string {
  const t = useT();
  const language = useLanguage();
  const now = useNow(20_000);
  const time = zone && timeIn(zone, now, language);
  if (time) return t("settings.zone.hint", { time });
  return zone ? t("settings.zone.unknown", { zone }) : t("settings.zone.none");
}

/** `zone` undefined: none was said yet. The hint has the id `<id>-hint`. */
export function ZoneField(props: {
  id: string;
  zone: string | undefined;
  busy?: boolean;
  onChoose: (zone: string) => void;
}): ReactElement {
  const { id, zone, busy, onChoose } = props;
  const t = useT();
  const device = deviceZone();
  const groups = useMemo(() => zoneGroups(zone), [zone]);
  return (
    <>
      <NativeSelect
        id={id}
        className={css.field}
        size="md"
        value={zone ?? ""}
        aria-describedby={`${id}-hint`}
        data={zone ? groups : [{ value: "", label: t("settings.zone.choose"), disabled: true }, ...groups]}
        onChange={(event) => onChoose(event.currentTarget.value)}
      />
      {device && device !== zone && (
        <div className={css.buttons}>
          <Button variant="default" loading={busy} onClick={() => onChoose(device)}>
            {t("settings.zone.take", { place: place(device) })}
          </Button>
        </div>
      )}
    </>
  );
}
