// What the browser does for the app on this device: keeps what is stored here, and installs it.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

/** How safely things are stored here. */
export interface Stored {
  /** The browser does not clear it by itself when room gets short. */
  kept: boolean;
  /** Bytes, about. */
  used: number;
}

/** Undefined where the browser does not say, as over plain http from another machine; null until it has said. */
export function useStored(): { stored: Stored | null | undefined; keep(): Promise<boolean> } {
  const storage = navigator.storage as StorageManager | undefined;
  const [stored, tell] = useState<Stored | null | undefined>(storage?.persisted ? null : undefined);
  const look = useCallback(async () => {
    if (!storage?.persisted) return;
    const [kept, { usage = 0 }] = await Promise.all([storage.persisted(), storage.estimate()]);
    tell({ kept, used: usage });
  }, [storage]);
  useEffect(() => void look().catch(() => tell(undefined)), [look]);
  const keep = async () => {
    const kept = (await storage?.persist?.().catch(() => false)) ?? false;
    await look();
    return kept;
  };
  return { stored, keep };
}

/** The browser's offer to install the app. Not in the types of the platform: only some browsers make it. */
interface Offer extends Event {
  prompt(): Promise<void>;
}

let offer: Offer | null = null;
const listeners = new Set<() => void>();

function offered(next: Offer | null): void {
  offer = next;
  for (const told of listeners) told();
}

/** From the start of the page on: the offer is made once. */
export function awaitOffer(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered(event as Offer);
  });
  window.addEventListener("appinstalled", () => offered(null));
}

/** Asks whether the app is to be installed; null where the browser does not offer it. */
export function useInstall(): (() => Promise<void>) | null {
  const here = useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => offer,
  );
  if (!here) return null;
  return async () => {
    await here.prompt();
    // It can be used once.
    offered(null);
  };
}

/** It runs in a window of its own already. */
export const isInstalled = (): boolean => window.matchMedia("(display-mode: standalone)").matches;

const KNOWN = "meanwhile-knows-http";

/** Over plain http from another machine browsers withhold what needs a secure connection; said once. */
export function usePlainHttp(): { says: boolean; known(): void } {
  const [says, tell] = useState(() => !window.isSecureContext && !isKnown());
  const known = () => {
    try {
      localStorage.setItem(KNOWN, "yes");
    } catch {
      // Then it is said again next time.
    }
    tell(false);
  };
  return { says, known };
}

function isKnown(): boolean {
  try {
    return localStorage.getItem(KNOWN) === "yes";
  } catch {
    return false;
  }
}
