"""Pictures of the key pages: ``python -m tests.tools.pictures [--into FOLDER] [--languages en ru] [--pages home …]``.

A filled site is started and photographed in every language, in light and dark, at 1280 and 360 px; the pictures are
``page-language-theme-width.png``. ``sheets/page.png`` has all of one page side by side.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from html import escape
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.filled import FilledSite, filled_site
from tests.journeys.walking import ARTEFACTS

LANGUAGES: Final = ("en", "ru", "kk", "ky", "tg", "tk", "uz")
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WIDTHS: Final = (1280, 360)
PAGES: Final[dict[str, tuple[str | None, str]]] = {
    "sign-in": (None, "/sign-in"),
    "home": ("officer", "/"),
    "catalogue": ("officer", "/courses"),
    "course": ("officer", "/courses/cft"),
    "lesson": ("officer", "/courses/cft/red-flags/opening"),
    "quiz": ("officer", "/courses/cft/quizzes/analysis-quiz"),
    "question": ("officer", "/attempts/{sitting}/2"),
    "ledger": ("officer", "/attempts/{sitting}/{ledger}"),
    "result": ("done", "/attempts/{marked}/result"),
    "certificates": ("done", "/certificates"),
    "verify": (None, "/verify/{valid}"),
    "search": ("officer", "/search?q=freezing"),
    "notes": ("officer", "/notes"),
    "statistics": ("manager", "/statistics"),
    "people": ("admin", "/people"),
    "editor": ("trainer", "/write/demo/files/01-example/module.md"),
    "error": ("officer", "/nothing"),
}
"""Who looks, and at what."""

_SHEET = """<!doctype html><meta charset="utf-8"><title>Pictures</title><style>
body {{ margin: 0; font: 13px sans-serif; background: #777; color: #fff }}
section {{ width: max-content; padding: 12px; background: #777 }}
div {{ display: grid; grid-template-columns: repeat({columns}, 320px); gap: 8px; margin-bottom: 8px }}
span {{ max-height: 420px; overflow: hidden }}
img {{ width: 320px; vertical-align: top }}
.narrow img {{ width: 180px }}
</style>{sections}"""


def photograph(browser: Browser, site: FilledSite, into: Path, languages: Sequence[str], names: Sequence[str]) -> int:
    """Take all pictures; how many. A page is loaded once in a language and pictured in each theme and width."""
    count = 0
    who = list(dict.fromkeys(PAGES[name][0] for name in names))
    for language, person in product(languages, who):
        context = browser.new_context(base_url=site.url, reduced_motion="reduce")
        if person is not None:
            context.add_cookies([{"name": "elearn", "value": site.cookies[person], "url": site.url}])
        page = context.new_page()
        page.goto(f"/verify?lang={language}")
        for name in names:
            if PAGES[name][0] == person:
                page.goto(site.address(PAGES[name][1]))
                count += sum(1 for _ in _looks(page, into, f"{name}-{language}"))
        context.close()
    return count


def _looks(page: Page, into: Path, name: str) -> Iterator[Path]:
    """The pictures of a page that is open."""
    for width, theme in product(WIDTHS, THEMES):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        path = into / f"{name}-{theme}-{width}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        yield path


def sheets(browser: Browser, into: Path, languages: Sequence[str], names: Sequence[str]) -> None:
    """Lay all pictures of a page side by side, a sheet for each page: the languages across, themes and widths down."""
    sections = [
        f"<section><h2>{escape(name)}</h2>"
        + "".join(
            f'<div class="{"narrow" if width < 600 else "wide"}">'
            + "".join(
                f'<span><img src="../{name}-{language}-{theme}-{width}.png" alt=""></span>' for language in languages
            )
            + "</div>"
            for width, theme in product(WIDTHS, THEMES)
        )
        + "</section>"
        for name in names
    ]
    folder = into / "sheets"
    folder.mkdir(exist_ok=True)
    page = browser.new_page(viewport={"width": 340 * len(languages), "height": 800})
    for name, section in zip(names, sections, strict=True):
        document = folder / f"{name}.html"
        document.write_text(_SHEET.format(columns=len(languages), sections=section), encoding="utf-8")
        page.goto(document.as_uri())
        page.locator("section").screenshot(path=folder / f"{name}.png")
        document.unlink()
    page.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the site, take the pictures, say where they are and how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.pictures", description=__doc__)
    parser.add_argument("--into", type=Path, default=ARTEFACTS / "pages", help="the folder for the pictures")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES, help="these alone [all]")
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES), help="these alone [all]")
    asked = parser.parse_args(arguments)
    if not CHROMIUM.exists():
        print("Chromium is missing: install Debian's package chromium and run this again.", file=sys.stderr)
        return 2
    asked.into.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="elearn-pictures-") as folder,
        filled_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        count = photograph(browser, site, asked.into, asked.languages, asked.pages)
        sheets(browser, asked.into, asked.languages, asked.pages)
        browser.close()
    print(f"{count} pictures in {time.monotonic() - began:.0f} s: {asked.into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
