{% comment %}
The service worker of the visit pages. Context: version, list (the address of the own list), shell (the page without data), assets (what the page is made of).
It keeps no page with data: those are in the sealed store of the page itself.
{% endcomment %}const CACHE = "visits-{{ version }}";
const LIST = "{{ list }}";
const SHELL = "{{ shell }}";
const ASSETS = [{% for asset in assets %}"{{ asset }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  const fresh = (address) => new Request(address, { cache: "reload", credentials: "omit" });
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll([SHELL, ...ASSETS].map(fresh)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("visits-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// The portal first; where it does not answer, or not in time, the page that finds its data on the phone.
const page = async (request) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: abort.signal });
    // A visit that is over or somebody else's: the list takes it off the phone, and shows what was not sent.
    if (answer.status === 404) return Response.redirect(LIST, 302);
    if (answer.status < 500) return answer;
    throw new Error("no answer");
  } catch {
    return (await caches.match(SHELL)) || Response.error();
  } finally {
    clearTimeout(timer);
  }
};

// All modules of one version or none: nothing is renewed on its own, a new version brings a cache of its own.
const asset = async (request) => (await caches.match(request, { ignoreSearch: true })) || fetch(request);

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (ASSETS.includes(address.pathname)) event.respondWith(asset(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event.request));
});
