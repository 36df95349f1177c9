// Answers where the network does not: with a module that this browser keeps, or with the page that says so.
// It never keeps a page by itself; what is kept was asked for (see static/js/offline/offline.js).
const SHELL = "elearn-shell-{{ version }}";
const KEPT = "elearn-kept";
const NEEDED = {{ needed|tojson }};
const PATIENCE = 4000; // milliseconds that a page which is kept is waited for

self.addEventListener("install", (event) => {
  const requests = NEEDED.map((address) => new Request(address, { credentials: "omit" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("elearn-shell-") && name !== SHELL) await caches.delete(name);
  }
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, address));
  else if (event.request.method === "GET" && /^\/(static|media)\//.test(address.pathname)) event.respondWith(file(event.request));
});

async function page(event, address) {
  const kept = event.request.method === "GET" ? await keptFor(address) : null;
  const fresh = fetched(event);
  if (!kept) return fresh.catch(unreachable);
  return Promise.race([fresh.catch(() => kept), new Promise((done) => setTimeout(done, PATIENCE, kept))]);
}

async function fetched(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

/** The module kept for an address: its own, or that of one of its sections. */
async function keptFor(address) {
  const [, courses, course, first, second] = address.pathname.split("/");
  if (courses !== "courses" || !first || address.searchParams.has("copy")) return null;
  const cache = await caches.open(KEPT);
  if (first === "offline") return (await cache.match(`/courses/${course}/offline/${second}`)) ?? null;
  const module = `/courses/${course}/offline/${first}`;
  if (!(await cache.match(module))) return null;
  return Response.redirect(second ? `${module}#${second}` : module);
}

async function unreachable() {
  return (await caches.match(NEEDED[0])) ?? Response.error();
}

/** A stylesheet, a script, a typeface or a picture: kept ones have their content in their name, or cost a line nothing. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok && new URL(request.url).pathname.startsWith("/static/fonts/")) {
    const cache = await caches.open(SHELL);
    await cache.put(request, fresh.clone());
  }
  return fresh;
}
