"""A mistake on its way: an officer finds it in a lesson, a trainer answers, the bell says so."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from elearn.security.policy import Role, ScopeKind
from tests.factories import a_course, a_person, an_enrolment, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scripts", "width"), [(True, 360), (False, 1280)], ids=["with scripts", "without scripts"])
def test_an_officer_reports_a_mistake_and_is_told_of_the_answer(
    walk: Callable[..., Walk], live_site: LiveSite, scripts: bool, width: int
) -> None:
    with writing(live_site.app) as session:
        release = a_course(session)
        a_person(session, "rustam", roles=((Role.TRAINER, ScopeKind.ALL),))
        an_enrolment(session, a_person(session, "aigul", full_name="Aigul"), release)
    kind = "with-scripts" if scripts else "without-scripts"
    with walk(f"mistake-officer-{kind}", scripts=scripts, width=width, scheme="dark") as officer:
        officer.sign_in("aigul")
        officer.go("/courses/demo/example/a-section")
        officer.follow("Report a mistake in this section")
        officer.look("form")
        officer.page.get_by_label("What is wrong?").fill("The second date is wrong.")
        officer.press("Send the report")
        expect(officer.page.get_by_role("status").first).to_contain_text("Thank you.")
        officer.look("sent")

        with walk(f"mistake-trainer-{kind}", scripts=scripts) as trainer:
            trainer.sign_in("rustam")
            trainer.go("/write/demo")
            trainer.follow("Reported mistakes")
            trainer.look("list")
            trainer.follow("The second date is wrong.")
            trainer.look("report")
            trainer.page.get_by_label("It is fixed").check()
            trainer.press("Send the answer")
            expect(trainer.page.get_by_role("status").first).to_contain_text("The officer has your answer.")
            trainer.look("answered")

        officer.go("/")
        officer.page.get_by_role("link", name=re.compile("^Notices: 1 new")).click()
        officer.look("notices")
        officer.follow("A mistake that you reported was answered")
        assert officer.path() == "/mistakes"
        expect(officer.page.get_by_role("main")).to_contain_text("fixed in")
        officer.look("mine")
        officer.go("/")
        expect(officer.page.locator(".head-bell")).to_be_hidden()
