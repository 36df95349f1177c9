"""Somebody who has a keyboard alone: no mouse, and no click that a script makes.

At every stop of the focus it is seen where one is: the ring of focus is there, in the window, and nothing lies over it
(WCAG 2.2, 2.4.7 and 2.4.11).
"""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.journeys.walking import Walk

MOST_STOPS = 120

# What is wrong with the place where the focus is; null if nothing is. A choice, a row or a box of a list may wear the
# ring of the field in it; of what is taller than the window, some part must be seen.
_STOP = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const name = `${element.tagName.toLowerCase()} “${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}”`;
  const wearsRing = (box) => {
    const style = getComputedStyle(box);
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3 && style.outlineColor === ring;
  };
  const probe = document.createElement("i");
  probe.setAttribute("hidden", "");
  document.body.append(probe);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("body > i:last-child { color: var(--focus) !important; }");
  document.adoptedStyleSheets.push(sheet);
  const ring = getComputedStyle(probe).color;
  document.adoptedStyleSheets.pop();
  probe.remove();
  let worn = element;
  for (let step = 0; worn && step < 5 && !wearsRing(worn); step++) worn = worn.parentElement;
  if (!worn || !wearsRing(worn)) return `${name} does not show that it has the focus`;
  const box = worn.getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  if (right - left < 1 || bottom - top < 1) return `${name} has the focus out of the window`;
  const points = [.1, .3, .5, .7, .9].flatMap((x) => [.1, .5, .9].map((y) => [x, y]));
  const isSeen = ([x, y]) => {
    const found = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
    const lies = found && /sticky|fixed/.test(getComputedStyle(found).position);
    return found && (worn.contains(found) || (found.contains(worn) && !lies));
  };
  return points.some(isSeen) ? null : `${name} has the focus under something else`;
}"""


class Keyboard:
    """The keyboard of somebody on a walk. What is wrong with a stop is a fault of the walk."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.page = walk.page
        self.stops = 0

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """Move the focus on until it is on what is meant; look at every stop on the way."""
        expect(target).to_have_count(1)
        for _ in range(MOST_STOPS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self._step(key)
        raise AssertionError(f"{self.page.url}: no key leads to {target}")

    def go_round(self) -> None:
        """Go through the whole page with Tab, and back again."""
        for key in ("Tab", "Shift+Tab"):
            self.page.evaluate("document.activeElement.blur()")
            for _ in range(MOST_STOPS):
                self._step(key)
                if self.page.evaluate("document.activeElement === document.body"):
                    break

    def _step(self, key: str) -> None:
        """Press a key that moves the focus, and look at where it is then."""
        self.press(key)
        self.stops += 1
        fault = self.page.evaluate(_STOP)
        if fault is not None:
            self.walk.faults.append(f"{self.page.url} ({key}): {fault}")

    def skip(self) -> None:
        """Skip to the content of the page, by its first link."""
        self.to(self.page.locator("a.skip"))
        self.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def enter(self, target: Locator, then: str | re.Pattern[str] | Callable[[str], bool] | None = None) -> None:
        """Move to a link or a button and press it; wait for the page it leads to."""
        self.to(target)
        self.press("Enter")
        if then is not None:
            self.page.wait_for_url(then)
            self.page.wait_for_load_state("load")

    def write(self, target: Locator, text: str) -> None:
        """Move to a field and write."""
        self.to(target)
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        """Move to a tick box and tick it."""
        self.to(target)
        self.press("Space")
        expect(target).to_be_checked()

    def choose(self, target: Locator) -> None:
        """Move to a group of choices with Tab, and within it with an arrow, until the one meant is chosen."""
        name = target.get_attribute("name")
        first = target.page.locator(f"input[type=radio][name='{name}']").first
        self.to(first)
        self.press("Space")
        self.to(target, "ArrowDown")
        expect(target).to_be_checked()

    def select(self, target: Locator, label: str) -> None:
        """Move to a list, and within it with an arrow to an entry."""
        self.to(target)
        labels = [option.inner_text().strip() for option in target.locator("option").all()]
        at: int = target.evaluate("list => list.selectedIndex")
        steps = labels.index(label) - at
        self.press(*(["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps)))
        assert target.evaluate("list => list.selectedOptions[0].text.trim()") == label
