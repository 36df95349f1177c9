"""What every response carries: security headers, cookies, compression, caching; and what none carries."""

import gzip
import re
from collections.abc import Iterator

import pytest
from flask import Flask, request
from sqlalchemy import select

from elearn.app import create_app
from elearn.certificates.models import Certificate
from elearn.db.engine import Database
from elearn.settings import Settings
from elearn.shipped import static_address
from elearn.web.access import public
from elearn.web.static import files
from tests.checking import PASSWORD, CheckingClient, text_in
from tests.factories import an_enrolment, learn, the_person, writing
from tests.web.conftest import OFFICER

PUBLIC = ("/sign-in", "/sign-in/forgotten", "/verify", "/verify/AAAA-AAAA-AAAA-AAAA", "/healthz", "/nothing")
LEARNER = (
    "/",
    "/courses",
    "/courses/demo",
    "/courses/demo/glossary",
    "/courses/demo/example/a-section",
    "/courses/demo/resume",
    "/courses/demo/quizzes/example-quiz",
    "/certificates",
    "/account",
    "/people",
)
STATIC = ("favicon.svg", "icons.svg")
FORBIDDEN = re.compile(r"unsafe-|nonce-|'strict-dynamic'|https?:|\*")


@pytest.fixture
def busy(taught: Flask, learner: CheckingClient) -> CheckingClient:
    """The officer, with a completed course and its certificate."""
    with writing(taught) as session:
        learn(session, an_enrolment(session, the_person(session, OFFICER)))
    return learner


def every_answer(client: CheckingClient) -> Iterator[tuple[str, object]]:
    """An answer of every kind: pages, redirects, refusals, files, a PDF."""
    with client.unchecked():
        names = [f"/static/{name}" for name in files()]
        for path in (*PUBLIC, *LEARNER, *names):
            yield path, client.get(path)
        with writing(client.application) as session:
            code = session.scalars(select(Certificate.code)).one()
        yield "pdf", client.get(f"/certificates/{code}.pdf")
        yield "post", client.post("/courses/demo/enrol")
        yield "405", client.get("/sign-out")


def test_every_response_has_every_security_header_once(busy: CheckingClient) -> None:
    for path, response in every_answer(busy):
        headers = response.headers  # type: ignore[attr-defined]
        for name, value in (
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            assert headers.getlist(name) == [value], path
        assert len(headers.getlist("Content-Security-Policy")) == 1, path
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers
        assert not {"Server", "X-Powered-By"} & set(headers.keys())


def test_the_content_security_policy_allows_this_site_and_nothing_inline(client: CheckingClient) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert FORBIDDEN.search(policy) is None


def test_pages_are_kept_by_no_cache_and_files_for_good(busy: CheckingClient) -> None:
    for path, response in every_answer(busy):
        cache = response.headers["Cache-Control"]  # type: ignore[attr-defined]
        if path.startswith(("/static/site.", "/static/desk.")):
            assert cache == "public, max-age=31536000, immutable"
        elif path.startswith("/static/") and response.status_code == 200:  # type: ignore[attr-defined]
            assert cache.startswith("public, max-age=")
        else:
            assert cache == "no-store", path


def test_no_response_names_a_third_party_host(busy: CheckingClient) -> None:
    # The first are names, not addresses that are loaded; what a text cites is a link that one may follow.
    names = re.compile(r"https?://(www\.w3\.org/|training\.example)")
    loaded = re.compile(
        r"""(?:src|srcset|action|data|poster|ping)=["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import"""
    )
    for path, response in every_answer(busy):
        if not response.mimetype.startswith(("text/", "image/svg", "application/j")):  # type: ignore[attr-defined]
            continue
        source = response.get_data(as_text=True)  # type: ignore[attr-defined]
        assert loaded.search(source) is None, path
        for found in re.finditer(r"https?://[a-z0-9.-]+", source):
            before = source[: found.start()]
            is_text_or_link = before.rfind(">") > before.rfind("<") or before[before.rfind("<") :].startswith("<a ")
            assert names.match(source, found.start()) or is_text_or_link, f"{path}: {before[-60:]}{found[0]}"
        assert "//fonts." not in source


@pytest.mark.parametrize("path", [*PUBLIC, *LEARNER])
def test_head_answers_as_get_does_without_a_body(taught: Flask, learner: CheckingClient, path: str) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER))
    got, head = learner.get(path), learner.head(path)

    assert head.status_code == got.status_code
    assert head.get_data() == b""
    assert head.mimetype == got.mimetype
    assert head.headers.get("Location") == got.headers.get("Location")


def test_pages_are_compressed_for_those_who_can_unpack_them(learner: CheckingClient) -> None:
    plain = learner.get("/courses/demo")
    packed = learner.get("/courses/demo", headers={"Accept-Encoding": "br, gzip;q=0.8"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.get_data()) < len(plain.get_data()) / 2
    assert gzip.decompress(packed.get_data()).decode().count("</html>") == 1


def test_what_is_small_or_packed_already_is_not_compressed_again(busy: CheckingClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in busy.get("/healthz", headers=headers).headers
    with writing(busy.application) as session:
        code = session.scalars(select(Certificate.code)).one()
    pdf = busy.get(f"/certificates/{code}.pdf", headers=headers)
    assert "Content-Encoding" not in pdf.headers
    assert pdf.get_data().startswith(b"%PDF")
    font = next(name for name in files() if name.endswith(".woff2"))
    assert "Content-Encoding" not in busy.get(f"/static/{font}", headers=headers).headers


# ---- Files ----


def test_the_style_sheet_and_the_script_have_their_hash_in_the_name_and_are_kept_for_good(
    client: CheckingClient,
) -> None:
    source = client.get("/sign-in").get_data(as_text=True)
    links = re.findall(r'(?:href|src)="(/static/(?:site|desk)\.[0-9a-f]{12}\.(?:css|js))"', source)

    assert len(links) == 2
    for link in links:
        response = client.get(link)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.mimetype in ("text/css", "text/javascript")


def test_whatever_a_page_needs_has_its_hash_in_the_name_and_is_kept_for_good(busy: CheckingClient) -> None:
    addresses: set[str] = set()
    for path in ("/", "/courses/demo/example/a-section", "/courses/demo"):
        source = busy.get(path).get_data(as_text=True)
        addresses |= set(re.findall(r'"(/static/[^"#]+)', source))
    style = busy.get(next(each for each in addresses if each.endswith(".css"))).get_data(as_text=True)
    addresses |= set(re.findall(r'url\("(/static/[^"]+)"\)', style))
    addresses |= {icon["src"] for icon in busy.get("/manifest.webmanifest").get_json(force=True)["icons"]}
    addresses |= set(re.findall(r'"(/static/[^"]+\w)"', busy.get("/service-worker.js").get_data(as_text=True)))

    assert {address.rpartition(".")[2] for address in addresses} == {"css", "js", "svg", "png", "woff2"}
    for address in addresses:
        response = busy.get(address, headers={"Accept-Encoding": "gzip"})
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
        is_text = address.endswith((".css", ".js", ".svg"))
        assert (response.headers.get("Content-Encoding") == "gzip") is is_text, address


def test_the_icons_of_a_text_are_those_of_its_page(busy: CheckingClient) -> None:
    source = busy.get("/courses/demo/example/callouts").get_data(as_text=True)
    assert '<svg class="icon icon-18"' in source
    assert set(re.findall(r"(/static/icons\.[^#]*)#", source)) == {static_address("icons.svg")}


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/service-worker.js"])
def test_what_a_device_asks_for_again_is_sent_only_if_it_changed(client: CheckingClient, path: str) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        first = client.get(path, headers=headers)
        again = client.get(path, headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_file_that_has_not_changed_is_not_sent_again(client: CheckingClient, encoding: str) -> None:
    for name in files():
        headers = {"Accept-Encoding": encoding}
        first = client.get(f"/static/{name}", headers=headers)
        again = client.get(f"/static/{name}", headers=headers | {"If-None-Match": first.headers["ETag"]})
        other = client.get(f"/static/{name}", headers=headers | {"If-None-Match": '"other"'})

        assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200), name
        assert again.get_data() == b""
        assert other.get_data() == first.get_data()


def test_a_packed_file_is_the_file_and_has_a_tag_of_its_own(client: CheckingClient) -> None:
    for name, found in files().items():
        plain = client.get(f"/static/{name}")
        packed = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert plain.get_data() == found.data
        assert packed.headers["Vary"] == "Accept-Encoding"
        if packed.headers.get("Content-Encoding") == "gzip":
            assert gzip.decompress(packed.get_data()) == found.data
            assert packed.headers["ETag"] != plain.headers["ETag"]


def test_no_source_and_no_licence_table_is_served_as_a_file() -> None:
    assert all(name.endswith((".css", ".js", ".svg", ".woff2", ".png", ".ico")) for name in files())
    assert not [
        name
        for name in files()
        if name.endswith((".css", ".js")) and not name.startswith(("site.", "desk.", "offline.", "signing."))
    ]


# ---- Cookies ----


def cookies_of(client: CheckingClient, base: str) -> dict[str, str]:
    """Every cookie that a visit, a sign-in and a choice of language set, by name."""
    found: dict[str, str] = {}

    def note(response: object) -> None:
        for line in response.headers.getlist("Set-Cookie"):  # type: ignore[attr-defined]
            found[line.partition("=")[0]] = line

    page = client.get("/sign-in?lang=ru", base_url=base)
    note(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', text_in(page))
    assert token is not None
    data = {"csrf_token": token[1], "sign_in_name": OFFICER, "password": PASSWORD}
    note(client.post("/sign-in", data=data, base_url=base))
    assert client.get("/", base_url=base).status_code == 200
    return found


def attributes_of(cookie: str) -> set[str]:
    """The attributes of a cookie, without those that only say how long."""
    return {part.strip() for part in cookie.split(";")[1:] if not part.strip().startswith(("Max-Age", "Expires"))}


def test_cookies_on_http_are_for_this_host_and_out_of_reach_of_scripts(taught: Flask, client: CheckingClient) -> None:
    cookies = cookies_of(client, "http://localhost")

    assert set(cookies) == {"elearn", "elearn-visitor", "elearn-lang", "elearn-last"}
    assert all(attributes_of(cookie) == {"HttpOnly", "Path=/", "SameSite=Lax"} for cookie in cookies.values())


def test_cookies_on_https_are_bound_to_the_host_and_never_sent_in_the_clear(secure: Flask) -> None:
    client = secure.test_client()
    assert isinstance(client, CheckingClient)
    cookies = cookies_of(client, "https://training.example")

    assert set(cookies) == {"__Host-elearn", "__Host-elearn-visitor", "__Host-elearn-lang", "__Host-elearn-last"}
    assert all(attributes_of(cookie) == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} for cookie in cookies.values())


def test_the_session_cookie_ends_with_the_browser_and_the_language_stays(taught: Flask, client: CheckingClient) -> None:
    cookies = cookies_of(client, "http://localhost")

    assert "Max-Age" not in cookies["elearn"]
    assert "Expires" not in cookies["elearn"]
    assert "Max-Age=31536000" in cookies["elearn-lang"]


def test_https_is_remembered_by_the_browser_where_the_site_is_reached_by_it(secure: Flask) -> None:
    response = secure.test_client().get("/sign-in", base_url="https://training.example")

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_signing_out_empties_what_the_browser_kept(learner: CheckingClient) -> None:
    response = learner.send("/sign-out", page="/account")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert any("elearn=;" in line and "Max-Age=0" in line for line in response.headers.getlist("Set-Cookie"))


# ---- The Host header ----


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"])
@pytest.mark.parametrize("path", ["/sign-in", "/verify", "/nothing", "/", "/courses/demo", "/verify?code=x"])
def test_no_link_and_no_redirect_is_built_from_what_a_client_says_of_the_host(
    taught: Flask, client: CheckingClient, header: str, path: str
) -> None:
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    response = client.get(path, headers={header: value})

    assert "evil.example" not in text_in(response)
    assert "evil.example" not in str(response.headers)
    assert response.headers.get("Location", "/").startswith("/")


@pytest.mark.parametrize("path", ["/courses//demo", "/courses/demo//glossary", "/verify//x", "/static//icons.svg"])
def test_an_address_with_two_slashes_leads_nowhere_else(learner: CheckingClient, path: str) -> None:
    response = learner.get(path, headers={"Host": "evil.example"})
    assert response.status_code == 404
    assert "evil.example" not in f"{response.headers}{response.get_data(as_text=True)}"


def test_a_proxy_is_believed_only_where_one_is_set(taught: Flask, client: CheckingClient) -> None:
    response = client.get("/sign-in", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"})

    assert all("Secure" not in line for line in response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(("proxies", "told"), [(0, "127.0.0.1 http"), (1, "5.6.7.8 https"), (2, "1.2.3.4 https")])
def test_as_many_proxies_are_believed_as_are_set(sqlite_url: str, settings: Settings, proxies: int, told: str) -> None:
    database = Database(sqlite_url)
    site = create_app(settings.model_copy(update={"trusted_proxies": proxies}), database)
    site.add_url_rule("/planted", "planted", public(lambda: f"{request.remote_addr} {request.scheme}"))
    headers = {"X-Forwarded-For": "9.9.9.9, 1.2.3.4, 5.6.7.8", "X-Forwarded-Proto": "ftp, https, https"}

    assert site.test_client().get("/planted", headers=headers).get_data(as_text=True) == told
    database.dispose()
