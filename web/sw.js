// The service worker: the app's own files from this device, so that it starts without a network. Everything under /jmap
// and /auth goes past it. What stands in capitals is filled in when the app is built (vite.config.ts).
const NAME = "app-VERSION";
/** What the first screen needs. */
const SHELL = ["SHELL"];
/** All other parts, fetched when the page is idle and asks for it. */
const REST = ["REST"];

self.addEventListener("install", (event) => {
  // Past the browser's cache: a page and its parts are of one version.
  const fresh = SHELL.map((path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

// Runs when no tab uses the version before any more, or when somebody asked for the new one. Then other tabs still run
// the one before, so its parts stay until the next.
self.addEventListener("activate", (event) => {
  const clean = async () => {
    const older = (await caches.keys()).filter((name) => name.startsWith("app-") && name !== NAME);
    for (const name of older.slice(0, -1)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  if (event.data === "fetch the rest") event.waitUntil(fetchTheRest());
});

async function fetchTheRest() {
  const cache = await caches.open(NAME);
  for (const path of REST) {
    if (await cache.match(path)) continue;
    // Without a network it is asked again at the next start.
    const fetched = await cache.add(path).then(
      () => true,
      () => false,
    );
    if (!fetched) return;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const [, first = ""] = url.pathname.split("/");
  if (
    ["jmap", "auth", "upload", "public", "trust", "share", ".well-known", "metrics", "healthz", "readyz"].includes(
      first,
    ) ||
    ["answer", "mail-off"].includes(first)
  )
    return;
  if (request.mode !== "navigate" && !url.pathname.startsWith("/assets/") && !SHELL.includes(url.pathname)) return;
  event.respondWith(answer(request, url));
});

async function answer(request, url) {
  const cache = await caches.open(NAME);
  if (request.mode === "navigate") return (await cache.match("/")) ?? fetch(request);
  const held = (await cache.match(url.pathname)) ?? (await caches.match(url.pathname));
  if (held) return held;
  const fetched = await fetch(request);
  if (fetched.ok && url.pathname.startsWith("/assets/")) await cache.put(url.pathname, fetched.clone());
  return fetched;
}

// What arrived, in hours of the person whose device this is: shown as the server wrote it, in his language. It changes
// nothing of what is kept here; the app reads that itself.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    // Not ours to read: then it is shown that something arrived, since browsers ask for that.
  }
  const { title = "Meanwhile", body = "", path = "/inbox", tag, waiting, lang } = said;
  const shown = self.registration.showNotification(title, {
    body,
    lang,
    tag,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: { path },
  });
  event.waitUntil(Promise.all([shown, count(waiting)]));
});

/** The mark on the app's icon: how much waits for its owner's answer, and nothing else. */
async function count(waiting) {
  if (typeof waiting !== "number" || !self.navigator.setAppBadge) return;
  // Where the system has no such mark, there is none.
  await (waiting > 0 ? self.navigator.setAppBadge(waiting) : self.navigator.clearAppBadge()).catch(() => {});
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = event.notification.data?.path;
  // Only a place of the app.
  const url = new URL(typeof path === "string" ? path : "/inbox", location.origin);
  const open = async () => {
    if (url.origin !== location.origin) return;
    const [tab] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (!tab) return void (await self.clients.openWindow(url.href));
    await tab.focus();
    tab.postMessage({ go: url.pathname });
  };
  event.waitUntil(open());
});
