"""Whether words and controls fit: what stands out of the window, and what a box cuts off."""

from playwright.sync_api import Page

# Tables, code and the outline scroll inside themselves on purpose; what only a screen reader meets is one pixel large.
_CUT_OFF = """() => {
  const found = [];
  const controls = "input:not([type=hidden]), select, textarea, button, img, video";
  const inside = (element) => {
    for (let box = element; box; box = box.parentElement) {
      if (box.getBoundingClientRect().width <= 1) return true;
    }
    return element.closest(".visually-hidden, .skip, pre, [hidden]") || element.closest("svg");
  };
  const scrolls = (element) => {
    for (let box = element; box; box = box.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box !== document.documentElement) return true;
    }
    return false;
  };
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`the page is ${wide} pixels wider than the window`);
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility({visibilityProperty: true}) || inside(element) || scrolls(element)) continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own && !element.matches(controls)) continue;
    const kind = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
    const name = `${kind}: ${element.textContent.trim().slice(0, 60)}`;
    const box = element.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth + 1 || box.left < -1) found.push(`out of the window: ${name}`);
    if (!own) continue;
    const style = getComputedStyle(element);
    if (style.display !== "inline" && element.scrollWidth > element.clientWidth + 1) found.push(`cut off: ${name}`);
    const isLow = style.overflowY === "hidden" && element.scrollHeight > element.clientHeight + 1;
    if (isLow) found.push(`cut off below: ${name}`);
  }
  return found;
}"""

# What WCAG 2.2, 1.4.12 lets a reader set without losing anything.
_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""


def cut_off(page: Page) -> list[str]:
    """What does not fit on a page as it is now, each with the element."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


def cut_off_when_spaced(page: Page) -> list[str]:
    """What does not fit once a reader sets words, letters and lines apart (WCAG 2.2, 1.4.12)."""
    page.evaluate(_SPACED)
    found = cut_off(page)
    page.evaluate("void document.adoptedStyleSheets.pop()")
    return found
