"""An officer's whole way: sign-in, course, lessons, quiz, exam, certificate, verification by a stranger."""

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import expect

from elearn.security.policy import Role, ScopeKind
from tests.factories import a_course, a_person, reading, the_person, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser

NAME = "Айгүл Серікқызы Әбдірахманова"
LATIN = "Aigul Abdirakhmanova"
Begin = Callable[..., Walk]

# What an officer who has read the small course answers, by how the question begins.
RIGHT: dict[str, tuple[str, ...] | str] = {
    "What opens a page of its own?": ("A heading with two signs",),
    "Which of these never change?": ("The id of a section", "The id of a question"),
    "True or False": ("False",),
    "What is the sorting of reports": "triage",
    "How many minutes": "12",
    "What does an exam draw from?": ("From pools, by count and tags",),
    "Who sees an explanation?": ("Officers, when the quiz allows it",),
    "May a question stand in two pools?": ("No, its id must be the only one",),
}


@pytest.fixture(autouse=True)
def taught(live_site: LiveSite) -> None:
    """The site has the small course and an officer."""
    with writing(live_site.app) as session:
        a_course(session)
        a_person(session, "aigul", full_name=NAME, latin_name=LATIN)
        a_person(session, "tamara", roles=((Role.TRAINER, ScopeKind.ALL),))


def fill_gaps(officer: Walk) -> None:
    """The cloze: two gaps are typed, one is chosen."""
    officer.page.get_by_label("Gap 1 of 3").fill("12")
    officer.page.get_by_label("Gap 2 of 3").select_option(label="two")
    officer.page.get_by_label("Gap 3 of 3").fill("urgency")


def match(officer: Walk) -> None:
    """The pairs; one of the right sides belongs to none."""
    for left, right in (("Course", "modules"), ("Module", "sections"), ("Pool", "questions")):
        officer.page.get_by_label(left, exact=True).select_option(label=right)


def put_in_order(officer: Walk) -> None:
    """The steps, each by its place."""
    steps = ("It is received", "It is sorted by urgency", "It is analysed", "What it led to is passed on")
    for place, step in enumerate(steps, start=1):
        officer.page.get_by_label(f"Place of: {step}").select_option(label=str(place))


def pick_rows(officer: Walk) -> None:
    """The deposits just under the limit; what they are differs from attempt to attempt."""
    for row in officer.page.locator("tbody tr").all():
        amount = row.locator("td").last.inner_text()
        if 500 < float(re.sub(r"[^0-9.]", "", amount)) < 1000:
            row.locator("label").click()  # it lies over the whole row
            expect(row.get_by_role("checkbox")).to_be_checked()


def decide(officer: Walk) -> None:
    """The case, decision by decision, to its end."""
    for choice in ("Ask what was seen", "Ask for a report"):
        officer.page.get_by_label(choice, exact=True).check()
        officer.page.get_by_role("button", name="Decide").click()
        officer.page.get_by_label(choice, exact=True).wait_for(state="detached")


def point_at(officer: Walk) -> None:
    """The picture, by the list of its areas."""
    officer.page.get_by_label("Before they are analysed").check()


def write_and_attach(officer: Walk) -> None:
    """The open answer, with a file."""
    officer.page.get_by_role("textbox").fill(
        "Both deposits stay just under the limit. First the history of the account."
    )
    officer.page.locator("input[type=file]").set_input_files(
        {"name": "my rows.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    officer.page.get_by_role("button", name="Attach this file").click()
    expect(officer.page.get_by_role("link", name="my rows.pdf")).to_be_visible()


def mark_the_answer(trainer: Walk) -> None:
    """What a trainer does with the open answer: all points, and a comment."""
    trainer.sign_in("tamara")
    trainer.go("/write")
    trainer.page.locator("main a[href='/marking']").click()
    trainer.page.wait_for_url(re.compile("/marking$"))
    trainer.look("queue")
    trainer.page.locator("main a[href^='/marking/']").filter(visible=True).first.click()
    trainer.page.wait_for_url(re.compile("/marking/[^?]+$"))
    assert "Aigul" not in trainer.words()
    assert "Айгүл" not in trainer.words()
    trainer.look("answer")
    trainer.page.get_by_label("all, with the rows").check()
    trainer.page.get_by_label("in order, with the reason").check()
    trainer.page.get_by_label("Comment").fill("Clear and in order.")
    trainer.page.get_by_role("button", name="Return to the officer").click()
    trainer.page.wait_for_url(re.compile("done=returned"))
    trainer.look("queue-empty")


BY_HAND = {
    "What made you suspicious": write_and_attach,
    "Where are reports sorted?": point_at,
    "Fill in the rule": fill_gaps,
    "What holds what?": match,
    "In which order": put_in_order,
    "Which deposits": pick_rows,
    "A bank calls": decide,
}


def answer(officer: Walk) -> None:
    """Answer the question on the page rightly."""
    title = officer.heading()
    for start, act in BY_HAND.items():
        if title.startswith(start):
            act(officer)
            return
    found = next(value for start, value in RIGHT.items() if title.casefold().startswith(start.casefold()))
    if isinstance(found, str):
        officer.page.get_by_label("Your answer").fill(found)
        return
    for words in found:
        officer.page.get_by_label(words, exact=True).check()


def take(officer: Walk, name: str) -> None:
    """Take the quiz whose page is open, and hand it in."""
    officer.look(f"{name}-before")
    officer.page.get_by_role("main").get_by_role("button", name=re.compile("^Start")).click()
    for number in range(1, 20):
        officer.page.wait_for_url(re.compile(rf"/attempts/[\w-]+/{number}$"))
        if number == 1:
            officer.look(f"{name}-question")
        answer(officer)
        onward = officer.page.get_by_role("button", name=re.compile("^(Next, question|Review and hand in)"))
        label = onward.filter(visible=True).first.inner_text()
        onward.filter(visible=True).first.click()
        if label.startswith("Review"):
            break
    officer.page.wait_for_url(re.compile("/review$"))
    officer.look(f"{name}-review")
    officer.page.get_by_role("main").get_by_role("button", name=re.compile("^Hand in")).click()
    officer.page.wait_for_url(re.compile("/result"))
    officer.look(f"{name}-result")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_officer_gets_from_sign_in_to_a_certificate_that_a_stranger_can_check(
    walk: Begin, live_site: LiveSite, scripts: bool
) -> None:
    kind = "with-scripts" if scripts else "without-scripts"
    with walk(f"officer-{kind}", scripts=scripts) as officer:
        officer.go("/")
        assert officer.path() == "/sign-in"
        officer.look("sign-in")
        officer.sign_in("aigul")
        assert re.fullmatch(r"Good (morning|afternoon|evening), Айгүл\.", officer.heading())
        officer.look("home-empty")

        officer.follow(re.compile("^See the courses"), exact=False)
        officer.look("courses")
        officer.follow("A small course")
        assert "You complete this course when you have" in officer.words()
        officer.look("course-before")
        officer.press("Enrol in this course")

        read_every_section(officer)
        assert officer.heading() == "Quiz: an example of each kind"
        take(officer, "quiz")
        result = officer.path()
        assert "100 of 100" not in officer.words(), "an answer waits for a trainer"
        with walk(f"trainer-{kind}", scripts=scripts) as trainer:
            mark_the_answer(trainer)
        officer.go(result)
        officer.look("quiz-marked")
        assert "100 of 100" in officer.words()
        assert "Clear and in order." in officer.words()
        officer.go("/courses/demo")
        officer.look("course-under-way")
        assert "Modules: 1 of 1 read" in officer.words()
        assert "Quizzes: 1 of 1 passed" in officer.words()
        officer.go("/")
        officer.look("home-under-way")
        officer.follow(re.compile("^Go to the exam"), exact=False)
        take(officer, "exam")
        assert "100 of 100" in officer.words()

        officer.go("/courses/demo")
        assert "You have completed this course" in officer.words()
        officer.look("course-complete")
        officer.follow(re.compile("^See the certificate"), exact=False)
        officer.look("verify-own")
        code = officer.path().removeprefix("/verify/")
        paper = download(officer, code)
        officer.go("/certificates")
        officer.look("certificates")
        officer.go("/")
        officer.look("home-complete")

    for words in (NAME, LATIN, code, "A small course", "100 of 100, pass line 80"):
        assert words in paper

    with walk(f"stranger-{kind}", scripts=scripts) as stranger:
        stranger.go("/verify")
        stranger.look("verify-form")
        stranger.page.get_by_label("Certificate number").fill(code.lower().replace("-", " "))
        stranger.press("Check")
        stranger.page.wait_for_url(re.compile(f"/verify/{code}$"))
        assert stranger.heading() == "This certificate is genuine and valid"
        for words in (NAME, LATIN, code, "A small course", "100 of 100, pass line 80", "English, 0.1.0"):
            assert words in stranger.words()
        assert "PDF" not in stranger.words()
        stranger.look("verify-valid")
        stranger.go("/verify/AAAA-AAAA-AAAA-AAAA")
        assert stranger.heading() == "No certificate has this number"
        stranger.faults.clear()  # the console names every answer of 404
        stranger.look("verify-unknown")


def read_every_section(officer: Walk) -> None:
    """Read from the first page to the last, checking oneself on the way."""
    seen: list[str] = []
    while "/quizzes/" not in officer.page.url:
        officer.page.wait_for_load_state("load")
        seen.append(officer.path())
        assert len(seen) < 10, seen
        officer.look(f"section-{len(seen)}")
        for check in officer.page.locator("form.check").all():
            check_oneself(officer, check.get_attribute("id") or "")
        officer.page.locator("nav.turn").get_by_role("button").click()
        officer.page.wait_for_url(re.compile(f"(?<!{re.escape(seen[-1])})$"))
    assert seen == [f"/courses/demo/example/{name}" for name in ("opening", "a-section", "callouts")]


def check_oneself(officer: Walk, anchor: str) -> None:
    """Answer a check-yourself question wrongly, then rightly."""
    card = officer.page.locator(f"#{anchor}")
    card.get_by_label("The one that came first").check()
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.get_by_text("the money of a later one may be gone by noon")).to_be_visible()
    officer.look("check-wrong")
    card.get_by_role("link", name="Try again").click()
    card.get_by_label("The most urgent one").check()
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.get_by_text("Sorting comes before working.")).to_be_visible()
    officer.look("check-right")


def download(officer: Walk, code: str) -> str:
    """The words of the certificate that the officer downloads."""
    link = officer.page.get_by_role("link", name=re.compile("PDF"))
    assert link.get_attribute("href") == f"/certificates/{code}.pdf"
    response = officer.page.context.request.get(f"/certificates/{code}.pdf")
    assert response.ok
    assert response.headers["content-type"] == "application/pdf"
    data = response.body()
    (officer.folder / "certificate.pdf").write_bytes(data)
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def test_an_officer_finds_their_way_on_a_phone_in_the_dark_in_russian(walk: Begin, live_site: LiveSite) -> None:
    with writing(live_site.app) as session:
        the_person(session, "aigul").language = "ru"
    with walk("phone-ru-dark", width=360, scheme="dark", locale="ru-RU") as officer:
        officer.go("/sign-in")
        assert officer.page.locator("html").get_attribute("lang") == "ru"
        officer.look("sign-in")
        officer.page.locator("input[name=sign_in_name]").fill("aigul")
        officer.page.locator("input[name=password]").fill("a long enough secret")
        officer.page.locator("main button[type=submit]").filter(visible=True).last.click()
        officer.page.wait_for_url(lambda url: "/sign-in" not in url)
        officer.look("home")
        for path, name in (("/courses", "courses"), ("/courses/demo", "course"), ("/account", "account")):
            officer.go(path)
            officer.look(name)
        officer.go("/courses/demo")
        officer.page.locator("main form button[type=submit]").filter(visible=True).first.click()
        officer.page.wait_for_url(re.compile("/example/opening$"))
        officer.look("opening")
        officer.go("/courses/demo/example/a-section")
        officer.look("section")
        officer.page.locator("a[href='#outline']").click()
        officer.look("outline")
        officer.go("/courses/demo/quizzes/example-quiz")
        officer.look("quiz")
        officer.go("/verify")
        officer.look("verify")
    with reading(live_site.app) as session:
        assert the_person(session, "aigul").language == "ru"
