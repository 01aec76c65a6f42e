// Devices on which arrivals are shown: this one, with what it needs explained before the browser asks, and the others.
import { Button } from "@mantine/core";
import { IconDeviceDesktop } from "@tabler/icons-react";
import { useCallback, useEffect, useId, useState, type ReactElement } from "react";
import { addDevice, changeDevice, devices, removeDevice, type Device } from "../../sync/auth";
import { useLanguage, useT } from "../../ui/i18n";
import { useSync } from "../../ui/live";
import { Loading } from "../../ui/Notice";
import { deviceName, hindrance, subscribe, subscribed, unsubscribe } from "../../ui/pushes";
import { exactly, utcDate, when } from "../../ui/time";
import { LASTS } from "../shell/useRenewal";
import { useAct } from "./act";
import { readClient } from "./clients";
import list from "./list.module.css";
import { Choice, Done, Row, Section, Sheet, Value, Wrong } from "./parts";

/** `serverKey`: the key by which push services know the server; null where it pushes nothing. */
export function NotifiedDevices({ serverKey }: { serverKey: string | null }): ReactElement {
  const t = useT();
  const sync = useSync();
  const act = useAct();
  const [known, tell] = useState<Device[]>();
  const [here, set] = useState<string>();
  const [done, say] = useState<string>();
  const stops = serverKey === null ? "server" : hindrance();
  const { run } = act;
  const load = useCallback(async () => {
    const [all, own] = await Promise.all([devices(sync.me), subscribed().catch(() => undefined)]);
    tell(all);
    set(own?.url);
  }, [sync.me]);
  useEffect(() => {
    if (serverKey !== null) void run(load);
  }, [serverKey, run, load]);
  const mine = known?.find((device) => device.url === here);
  const others = known?.filter((device) => device !== mine) ?? [];
  const does = (work: () => Promise<unknown>, said: string) =>
    run(async () => {
      say(undefined);
      await work();
      await load();
      say(said);
    });
  const on = async () => {
    const held = await subscribe(serverKey ?? "");
    if (!held) throw new Error(t("told.device.no"));
    const deviceClientId = deviceName();
    const { browser, system } = readClient(navigator.userAgent);
    const both = browser && system ? t("settings.session.on", { browser, system }) : (browser ?? system);
    const instead = known?.find((device) => device.deviceClientId === deviceClientId)?.id;
    const expires = utcDate(sync.now() + LASTS);
    await addDevice(sync.me, { deviceClientId, ...held, expires, ...(both && { name: both }) }, instead);
  };
  const off = async (device: Device) => {
    await removeDevice(sync.me, device.id);
    if (device === mine) await unsubscribe();
  };
  return (
    <>
      <Section title={t("told.device")} hint={t(stops ? `told.device.${stops}` : "told.device.hint")}>
        <Done>{done}</Done>
        {!stops && !known && !act.wrong && <Loading label={t("settings.loading")} />}
        {!stops && known && (
          <Sheet>
            {mine ? (
              <Own
                device={mine}
                busy={act.busy}
                does={does}
                off={() => void does(() => off(mine), t("told.device.isOff"))}
              />
            ) : (
              <Row label={t("told.device.off")} hint={t("told.device.asks")}>
                <Button loading={act.busy} onClick={() => void does(on, t("told.device.isOn"))}>
                  {t("told.device.on")}
                </Button>
              </Row>
            )}
          </Sheet>
        )}
        <Wrong>{act.wrong}</Wrong>
      </Section>
      {others.length > 0 && (
        <Section title={t("told.others")} hint={t("told.others.hint")}>
          <ul className={list.list}>
            {others.map((device) => (
              <Other
                key={device.id}
                device={device}
                busy={act.busy}
                off={() => void does(() => off(device), t("told.other.isOff"))}
              />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Own(props: {
  device: Device;
  busy: boolean;
  does: (work: () => Promise<unknown>, said: string) => Promise<boolean>;
  off: () => void;
}): ReactElement {
  const { device, busy, does, off } = props;
  const t = useT();
  const sync = useSync();
  const [whatLabel, hideLabel] = [useId(), useId()];
  // What was chosen is seen at once, until the server has said what holds.
  const [chosen, choose] = useState<Partial<Pick<Device, "wants" | "hideContent">>>({});
  const { wants, hideContent } = { ...device, ...chosen };
  const change = async (changes: typeof chosen) => {
    choose(changes);
    await does(() => changeDevice(sync.me, device.id, changes), t("told.device.changed"));
    choose({});
  };
  return (
    <>
      <Row label={t("told.device.here")} hint={t("told.device.here.hint")}>
        <Value>{t("told.device.isOn")}</Value>
        <Button variant="default" disabled={busy} onClick={off}>
          {t("told.device.stop")}
        </Button>
      </Row>
      <Row label={t("told.device.what")} labelId={whatLabel}>
        <Choice<"asks" | "everything">
          labelledBy={whatLabel}
          value={wants ?? "everything"}
          options={(["everything", "asks"] as const).map((value) => ({ value, label: t(`told.device.what.${value}`) }))}
          onChange={(next) => void change({ wants: next })}
        />
      </Row>
      <Row label={t("told.device.shows")} hint={t("told.device.shows.hint")} labelId={hideLabel}>
        <Choice<"shown" | "hidden">
          labelledBy={hideLabel}
          value={hideContent ? "hidden" : "shown"}
          options={(["shown", "hidden"] as const).map((value) => ({ value, label: t(`told.device.shows.${value}`) }))}
          onChange={(value) => void change({ hideContent: value === "hidden" })}
        />
      </Row>
    </>
  );
}

function Other({ device, busy, off }: { device: Device; busy: boolean; off: () => void }): ReactElement {
  const t = useT();
  const language = useLanguage();
  const sync = useSync();
  const since = new Date(device.createdAt);
  const date = when(since, new Date(sync.now()), language);
  const name = device.name ?? t("settings.session.unknown");
  return (
    <li className={list.item}>
      <IconDeviceDesktop className={list.icon} size={24} stroke={1.5} aria-hidden="true" />
      <div className={list.main}>
        <p className={list.name}>{name}</p>
        <p className={list.sub} title={exactly(since, language)}>
          {t("told.other.since", { date })}
        </p>
      </div>
      <Button
        variant="default"
        disabled={busy}
        aria-label={t("told.other.stopNamed", { device: name, date })}
        onClick={off}
      >
        {t("told.device.stop")}
      </Button>
    </li>
  );
}
