// The service worker: a page for when there is no network, and notifications. It keeps that page and its style and
// nothing else: no answer of the server to a person is ever stored.
const CACHE = "parvis-{{ version }}";
const KEPT = [{% for one in kept %}"{{ one|escapejs }}",{% endfor %}];
const OFFLINE = "{{ offline|escapejs }}";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEPT.map((one) => new Request(one, { credentials: "omit", cache: "no-cache" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("parvis-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (!navigator.onLine && KEPT.includes(new URL(request.url).pathname)) event.respondWith(kept(request));
});

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // Something was said that is not ours: a notification is owed all the same.
  }
  event.waitUntil(self.registration.showNotification(told.title ?? "Parvis", {
    body: told.body ?? "", tag: told.tag ?? "parvis", renotify: Boolean(told.tag), icon: "{{ icon|escapejs }}", badge: "{{ badge|escapejs }}",
    data: { url: told.url ?? "/inbox" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (wanted.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = open.find((one) => new URL(one.url).pathname === wanted.pathname) ?? open[0];
    if (!page) return self.clients.openWindow(wanted.href);
    await page.focus();
    if (page.url !== wanted.href) await page.navigate(wanted.href).catch(() => self.clients.openWindow(wanted.href));
  })());
});
