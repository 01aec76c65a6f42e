// What the browser does so that arrivals are shown on this device: asks its owner, and subscribes at its push service. And
// the mark on the app's icon.
import { useEffect } from "react";
import { useLocation } from "wouter";

/** What keeps this browser from it: no secure connection, no such thing in it, or its owner's no. */
export type Hindrance = "insecure" | "missing" | "denied";

/** What the server needs to know of a subscription. */
export interface Subscribed {
  url: string;
  keys: { p256dh: string; auth: string };
}

/** Why it can't be done here; undefined if it can. */
export function hindrance(): Hindrance | undefined {
  if (!window.isSecureContext) return "insecure";
  const has = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!has) return "missing";
  return Notification.permission === "denied" ? "denied" : undefined;
}

/** The subscription that this browser has; undefined if it has none. */
export async function subscribed(): Promise<Subscribed | undefined> {
  if (hindrance()) return undefined;
  const registration = await navigator.serviceWorker.getRegistration();
  const held = await registration?.pushManager.getSubscription();
  return held ? told(held) : undefined;
}

/** Asks the owner of the device, and subscribes; null if he said no. */
export async function subscribe(key: string): Promise<Subscribed | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const { pushManager } = await navigator.serviceWorker.ready;
  const held = await pushManager.getSubscription();
  // One that was made for another server, or for the same one with another key, tells nothing here.
  if (held && keyOf(held) !== key) await held.unsubscribe();
  return told(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
}

/** This browser is subscribed no more. */
export async function unsubscribe(): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const registration = await container?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

function told(subscription: PushSubscription): Subscribed {
  const { p256dh = "", auth = "" } = subscription.toJSON().keys ?? {};
  return { url: subscription.endpoint, keys: { p256dh, auth } };
}

function keyOf({ options }: PushSubscription): string {
  const key = options.applicationServerKey;
  return key ? text(new Uint8Array(key)) : "";
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(key: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...key));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const DEVICE = "meanwhile-device";

/** What this device is called among the others of its owner; the same at the next start. */
export function deviceName(): string {
  try {
    const known = localStorage.getItem(DEVICE);
    if (known) return known;
    const name = crypto.randomUUID();
    localStorage.setItem(DEVICE, name);
    return name;
  } catch {
    return crypto.randomUUID();
  }
}

/** The mark on the app's icon: how much waits for one's answer, and nothing else. */
export function useBadge(waiting: number): void {
  useEffect(() => {
    if (!("setAppBadge" in navigator)) return;
    // Where the system has no such mark, there is none.
    void (waiting > 0 ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => {});
  }, [waiting]);
}

/** Goes where something leads that was shown on the device and pressed. */
export function useShown(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    const go = ({ data }: MessageEvent<unknown>) => {
      const path = data && typeof data === "object" && "go" in data ? data.go : undefined;
      if (typeof path === "string" && path.startsWith("/")) navigate(path);
    };
    container?.addEventListener("message", go);
    return () => container?.removeEventListener("message", go);
  }, [navigate]);
}
