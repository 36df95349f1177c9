"""What a page weighs on the wire: everything that a browser fetches for it, compressed, counted in bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from elearn.catalogue.queries import current_release
from tests.checking import CheckingClient, text_in, text_of
from tests.factories import an_enrolment, the_person, writing
from tests.web.conftest import OFFICER

KILOBYTE = 1024
FACE = re.compile(r"@font-face\s*\{(.*?)\}", re.DOTALL)


@dataclass(frozen=True)
class Fetched:
    """One thing that a browser fetches; ``size`` is in bytes, as sent."""

    name: str
    size: int


def fetch(client: CheckingClient, path: str) -> tuple[Fetched, str]:
    """A thing as it is sent to a browser, headers included, and its text."""
    response = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert response.status_code == 200, path
    text = text_in(response) if (response.mimetype or "").startswith(("text/", "image/svg")) else ""
    return Fetched(path, len(response.get_data()) + len(str(response.headers).encode())), text


def visit(client: CheckingClient, path: str) -> Iterator[Fetched]:
    """Everything that a browser with an empty cache fetches for a page."""
    page, source = fetch(client, path)
    yield page
    root = client.page
    for link in dict.fromkeys(re.findall(r'(?:href|src)="(/(?:static|media)/[^"#]+)', source)):
        thing, text = fetch(client, link)
        yield thing
        if link.endswith(".css"):
            is_serif = "serif" in root.get("class").split()
            yield from _fonts(client, text, set(text_of(root)), set(_lesson_of(root)) if is_serif else set())


def _lesson_of(root: Any) -> str:
    """The text of a lesson without the frame around it, which keeps its typeface."""
    return "".join(text_of(node) for node in root.iter() if "prose" in (node.get("class") or "").split())


def _fonts(client: CheckingClient, css: str, letters_shown: set[str], letters_in_serif: set[str]) -> Iterator[Fetched]:
    """The slices of the typefaces that hold a letter shown in them."""
    for face in FACE.findall(css):
        shown = letters_in_serif if "Serif" in face else letters_shown
        source = re.search(r'url\("([^"]+)"\)', face)
        ranges = re.search(r"unicode-range:\s*([^;]+);", face)
        assert source is not None, face
        letters = ranges[1] if ranges is not None else "U+0-10FFFF"
        if any(ord(letter) in _range(part) for part in letters.split(",") for letter in shown):
            yield fetch(client, source[1])[0]


def _range(part: str) -> range:
    first, _, last = part.strip().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def table(things: list[Fetched]) -> str:
    """What was fetched, the heaviest first."""
    ordered = sorted(things, key=lambda thing: -thing.size)
    return "\n".join(f"{thing.size:>7} {thing.name}" for thing in ordered)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_first_visit_weighs_at_most_100_kilobytes(taught: Flask, client: CheckingClient, language: str) -> None:
    """A first visit: the sign-in page with all it needs, and the home page that follows."""
    things = list(visit(client, f"/sign-in?lang={language}"))
    client.sign_in(OFFICER)
    known = {thing.name for thing in things}
    things += [thing for thing in visit(client, "/") if thing.name not in known]

    assert sum(thing.size for thing in things) <= 100 * KILOBYTE, table(things)
    assert sum(thing.name.endswith(".woff2") for thing in things) >= 1


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_lesson_as_the_first_page_weighs_at_most_100_kilobytes(cft: CheckingClient, language: str) -> None:
    with writing(cft.application) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "cft"))
    things = list(visit(cft, f"/courses/cft/analysis/opening?lang={language}"))

    assert sum(thing.size for thing in things) <= 100 * KILOBYTE, table(things)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_lesson_in_the_serif_typeface_weighs_at_most_56_kilobytes_more(cft: CheckingClient, language: str) -> None:
    with writing(cft.application) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "cft"))
    path = f"/courses/cft/analysis/opening?lang={language}"
    usual = {thing.name for thing in visit(cft, path)}
    cft.send("/account/reading", {"reads": ["serif", "keys"]})
    more = [thing for thing in visit(cft, path) if thing.name not in usual]

    assert [thing for thing in more if "source-serif" in thing.name]
    assert sum(thing.size for thing in more) <= 56 * KILOBYTE, table(more)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", {"site.css": 18.5, "site.js": 12}),
        ("/write", {"site.css": 18.5, "site.js": 12, "desk.css": 6, "desk.js": 4.5}),
    ],
)
def test_styles_and_scripts_keep_to_their_budgets_and_officers_get_none_of_the_desk(
    taught: Flask, client: CheckingClient, path: str, most: dict[str, float]
) -> None:
    client.sign_in(OFFICER if path == "/" else "trainer")
    sizes = {
        re.sub(r"\.[0-9a-f]{12}\.", ".", thing.name.rpartition("/")[2]): thing.size / KILOBYTE
        for thing in visit(client, path)
        if thing.name.endswith((".css", ".js"))
    }

    assert sizes.keys() == most.keys()
    assert not {name: size for name, size in sizes.items() if size > most[name]}


def test_the_count_counts(taught: Flask, client: CheckingClient) -> None:
    """The counting finds page, style sheet, script, icons and fonts, so that it can fail."""
    client.get("/sign-in")
    shown = text_of(client.page)
    names = [re.sub(r"\.[0-9a-f]{12}\.", ".", thing.name) for thing in visit(client, "/sign-in")]

    for ending in ("/sign-in", ".css", ".js", "/favicon.svg", "/icons.svg", "onest-latin.woff2"):
        assert any(name.endswith(ending) for name in names), ending
    assert not any("cyrillic-ext" in name for name in names) or "Қ" in shown
