"""Photographs in a real browser: which of the two sizes a screen loads, and that nothing moves or scrolls sideways."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from elearn.shipped import static_address
from tests.factories import a_course, an_enrolment, course_files, the_person, writing
from tests.pictures import a_photograph
from tests.web.browsing import signed_in
from tests.web.conftest import OFFICER

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, taught: Flask) -> Iterator[Page]:
    """A page of an officer who is enrolled in a course with a photograph."""
    files = course_files("pictured")
    files["01-example/module.md"] += b'\n## A desk <!-- id: desk -->\n\n![A desk.](images/desk.jpg "The desk.")\n'
    files["01-example/images/desk.jpg"] = a_photograph(2000, 1000)
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "pictured", files=files))
    with signed_in(browser, taught) as found:
        yield found


@pytest.mark.parametrize(
    ("width", "density", "is_small"),
    [(360, 2, True), (360, 3, True), (412, 2.625, True), (1280, 1, True), (1280, 2, False)],
)
def test_phones_load_the_small_picture_and_fine_wide_screens_the_large_one(
    page: Page, width: int, density: float, is_small: bool
) -> None:
    screen = page.context.new_cdp_session(page)
    screen.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": density, "mobile": width < 640},
    )
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "/media/" in request.url else None)
    page.goto("/courses/pictured/example/desk")
    image = page.locator("figure img")
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('figure img').complete")
    small, wide = (source.split()[0] for source in (image.get_attribute("srcset") or "").split(","))
    assert [address.endswith(small if is_small else wide) for address in loaded] == [True]
    shown = image.bounding_box()
    assert shown is not None
    assert shown["width"] == pytest.approx(2 * shown["height"], rel=0.01)
    assert shown["width"] <= min(592, width)
    assert shown["width"] > 0.8 * min(592, width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_kept_module_has_its_small_pictures_and_its_icons(page: Page) -> None:
    page.goto("/courses/pictured")
    row = page.locator("[data-module]").first
    row.get_by_role("button").click()
    expect(row).to_contain_text("Saved for offline")
    kept = page.evaluate("async () => (await (await caches.open('elearn-kept')).keys()).map((each) => each.url)")
    page.goto("/courses/pictured/example/desk")
    small, wide = (
        source.split()[0] for source in (page.locator("figure img").get_attribute("srcset") or "").split(",")
    )
    assert any(address.endswith(small) for address in kept)
    assert not any(address.endswith(wide) for address in kept)
    assert any(address.endswith(static_address("icons.svg")) for address in kept)
