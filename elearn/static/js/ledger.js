/* Ledgers: filter, sort and count rows where they are. Without this script the whole table is there in its order. */

const ledgers = new WeakSet();
const STEP = 200; // rows laid out at once: a browser takes seconds over a table of thousands

/** Show the tools of every ledger on the page; a check-yourself question that came back may bring another. */
function findLedgers() {
  for (const place of document.querySelectorAll("[data-ledger]")) {
    if (ledgers.has(place)) continue;
    ledgers.add(place);
    followLedger(place);
  }
}

function followLedger(place) {
  const body = place.querySelector("tbody");
  const rows = [...body.rows];
  const words = new Map(rows.map((row) => [row, fold(row.textContent)]));
  const boxes = new Map(rows.map((row) => [row, row.querySelector("input")]));
  const filter = place.querySelector("[data-filter]");
  const pickedOnly = place.querySelector("[data-picked-only]");
  const shownPlace = place.querySelector("[data-shown]");
  const countPlace = place.querySelector("[data-count]");
  const more = place.querySelector("[data-more]");
  const sortedPlace = place.querySelector("[data-sorted]");
  let order = rows;
  let most = STEP;

  function count() {
    const picked = rows.filter((row) => boxes.get(row).checked).length;
    countPlace.textContent = countPlace.dataset.count.replace("{picked}", picked).replace("{all}", rows.length);
  }

  /** Show the rows that fit, as many as are laid out at once. Those that are hidden stay picked. */
  function show() {
    const wanted = fold(filter.value).split(" ").filter(Boolean);
    let fitting = 0;
    for (const row of order) {
      const fits = wanted.every((word) => words.get(row).includes(word)) && (!pickedOnly.checked || boxes.get(row).checked);
      fitting += Number(fits);
      row.hidden = !fits || fitting > most;
    }
    const shown = Math.min(fitting, most);
    const all = shown < fitting ? fitting : rows.length;
    shownPlace.textContent = shown === all ? "" : shownPlace.dataset.shown.replace("{shown}", shown).replace("{all}", all);
    more.hidden = shown === fitting;
  }

  function showAnew() {
    most = STEP;
    show();
  }

  function sort(sorted, words) {
    order = sorted;
    sortedPlace.textContent = words;
    for (const row of rows) row.hidden = true; // what is not laid out is moved in no time
    body.append(...sorted);
    showAnew();
  }

  let typing = 0;
  filter.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(showAnew, rows.length > 500 ? 200 : 0);
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // filtering sends nothing
  });
  pickedOnly.addEventListener("change", showAnew);
  more.addEventListener("click", () => {
    const first = order.filter((row) => !row.hidden).length;
    most += STEP;
    show();
    boxes.get(order.filter((row) => !row.hidden)[first]).focus();
  });
  body.addEventListener("change", count);
  body.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.type !== "checkbox") return;
    event.preventDefault(); // the page scrolls as far as the row needs
    const shown = order.filter((row) => !row.hidden);
    boxes.get(shown[shown.indexOf(event.target.closest("tr")) + step])?.focus();
  });
  place.closest("form")?.addEventListener("reset", () => setTimeout(() => {
    showAnew();
    count();
  }));
  for (const [column, head] of [...place.querySelectorAll("thead th")].entries()) makeSortable(head, column, rows, sort, sortedPlace.dataset);
  for (const tool of place.querySelectorAll("[data-tools], [data-bar]")) tool.hidden = false;
  count();
  show();
}

/** Put a button into the head of a column: sorted up, then down, then as written. */
function makeSortable(head, column, rows, sort, words) {
  const name = head.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  const valueOf = { number: amountIn, date: dayIn }[head.dataset.kind] ?? ((text) => text);
  const compare = head.dataset.kind === "number" || head.dataset.kind === "date"
    ? (one, other) => one - other
    : new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  button.addEventListener("click", () => {
    const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") ?? "none"];
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    if (next !== "none") head.setAttribute("aria-sort", next);
    const sign = next === "descending" ? -1 : 1;
    const values = new Map(rows.map((row) => [row, valueOf(row.cells[column].textContent.trim())]));
    const sorted = next === "none" ? rows : [...rows].sort((one, other) => sign * compare(values.get(one), values.get(other)));
    const said = { ascending: words.wordAscending, descending: words.wordDescending, none: words.wordNone }[next];
    sort(sorted, said.replace("{column}", name));
  });
}

/** The amount in a cell: a group of three after a comma or a space is of thousands, anything else a fraction. */
function amountIn(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/[,\s'](?=\d{3}(?!\d))/g, "").replace(",", ".");
  return plain ? Number(plain) : -Infinity;
}

/** The date in a cell as a number that sorts: 2026-05-03, 03.05.2026 or 03.05, and the time of day after it. */
function dayIn(text) {
  const [day, time = ""] = text.split(/[ T]/);
  const parts = day.includes(".") ? day.split(".").reverse() : day.split("-");
  const [year, month, date] = parts.length === 2 ? ["0", ...parts] : parts;
  const seconds = time.split(":").reduce((sum, part, place) => sum + Number(part || 0) * 60 ** (2 - place), 0);
  return text ? (Number(year) * 372 + Number(month) * 31 + Number(date)) * 86400 + seconds : -Infinity;
}

/** Text as one compares it: small letters without accents. */
function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim();
}

findLedgers();
new MutationObserver(findLedgers).observe(document.getElementById("main"), { childList: true, subtree: true });
