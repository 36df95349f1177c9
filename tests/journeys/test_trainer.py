"""A trainer's way from a changed sentence to a published release; who was enrolled before keeps the old text."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from elearn.catalogue.queries import current_release
from elearn.security.policy import Role, ScopeKind
from tests.factories import a_course, a_person, an_enrolment, reading, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser

OLD, NEW = "Each heading with two signs begins", "Every heading with two signs opens"
Begin = Callable[..., Walk]


@pytest.fixture(autouse=True)
def taught(live_site: LiveSite) -> None:
    """The site has the small course, a trainer, somebody enrolled and somebody who is not yet."""
    with writing(live_site.app) as session:
        release = a_course(session)
        a_person(session, "rustam", full_name="Rustam Dey", roles=((Role.TRAINER, ScopeKind.ALL),))
        an_enrolment(session, a_person(session, "early", full_name="Early Bird"), release)
        a_person(session, "late", full_name="Late Comer")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_trainer_changes_a_sentence_and_only_new_enrolments_read_it(
    walk: Begin, live_site: LiveSite, scripts: bool
) -> None:
    kind = "with-scripts" if scripts else "without-scripts"
    with walk(f"trainer-{kind}", scripts=scripts) as trainer:
        trainer.sign_in("rustam")
        trainer.page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Write").click()
        trainer.look("courses")
        trainer.follow("A small course")
        assert trainer.path() == "/write/demo"
        trainer.look("course")
        trainer.page.locator("a[href='/write/demo/files/01-example/module.md']").filter(visible=True).first.click()
        change_the_sentence(trainer)
        trainer.look("changed")
        trainer.press("Save the draft")
        expect(trainer.page.locator("#w_saved")).to_contain_text(re.compile("^(?!.*[Nn]ot saved).*[Ss]aved"))
        assert release_number(live_site) == 1
        trainer.look("saved")

        trainer.page.get_by_role("link", name="Publishing", exact=True).click()
        trainer.page.wait_for_url(re.compile("/write/demo$"))
        trainer.look("before-publishing")
        trainer.page.get_by_role("main").get_by_role("button", name=re.compile("^Publish")).click()
        expect(trainer.page.get_by_role("status").first).to_be_visible()
        trainer.look("published")
    assert release_number(live_site) == 2

    with walk(f"late-{kind}", scripts=scripts) as late:
        late.sign_in("late")
        late.go("/courses/demo")
        late.press("Enrol in this course")
        late.go("/courses/demo/example/a-section")
        assert NEW in late.words()
        assert OLD not in late.words()
        late.look("the-new-text")
    with walk(f"early-{kind}", scripts=scripts) as early:
        early.sign_in("early")
        early.go("/courses/demo/example/a-section")
        assert OLD in early.words()
        assert NEW not in early.words()
        early.look("the-old-text")


def change_the_sentence(trainer: Walk) -> None:
    """Change a sentence of the lesson and see the change in the preview."""
    area = trainer.page.get_by_label("Source of 01-example/module.md")
    preview = trainer.page.locator("#w_preview")
    expect(preview).to_contain_text(OLD)
    trainer.look("editor")
    text = area.input_value()
    assert OLD in text
    area.fill(text.replace(OLD, NEW))
    if not trainer.scripts:
        trainer.press("Preview")
    expect(preview).to_contain_text(NEW)
    expect(preview).not_to_contain_text(OLD)


def release_number(site: LiveSite) -> int:
    """The number of the current release."""
    with reading(site.app) as session:
        return current_release(session, "demo").number


def test_a_text_with_an_error_is_saved_and_cannot_be_published(walk: Begin, live_site: LiveSite) -> None:
    with walk("trainer-error") as trainer:
        trainer.sign_in("rustam")
        trainer.go("/write/demo/files/01-example/module.md")
        area = trainer.page.get_by_label("Source of 01-example/module.md")
        area.fill(area.input_value().replace("minutes: 12", "minutes: many"))
        expect(trainer.page.locator("#w_problems")).to_contain_text("must be a whole number")
        trainer.look("problem")
        trainer.press("Save the draft")
        expect(trainer.page.locator("#w_saved")).to_contain_text(re.compile("^(?!.*[Nn]ot saved).*[Ss]aved"))
        trainer.go("/write/demo")
        trainer.look("course")
        assert trainer.page.get_by_role("button", name=re.compile("^Publish")).is_disabled()
    assert release_number(live_site) == 1
