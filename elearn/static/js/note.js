/* Notes and bookmarks. Without this script their forms save as any form does. */

const form = document.querySelector("form[data-note]");
if (form) keepNote(form);

/** A note is saved while one writes, kept on this device until the server has it, and never dropped. */
function keepNote(form) {
  const words = form.dataset;
  const field = form.elements.text;
  const state = form.querySelector("[data-note-state]");
  const place = `${location.origin}${new URL(form.action).pathname}`;
  const store = `elearn:note:${words.note}:${new URL(form.action).pathname}`;
  const pauses = [2, 5, 10, 20, 30];
  let seen = [form.elements.seen.value].filter(Boolean); // the revisions this page knows: what it began with, what it sent
  let said = field.value;
  let failures = 0;
  let sending = null;
  let timer = 0;
  let isRefused = false;

  // What an earlier page could not send is what was last said: it stands here again, and goes now.
  let waiting = restored();
  if (waiting) {
    field.value = said = waiting.text;
    seen = waiting.seen;
    form.closest("details").open = true;
    flush();
  }

  function restored() {
    try {
      return JSON.parse(localStorage.getItem(store) ?? "null");
    } catch {
      localStorage.removeItem(store);
      return null;
    }
  }

  function keep() {
    try {
      if (waiting) localStorage.setItem(store, JSON.stringify(waiting));
      else localStorage.removeItem(store);
    } catch {
      // A full or forbidden store: the note stays in this page.
    }
  }

  function change() {
    if (field.value === said) return;
    said = field.value;
    waiting = { text: said, seen: [...seen], revision: newRevision() };
    isRefused = false;
    failures = 0;
    keep();
    flush();
  }

  function flush() {
    clearTimeout(timer);
    sending ??= send().finally(() => {
      sending = null;
    });
  }

  async function send() {
    while (waiting && !isRefused) {
      const sent = waiting;
      seen = [...seen, sent.revision].slice(-50); // if its answer is lost, it may have been saved all the same
      state.textContent = words.wordSaving;
      let answer;
      try {
        answer = await fetch(place, {
          method: "PUT",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
          body: JSON.stringify(sent),
        });
      } catch {
        later();
        return;
      }
      if (answer.status >= 500 || answer.status === 429) {
        later();
        return;
      }
      if (!answer.ok) {
        isRefused = true; // kept, and sent again when the page is loaded anew
        const told = answer.type === "opaqueredirect" ? {} : await answer.json().catch(() => ({}));
        state.textContent = [words.wordRefused, told.message].filter(Boolean).join(" ");
        return;
      }
      const saved = await answer.json();
      failures = 0;
      seen = [saved.revision];
      form.elements.seen.value = saved.revision;
      // Only what was sent is done with: it may have changed meanwhile, and then knows what it follows.
      waiting = waiting === sent ? null : { ...waiting, seen: [...seen] };
      keep();
      state.textContent = words.wordSaved.replace("{time}", saved.saved_at);
      form.querySelector("[data-note-delete]").hidden = !sent.text;
      await showEarlier(saved.earlier);
    }
  }

  function later() {
    state.textContent = words.wordWaiting;
    timer = setTimeout(flush, 1000 * pauses[Math.min(failures++, pauses.length - 1)]);
  }

  /** Show what the note said before, as the page itself would, if that is not what stands there. */
  async function showEarlier(count) {
    const shown = document.querySelector("[data-note-earlier]");
    if (shown.querySelectorAll(".earlier-text").length === count) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
      shown.replaceChildren(...page.querySelector("[data-note-earlier]").childNodes);
    } catch {
      return; // it stands on the page when that is loaded anew
    }
    if (count) state.textContent += ` ${words.wordEarlier}`;
  }

  let typing = 0;
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(change, 1200);
  });
  field.addEventListener("change", () => {
    clearTimeout(typing);
    change();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") change();
  });
  addEventListener("online", () => flush());

  // The button saves at once, in place; deleting and settling are forms that lead on.
  form.addEventListener("submit", (event) => {
    clearTimeout(typing);
    if (event.submitter?.hasAttribute("formaction")) {
      waiting = null;
      keep();
      return;
    }
    event.preventDefault();
    change();
    if (waiting) {
      isRefused = false;
      flush();
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.('a[href="#note"]')) return;
    form.closest("details").open = true;
    setTimeout(() => field.focus({ preventScroll: true }));
  });
}

/** A bookmark is set and taken away in place. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-bookmark]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", redirect: "manual", body });
    if (answer.type !== "opaqueredirect") throw new Error(answer.statusText);
  } catch {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
    form.append(field);
    form.submit(); // let the browser do it, and show what went wrong
    return;
  }
  const isSet = button.value === "1";
  button.value = isSet ? "0" : "1";
  button.classList.toggle("is-set", isSet);
  const [word, removing] = button.querySelectorAll("span");
  word.textContent = JSON.parse(form.dataset.words)[Number(isSet)];
  removing.hidden = !isSet;
});

/** A button that prints, where there is a script to do it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/** A random id, also where the page came over plain HTTP and crypto.randomUUID is missing. */
function newRevision() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
