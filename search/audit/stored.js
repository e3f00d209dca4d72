// What the browser keeps for the page that runs this: by kind of storage, its entries as text.
async () => {
  const kept = {};
  const keep = (kind, entries) => entries.length && (kept[kind] = entries.join("; "));
  keep("local storage", Object.entries(localStorage).map(([name, value]) => `${name}=${value}`));
  keep("session storage", Object.entries(sessionStorage).map(([name, value]) => `${name}=${value}`));
  keep("IndexedDB", (await indexedDB.databases()).map(({ name }) => name));
  keep("cache storage", self.caches ? await caches.keys() : []);
  const workers = navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : [];
  keep("service worker", workers.map(({ scope }) => scope));
  keep("the window's name", name ? [name] : []);
  return kept;
}
