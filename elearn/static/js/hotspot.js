/* Hotspots: a click on an area is a click on its row. Without this script the rows alone are chosen. */

function rowOf(area) {
  const inputs = area.closest("fieldset")?.querySelectorAll('[name="answer"]') ?? [];
  return [...inputs].find((input) => input.value === area.dataset.area);
}

/** Draw an area as chosen as its row is. */
function follow(fieldset) {
  for (const area of fieldset.querySelectorAll("[data-area]")) area.classList.toggle("is-chosen", rowOf(area)?.checked === true);
}

document.addEventListener("click", (event) => {
  const area = event.target.closest?.("[data-hotspot] [data-area]");
  if (area) rowOf(area)?.click(); // which tells the form that it changed
});

document.addEventListener("change", (event) => {
  const fieldset = event.target.closest?.("fieldset");
  if (fieldset?.querySelector("[data-hotspot]")) follow(fieldset);
});

// A row that is pointed at shows where it is, and the other way round.
document.addEventListener("pointerover", (event) => {
  const found = event.target.closest?.("label.option, [data-area]");
  const fieldset = found?.closest("fieldset");
  if (!fieldset?.querySelector("[data-hotspot]")) return;
  const id = found.dataset.area ?? found.querySelector("input")?.value;
  for (const area of fieldset.querySelectorAll("[data-area]")) area.classList.toggle("is-pointed", area.dataset.area === id);
});

for (const picture of document.querySelectorAll("fieldset [data-hotspot]")) {
  picture.classList.add("is-live");
  follow(picture.closest("fieldset"));
}
