"""A test client that reads every page it gets, as a careful stranger would.

It checks: valid HTML, one h1, a title that starts with it, headings that leave no level out, labels, unique ids,
alternative texts, no inline script or style, links and forms that lead to an endpoint, anchors and files that are
there, a token in every form that posts, no third-party address, and the query budget: 4 for a learner's page, 8 for a
staff page. That each of these can fail is proved in ``tests/web/test_checking_client.py``.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from elearn.web.static import files

PASSWORD = "a long enough secret"
LEARNER_BUDGET = 4
STAFF_BUDGET = 8
STAFF_PATHS = ("/audit", "/people", "/background", "/statistics", "/write", "/marking", "/account")
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "mark", "cite"})
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "ping", "cite")

_NOT_COUNTED = (
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "PRAGMA",
    "SELECT release.compiled",
    "UPDATE user_session SET seen_at=",
    "SELECT audit_event.number, audit_event.hash",
    "INSERT INTO audit_event",
)
_queries: list[str] = []


def count_queries(engine: Engine) -> None:
    """Count what the application asks of the database."""

    @event.listens_for(engine, "before_cursor_execute")
    def _count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        # What SQLAlchemy or we say to open and close a transaction is no question; the text of a release is asked for
        # once in the life of a process; that somebody was seen is written once a minute, after the answer; and what the
        # audit log is told of is put down when all that the page needs is read.
        if not statement.startswith(_NOT_COUNTED):
            _queries.append(statement)


class CheckingClient(FlaskClient):
    """Checks every HTML page; :meth:`unchecked` lifts that for a page that is meant to be odd."""

    checks = True
    _source: str | None = None
    _root: Any = None
    _remembered: tuple[object, str] | None = None  # the cookies with which a token was got, and the token

    @property
    def page(self) -> Any:
        """The root of the page that answered last."""
        if self._root is None and self._source is not None:
            self._root = html5lib.parse(self._source)
        return self._root

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make the request and check the page that answers."""
        _queries.clear()
        response = super().open(*args, **kwargs)
        queries = list(_queries)
        self._source = self._root = None
        is_page = response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308)
        if self.checks and is_page and response.request.method != "HEAD":
            own = response.request.path if response.request.method == "GET" else None
            self._source = text_in(response)
            self._root = check_once(self._source, self, response.request.path, own)
            if response.request.method == "GET" and response.status_code == 200:
                budget = STAFF_BUDGET if response.request.path.startswith(STAFF_PATHS) else LEARNER_BUDGET
                assert len(queries) <= budget, (
                    f"{response.request.path} asked {len(queries)} times, its budget is {budget}:\n"
                    + "\n".join(queries)
                )
        return response

    @contextmanager
    def unchecked(self) -> Iterator[None]:
        """Requests in this block are not checked."""
        self.checks = False
        try:
            yield
        finally:
            self.checks = True

    def token(self, path: str = "/sign-in") -> str:
        """A form token as a page would carry it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).get_data(as_text=True))
        assert found is not None, f"{path} has no form"
        return found[1]

    def send(
        self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Post a form as the page at ``page`` (else any page) would, with its token."""
        token = self.token(page) if page is not None else self._token_of_session()
        return self.post(path, data={"csrf_token": token, **(data or {})}, **kwargs)

    def _token_of_session(self) -> str:
        """The token of every form in this session; a page is asked for it once."""
        cookies = sorted((cookie.key, cookie.value) for cookie in (self._cookies or {}).values())
        if self._remembered is None or self._remembered[0] != cookies:
            self._remembered = cookies, self.token("/account")
        return self._remembered[1]

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """Sign in through the page."""
        data = {"csrf_token": self.token("/sign-in"), "sign_in_name": name, "password": password}
        response = self.post("/sign-in", data=data)
        assert response.status_code == 302, response.get_data(as_text=True)
        return response


def client_of(site: Flask, name: str | None = None) -> CheckingClient:
    """A client of its own, of somebody who is signed in if one is named."""
    client = site.test_client()
    assert isinstance(client, CheckingClient)
    if name is not None:
        client.sign_in(name)
    return client


def text_of(node: Any) -> str:
    """The text of a node, spaces folded."""
    return " ".join("".join(node.itertext()).split())


def words_of(node: Any) -> str:
    """The text of a node as it is read: what stands in boxes of its own is set apart."""
    return " ".join("".join(_read(node)).split())


def _read(node: Any) -> Iterator[str]:
    if isinstance(node.tag, str):
        gap = "" if node.tag.removeprefix(HTML) in INLINE else " "
        yield gap
        yield node.text or ""
        for child in node:
            yield from _read(child)
        yield gap
    yield node.tail or ""


def links_of(root: Any) -> list[str]:
    """Where the links of the page's content lead, in order."""
    main = next(root.iter(f"{HTML}main"))
    return [node.get("href") for node in main.iter(f"{HTML}a")]


def text_in(response: TestResponse) -> str:
    """The text of an answer, unpacked if it came compressed."""
    data = response.get_data()
    return (gzip.decompress(data) if response.headers.get("Content-Encoding") == "gzip" else data).decode()


_sound: set[bytes] = set()
_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]+')
_RANDOM = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{22}(?![\w-])")  # what the ids of people and attempts look like
_WORDS = re.compile(r">(?=\s*[^<>&\s])[^<>&\x00-\x08\x0b\x0e-\x1f\x7f]*<")  # with nothing that HTML minds
_TITLE = re.compile(r"<(title|h1)\b.*?</\1>", re.DOTALL)


def check_once(source: str, client: FlaskClient, path: str, own: str | None) -> Any | None:
    """The root of a page; None if one that cannot differ in a fault was found sound before, and is not read again.

    Reading a page takes longer than making it. Two are as good as the same if all that differs are words without
    marks of HTML outside title and heading, the token, and random ids. A page with a fault raises, so it is read each
    time.
    """
    addresses = len(list(client.application.url_map.iter_rules()))
    titles = [found[0] for found in _TITLE.finditer(source)]
    marks = _WORDS.sub(">x<", _TOKEN.sub(r"\1x", source))
    page = _RANDOM.sub("x", repr((marks, titles, path, own, addresses)))
    key = hashlib.sha256(page.encode()).digest()
    if key in _sound:
        return None
    root = check_page(source, client, path, own)
    _sound.add(key)
    return root


def check_page(source: str, client: FlaskClient, path: str, own: str | None = None) -> Any:
    """The root of a page. Raises AssertionError with every fault of it.

    ``own`` is the address by which one got it, if one may come back to it.
    """
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(source)
    faults = list(_faults_in(parser, root, client, path, own))
    assert not faults, f"{path}:\n" + "\n".join(faults)
    return root


def faults_of(source: str, client: FlaskClient, path: str) -> list[str]:
    """Every fault of a page, as a sentence."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    return list(_faults_in(parser, parser.parse(source), client, path, None))


def _faults_in(
    parser: html5lib.HTMLParser, root: Any, client: FlaskClient, path: str, own: str | None
) -> Iterator[str]:
    for (line, column), code, values in parser.errors:
        yield f"{line}:{column} is not valid HTML: {code} {values}"
    if not root.get("lang"):
        yield "the page does not name its language"
    headings = [text_of(node) for node in root.iter(f"{HTML}h1")]
    titles = [text_of(node) for node in root.iter(f"{HTML}title")]
    if len(headings) != 1:
        yield f"there are {len(headings)} h1: {headings}"
    elif not titles or not titles[0].startswith(headings[0]):
        yield f"the title {titles} does not start with the heading {headings}"
    yield from _levels(root)
    yield from _repeated_ids(root)
    yield from _names(root)
    yield from _inline(root)
    yield from _addresses(root, client, path, own)


def _levels(root: Any) -> Iterator[str]:
    before = 0
    for node in root.iter():
        found = re.fullmatch(rf"{re.escape(HTML)}h([1-6])", node.tag) if isinstance(node.tag, str) else None
        if found is not None:
            level = int(found[1])
            if before and level > before + 1:
                yield f"the heading {text_of(node)!r} leaves out a level: h{level} after h{before}"
            before = level


def _repeated_ids(root: Any) -> Iterator[str]:
    seen: set[str] = set()
    for node in root.iter():
        found = node.get("id") if hasattr(node, "get") else None
        if found is not None:
            if found in seen:
                yield f"the id {found} stands twice"
            seen.add(found)
    for node in root.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form"):
            for name in (node.get(attribute) or "").split() if hasattr(node, "get") else ():
                if name not in seen:
                    yield f"{attribute}={name} names no element"


def _names(root: Any) -> Iterator[str]:
    labelled = {node.get("for") for node in root.iter(f"{HTML}label")} - {None}
    inside = {id(field) for label in root.iter(f"{HTML}label") for field in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in root.iter(f"{HTML}{tag}"):
            if field.get("type") in ("hidden", "submit"):
                continue
            if not (
                field.get("id") in labelled
                or id(field) in inside
                or field.get("aria-label")
                or field.get("aria-labelledby")
            ):
                yield f"the field {field.get('name')} has no label"
    for tag in ("button", "a", "summary"):
        for node in root.iter(f"{HTML}{tag}"):
            if not (text_of(node) or node.get("aria-label") or node.get("aria-labelledby")):
                yield f"a {tag} has no words: {node.attrib}"
    for image in root.iter(f"{HTML}img"):
        if image.get("alt") is None:
            yield f"the picture {image.get('src')} has no alternative text"
    yield from _drawings(root, False)
    for table in root.iter(f"{HTML}table"):
        if not list(table.iter(f"{HTML}th")):
            yield "a table has no header cells"


def _drawings(node: Any, is_hidden: bool) -> Iterator[str]:
    """Drawings that a screen reader meets and cannot name."""
    is_hidden = is_hidden or node.get("aria-hidden") == "true"
    if node.tag == f"{SVG}svg" and not is_hidden:
        title = node.find(f"{SVG}title")
        is_named = node.get("aria-label") or node.get("aria-labelledby") or (title is not None and text_of(title))
        if node.get("role") != "img" or not is_named:
            yield f"a drawing is neither hidden nor named: {node.attrib}"
        return
    for child in node:
        if isinstance(child.tag, str):
            yield from _drawings(child, is_hidden)


def _inline(root: Any) -> Iterator[str]:
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag == f"{HTML}style":
            yield "a style element"
        if node.tag == f"{HTML}script" and not node.get("src"):
            yield "an inline script"
        for attribute in node.attrib:
            if attribute == "style" or attribute.startswith("on"):
                yield f"the attribute {attribute} on {node.tag}"


def _addresses(root: Any, client: FlaskClient, path: str, own: str | None) -> Iterator[str]:
    path = quote(path, safe=SAFE_IN_PATH)
    adapter = client.application.url_map.bind("localhost")
    ids = {node.get("id") for node in root.iter() if isinstance(node.tag, str)}
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        for attribute, address in _addresses_of(node):
            if address.startswith("data:") and attribute == "src":
                continue
            parts = urlsplit(urljoin(f"http://localhost{path}", address))
            if parts.scheme not in ("http", "https", "mailto"):
                yield f"{attribute}={address} is no address of a page"
            elif parts.netloc != "localhost":
                if node.tag != f"{HTML}a" and parts.scheme != "mailto":
                    yield f"{attribute}={address} is loaded from another host"
            else:
                is_here = parts.path == path
                fault = None
                if is_here and parts.fragment:
                    fault = None if unquote(parts.fragment) in ids else "names no place of the page"
                elif not (is_here and own is not None):
                    fault = _fault_of_address(node, parts, adapter)
                if fault is not None:
                    yield f"{attribute}={address} {fault}"
    for form in root.iter(f"{HTML}form"):
        if (form.get("method") or "get").lower() == "post":
            fields = {field.get("name"): field.get("value") for field in form.iter(f"{HTML}input")}
            if not fields.get("csrf_token"):
                yield f"the form to {form.get('action')} has no token"


def _addresses_of(node: Any) -> Iterator[tuple[str, str]]:
    """The attributes of an element that hold an address."""
    for attribute in (*ADDRESSES, f"{XLINK}href"):
        if node.get(attribute) is not None:
            yield attribute.removeprefix(XLINK), node.get(attribute)
    for candidate in (node.get("srcset") or "").split(","):
        if candidate.strip():
            yield "srcset", candidate.split()[0]
    if node.tag == f"{HTML}meta" and (node.get("http-equiv") or "").lower() == "refresh":
        yield "refresh", (node.get("content") or "").partition("=")[2]


def _fault_of_address(node: Any, parts: SplitResult, adapter: MapAdapter) -> str | None:
    """What is wrong with an address of this site, if anything."""
    if parts.path.startswith("/static/"):
        found = files().get(parts.path.removeprefix("/static/"))
        if found is None:
            return "is no file"
        symbol = f'id="{parts.fragment}"'.encode()
        return None if not parts.fragment or symbol in found.data else "names no symbol of the file"
    method = (node.get("method") or "get").upper() if node.tag == f"{HTML}form" else "GET"
    if node.get("formaction") is not None:
        method = (node.get("formmethod") or "post").upper()  # here every form with several buttons posts
    try:
        adapter.match(unquote(parts.path), method=method)
    except RequestRedirect:
        return None
    except (NotFound, MethodNotAllowed):
        return f"leads nowhere by {method}"
    return None
