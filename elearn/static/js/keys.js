/* Single keys: they never take what a browser, a screen reader or a field needs, and can be turned off (WCAG 2.2, 2.1.4). */

const help = document.getElementById("keys");
const isOn = () => document.documentElement.classList.contains("keys");

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, [contenteditable], [role=application]")) return;
  const act = { "?": showKeys, "/": toSearch }[event.key] ?? (event.shiftKey ? undefined : turning(event));
  if (act?.()) event.preventDefault();
});

/** What the keys that lead on do here; the letters are found by where they lie where a keyboard writes other ones. */
function turning(event) {
  const isLatin = /^[a-z]$/i.test(event.key);
  const key = isLatin || event.key.length > 1 ? event.key : { KeyJ: "j", KeyK: "k" }[event.code];
  const isReader = document.querySelector("main.reader") !== null;
  if (key === "j" || key === "k") return () => (isReader ? turn(key === "j") : toRow(key === "j" ? 1 : -1));
  if ((key === "ArrowRight" || key === "ArrowLeft") && isReader && !scrollsSideways(event.target)) return () => turn(key === "ArrowRight");
}

function showKeys() {
  if (!help) return false;
  help.showModal();
  return true;
}

/** To the field of this page, else to that in the head; where that has room for a link alone, along it. */
function toSearch() {
  const places = document.querySelectorAll('main input[type="search"], .head [aria-keyshortcuts="/"]');
  const seen = [...places].filter((each) => each.getClientRects().length);
  const place = seen.find((each) => !each.closest(".head")) ?? seen[0];
  if (place?.matches("a")) place.click();
  else place?.focus();
  place?.select?.();
  return Boolean(place);
}

/** To the next section, or the previous one. */
function turn(isOnward) {
  const link = document.querySelector(`a[rel="${isOnward ? "next" : "prev"}"]`);
  link?.click();
  return Boolean(link);
}

/** To the link of the next row of a table or list, or of the previous one. */
function toRow(step) {
  const rows = [...document.querySelectorAll("main :is(tbody tr, ul > li, ol > li)")].filter(
    (row) => !row.closest("nav, form, .alert") && row.querySelector("a[href]")?.getClientRects().length,
  );
  const links = [...new Set(rows.map((row) => row.querySelector("a[href]")))];
  const here = rows.findLast((row) => row.contains(document.activeElement));
  const at = here ? links.indexOf(here.querySelector("a[href]")) : step > 0 ? -1 : links.length;
  const link = links[at + step];
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
  return Boolean(link);
}

/** Whether arrows move something sideways here, or what is selected. */
function scrollsSideways(element) {
  if (!getSelection().isCollapsed) return true;
  for (let box = element; box; box = box.parentElement) {
    const isPage = box === document.documentElement;
    if (box.scrollWidth > box.clientWidth + 1 && (isPage || /auto|scroll/.test(getComputedStyle(box).overflowX))) return true;
  }
  return false;
}

for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = !isOn();
  button.addEventListener("click", showKeys);
}
