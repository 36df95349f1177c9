/* How one reads: a choice shows at once and is saved. Without this script the form does the same with its button. */

for (const form of document.querySelectorAll("form[data-reading]")) {
  const status = form.querySelector('[role="status"]');
  form.addEventListener("change", async (event) => {
    const sent = new FormData(form);
    document.documentElement.className = ["size", "theme", "reads"].flatMap((name) => sent.getAll(name)).join(" ");
    try {
      const answer = await fetch(form.action, { method: "POST", redirect: "manual", body: new URLSearchParams(sent) });
      if (answer.type !== "opaqueredirect") throw new Error(answer.statusText);
      status.textContent = form.dataset.wordSaved;
      // Pictures come and go with the page itself.
      if (event.target.value === "saves-data" && sent.has("back")) location.reload();
    } catch {
      status.textContent = form.dataset.wordFailed;
    }
  });
}
