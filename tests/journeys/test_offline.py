"""A border post without a network: a module is saved, the line goes, and the lesson still opens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from elearn.catalogue.queries import current_release
from tests.factories import a_course, a_person, an_enrolment, the_person, writing
from tests.journeys.conftest import LiveSite
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser

Begin = Callable[..., Walk]
KEPT = "async () => (await (await caches.open('elearn-kept')).keys()).length > 0"


@pytest.fixture(autouse=True)
def taught(live_site: LiveSite) -> None:
    """The site has the small course and an officer who is enrolled."""
    with writing(live_site.app) as session:
        a_course(session)
        a_person(session, "aigul")
        an_enrolment(session, the_person(session, "aigul"), current_release(session, "demo"))


def save(officer: Walk) -> None:
    """Save the first module, and wait until it is."""
    officer.go("/courses/demo")
    row = officer.page.locator("[data-module]").first
    row.get_by_role("button").click()
    expect(row).to_contain_text("Saved for offline")
    officer.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")


def cut_the_line(officer: Walk, live_site: LiveSite) -> None:
    """From here on nothing answers; that the browser says so in its console is no fault."""
    live_site.stop()
    officer.is_cut_off = True


def test_a_saved_module_opens_when_the_network_is_gone(walk: Begin, live_site: LiveSite) -> None:
    with walk("offline") as officer:
        officer.sign_in("aigul")
        save(officer)
        officer.look("saved")
        cut_the_line(officer, live_site)

        officer.go("/courses/demo/example/callouts")
        assert officer.page.url.endswith("/courses/demo/offline/example#callouts")
        expect(officer.page.get_by_text("Saved on")).to_be_visible()
        expect(officer.page.locator("#callouts")).to_be_in_viewport()
        officer.look("a copy without a network")


def test_another_page_says_that_there_is_no_network_and_what_is_saved(walk: Begin, live_site: LiveSite) -> None:
    with walk("offline-lost", width=360, scheme="dark") as officer:
        officer.sign_in("aigul")
        save(officer)
        cut_the_line(officer, live_site)

        officer.go("/certificates")
        expect(officer.page.get_by_text("There is no network.")).to_be_visible()
        officer.look("no network")
        officer.follow("The first module", exact=False)
        expect(officer.page.get_by_text("Saved on")).to_be_visible()


def test_a_module_may_be_forgotten_again(walk: Begin) -> None:
    with walk("offline-forget") as officer:
        officer.sign_in("aigul")
        save(officer)
        row = officer.page.locator("[data-module]").first
        row.get_by_role("button", name="Remove").click()
        expect(row.get_by_role("button", name="Save")).to_be_visible()
        assert officer.page.evaluate(KEPT) is False


def test_signing_out_takes_away_what_was_saved(walk: Begin) -> None:
    with walk("offline-sign-out") as officer:
        officer.sign_in("aigul")
        save(officer)
        assert officer.page.evaluate(KEPT) is True
        officer.page.locator("summary").filter(visible=True).last.click()
        officer.press("Sign out")
        officer.page.wait_for_url("**/sign-in")
        assert officer.page.evaluate(KEPT) is False
