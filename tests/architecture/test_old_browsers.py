"""Pages work in browsers three years old (Firefox 120, Chrome 119, Safari 17.1): what those do not know is not used.

What merely looks plainer there (``text-wrap``, ``field-sizing``) is no fault. ``:has()`` is: Firefox learnt it in 121,
and a browser drops a whole rule if it does not know one of its selectors. It may stand in a rule of its own or in
``:is()`` and ``:where()``, which forgive; what is then missing is mended in ``components/without-has.css``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from elearn.shipped import STATIC as ROOT

TEMPLATES = ROOT.parent / "templates"
YOUNG_CSS = (
    r"light-dark\(|contrast-color\(|\bif\(|calc-size\(|\b(round|mod|rem|sibling-index)\(|\(from |anchor\(|"
    r"@(starting-style|scope|property|view-transition|function|position-try)|interpolate-size|position-anchor|:popover-open|:open\b|"
    r"::details-content|::picker|(^|[{};\s])&"
)
YOUNG_JS = (
    r"\b(Object|Map)\.groupBy|Promise\.(withResolvers|try)|Array\.fromAsync|RegExp\.escape|Intl\.DurationFormat|"
    r"AbortSignal\.any|URL\.(parse|canParse)|\bIterator\.|scrollend|\bawait using\b|\busing \w+ =|\bwith \{ type:|"
    r"\.(checkVisibility|requestClose|showPopover|togglePopover|moveBefore|setHTML|getHTML|startViewTransition|toHex|"
    r"isSubsetOf|isSupersetOf|isDisjointFrom|union|intersection|difference|symmetricDifference)\("
)
YOUNG_HTML = r"<\w[^>]*\s(popover|popovertarget|command|commandfor|closedby|interestfor)\b|<selectedcontent\b"


def faults(pattern: str, text: str) -> Iterator[str]:
    """What a text has of something too young, with the line it is in."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(pattern, line):
            yield f"{number}: {found[0].strip()}"


def fragile_lists(css: str) -> Iterator[str]:
    """Lists of selectors that a browser without ``:has()`` would drop as a whole."""
    for selectors in re.findall(r"[^{};]*:has\([^{}]*(?=\{)", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        if selectors.lstrip().startswith("@"):
            continue
        bare, count = selectors, 1
        while count:  # from the inmost brackets outwards; what forgives takes what is in it along
            bare, count = re.subn(r":(is|where)\([^()]*\)|(?<!:is)(?<!:where)\(([^()]*)\)", _inside, bare)
        if "," in bare and "has" in bare:
            yield selectors.strip()


def _inside(found: re.Match[str]) -> str:
    return "" if found[1] else found[2].replace(",", " ")


@pytest.mark.parametrize(
    ("folder", "ending", "pattern"),
    [(ROOT / "css", "css", YOUNG_CSS), (ROOT / "js", "js", YOUNG_JS), (TEMPLATES, "html", YOUNG_HTML)],
    ids=["stylesheets", "scripts", "templates"],
)
def test_nothing_is_used_that_browsers_three_years_old_do_not_know(folder: Path, ending: str, pattern: str) -> None:
    paths = sorted(folder.rglob(f"*.{ending}"))
    assert paths
    assert [f"{path.name}:{fault}" for path in paths for fault in faults(pattern, path.read_text("utf-8"))] == []


def test_no_rule_is_lost_where_has_is_not_known() -> None:
    paths = sorted((ROOT / "css").rglob("*.css"))
    assert [f"{path.name}: {found}" for path in paths for found in fragile_lists(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("css", "is_lost"),
    [
        (".a, .b:has(c) { color: red }", True),
        (".a, .b:not(:has(.c)), d { color: red }", True),
        (".b:has(c, d) { color: red }", False),
        (".a, .b:is(.c, :has(d)) { color: red }", False),
        (".a, .b:where(:not(:has(.c))) { color: red }", False),
        ("@supports not selector(:has(a)) { .a, .b { color: red } }", False),
    ],
)
def test_a_list_that_would_be_lost_is_found(css: str, is_lost: bool) -> None:
    assert bool(list(fragile_lists(css))) == is_lost


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (YOUNG_CSS, "a { color: light-dark(red, blue) }"),
        (YOUNG_CSS, "a { & b { color: red } }"),
        (YOUNG_JS, "const made = Object.groupBy(rows, kind);"),
        (YOUNG_HTML, '<div popover id="a">'),
    ],
)
def test_what_is_too_young_is_found(pattern: str, text: str) -> None:
    assert list(faults(pattern, text))
