"""No text that somebody can write runs as a script on any page, even where no policy would stop it."""

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Error, Page, Response, Route

from elearn.web.headers import CONTENT_SECURITY_POLICY
from tests.checking import PASSWORD
from tests.journeys.conftest import LiveSite
from tests.journeys.planting import HOSTILE, MADE_HERE, WRITABLE, plant, text_columns
from tests.journeys.school import PAGES
from tests.journeys.vectors import Context, Vector, careless_page, everything

pytestmark = pytest.mark.browser

AT_ONCE = 40  # vectors that stand in every field at once
SHORT = 4  # an ordinary run looks at one page in so many

# Pages of the course that is made of vectors; names in braces are filled in with what ``plant`` gives.
HOSTILE_PAGES: dict[str | None, tuple[str, ...]] = {
    "officer": (
        f"/courses/{HOSTILE}",
        f"/courses/{HOSTILE}/example/parts",
        f"/courses/{HOSTILE}/glossary",
        f"/courses/{HOSTILE}/offline/example",
        f"/courses/{HOSTILE}/quizzes/example-quiz",
        f"/courses/{HOSTILE}/mistakes/new?at=example/parts",
        "/attempts/{hostile}/review",
        "/search?q=fired",
    ),
    "done": ("/attempts/{marked}/result",),
    "trainer": (
        f"/write/{HOSTILE}",
        f"/write/{HOSTILE}/questions",
        f"/write/{HOSTILE}/files/01-example/module.md",
        f"/write/{HOSTILE}/export?file=01-example/quiz.md",
        "/write/demo/files/glossary.md",
        "/write/demo/files/course.md",
    ),
}

# Addresses that say something, by who may ask for them; in braces stands a vector.
REFLECTED: dict[str | None, tuple[str, ...]] = {
    None: (
        "/sign-in?next={}",
        "/sign-in?next=/{}",
        "/verify/{}",
        "/verify?code={}",
        "/{}",
        "/sign-in?lang={}",
        "/sign-in#{}",
    ),
    "officer": (
        "/search?q={}",
        "/notes?q={}",
        "/courses/{}",
        "/courses/demo/example/{}",
        "/courses/demo/mistakes/new?at={}",
        "/courses/demo/example/a-section?lang={}",
        "/courses/demo/example/a-section#{}",
    ),
    "trainer": ("/write/{}", "/write/demo/questions?quiz={}", "/write/demo/files/{}", "/write/demo/export?file={}"),
    "manager": ("/statistics?course={}", "/statistics?country={}"),
    "admin": ("/people?q={}", "/people?state={}", "/people?agency={}", "/audit?act={}&who={}&since={}", "/people/{}"),
}

# Pages whose form is filled in with vectors and sent, and by which button; what it answers is looked at.
SENT: dict[str | None, tuple[tuple[str, str], ...]] = {
    None: (("/sign-in", "main form button.primary"), ("/verify", "main form button")),
    "officer": (
        ("/courses/demo/mistakes/new?at=example/callouts", "form.form button.primary"),
        ("/courses/demo/example/a-section", "form.check button[type=submit]"),
        ("/attempts/{open}/4", "form .actions button[value=next]"),
        ("/search", "main form button"),
    ),
    "trainer": (
        ("/write/demo/import", "form.bank-form button.primary"),
        ("/write/demo/files/glossary.md", "button[value=preview]"),
        ("/write/demo/corrections/example-quiz", "form.sections button.primary"),
        ("/write/demo/mistakes/{report}", "form.form button.primary"),
    ),
    "admin": (("/people/new", "form.form button.primary"), ("/people/{person}", "form.form button.primary")),
}
FETCHED = ("form.check button[type=submit]", "button[value=preview]")  # by a script, which shows the answer on the page
FILL = """words => {
  const typed = ['text', 'search', 'email', 'password', ''];
  for (const each of document.querySelectorAll('main input, main textarea')) {
    if (typed.includes(each.getAttribute('type') || '')) {
      each.removeAttribute('maxlength');
      each.value = words;
    }
    if (each.form) each.form.noValidate = true;
  }
}"""

# Does what a person might: points at, clicks and leaves everything that has a handler or an address that is no page.
TOUCH = """async () => {
  const handlers = [...document.querySelectorAll('*')].filter(each =>
    [...each.attributes].some(one => one.name.startsWith('on')));
  for (const each of handlers) {
    for (const one of [...each.attributes].filter(one => one.name.startsWith('on'))) {
      each.dispatchEvent(new Event(one.name.slice(2), {bubbles: false, cancelable: true}));
    }
  }
  const addresses = ['href', 'xlink:href', 'action', 'formaction', 'src', 'data'];
  const isOdd = text => /^[\\s\\x00-\\x1f]*(j\\s*a\\s*v\\s*a|v\\s*b|d\\s*a\\s*t\\s*a)/i.test(text || '');
  const odd = [...document.querySelectorAll('a, area, form, button, input, iframe, object, embed')].filter(each =>
    addresses.some(name => isOdd(each.getAttribute(name))));
  for (const each of [...odd, ...document.querySelectorAll('svg a')]) {
    if (each.tagName === 'FORM') each.requestSubmit();
    else each.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
  }
  await new Promise(done => setTimeout(done, 20));
  return handlers.length + odd.length;
}"""


@pytest.fixture
def sqlite_url(settled: tuple[Path, dict[str, str]], tmp_path: Path) -> str:
    """The address of a copy of the settled database."""
    path = tmp_path / "school.sqlite"
    shutil.copy(settled[0], path)
    return f"sqlite:///{path}"


@cache
def vectors() -> tuple[Vector, ...]:
    """All of them."""
    return everything()


def a_tenth() -> list[Vector]:
    """The vectors of an ordinary run, some of each context."""
    return sorted(random.Random(6).sample(vectors(), len(vectors()) // 10), key=lambda each: each.number)  # noqa: S311


class Watched:
    """A browser in which every call of ``fired`` is heard, in whatever frame and on whatever page."""

    def __init__(self, browser: Browser, **how: Any) -> None:
        self.context = browser.new_context(**how)
        self.fired: set[int] = set()
        self.context.expose_binding("fired", self._hear)
        self.page: Page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def _hear(self, source: Any, number: Any) -> None:
        self.fired.add(int(number[0] if isinstance(number, list) else number))

    def touch(self) -> int:
        """Do what a person might; how many things ask for it."""
        try:
            return int(self.page.evaluate(TOUCH))
        except Error:  # what runs may lead away
            return 1


@contextmanager
def watched(browser: Browser, **how: Any) -> Iterator[Watched]:
    """A watched browser, closed at the end."""
    found = Watched(browser, **how)
    try:
        yield found
    finally:
        found.context.close()


def shown_carelessly(browser: Browser, chosen: Sequence[Vector], policy: str | None) -> set[int]:
    """The numbers of the vectors that ran, each shown on a page that escapes nothing, with this policy."""
    headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if policy else {})
    pages = {vector.number: careless_page(vector) for vector in chosen}

    def answer(route: Route) -> None:
        number = route.request.url.rpartition("/")[2]
        if number.isdigit():
            route.fulfill(body=pages[int(number)], headers=headers)
        else:
            route.abort()

    with watched(browser) as found:
        found.context.route("**", answer)
        for number in pages:
            found.page.goto(f"http://careless.invalid/{number}")
            for _ in range(1 if policy else 6):
                if number in found.fired:
                    break
                found.touch()
        return found.fired


def missed(chosen: Sequence[Vector], fired: set[int]) -> str:
    """The vectors that did not run, to be read."""
    return "\n".join(f"{each.number} {each.context}: {each.text!r}" for each in chosen if each.number not in fired)


def test_there_are_more_than_three_hundred_vectors_for_every_context_and_none_twice() -> None:
    assert len(vectors()) > 300
    assert {each.context for each in vectors()} == set(Context)
    assert sum(any("\u0400" <= letter <= "\u052f" for letter in each.text) for each in vectors()) > 40


@pytest.mark.drill
def test_where_nothing_is_escaped_all_vectors_run(browser: Browser) -> None:
    fired = shown_carelessly(browser, vectors(), None)
    assert len(fired) > 0.95 * len(vectors()), missed(vectors(), fired)


def test_where_nothing_is_escaped_most_of_a_tenth_runs(browser: Browser) -> None:
    fired = shown_carelessly(browser, a_tenth(), None)
    assert len(fired) > 0.9 * len(a_tenth()), missed(a_tenth(), fired)


@pytest.mark.drill
def test_where_nothing_is_escaped_the_policy_alone_stops_them_all(browser: Browser) -> None:
    assert shown_carelessly(browser, vectors(), CONTENT_SECURITY_POLICY) == set()


def test_every_column_with_words_is_written_in_or_made_here() -> None:
    """A new column has to be put on one of the two lists of :mod:`tests.journeys.planting`."""
    there = {f"{table.name}.{column.name}" for table, column in text_columns()}
    assert there - WRITABLE - MADE_HERE == set()
    assert there >= WRITABLE | MADE_HERE
    assert not WRITABLE & MADE_HERE


def test_a_tenth_of_the_vectors_runs_on_no_page(
    browser: Browser, live_site: LiveSite, settled: tuple[Path, dict[str, str]]
) -> None:
    check(browser, live_site, settled[1], a_tenth(), is_short=True)


@pytest.mark.drill
def test_a_page_that_escapes_nothing_is_found(
    browser: Browser, live_site: LiveSite, settled: tuple[Path, dict[str, str]]
) -> None:
    live_site.app.jinja_env.autoescape = False
    plant(live_site.app, settled[1], a_tenth())
    with watched(browser, base_url=live_site.url, bypass_csp=True) as seen:
        sign_in(seen.page, "admin")
        seen.page.goto("/people", wait_until="commit")  # it has much to load that is not there
        seen.page.wait_for_timeout(1_000)
        seen.touch()
        assert len(seen.fired) > 5


@pytest.mark.drill
@pytest.mark.parametrize("start", range(0, 400, AT_ONCE))
def test_no_vector_runs_on_any_page(
    browser: Browser, live_site: LiveSite, settled: tuple[Path, dict[str, str]], start: int
) -> None:
    assert len(vectors()) <= 400
    chosen = vectors()[start : start + AT_ONCE]
    if chosen:
        check(browser, live_site, settled[1], chosen)


def check(
    browser: Browser, site: LiveSite, numbers: dict[str, str], chosen: Sequence[Vector], *, is_short: bool = False
) -> None:
    """Write vectors in every field, look at every page without the policy, and raise AssertionError if one runs.

    ``is_short`` looks at some pages of each role alone, as an ordinary run does.
    """
    found = numbers | plant(site.app, numbers, chosen)
    odd: list[str] = []
    with watched(browser, base_url=site.url, bypass_csp=True, service_workers="block") as seen:
        for name in PAGES:
            seen.context.clear_cookies()
            if name is not None:
                sign_in(seen.page, name)
            for address in addresses(name, found, chosen, is_short=is_short):
                look(seen, address, odd)
            for address, button in SENT.get(name, ())[: 1 if is_short else None]:
                look(seen, address.format(**found), odd)
                send(seen, button, " ".join(each.text for each in chosen), odd)
    assert seen.fired == set(), missed([each for each in chosen if each.number in seen.fired], set())
    assert odd == []


def addresses(name: str | None, found: dict[str, str], chosen: Sequence[Vector], *, is_short: bool) -> Iterator[str]:
    """What somebody looks at: the pages there are, those of the course made of vectors, those that vectors ask for."""
    every = SHORT if is_short else 1
    for page in (*PAGES[name][::every], *HOSTILE_PAGES.get(name, ())):
        yield page.format(**found)
    if name == "officer":
        count = 3 if is_short else int(found["hostile_count"])
        yield from (f"/attempts/{found['hostile']}/{number + 1}" for number in range(count))
    words = [each.text for each in chosen]
    for number, page in enumerate(REFLECTED.get(name, ())[::every]):
        for text in (" ".join(words),) if is_short else (words[number % len(words)], " ".join(words)):
            yield page.replace("{}", quote(text, safe=""))


def look(seen: Watched, address: str, odd: list[str]) -> None:
    """Open a page and do there what a person might; what has a handler or leads to no page is noted."""
    if "#" in address:
        seen.page.goto("about:blank")  # else it would be the same page
    response = seen.page.goto(address)
    assert response is not None
    assert response.status < 500, f"{address[:200]}: {response.status}"
    count = seen.touch()
    if count:
        odd.append(f"{address[:200]}: {count}")


def send(seen: Watched, button: str, words: str, odd: list[str]) -> None:
    """Fill in every field of the page with the words, and send its form."""
    seen.page.evaluate(FILL, words)
    is_fetched = button in FETCHED
    with seen.page.expect_response(is_sent) if is_fetched else seen.page.expect_navigation() as answered:
        seen.page.locator(button).first.evaluate("button => button.click()")
    assert answered.value is not None
    assert answered.value.status < 500
    seen.page.wait_for_load_state("networkidle")
    if seen.touch():
        odd.append(f"{seen.page.url} after {button}")


def is_sent(response: Response) -> bool:
    """Whether it answers a form."""
    return response.request.method == "POST"


def sign_in(page: Page, name: str) -> None:
    """Sign in, as somebody whose name is no vector."""
    page.goto("/sign-in")
    page.fill("[name=sign_in_name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
