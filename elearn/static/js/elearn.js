/** Small improvements; every page works without them. */

/** Close an open menu on Escape (giving the focus back) and on a click outside. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (location.hash === "#outline") {
      location.hash = "#main";
      document.querySelector('.reader-bar a[href="#outline"]').focus();
    }
  }
});

/** Reveal the button that shows a password: it is in the page, hidden, with both words on it. */
for (const button of document.querySelectorAll(".field-show[hidden]")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const word = button.querySelector("[data-shown]");
  const words = [word.textContent, word.dataset.shown];
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    word.textContent = words[Number(shown)];
    input.focus();
  });
}

/** Move to the summary of errors, and on from its links to the fields they name. */
document.getElementById("error-summary")?.focus();
