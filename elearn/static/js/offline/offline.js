/** Modules that this browser keeps, to be read without a network. Where a browser cannot, nothing of it is shown. */

const KEPT = "elearn-kept";
const canKeep = "serviceWorker" in navigator && "caches" in window;
const locale = document.documentElement.lang;

/** The worker that answers without a network; a browser has it from the first module on that it keeps. */
function work() {
  return navigator.serviceWorker.register(`/service-worker.js?lang=${locale}`);
}

/** A sentence with its size, in kilobytes as the language writes numbers. */
function sized(words, bytes) {
  return words.replace("{size}", new Intl.NumberFormat(locale).format(Math.max(1, Math.round(bytes / 1024))));
}

/** Keep a module: its page under its address, with the pictures, icons and stylesheets it needs. */
async function keep(address, mark) {
  await work();
  const answer = await fetch(`${address}?copy`, { headers: { "X-Fragment": "1" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const source = await answer.text();
  const page = new DOMParser().parseFromString(source, "text/html");
  const named = [...page.querySelectorAll("link[rel=stylesheet], script[src], img[src], use[href]")];
  const addresses = named.map((found) => found.getAttribute("href") ?? found.getAttribute("src"));
  const files = [...new Set(addresses.map((address) => address.split("#")[0]).filter(Boolean))];
  const cache = await caches.open(KEPT);
  let bytes = new Blob([source]).size;
  const got = await Promise.all(files.map((file) => fetch(file)));
  for (const [at, response] of got.entries()) {
    if (!response.ok) throw new Error(response.statusText);
    if (files[at].startsWith("/media/")) bytes += (await response.clone().blob()).size;
    await cache.put(files[at], response);
  }
  const title = page.querySelector("h1").textContent.trim();
  const headers = { "Content-Type": "text/html; charset=utf-8", "X-Title": encodeURIComponent(title), "X-Size": bytes, "X-Mark": mark };
  headers["Content-Security-Policy"] = answer.headers.get("Content-Security-Policy");
  await cache.put(address, new Response(source, { headers }));
  await navigator.storage?.persist?.();
}

/** Forget a module, and the pictures and stylesheets that no other kept module needs. */
async function forget(address) {
  const cache = await caches.open(KEPT);
  await cache.delete(address);
  if ((await pages()).length === 0) await caches.delete(KEPT);
}

/** The modules kept, as addresses with what is known of them. */
async function pages() {
  const cache = await caches.open(KEPT);
  const found = [];
  for (const request of await cache.keys()) {
    const address = new URL(request.url).pathname;
    if (!address.startsWith("/courses/")) continue;
    const { headers } = await cache.match(request);
    found.push({ address, title: decodeURIComponent(headers.get("X-Title")), bytes: Number(headers.get("X-Size")), mark: headers.get("X-Mark") });
  }
  return found;
}

/** The row of a module on its course's page: what is kept of it, and the button that changes that. */
async function show(row) {
  const found = (await pages()).find((page) => page.address === row.dataset.module);
  const state = row.querySelector("[data-state]");
  const button = row.querySelector("button");
  const words = row.closest("[data-keeping]").dataset;
  state.textContent = !found ? "" : sized(found.mark === row.dataset.mark ? words.kept : words.older, found.bytes);
  button.querySelector("[data-word]").textContent = found ? (found.mark === row.dataset.mark ? words.forget : words.renew) : words.keep;
  button.dataset.does = found && found.mark === row.dataset.mark ? "forget" : "keep";
  button.hidden = false;
}

for (const row of canKeep ? document.querySelectorAll("[data-module]") : []) {
  show(row);
  row.querySelector("button").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    const words = row.closest("[data-keeping]").dataset;
    button.disabled = true;
    row.querySelector("[data-state]").textContent = words.busy;
    try {
      if (button.dataset.does === "forget") await forget(row.dataset.module);
      else await keep(row.dataset.module, row.dataset.mark);
      await show(row);
    } catch {
      row.querySelector("[data-state]").textContent = words.failed;
    }
    button.disabled = false;
  });
}

if (canKeep && (await pages()).length) work();

/** The list of everything kept, on the page where one lands without a network. */
async function list(place) {
  const found = await pages();
  const model = place.querySelector("template").content;
  for (const page of found) {
    const item = model.cloneNode(true);
    item.querySelector("a").href = page.address;
    item.querySelector("a").textContent = page.title;
    item.querySelector("[data-size]").textContent = sized(place.dataset.size, page.bytes);
    place.append(item);
  }
  document.querySelector("[data-none]").hidden = found.length > 0;
}

const place = canKeep ? document.querySelector("[data-kept-list]") : null;
if (place) list(place);
const lost = document.querySelector("[data-unreachable]");
if (lost && location.pathname !== "/offline") {
  lost.hidden = false;
  lost.querySelector("a").href = location.href;
}
