/* Items to put in order: the rows stand in the order that the places say, and move by buttons, by dragging, or by the
   place one gives them. The places are the native fields; without this script one gives them by hand. */

let dragged = null;
const asWritten = new WeakMap(); // the rows of a list in the order in which they came

for (const list of document.querySelectorAll("[data-places]")) prepare(list);

// Check-yourself questions come and go in the page.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) for (const list of node.querySelectorAll("[data-places]")) prepare(list);
    }
  }
}).observe(document.body, { childList: true, subtree: true });

function prepare(list) {
  if (!asWritten.has(list)) asWritten.set(list, rowsOf(list));
  for (const row of rowsOf(list)) {
    row.querySelector(".place-moves").hidden = false;
    row.draggable = true;
  }
  sort(list);
}

function rowsOf(list) {
  return [...list.children];
}

function field(row) {
  return row.querySelector("select");
}

/** Put the rows into the order of their places; those without one stand last, in the order in which they came. */
function sort(list) {
  const place = (row) => field(row).selectedIndex || Infinity;
  const sorted = [...asWritten.get(list)].sort((one, other) => (place(one) === place(other) ? 0 : place(one) - place(other)));
  if (sorted.some((row, at) => row !== list.children[at])) list.append(...sorted);
}

/** Move a row, give every row the place where it stands, and say so. */
function move(row, to, focused) {
  const list = row.parentElement;
  const rows = rowsOf(list).filter((other) => other !== row);
  const at = Math.max(0, Math.min(rows.length, to));
  if (rows[at]) rows[at].before(row);
  else list.append(row);
  for (const [index, each] of rowsOf(list).entries()) field(each).selectedIndex = index + 1;
  focused?.focus();
  const words = { item: row.querySelector("[data-words]").textContent, place: at + 1, count: rows.length + 1 };
  const said = list.dataset.wordMoved.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  list.parentElement.querySelector("[data-moved]").textContent = said;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const row = button.closest(".place");
  move(row, rowsOf(row.parentElement).indexOf(row) + Number(button.dataset.move), button);
  field(row).dispatchEvent(new Event("change", { bubbles: true }));
});

// Before others hear of the change, so that they find every row in its place.
document.addEventListener("change", (event) => {
  const row = event.target.closest("[data-places] > .place");
  const isElsewhere = row && rowsOf(row.parentElement).some((each, at) => field(each).selectedIndex !== at + 1);
  if (isElsewhere && event.target.selectedIndex) move(row, event.target.selectedIndex - 1, event.target);
}, true);

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-places] > .place") ?? null;
  dragged?.classList.add("is-moving");
});

document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest("[data-places] > .place");
  if (over?.parentElement === dragged?.parentElement) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const over = dragged && event.target.closest("[data-places] > .place");
  if (!over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  move(dragged, rowsOf(over.parentElement).indexOf(over), null);
  field(dragged).dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-moving");
  dragged = null;
});
