"""The checking client can fail: each fault is planted in a page, and found."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import text

from elearn.web.access import public
from elearn.web.session import session
from tests.checking import LEARNER_BUDGET, STAFF_BUDGET, CheckingClient, check_once, check_page, faults_of

GOOD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Courses · FIU Training</title>
<link rel="icon" href="/static/favicon.svg"></head>
<body><a href="#main">Skip</a>
<main id="main"><h1>Courses</h1>
<h2>One</h2><h3>Of it</h3><h2>Two</h2>
<p><a href="/sign-in">Sign in</a> <a href="https://example.org/">Elsewhere</a> <a href="?lang=ru">Russian</a></p>
<img src="data:image/png;base64,AAAA" alt="">
<svg role="img" aria-label="4 of 7"><title>4 of 7</title></svg>
<p><span aria-hidden="true"><svg></svg></span><svg aria-hidden="true"><use href="/static/icons.svg#check"/></svg></p>
<table><tr><th>Name</th></tr><tr><td>A</td></tr></table>
<form method="post" action="/sign-in"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name" aria-describedby="hint"><p id="hint">As you wish</p>
<label><input type="checkbox" name="tick"> Tick</label><button type="submit">Go</button></form>
</main></body></html>
"""

FAULTS = [
    ("a tag left open", "<h2>One</h2>", "<h2>One<h2>", "not valid HTML"),
    ("a repeated attribute", "<main id=", "<main id=x id=", "not valid HTML"),
    ("a block in a line", "<h2>One</h2>", "<span><div>One</span>", "not valid HTML"),
    ("no doctype", "<!doctype html>\n", "", "not valid HTML"),
    ("no language", '<html lang="en">', "<html>", "does not name its language"),
    ("no h1", "<h1>Courses</h1>", "", "there are 0 h1"),
    ("two h1", "<h2>One</h2>", "<h1>One</h1>", "there are 2 h1"),
    ("another title", "<title>Courses", "<title>Home", "does not start with the heading"),
    ("no title", "<title>Courses · FIU Training</title>", "", "does not start with the heading"),
    ("a level left out", "<h2>One</h2>", "", "leaves out a level: h3 after h1"),
    ("an id twice", '<p id="hint">', '<p id="main">', "the id main stands twice"),
    ("a description that is not there", 'aria-describedby="hint"', 'aria-describedby="x"', "names no element"),
    ("a label of nothing", 'for="name"', 'for="other"', "names no element"),
    ("a field without a label", '<label for="name">Name</label>', "", "the field name has no label"),
    ("a choice without a label", "<label><input", "<input", "the field tick has no label"),
    ("a select without a label", "<h2>Two", '<select name="s"><option>1</select><h2>Two', "the field s has no label"),
    ("a button without words", ">Go</button>", "></button>", "a button has no words"),
    ("a link without words", ">Sign in</a>", "></a>", "a a has no words"),
    ("a picture without words", ' alt=""', "", "has no alternative text"),
    ("a drawing without a name", ' aria-label="4 of 7"><title>4 of 7</title>', ">", "neither hidden nor named"),
    ("a drawing without a role", '<svg role="img"', "<svg", "neither hidden nor named"),
    ("a table without heads", "<th>Name</th>", "<td>Name</td>", "has no header cells"),
    ("a style element", "<h2>Two", "<style>p{}</style><h2>Two", "a style element"),
    ("an inline script", "<h2>Two", "<script>1</script><h2>Two", "an inline script"),
    ("a style attribute", "<h2>Two", '<h2 style="color: red">Two', "the attribute style"),
    ("an event attribute", "<h2>Two", '<h2 onclick="x()">Two', "the attribute onclick"),
    ("a script from elsewhere", "<h2>Two", '<script src="https://cdn.example/x.js"></script><h2>Two', "another host"),
    ("a picture from elsewhere", 'src="data:image/png;base64,AAAA"', 'src="//cdn.example/x.png"', "another host"),
    ("a picture set from elsewhere", "<img ", '<img srcset="/a 1x, https://cdn.example/x 2x" ', "another host"),
    ("a style sheet from elsewhere", 'href="/static/favicon.svg"', 'href="https://cdn.example/x.css"', "another host"),
    ("a form to elsewhere", 'action="/sign-in"', 'action="https://cdn.example/"', "another host"),
    (
        "a refresh to elsewhere",
        "<link ",
        '<meta http-equiv="refresh" content="1;url=//x.org/"><link ',
        "another host",
    ),
    (
        "a frame from elsewhere",
        "<h2>Two",
        '<iframe src="https://x.org/" title="x"></iframe><h2>Two',
        "another host",
    ),
    ("a script as address", 'href="https://example.org/"', 'href="javascript:alert(1)"', "no address of a page"),
    ("a link to nowhere", 'href="/sign-in"', 'href="/sign-inn"', "leads nowhere by GET"),
    ("a form that nothing takes", 'action="/sign-in"', 'action="/verify"', "leads nowhere by POST"),
    ("an anchor that is not there", 'href="#main"', 'href="#content"', "names no place of the page"),
    ("a file that is not there", "/static/favicon.svg", "/static/favikon.svg", "is no file"),
    ("an icon that is not there", "icons.svg#check", "icons.svg#chek", "names no symbol"),
    ("a form with an empty token", 'value="x"', 'value=""', "has no token"),
    ("a form without a token", '<input type="hidden" name="csrf_token" value="x">', "", "has no token"),
]


def test_a_page_without_a_fault_passes(client: CheckingClient) -> None:
    assert faults_of(GOOD, client, "/courses") == []
    assert check_page(GOOD, client, "/courses").get("lang") == "en"


@pytest.mark.parametrize(("old", "new", "sentence"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_planted_fault_is_found(client: CheckingClient, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    faults = faults_of(GOOD.replace(old, new, 1), client, "/courses")

    assert any(sentence in fault for fault in faults), faults
    with pytest.raises(AssertionError, match="/courses:"):
        check_page(GOOD.replace(old, new, 1), client, "/courses")


def plant(site: Flask, path: str, view: Callable[[], str]) -> None:
    """Give the site a page."""
    site.add_url_rule(path, path.strip("/"), public(view))


def asking(times: int) -> Callable[[], str]:
    """A page without a fault that asks the database so often."""

    def view() -> str:
        for _ in range(times):
            session().execute(text("SELECT 1"))
        return GOOD

    return view


IN_WORDS = [
    ("a mark of HTML in words", "Of it", "Of &it", "not valid HTML"),
    ("a letter that HTML has not", "Of it", "Of \x01it", "not valid HTML"),
]


@pytest.mark.parametrize(
    ("old", "new", "sentence"), [fault[1:] for fault in (*FAULTS, *IN_WORDS)], ids=[f[0] for f in (*FAULTS, *IN_WORDS)]
)
def test_a_fault_is_found_after_the_same_page_without_it(
    client: CheckingClient, old: str, new: str, sentence: str
) -> None:
    check_once(GOOD, client, "/courses", "/courses")
    assert old in GOOD
    with pytest.raises(AssertionError, match=re.escape(sentence)):
        check_once(GOOD.replace(old, new, 1), client, "/courses", "/courses")


def test_a_page_that_differs_in_words_alone_is_read_once(client: CheckingClient) -> None:
    check_once(GOOD, client, "/courses", None)
    assert check_once(GOOD.replace("As you wish", "As we wish"), client, "/courses", None) is None


def test_a_faulty_page_fails_the_test_that_gets_it(site: Flask, client: CheckingClient) -> None:
    plant(site, "/planted", lambda: GOOD.replace("<h1>", "<h2>").replace("</h1>", "</h2>"))
    with pytest.raises(AssertionError, match="there are 0 h1"):
        client.get("/planted")


def test_a_faulty_page_fails_even_if_it_is_an_error_page(site: Flask, client: CheckingClient) -> None:
    site.add_url_rule("/planted", "planted", public(lambda: (GOOD.replace("<th>", "<td>"), 404)))
    with pytest.raises(AssertionError):
        client.get("/planted")


def test_what_is_meant_to_be_odd_is_let_through_once(site: Flask, client: CheckingClient) -> None:
    plant(site, "/planted", lambda: "<p>Odd")
    with client.unchecked():
        assert client.get("/planted").status_code == 200
    with pytest.raises(AssertionError):
        client.get("/planted")


@pytest.mark.parametrize(("path", "budget"), [("/planted", LEARNER_BUDGET), ("/people/planted", STAFF_BUDGET)])
def test_a_page_that_asks_too_often_fails(site: Flask, client: CheckingClient, path: str, budget: int) -> None:
    plant(site, path, asking(budget))
    plant(site, f"{path}-more", asking(budget + 1))

    assert client.get(path).status_code == 200
    with pytest.raises(AssertionError, match=f"asked {budget + 1} times, its budget is {budget}"):
        client.get(f"{path}-more")


def test_a_compressed_page_is_checked_as_well(site: Flask, client: CheckingClient) -> None:
    plant(site, "/planted", lambda: GOOD.replace("</h1>", "</h1>" + "<p>Words.</p>" * 200).replace("<th>", "<td>"))
    with pytest.raises(AssertionError, match="no header cells"):
        client.get("/planted", headers={"Accept-Encoding": "gzip"})


def test_the_last_page_is_at_hand(client: CheckingClient) -> None:
    client.get("/sign-in")
    assert client.page.get("lang") == "en"
    client.get("/healthz")
    assert client.page is None


def test_a_client_that_cannot_sign_in_says_so(client: CheckingClient) -> None:
    with pytest.raises(AssertionError):
        client.sign_in(quote("nobody"))
