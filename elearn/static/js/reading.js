/* How one reads: a choice shows at once and is saved. Without this script the form does the same with its button. */

for (const form of document.querySelectorAll("form[data-reading]")) {
  const status = form.querySelector('[role="status"]');
  let latest; // of choices made faster than they are saved, only the last is sent on: it holds the others
  let reloads = false;
  let earlier = Promise.resolve();
  form.addEventListener("change", (event) => {
    const sent = new FormData(form);
    latest = sent;
    // Pictures come and go with the page itself.
    reloads ||= event.target.value === "saves-data" && sent.has("back");
    status.textContent = "";
    document.documentElement.className = ["size", "theme", "reads"].flatMap((name) => sent.getAll(name)).join(" ");
    earlier = earlier.then(async () => {
      if (sent !== latest) return;
      try {
        const answer = await fetch(form.action, { method: "POST", redirect: "manual", body: new URLSearchParams(sent) });
        if (answer.type !== "opaqueredirect") throw new Error(answer.statusText);
        if (sent !== latest) return;
        status.textContent = form.dataset.wordSaved;
        if (reloads) location.reload();
      } catch {
        status.textContent = form.dataset.wordFailed;
      }
    });
  });
}
