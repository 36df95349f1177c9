"""A person before a real browser: what they press, and what is watched while they do.

On every page that is looked at: no error in the console, no request to another host, no answer of 500, no violation of
axe-core's rules; and a picture in the folder that ``ELEARN_ARTEFACTS`` names, or after a failure in ``artefacts``.
"""

import json
import os
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.checking import PASSWORD
from tests.journeys.layout import cut_off, cut_off_when_spaced

ROOT = Path(__file__).parents[2]
ARTEFACTS = Path(os.environ.get("ELEARN_ARTEFACTS") or ROOT / "artefacts")
KEEPS_PICTURES = "ELEARN_ARTEFACTS" in os.environ
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SECONDS = 15_000  # milliseconds that a page is waited for: a loaded machine is slow, a broken page never comes

Scheme = Literal["light", "dark"]

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that depend on colours."""


@cache
def _axe() -> str:
    return (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")


class Walk:
    """One person in one browser of their own. Use it as a context manager; what went wrong is raised at its end."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        name: str,
        *,
        scripts: bool = True,
        width: int = 1280,
        scheme: Scheme = "light",
        locale: str = "en-GB",
        bears: tuple[str, ...] = (),
    ) -> None:
        self.site = site
        self.name = name
        self.scripts = scripts
        self.faults: list[str] = []
        self.pictures = 0
        self.bears = bears  # what the console may say, because it is meant here
        self.is_cut_off = False  # the site was stopped: that it does not answer is no fault
        self.folder = ARTEFACTS / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)  # another process may walk under the same name
        self._context = browser.new_context(
            base_url=site,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            locale=locale,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(SECONDS)
        self._context.on("request", self._see_request)
        self._context.on("response", self._see_response)
        self._context.on("console", self._see_console)
        self.page: Page = self._context.new_page()
        self.page.on("pageerror", lambda problem: self.faults.append(f"a script failed: {problem}"))

    def __enter__(self) -> "Walk":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._photograph("failure")
        self._context.close()
        if kind is None:
            assert not self.faults, f"{self.name}:\n" + "\n".join(self.faults)
        else:
            print("\n".join(self.faults))  # beside the failure that pytest shows

    def _see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and f"{address.scheme}://{address.netloc}" != self.site:
            self.faults.append(f"{self.page.url} asked another host: {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url} answered {response.status}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if self.is_cut_off and "net::ERR_" in message.text:
            return
        if any(words in message.text for words in self.bears):
            return
        if message.type in ("error", "warning"):
            self.faults.append(f"{self.page.url} said in the console: {message.text}")

    # ---- What a person does ----

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    def press(self, name: str | re.Pattern[str], *, exact: bool = True) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=exact).filter(visible=True).click()

    def follow(self, name: str | re.Pattern[str], *, exact: bool = True) -> None:
        """Follow a link of the page's content."""
        self.page.get_by_role("main").get_by_role("link", name=name, exact=exact).filter(visible=True).first.click()

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Sign in as an officer would."""
        self.go("/sign-in")
        self.page.get_by_label("Sign-in name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def heading(self) -> str:
        """The heading of the page."""
        return " ".join(self.page.get_by_role("heading", level=1).inner_text().split())

    def words(self) -> str:
        """Everything one can read on the page."""
        return " ".join(self.page.get_by_role("main").inner_text().split())

    def path(self) -> str:
        """The path of the page."""
        return urlsplit(self.page.url).path

    # ---- What is watched ----

    def look(self, name: str) -> None:
        """Look at the page as it is now: axe-core finds nothing, and a picture is kept if somebody wants one."""
        self.page.wait_for_load_state("load")
        assert self.page.locator("h1").count() == 1, f"{self.page.url} has {self.page.locator('h1').count()} h1"
        self.picture(name)
        if not self.scripts:
            return  # axe-core is a script, too; it looks at the same pages where scripts are on
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.faults.append(f"{self.page.url} is {wide} pixels wider than the window")
        self.faults.extend(f"{self.page.url}: {found}" for found in violations(self.page))

    def look_from_all_sides(self, widths: tuple[int, ...] = (1280, 360), *, is_thorough: bool = False) -> None:
        """Look at the page light and dark, at a desk and on a phone, on a small phone, enlarged, and with words apart.

        The page is loaded once; only the window and what the device asks for change. Dark, nothing but colours can
        differ, so that only their rules are asked, unless ``is_thorough``.
        """
        page, start = self.page, self.page.viewport_size
        assert start is not None
        page.wait_for_load_state("load")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                rules = RULES if is_thorough or scheme == "light" else COLOURS
                self._note(f"{width} {scheme}", violations(page, rules))
            self._note(f"{width}, words apart", cut_off_when_spaced(page))
        if 360 in widths:
            page.set_viewport_size({"width": 320, "height": 640})
            self._note("320", cut_off(page))
            page.set_viewport_size({"width": 640, "height": 400})  # what 200 % leaves of 1280 x 800
            self._note("twice as large", cut_off(page))
        page.set_viewport_size(start)

    def look_from_a_side(self, number: int) -> None:
        """Look at the page as somebody at a desk by day does, or (``number`` odd) on a phone at night.

        A part of :meth:`look_from_all_sides`, for many pages: each sees every side in its turn.
        """
        page, start = self.page, self.page.viewport_size
        assert start is not None
        page.wait_for_load_state("load")
        width, scheme = ((1280, "light"), (360, "dark"))[number % 2]
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self._note(f"{width} {scheme}", violations(page))
        self._note(f"{width}, words apart", cut_off_when_spaced(page))
        page.set_viewport_size({"width": 320, "height": 640})
        self._note("320", cut_off(page))
        page.set_viewport_size(start)

    def _note(self, how: str, found: list[str]) -> None:
        self.faults.extend(f"{self.page.url} ({how}): {one}" for one in found)

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, if somebody wants pictures: each takes as long as all else about a page."""
        if KEEPS_PICTURES:
            self._photograph(name)

    def _photograph(self, name: str) -> None:
        self.pictures += 1
        path = self.folder / f"{self.pictures:02}-{name}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """What axe-core finds on a page, each as a rule with the elements that break it.

    ``rules``: their names, or the names of their groups.
    """
    # Not as a script element: the site's content security policy would rightly refuse that.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    # What nobody reads here is not worked out: selectors, references to elements, stylesheets loaded a second time.
    asked = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False, "elementRef": False, "preload": False}
    found: list[dict[str, Any]] = page.evaluate(
        f"axe.run(document, {json.dumps(asked)}).then((result) => result.violations)"
    )
    return [
        f"{one['id']} ({one['help']}): " + "; ".join(node["html"][:200] for node in one["nodes"][:3]) for one in found
    ]
