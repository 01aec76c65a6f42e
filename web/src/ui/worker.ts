// The service worker from the page's side: starts it, and tells when a newer version of the app is ready. Browsers have
// none on plain http from another machine; then the app starts only with a network.
import { useSyncExternalStore } from "react";

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function ready(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const told of listeners) told();
}

/** Milliseconds between looks for a newer version, for tabs that stay open for days. */
const LOOK = 3_600_000;

/** Starts the worker once the page is idle. */
export function startWorker(): void {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container || !import.meta.env.PROD) return;
  const start = async () => {
    const registration = await container.register("/sw.js");
    // Without a controller this is the first one: nothing older is in use.
    const look = () => registration.waiting && container.controller && ready(registration.waiting);
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    window.setInterval(() => void registration.update().catch(() => {}), LOOK);
    (await container.ready).active?.postMessage("fetch the rest");
  };
  const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 2000));
  idle(() => void start().catch((error: unknown) => console.warn("the app can't be kept on this device", error)));
}

/** Goes over to the newer version; the page is loaded anew. What is written is kept as a draft. */
export function takeNewVersion(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), { once: true });
  waiting?.postMessage("take over");
}

/** Whether a newer version waits. */
export function useNewVersion(): boolean {
  return useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => waiting !== null,
  );
}
