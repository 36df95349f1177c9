"""An officer with a keyboard alone, from the sign-in page to a certificate."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from elearn.catalogue.queries import current_release
from elearn.content.scaffold import new_course
from elearn.web.access import public
from tests.checking import PASSWORD
from tests.factories import a_course, a_person, an_enrolment, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_officer import RIGHT
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser

KINDS = ("example-single", "example-several", "example-matching", "example-ordering", "example-ledger")
ORDER = ("It is received", "It is sorted by urgency", "It is analysed", "What it led to is passed on")
PAIRS = (("Course", "modules"), ("Module", "sections"), ("Pool", "questions"))


@pytest.fixture(autouse=True)
def taught(live_site: LiveSite) -> None:
    """The site has the small course, with fewer questions, and an officer."""
    files = new_course("demo", "A small course", "en")
    head, *questions = files["01-example/quiz.md"].decode().split("\n## ")
    kept = [each for each in questions if any(f"id: {kind} " in each for kind in KINDS)]
    assert len(kept) == len(KINDS)
    files["01-example/quiz.md"] = "\n## ".join((head, *kept)).encode()
    with writing(live_site.app) as session:
        a_course(session, files=files)
        a_person(session, "aigul")


def answer(keys: Keyboard) -> None:
    """Answer the question on the page rightly, whatever kind it is of."""
    page, title = keys.page, keys.walk.heading()
    if title.startswith("What holds what?"):
        for left, right in PAIRS:
            keys.select(page.get_by_label(left, exact=True), right)
    elif title.startswith("In which order"):
        put_in_order(keys)
    elif title.startswith("Which deposits"):
        pick_rows(keys)
    else:
        words = next(value for start, value in RIGHT.items() if title.startswith(start))
        for each in words:
            field = page.get_by_label(each, exact=True)
            (keys.choose if field.get_attribute("type") == "radio" else keys.tick)(field)


def put_in_order(keys: Keyboard) -> None:
    """The first step by its place, the others by the buttons that move them; the focus stays on who moves."""
    page = keys.page
    keys.select(page.get_by_label(f"Place of: {ORDER[0]}"), "1")
    for place, words in enumerate(ORDER[1:], start=1):
        row = page.locator(".place").filter(has_text=words)
        up = row.locator("[data-move='-1']")
        while row.evaluate("row => [...row.parentElement.children].indexOf(row)") > place:
            keys.enter(up)
            expect(up).to_be_focused()
    assert [row.inner_text().strip() for row in page.locator(".place [data-words]").all()] == list(ORDER)


def pick_rows(keys: Keyboard) -> None:
    """The deposits just under the limit; what they are differs from attempt to attempt."""
    for row in keys.page.locator("tbody tr").all():
        if 500 < float(re.sub(r"[^0-9.]", "", row.locator("td").last.inner_text())) < 1000:
            keys.tick(row.get_by_role("checkbox"))


def main_button(keys: Keyboard, name: str) -> Locator:
    """The button of the content whose name begins so."""
    found = keys.page.get_by_role("main").get_by_role("button", name=re.compile(f"^{name}"))
    return found.filter(visible=True).first


def read_every_section(keys: Keyboard) -> None:
    """Read to the quiz, checking oneself on the way."""
    page = keys.page
    while "/quizzes/" not in page.url:
        here = keys.walk.path()

        def is_elsewhere(url: str, here: str = here) -> bool:
            return urlsplit(url).path != here

        keys.skip()
        if page.locator("form.check").count():
            keys.choose(page.get_by_label("The most urgent one"))
            keys.enter(page.get_by_role("button", name="Check", exact=True))
            expect(page.get_by_text("Sorting comes before working.")).to_be_visible()
        keys.enter(page.locator("nav.turn form button"), is_elsewhere)


def test_an_officer_gets_from_sign_in_to_a_certificate_by_keyboard_alone(walk: Callable[..., Walk]) -> None:
    with walk("keyboard") as officer:
        keys, page = Keyboard(officer), officer.page
        officer.go("/sign-in")
        keys.enter(page.locator(".entry-languages a[lang=ru]"), re.compile("lang=ru"))
        assert page.locator("html").get_attribute("lang") == "ru"
        keys.enter(page.locator(".entry-languages a[lang=en]"), re.compile("lang=en"))
        keys.write(page.get_by_label("Sign-in name"), "aigul")
        keys.write(page.get_by_label("Password", exact=True), PASSWORD)
        keys.enter(page.get_by_role("button", name="Sign in", exact=True), re.compile("/$"))

        keys.enter(page.locator(".head-nav a[href='/courses']"), "**/courses")
        keys.skip()
        keys.enter(page.get_by_role("main").get_by_role("link", name="A small course"), "**/courses/demo")
        keys.skip()
        keys.enter(main_button(keys, "Enrol in this course"), "**/example/opening")
        read_every_section(keys)

        keys.skip()
        keys.enter(main_button(keys, "Start"), re.compile("/attempts/[^/]+/1$"))
        for number in range(1, len(KINDS) + 1):
            page.wait_for_url(re.compile(rf"/{number}$"))
            keys.skip()
            answer(keys)
            keys.enter(main_button(keys, "Next|Review and"), re.compile(rf"/({number + 1}|review)$"))
        keys.skip()
        keys.enter(main_button(keys, "Hand in"), re.compile("/result"))
        assert "100 of 100" in officer.words()

        take_the_exam(keys)
        assert "100 of 100" in officer.words()
        keys.enter(page.locator(".head-nav a[href='/certificates']"), "**/certificates")
        keys.skip()
        keys.enter(page.locator("main a[href^='/verify/']").filter(visible=True).first, "**/verify/*")
        assert officer.heading() == "This certificate is genuine and valid"
        officer.picture("certificate")
    assert keys.stops > 150, "what is looked at on the way was not"


def take_the_exam(keys: Keyboard) -> None:
    """The exam, its second question first: by the palette, with a flag, and by the review."""
    page = keys.page
    keys.walk.go("/courses/demo/quizzes/demo-exam")
    keys.skip()
    keys.enter(main_button(keys, "Start"), re.compile("/1$"))
    keys.enter(page.locator(".palette button[value='goto:2']"), re.compile("/2$"))
    keys.skip()
    answer(keys)
    keys.tick(page.get_by_label("Flag for review"))
    keys.enter(page.locator(".palette button[value='goto:1']"), re.compile("/1$"))
    expect(page.locator(".palette button[value='goto:2']")).to_have_class(re.compile("is-flagged"))
    keys.skip()
    answer(keys)
    keys.enter(main_button(keys, "Next"), re.compile("/2$"))
    keys.enter(main_button(keys, "Review and"), re.compile("/review$"))
    keys.skip()
    keys.enter(page.locator("main .palette a").first, re.compile("/1$"))
    page.go_back()
    page.wait_for_url(re.compile("/review(#main)?$"))
    keys.enter(main_button(keys, "Hand in"), re.compile("/result"))


@pytest.mark.parametrize(
    ("width", "path", "opener", "opened"),
    [
        (1280, "/courses", ".head-tools .menu:first-child > summary", ".head-tools .menu:first-child > .menu-list"),
        (1280, "/courses", ".head-tools .menu:last-child > summary", ".head-tools .menu:last-child > .menu-list"),
        (360, "/courses", ".head-phone > summary", ".head-phone > .menu-list"),
        (1280, "/courses/demo/example/callouts", ".reading-menu > summary", ".reading-panel"),
        (360, "/courses/demo/example/callouts", ".reading-menu > summary", ".reading-panel"),
        (360, "/courses/demo/example/callouts", ".reader-bar a[href='#outline']", "#outline"),
        (1280, "/courses", ".keys-button", "#keys"),
    ],
)
def test_escape_closes_what_was_opened_and_gives_the_focus_back(
    walk: Callable[..., Walk], live_site: LiveSite, width: int, path: str, opener: str, opened: str
) -> None:
    with writing(live_site.app) as session:
        an_enrolment(session, a_person(session, "reader"), current_release(session, "demo"))
    with walk("keyboard-escape", width=width) as officer:
        officer.sign_in("reader")
        officer.go(path)
        keys, page = Keyboard(officer), officer.page
        keys.enter(page.locator(opener))
        inside = page.locator(opened).locator("a, button, input").filter(visible=True)
        expect(page.locator(opened)).to_be_visible()
        keys.to(inside.nth(1) if inside.count() > 1 else inside.first)
        keys.press("Escape")
        expect(page.locator(opened)).to_be_hidden()
        expect(page.locator(opener)).to_be_focused()


def test_on_a_phone_nothing_lies_over_the_focus_forwards_and_backwards(
    walk: Callable[..., Walk], live_site: LiveSite
) -> None:
    with writing(live_site.app) as session:
        an_enrolment(session, a_person(session, "reader"), current_release(session, "demo"))
    with walk("keyboard-phone", width=360) as officer:
        officer.sign_in("reader")
        keys, page = Keyboard(officer), officer.page
        officer.go("/courses/demo/example/a-section")
        keys.go_round()
        officer.go("/courses/demo/quizzes/example-quiz")
        keys.enter(main_button(keys, "Start"), re.compile("/1$"))
        number = 1
        while not page.locator(".ledger").count():
            number += 1
            keys.enter(main_button(keys, "Next"), re.compile(f"/{number}$"))
        keys.go_round()
    assert keys.stops > 80


PLANTED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Planted</title>
<link rel="icon" href="/static/favicon.svg"></head><body><main><h1>Planted</h1>
<p class="bar">A bar</p><p><a href="/a">One</a></p><p><a href="/b">Another</a></p></main></body></html>"""
RING = ":root { --focus: #00f } :focus-visible { outline: 3px solid var(--focus) }"


@pytest.mark.parametrize(
    ("style", "found"),
    [
        (RING, None),
        ("", "“One” does not show that it has the focus"),
        (f"{RING} a {{ outline: none !important }}", "“One” does not show that it has the focus"),
        (f"{RING} .bar {{ position: fixed; inset: 0; margin: 0 }}", "“Another” has the focus under something else"),
        (f"{RING} a {{ position: fixed; left: -400px }}", "“One” has the focus out of the window"),
    ],
)
def test_a_focus_that_nobody_can_see_is_found(
    walk: Callable[..., Walk], live_site: LiveSite, style: str, found: str | None
) -> None:
    live_site.app.add_url_rule("/planted", "planted", public(lambda: PLANTED))
    with walk("keyboard-planted") as somebody:
        somebody.go("/planted")
        somebody.page.evaluate(
            "(css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets.push(s); }",
            style,
        )
        keys = Keyboard(somebody)
        keys.to(somebody.page.get_by_role("link", name="Another"))
        faults = somebody.faults[:]
        somebody.faults.clear()
    assert keys.stops == 2
    assert any(found in fault for fault in faults) if found else faults == []
