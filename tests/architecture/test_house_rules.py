"""Rules of the house that no library checks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "elearn").rglob("*.py"))
TEMPLATES = sorted((ROOT / "elearn" / "templates").rglob("*.html"))


def _places(pattern: str, paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_only_the_clock_reads_the_clock() -> None:
    found = _places(r"datetime\.now\(|datetime\.utcnow|date\.today\(|\btime\.time\(", SOURCES)
    assert [place for place in found if not place.startswith("elearn/core/clock.py")] == []


def test_only_views_and_commands_ask_for_the_present() -> None:
    found = _places(r"from elearn\.core\.clock import", SOURCES)
    allowed = re.compile(r"elearn/(\w+/(\w+/|\w+_)?views|\w+/api|cli/\w+|demo/\w+|serving/\w+|accounts/signing_in)\.py")
    assert [place for place in found if not allowed.match(place)] == []


def test_only_one_module_calls_text_safe_html() -> None:
    found = _places(r"\bMarkup\(", SOURCES)
    assert [place for place in found if not place.startswith("elearn/markup/safe.py")] == []
    assert _places(r"\|\s*safe\b|autoescape\s+false", TEMPLATES) == []


def test_templates_have_no_inline_script_or_style() -> None:
    assert _places(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|hx-on", TEMPLATES) == []


def test_no_page_names_a_third_party_host() -> None:
    files = [*TEMPLATES, *(ROOT / "elearn" / "static").rglob("*.css"), *(ROOT / "elearn" / "static").rglob("*.js")]
    found = _places(r"(https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(\.[a-z0-9-]+)+", files)
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 500


def test_packages_are_not_named_after_nothing() -> None:
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert names & {"utils", "helpers", "common", "misc"} == set()
