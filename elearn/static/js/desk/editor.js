/** The editor of courses: marks in the source, a preview that follows the text, saving without leaving the page.
 *
 * The page works without it. The field stays a plain textarea, made transparent over a drawing of its own text with numbers,
 * colours and problems, so that spelling, undoing, screen readers and every keyboard go on as before.
 */

const PAUSE = 600; // milliseconds without a key before the preview follows
const TOKEN = /(<!--.*?-->)|(\[[^\]]*\]\([^)]*\))|(`[^`]*`)/;

/** The pieces of a line: pairs of text and class. */
function piecesOf(line) {
  const start = /^(#{1,6} )|^(---\s*$)|^(\s*(?:[-*] |\d+\. )(?:\([ x]\)|\[[ x]\]|!?=)?)|^(\s*>\s?\[![A-Z-]+\])|^(\s*>)/.exec(line);
  const base = start?.[1] ? "m-head" : start?.[5] ? "m-note" : "";
  const mark = start && !start[1] && !start[5] ? start[0] : "";
  const pieces = mark ? [[mark, "m-mark"]] : [];
  for (const part of line.slice(mark.length).split(TOKEN)) {
    if (!part) continue;
    const kind = part.startsWith("<!--") ? "m-note" : /^\[.*\]\(.*\)$/.test(part) ? "m-link" : base;
    if (pieces.at(-1)?.[1] === kind) pieces.at(-1)[0] += part;
    else pieces.push([part, kind]);
  }
  return pieces;
}

/** A line of the drawing. */
function drawn(line) {
  const row = document.createElement("div");
  for (const [text, kind] of piecesOf(line)) {
    const piece = document.createElement("span");
    if (kind) piece.className = kind;
    piece.textContent = text;
    row.append(piece);
  }
  return row;
}

/** Number of things that two lists begin with alike. */
function common(one, other, from) {
  const most = Math.min(one.length, other.length) - from.used;
  let count = 0;
  while (count < most && from.at(one, count) === from.at(other, count)) count += 1;
  return count;
}

/** Draws the text behind the field; only lines that changed are drawn again. */
class Marks {
  constructor(area) {
    this.area = area;
    this.lines = [];
    this.layer = document.createElement("div");
    this.layer.className = "source-marks";
    this.layer.setAttribute("aria-hidden", "true");
    area.before(this.layer);
    area.parentElement.classList.add("is-marked");
    area.removeAttribute("rows");
    this.draw();
  }

  draw() {
    const lines = this.area.value.split("\n");
    const head = common(this.lines, lines, { used: 0, at: (list, n) => list[n] });
    const tail = common(this.lines, lines, { used: head, at: (list, n) => list[list.length - 1 - n] });
    const rows = [...this.layer.children].slice(head, this.lines.length - tail);
    const after = this.layer.children[this.lines.length - tail] ?? null;
    for (const row of rows) row.remove();
    for (const line of lines.slice(head, lines.length - tail)) this.layer.insertBefore(drawn(line), after);
    this.lines = lines;
  }

  /** Shade the lines that have problems; `found` maps their numbers to a class. */
  shade(found) {
    for (const [at, row] of [...this.layer.children].entries()) row.className = found.get(at + 1) ?? "";
  }

  row(line) {
    return this.layer.children[Math.min(line, this.lines.length) - 1];
  }

  /** The number of the line that the caret is in. */
  caretLine() {
    return this.area.value.slice(0, this.area.selectionStart).split("\n").length;
  }

  /** Put the caret at the start of a line and show it. */
  goTo(line) {
    const at = this.lines.slice(0, Math.min(line, this.lines.length) - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(at, at);
    this.row(line).scrollIntoView({ block: "center" });
  }
}

/** Everything the editor's page does with its form. */
class Editor {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.area = document.getElementById("w_text");
    this.pane = document.querySelector(".editor-scroll");
    this.late = document.querySelector("[data-late]");
    this.marks = new Marks(this.area);
    this.isDirty = document.getElementById("w_saved").dataset.unsaved !== undefined;
    this.asked = null;
    for (const place of document.querySelectorAll("[data-unscripted]")) place.hidden = true;
    this.showProblems();
    this.area.addEventListener("input", () => this.changed());
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === this.area) this.later("caret", 200, () => this.follow());
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.save();
      }
    });
    document.addEventListener("click", (event) => {
      const line = event.target.closest?.("a[data-line]")?.dataset.line;
      if (!line) return;
      event.preventDefault();
      this.marks.goTo(Number(line));
    });
    form.addEventListener("submit", (event) => {
      const action = event.submitter?.value;
      if (action === "save" || action === "preview") {
        event.preventDefault();
        if (action === "save") this.save();
        else this.refresh();
      } else this.isDirty = false; // it leaves by its own button
    });
    addEventListener("beforeunload", (event) => {
      if (this.isDirty) event.preventDefault();
    });
    const line = Number(new URLSearchParams(location.search).get("line"));
    if (line > 0) this.marks.goTo(line);
  }

  later(name, pause, act) {
    clearTimeout(this[name]);
    this[name] = setTimeout(act, pause);
  }

  changed() {
    this.marks.draw();
    this.isDirty = true;
    this.say(this.words.wordUnsaved, "pencil");
    this.later("typing", PAUSE, () => this.refresh());
  }

  say(words, icon) {
    const saved = document.getElementById("w_saved");
    const place = saved.querySelector("[data-saved]");
    if (place.textContent !== words) place.textContent = words;
    const use = saved.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${icon}`);
  }

  /** Send the text; the parts of the page that answer, or null if none came. */
  async send(action, signal) {
    const data = new FormData(this.form);
    data.set("action", action);
    const answer = await fetch(this.form.getAttribute("action"), { method: "POST", headers: { "X-Fragment": "1" }, body: data, signal });
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { status: answer.status, parts: parts.getElementById("w_preview") ? parts : null };
  }

  async refresh() {
    clearTimeout(this.typing);
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    try {
      const { parts } = await this.send("preview", asked.signal);
      if (asked.signal.aborted) return;
      if (parts) this.show(parts);
      this.late.textContent = parts ? "" : this.words.wordLate;
    } catch {
      if (!asked.signal.aborted) this.late.textContent = this.words.wordLate;
    }
  }

  /** Get the token of the session of now, if somebody signed in again; whether there is one. */
  async renew() {
    const page = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("#w_edit [name='csrf_token']");
    if (token) this.form.elements.csrf_token.value = token.value;
    return Boolean(token);
  }

  async save(isAgain = false) {
    clearTimeout(this.typing);
    this.asked?.abort();
    const sent = this.area.value;
    this.say(this.words.wordSaving, "save");
    try {
      const { status, parts } = await this.send("save");
      if (parts && status === 200) {
        this.isDirty = this.area.value !== sent;
        this.show(parts);
        if (this.isDirty) this.changed();
        return;
      }
      if (status === 409 || status === 422) {
        this.isDirty = false; // the page that answers holds the text
        const action = document.createElement("input");
        Object.assign(action, { type: "hidden", name: "action", value: "save" });
        this.form.append(action);
        this.form.submit();
        return;
      }
      if (status === 403) {
        if (!isAgain && (await this.renew())) return this.save(true);
        this.say(this.words.wordEnded, "log-out");
        return;
      }
    } catch {
      // said below: there was no answer, or none of ours
    }
    this.say(this.words.wordOffline, "wifi-off");
  }

  /** Put the parts that came in the places of those with their ids. */
  show(parts) {
    for (const part of parts.querySelectorAll("[id^='w_']")) {
      const place = document.getElementById(part.id);
      if (!place || part.parentElement.closest("[id^='w_']")) continue;
      if (place.matches("input")) place.value = part.value;
      else place.replaceChildren(...part.childNodes);
    }
    if (this.isDirty) this.say(this.words.wordUnsaved, "pencil");
    this.showProblems();
    this.follow();
  }

  /** Shade the lines with problems, and make their numbers lead there. */
  showProblems() {
    const found = new Map();
    for (const place of document.querySelectorAll("#w_problems [data-line]")) {
      const line = Number(place.dataset.line);
      const kind = place.closest("li").className;
      if (found.get(line) !== "is-error") found.set(line, kind);
      if (place.matches("a")) continue;
      const link = document.createElement("a");
      link.href = `?line=${line}`;
      link.dataset.line = line;
      link.textContent = place.textContent;
      place.replaceWith(link);
    }
    this.marks.shade(found);
  }

  /** Show in the preview what the caret is in: the last heading above it that has an id. */
  follow() {
    if (this.pane.scrollHeight <= this.pane.clientHeight) return;
    for (let line = this.marks.caretLine() - 1; line >= 0; line -= 1) {
      const id = /^#{2,3} .*<!--\s*(?:id|q):\s*([a-z0-9-]+)/.exec(this.marks.lines[line])?.[1];
      const place = id && this.pane.querySelector(`[data-unit="${id}"], [id="${id}"]`);
      if (place) {
        const top = place.getBoundingClientRect().top - this.pane.getBoundingClientRect().top;
        if (top < 0 || top > this.pane.clientHeight * 0.6) this.pane.scrollTop += top - 20;
        return;
      }
    }
    this.pane.scrollTop = 0;
  }
}

const form = document.querySelector("form[data-editor]");
if (form) new Editor(form);
