"""Every kind of question before axe-core, as it is asked and as it is marked.

A long proof: ``pytest -m drill tests/journeys/test_every_kind.py``.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from elearn.catalogue.queries import current_release
from elearn.content.scaffold import new_course
from elearn.learning.services import enrol
from tests.factories import NOON, a_course, a_person, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Scheme, Walk

pytestmark = [pytest.mark.browser, pytest.mark.drill]
QUIZ = "/courses/demo/quizzes/example-quiz"


def fill_in(page: Page) -> None:
    """Give some answer to whatever is asked."""
    for field in page.locator("select[name=answer]").all():
        field.select_option(index=1)
    for field in page.locator("textarea[name=answer], input.input[name=answer]").all():
        field.fill("12")
    for field in page.locator("[name=answer]:is([type=radio], [type=checkbox])").all()[:1]:
        field.evaluate("field => field.click()")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (1280, "dark", "ru"), (360, "dark", "en"), (360, "light", "ru")],
)
def test_every_kind_is_asked_and_marked_without_a_fault(
    live_site: LiveSite, walk: Callable[..., Walk], width: int, scheme: Scheme, language: str
) -> None:
    files = new_course("demo", "Demo", "en")
    files["01-example/quiz.md"] = files["01-example/quiz.md"].replace(
        b"feedback: after-attempt", b"feedback: immediately"
    )
    with writing(live_site.app) as session:
        a_course(session, "demo", files=files)
        enrol(session, a_person(session, "officer"), current_release(session, "demo"), now=NOON)
    marked = 0
    with walk(f"kinds-{width}-{scheme}-{language}", width=width, scheme=scheme) as officer:
        officer.sign_in("officer")
        officer.go(f"{QUIZ}?lang={language}")
        page = officer.page
        page.click(".quiz-start button")
        page.wait_for_url("**/attempts/*/1")
        base = page.url.rpartition("/")[0]
        count = page.locator(".palette > li").count()
        for number in range(1, count + 1):
            page.goto(f"{base}/{number}")
            officer.look(f"{number}-asked")
            for action in ("step", "step", "check"):
                button = page.locator(f"form .actions button[name=action][value={action}]")
                if button.count():
                    fill_in(page)
                    button.click()
                    officer.look(f"{number}-{action}")
            marked += page.locator(".answered").count()
        page.goto(f"{base}/review")
        officer.look("review")
        page.click("[data-hand-in] button")
        page.wait_for_url("**/result")
        officer.look("result")
    assert marked == count - 1  # an open answer waits for a trainer
