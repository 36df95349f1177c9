/* Attempts and check-yourself questions. Without this script every page works: forms save before they lead on. */

/** An attempt: answers are saved as they change, kept on this device until the server has them, and never dropped. */
const attempt = document.querySelector("form[data-attempt]");
if (attempt) followAttempt(attempt);

/** A check-yourself question is answered in place. */
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-check]") && !event.defaultPrevented) answerCheck(event);
});

function followAttempt(form) {
  const words = form.dataset;
  const token = form.elements.csrf_token.value;
  const store = `elearn:${words.attempt}`;
  const pauses = [2, 5, 10, 20, 30];
  let failures = 0;
  let sending = null;
  let timer = 0;
  let isLeaving = false;
  let shown = false;
  let said = JSON.stringify(response());
  const refused = new Set(); // addresses that did not take their answer on this page

  // What waits to be sent: one response for each address, the newest. It outlives the page and the browser.
  const waiting = new Map();
  try {
    for (const [href, entry] of Object.entries(JSON.parse(localStorage.getItem(store) ?? "{}"))) waiting.set(href, entry);
  } catch {
    localStorage.removeItem(store);
  }

  function keep() {
    try {
      if (waiting.size) localStorage.setItem(store, JSON.stringify(Object.fromEntries(waiting)));
      else localStorage.removeItem(store);
    } catch {
      // A full or forbidden store: the answer stays in memory.
    }
  }

  function response() {
    return fields().filter((field) => !isTicked(field) || field.checked).map((field) => field.value);
  }

  function fields() {
    // A decision in a case is taken with its button, not by moving among the choices.
    return [...form.querySelectorAll('[name="answer"]:not([data-step])')];
  }

  function say(text) {
    for (const place of document.querySelectorAll("[data-saved]")) {
      place.textContent = text;
      place.closest(".saved")?.toggleAttribute("hidden", !text);
    }
  }

  /** Tell of trouble in words where readers hear it; nothing takes it back. */
  function tell(text, href) {
    const place = form.querySelector("[data-trouble]");
    if (!text) {
      if (shown) place.replaceChildren();
      shown = false;
      return;
    }
    const alert = document.getElementById("trouble").content.cloneNode(true);
    const body = alert.querySelector(".alert-body");
    body.textContent = text;
    if (href) {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = words.wordResult;
      body.append(" ", link);
    }
    place.replaceChildren(alert);
    shown = true;
  }

  function change() {
    const now = JSON.stringify(response());
    if (!words.save || now === said) return;
    said = now;
    form.elements.shown.value = ""; // touched: from here on what the form says counts, even if it is as before
    waiting.set(words.save, { client_id: newId(), response: response() });
    refused.delete(words.save);
    keep();
    markAnswered(response().some((value) => value.trim() !== ""));
    failures = 0;
    flush();
  }

  function markAnswered(isAnswered) {
    const [answered, blank] = form.querySelectorAll(".palette-key > li");
    mark("is-answered", isAnswered, "[data-state]", (isAnswered ? answered : blank).dataset.key);
  }

  /** Give the question of this page another state in the palette, by shape and in words, and count all states anew. */
  function mark(state, isSo, place, words) {
    const current = form.querySelector('.palette [aria-current="step"]');
    current.classList.toggle(state, isSo);
    current.querySelector(place).textContent = words;
    const all = form.querySelectorAll(".palette > li > *").length;
    const count = (name) => form.querySelectorAll(`.palette .${name}`).length;
    const counts = [count("is-answered"), all - count("is-answered"), count("is-flagged")];
    for (const [index, key] of form.querySelectorAll(".palette-key > li").entries()) {
      key.querySelector("span").textContent = key.dataset.words.replace("{count}", counts[index]);
    }
  }

  /** Send what waits, one after the other; resolves when nothing more can be done now. */
  function flush() {
    clearTimeout(timer);
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  }

  async function sendAll() {
    for (;;) {
      const next = [...waiting].find(([href]) => !refused.has(href));
      if (!next || isLeaving) return;
      const [href, entry] = next;
      say(words.wordSaving);
      let answer;
      try {
        answer = await fetch(href, {
          method: "PUT",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
          body: JSON.stringify(entry),
        });
      } catch {
        later(words.wordWaiting);
        return;
      }
      if (answer.ok) {
        const saved = await answer.json();
        // Only what was sent is done with: it may have changed meanwhile.
        if (waiting.get(href)?.client_id === entry.client_id) waiting.delete(href);
        keep();
        failures = 0;
        if (!refused.size) tell("");
        say(words.wordSaved.replace("{time}", saved.saved_at));
      } else if (answer.status >= 500 || answer.status === 429) {
        later(words.wordWaiting);
        return;
      } else {
        // Refused: one was signed out, or the attempt is closed. Kept, and sent again when the page is loaded anew.
        refused.add(href);
        say("");
        if (answer.status === 409) tell(words.wordClosed, words.attempt);
        else tell(words.wordRefused);
      }
    }
  }

  function later(text) {
    say("");
    tell(text);
    timer = setTimeout(flush, 1000 * pauses[Math.min(failures++, pauses.length - 1)]);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "answer") change();
    if (event.target.name === "flagged") {
      const isFlagged = event.target.checked;
      mark("is-flagged", isFlagged, "[data-flag]", isFlagged ? form.querySelectorAll(".palette-key > li")[2].dataset.key : "");
    }
  });
  let typing = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name !== "answer" || isTicked(event.target)) return;
    clearTimeout(typing);
    typing = setTimeout(change, 1200);
  });
  addEventListener("online", flush);

  // The form carries the newest answer itself; what is on its way goes first, so that it cannot arrive after it.
  form.addEventListener("submit", (event) => {
    clearTimeout(typing);
    clearTimeout(timer);
    if (sending && !isLeaving) {
      event.preventDefault();
      const button = event.submitter;
      Promise.race([sending, pause(4)]).then(() => {
        isLeaving = true;
        form.requestSubmit(button);
      });
      return;
    }
    if (words.save && waiting.has(words.save)) {
      waiting.set(words.save, { client_id: newId(), response: response() });
      keep();
    }
  });

  // What an earlier page could not send goes now. If it answers this very question, it is what the officer last said.
  const left = words.save ? waiting.get(words.save) : undefined;
  if (left) restore(left.response);
  if (waiting.size) flush();

  function restore(values) {
    const others = fields().filter((field) => !isTicked(field));
    for (const [place, field] of others.entries()) {
      // Rows that are put in order may stand elsewhere now: each takes the value that is one of its own.
      const own = [...(field.options ?? [])].map((option) => option.value);
      const there = values[place] ?? "";
      field.value = !own.length || own.includes(there) ? there : (values.find((value) => own.includes(value)) ?? "");
    }
    for (const field of fields().filter(isTicked)) field.checked = values.includes(field.value);
    said = JSON.stringify(response());
  }

  if (words.seconds) watchTime(form, words, async () => {
    tell(words.wordOver);
    await Promise.race([flush(), pause(5)]);
    for (;;) {
      try {
        await fetch(words.submit, { method: "POST", redirect: "manual", headers: { "X-CSRF-Token": token } });
        break;
      } catch {
        await pause(5);
      }
    }
    location.assign(words.attempt);
  });
}

/** Change the words on the clock at a few minutes, and say when the time is over: by the server's time, not the device's. */
function watchTime(form, words, over) {
  const end = performance.now() + Number(words.seconds) * 1000;
  const times = JSON.parse(words.times);
  const places = form.querySelectorAll("[data-time]");
  let told = Infinity;
  const look = () => {
    const minutes = (end - performance.now()) / 60000;
    if (minutes <= 0) {
      clearInterval(clock);
      over();
      return;
    }
    const step = times.filter(([from]) => from >= minutes).at(-1);
    if (step && step[0] < told) {
      if (told !== Infinity || Number(words.seconds) / 60 > step[0]) for (const place of places) place.textContent = step[1];
      told = step[0];
    }
  };
  const clock = setInterval(look, 1000);
  look();
}

const begun = new WeakMap(); // the form that a check-yourself question began with

async function answerCheck(event) {
  const form = event.target;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      redirect: "manual",
      headers: { "X-Fragment": "1" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-check]");
    if (!made) throw new Error("no question came back");
    const first = begun.get(form) ?? form; // a case comes back scene by scene; one tries again from its beginning
    begun.set(made, first);
    form.replaceWith(made);
    made.querySelector("[data-again]")?.addEventListener("click", (click) => {
      click.preventDefault();
      first.querySelector("button").disabled = false;
      first.reset();
      made.replaceWith(first);
      first.querySelector('[name="answer"]')?.focus();
    });
    (made.querySelector("[data-verdict], [data-problem]") ?? made.querySelector("[data-scene]") ?? made.querySelector('[name="answer"]'))?.focus();
  } catch {
    button.disabled = false;
    form.submit(); // let the browser do it, and show what went wrong
  }
}

/** Whether a field is chosen rather than filled in. */
function isTicked(field) {
  return field.type === "radio" || field.type === "checkbox";
}

/** A promise kept after so many seconds. */
function pause(seconds) {
  return new Promise((done) => setTimeout(done, 1000 * seconds));
}

/** A random id, also where the page came over plain HTTP and crypto.randomUUID is missing. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
