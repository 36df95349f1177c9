"""Where to go next is never another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from elearn.web.redirects import local_path


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/courses",
        "/courses/cft/law/opening",
        "/people?q=a&role=officer",
        "/verify/CK7Q-4M2X-9RTD-H6WP",
        "/courses/cft?next=//evil.example",
        "/курсы",
    ],
)
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert local_path(target, "/home") == target


HOSTILE = [
    None,
    "",
    "courses",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/courses\\..\\..\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\r\nSet-Cookie: a=b",
    "@evil.example",
    ".evil.example",
    "/\u2028/evil.example",
    "/\u0085//evil.example",
]


@pytest.mark.parametrize("target", HOSTILE)
def test_another_site_is_not_gone_to(target: str | None) -> None:
    assert _host_of(local_path(target, "/home")) == "training.example"


def _host_of(path: str) -> str | None:
    """Where a browser would go: it drops tabs and line breaks, and takes a backslash for a slash."""
    cleaned = "".join(letter for letter in path if letter not in "\t\r\n").strip().replace("\\", "/")
    return urlsplit(urljoin("https://training.example/sign-in", cleaned)).netloc


_pieces = st.lists(
    st.sampled_from(["/", "\\", "//", ":", "@", "?", "#", "evil.example", "https", "javascript", "a", " ", "\t", "\n"]),
    max_size=8,
).map("".join)


@given(_pieces | st.text(max_size=30))
@example("//evil.example")
@example("/\\evil.example")
def test_whatever_is_asked_one_stays_on_this_site(target: str) -> None:
    found = local_path(target, "/home")

    assert found.startswith("/")
    assert _host_of(found) == "training.example"
    assert not any(ord(letter) < 33 for letter in found)
