"""The watching of a walk can fail: each fault is planted in a page of a running site, and found."""

from collections.abc import Callable

import pytest

from elearn.web.access import public
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Planted</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="/static/favicon.svg"></head>
<body><main><h1>Planted</h1>{}</main></body></html>"""

FAULTS = [
    ("a picture without words", '<img src="/static/favicon.svg">', "image-alt"),
    ("a field without a label", '<input name="a">', "label"),
    ("pale words", '<p><font color="#cccccc">Hard to read</font></p>', "color-contrast"),
    ("a level left out", "<h3>Deep</h3>", "heading-order"),
    ("small targets side by side", '<a href="/a">a</a><a href="/b">b</a>' * 5, "target-size"),
    ("a script of its own", "<script>1</script>", "in the console"),
    ("a style of its own", '<p style="color: red">Red</p>', "in the console"),
    ("a picture from elsewhere", '<img src="http://127.0.0.2:9/x.png" alt="x">', "127.0.0.2"),
    ("a file that is not there", '<img src="/static/none.svg" alt="x">', "404"),
    ("a page too wide", f"<pre>{'wide ' * 400}</pre>", "wider than the window"),
    ("a fault of the site", '<iframe title="x" src="/planted/fault"></iframe>', "500"),
]


STYLED = [
    ("pale words in the dark", "@media (prefers-color-scheme: dark) { p { color: #ddd } }", "dark): color-contrast"),
    (
        "pale words on a phone",
        "@media (max-width: 400px) { p { color: #ddd } }",
        "360 light): color-contrast",
    ),
    ("a box too wide for a small phone", "p { inline-size: 350px }", "320): out of the window"),
    (
        "a box too wide for a page enlarged",
        "@media (width: 640px) { p { inline-size: 700px } }",
        "twice as large): the",
    ),
    ("a box as high as its words", "p { block-size: 1.2em; overflow: hidden }", "words apart): cut off below"),
]


def plant(site: LiveSite, body: str) -> None:
    """Give the site a page of its own for a test."""

    def fault() -> str:
        raise RuntimeError("planted")

    site.app.add_url_rule("/planted", "planted", public(lambda: PAGE.format(body)))
    site.app.add_url_rule("/planted/fault", "planted-fault", public(fault))


def test_a_page_without_a_fault_passes(walk: Callable[..., Walk], live_site: LiveSite) -> None:
    plant(live_site, '<p>Words.</p><p><a href="/verify">Verify a certificate</a></p>')
    with walk("watched") as somebody:
        somebody.go("/planted")
        somebody.look("good")


@pytest.mark.parametrize(("body", "found"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_planted_fault_is_found(walk: Callable[..., Walk], live_site: LiveSite, body: str, found: str) -> None:
    plant(live_site, body)
    with pytest.raises(AssertionError) as caught, walk("watched") as somebody:
        somebody.go("/planted")
        somebody.look("bad")

    assert found in str(caught.value)


@pytest.mark.parametrize(("style", "found"), [case[1:] for case in STYLED], ids=[case[0] for case in STYLED])
def test_a_fault_that_shows_only_from_one_side_is_found(
    walk: Callable[..., Walk], live_site: LiveSite, style: str, found: str
) -> None:
    plant(live_site, "<p>Some words.</p>")
    with pytest.raises(AssertionError) as caught, walk("watched") as somebody:
        somebody.go("/planted")
        somebody.page.evaluate(
            "(css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", style
        )
        somebody.look_from_all_sides()

    assert found in str(caught.value)


def test_two_headings_are_found(walk: Callable[..., Walk], live_site: LiveSite) -> None:
    plant(live_site, "<h1>Again</h1>")
    with pytest.raises(AssertionError, match="has 2 h1"), walk("watched") as somebody:
        somebody.go("/planted")
        somebody.look("bad")
