/* Open answers: the words are counted while one writes, and a file that is too large is pointed out before it is sent.
   Saving is attempt.js's, as for whatever is typed. */

const pauses = new WeakMap(); // by field: the count is told to readers when one stops, not at each letter

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[data-count]")) return;
  clearTimeout(pauses.get(field));
  pauses.set(field, setTimeout(() => tell(field), 600));
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("input[data-largest]")) return;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.largest));
  field.parentElement.querySelector('[role="alert"]').hidden = !isTooLarge;
  if (isTooLarge) field.value = "";
});

// What attempt.js brought back from this device was not counted by the server.
for (const field of document.querySelectorAll("textarea[data-count]")) if (field.value !== field.defaultValue) tell(field);

function tell(field) {
  const place = field.parentElement.querySelector('[role="status"]');
  const count = field.value.split(/\s+/u).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
  const most = Number(field.dataset.words);
  const isOver = most > 0 && count > most;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  place.textContent = (isOver ? field.dataset.over : field.dataset.count)
    .replace("{count}", number.format(count))
    .replace("{over}", number.format(count - most));
}
