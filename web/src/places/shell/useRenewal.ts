// A device on which arrivals are shown asks for more time once a month, when the app is opened on it: one that is never opened
// again is forgotten by itself. Where its browser has another subscription by now, the server learns that one.
import { useEffect } from "react";
import { addDevice, changeDevice, devices } from "../../sync/auth";
import { useSync } from "../../ui/live";
import { deviceName, subscribed } from "../../ui/pushes";
import { utcDate } from "../../ui/time";

/** A device that is never opened is forgotten after so long. */
export const LASTS = 180 * 86_400_000;
const MONTH = 30 * 86_400_000;
/** Milliseconds after which nothing else needs the network first. */
const AT_EASE = 10_000;

/** Asks for more time, where it is time. */
export function useRenewal(): void {
  const sync = useSync();
  useEffect(() => {
    const renew = async () => {
      const here = await subscribed();
      if (!here) return;
      const held = (await devices(sync.me)).find(({ deviceClientId }) => deviceClientId === deviceName());
      // Whoever ended it on another device wants nothing here.
      if (!held) return;
      const expires = utcDate(sync.now() + LASTS);
      if (held.url !== here.url) {
        const { deviceClientId, name, hideContent, wants } = held;
        await addDevice(
          sync.me,
          { deviceClientId, ...here, hideContent, wants, expires, ...(name && { name }) },
          held.id,
        );
      } else if (!held.expires || Date.parse(held.expires) < sync.now() + LASTS - MONTH) {
        await changeDevice(sync.me, held.id, { expires });
      }
    };
    const timer = window.setTimeout(() => {
      // Next time, then.
      if (window.Notification?.permission === "granted") void renew().catch(() => {});
    }, AT_EASE);
    return () => window.clearTimeout(timer);
  }, [sync]);
}
