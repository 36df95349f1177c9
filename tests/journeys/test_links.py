"""Whoever follows every link from their home page on meets nothing broken: each leads to a page, and to a place of it.

Links, pictures, stylesheets, scripts and icons, of every role, over the site of :mod:`tests.journeys.school`. The other
journeys watch the browser's console.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit

import pytest
from flask import Flask

from elearn.web.access import public
from tests.checking import SAFE_IN_PATH, CheckingClient, text_in
from tests.journeys.school import PAGES, settle

BEGIN = ("/", "/verify")
MOST = 1_000  # pages; where there are more, the crawl is going round in circles
HOST = "http://localhost"
NOT_FOLLOWED = ("lang",)  # the same page in another language: it is looked at in both
SEEN_ONCE = {"/statistics", "/people"}  # filters make more pages of these than anybody needs: these with one are enough


@dataclass
class Crawl:
    """What somebody met who followed every link."""

    client: CheckingClient
    places: dict[str, set[str] | None] = field(default_factory=dict)
    """The ids of every page, by its address; None where one was led elsewhere, as to a course one has to enrol in."""
    wanted: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Links with a fragment, and the page where each was met first."""
    faults: list[str] = field(default_factory=list)

    def follow(self, *paths: str) -> None:
        """Follow every link from these pages on."""
        waiting = deque((path, "the beginning") for path in paths)
        known = set(paths)
        while waiting:
            path, found_on = waiting.popleft()
            assert len(self.places) < MOST, f"more than {MOST} pages, the last is {path}"
            for link in self._links(path, found_on):
                address, fragment = urldefrag(link)
                if fragment:
                    self.wanted.setdefault(link, (path, unquote(fragment)))
                if address not in known:
                    known.add(address)
                    waiting.append((address, path))
        for link, (found_on, fragment) in self.wanted.items():
            places = self.places[urldefrag(link)[0]]
            if places is not None and fragment not in places:
                self.faults.append(f"{found_on} links to {link}, a place that is not there")

    def _links(self, path: str, found_on: str) -> Iterator[str]:
        """The addresses on this site that a page names, as one would ask for them."""
        with self.client.unchecked():
            answer = self.client.get(path)
            while answer.status_code in (302, 303):
                answer = self.client.get(urljoin(path, answer.headers["Location"]))
        if answer.status_code != 200:
            self.faults.append(f"{found_on} links to {path}, which answers {answer.status_code}")
        if answer.mimetype not in ("text/html", "image/svg+xml"):
            self.places[path] = set()
            return
        names = Names(text_in(answer))
        self.places[path] = None if answer.request.path != urlsplit(path).path else names.ids
        if answer.mimetype == "text/html" and answer.status_code == 200:
            for named in names.addresses:
                link = as_asked(urljoin(HOST + answer.request.full_path.rstrip("?"), named))
                if link is not None:
                    yield link


class Names(HTMLParser):
    """The ids of a page, and what it links to and loads."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.addresses: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src", "xlink:href") and value is not None:
                self.addresses.append(value)
            elif name == "srcset" and value:
                self.addresses += [candidate.split()[0] for candidate in value.split(",")]


def as_asked(link: str) -> str | None:
    """The path, question and fragment of a link of this site that is to be followed; None of another."""
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}" != HOST:
        return None
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if any(name in NOT_FOLLOWED for name, _ in asked):
        return None
    if parts.path in SEEN_ONCE:
        asked = asked[:1]
    question = f"?{urlencode(asked)}" if asked else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{quote(unquote(parts.path), safe=SAFE_IN_PATH)}{question}{fragment}"


@pytest.fixture
def settled(site: Flask) -> Flask:
    """A site with people at every stage."""
    settle(site)
    return site


@pytest.mark.parametrize("language", ["en", pytest.param("ru", marks=pytest.mark.drill)])
def test_no_link_is_broken_for_anybody(settled: Flask, language: str) -> None:
    faults: list[str] = []
    counts: dict[str, int] = {}
    for name in PAGES:
        client = settled.test_client()
        assert isinstance(client, CheckingClient)
        if name is not None:
            client.sign_in(name)
        client.get(f"/verify?lang={language}")
        crawl = Crawl(client)
        crawl.follow(*BEGIN)
        faults += [f"{name or 'anyone'}: {fault}" for fault in crawl.faults]
        counts[name or "anyone"] = len(crawl.places)
    print(counts)
    assert not faults, "\n".join(faults)
    assert counts["officer"] > 100, counts


def test_a_broken_link_and_a_place_that_is_not_there_are_found(site: Flask) -> None:
    pages = {
        "/planted": '<a href="/planted/next#there">a</a><a href="/planted/next#nowhere">b</a><img src="/none.png">',
        "/planted/next": '<p id="there">c</p>',
    }
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    for path, body in pages.items():
        site.add_url_rule(path, path, public(lambda body=body: body))
    crawl = Crawl(client)
    crawl.follow("/planted")
    assert crawl.faults == [
        "/planted links to /none.png, which answers 404",
        "/planted links to /planted/next#nowhere, a place that is not there",
    ]
