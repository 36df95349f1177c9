"""Modules on one page, what a browser may keep of them, and the site as an app."""

import json
import re

import pytest
from flask import Flask

from elearn.catalogue.queries import current_release
from elearn.content.files import read_folder
from elearn.learning.queries import course_of, learning_of
from elearn.shipped import shipped
from tests.checking import HTML, PASSWORD, CheckingClient, words_of
from tests.factories import a_course, an_enrolment, course_files, reading, the_person, writing
from tests.pictures import a_photograph
from tests.web.conftest import OFFICER

WHOLE = "/courses/demo/offline/example"


@pytest.fixture
def enrolled(taught: Flask, learner: CheckingClient) -> CheckingClient:
    """A client signed in as the officer, who is enrolled in the small course."""
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "demo"))
    return learner


def read_by(site: Flask) -> frozenset[str]:
    """What the officer has read of the small course."""
    with reading(site) as session:
        found = learning_of(session, the_person(session, OFFICER).id, "demo")
        assert found is not None
        return found.tally.read


def test_a_module_is_one_page_with_its_sections_in_their_order(taught: Flask, enrolled: CheckingClient) -> None:
    assert enrolled.get(WHOLE).status_code == 200
    with reading(taught) as session:
        found = learning_of(session, the_person(session, OFFICER).id, "demo")
        assert found is not None
        module = course_of(session, found).modules[0]

    order = [section.get("id") for section in enrolled.page.iter(f"{HTML}section")]
    assert [name for name in order if name in {section.id for section in module.sections}] == [
        section.id for section in module.sections
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("slug", ["cft", "border"])
def test_a_module_of_a_large_course_is_one_sound_page(
    taught: Flask, learner: CheckingClient, slug: str, language: str
) -> None:
    with writing(taught) as session:
        release = a_course(session, slug, files=read_folder(shipped("courses") / slug)[1])
        an_enrolment(session, the_person(session, OFFICER), release)
    source = learner.get(f"/courses/{slug}?lang={language}").get_data(as_text=True)
    links = sorted(set(re.findall(rf"/courses/{slug}/offline/[a-z-]+", source)))
    assert len(links) >= 5
    for link in links:
        for form in ("", "?copy"):
            assert learner.get(link + form).status_code == 200, link  # the checking client reads each


def test_a_copy_holds_nothing_of_who_keeps_it(enrolled: CheckingClient) -> None:
    response = enrolled.get(f"{WHOLE}?copy")

    source = response.get_data(as_text=True)
    assert "Айгүл" not in source and "csrf_token" not in source and 'method="post"' not in source
    assert "Saved on" in words_of(enrolled.page)
    assert "Айгүл" in enrolled.get(WHOLE).get_data(as_text=True)


def test_a_check_yourself_question_leads_to_where_it_is_checked(enrolled: CheckingClient) -> None:
    source = enrolled.get(f"{WHOLE}?copy").get_data(as_text=True)

    asked = re.findall(r'class="check" id="(check-[a-z-]+)"', source)
    assert asked
    for anchor in asked:
        assert re.search(rf'href="/courses/demo/example/[a-z-]+#{anchor}"', source), anchor


def test_nothing_of_a_quiz_is_in_a_copy(enrolled: CheckingClient) -> None:
    for path in ("/courses/demo/offline/quizzes", "/courses/demo/offline/demo-exam", "/courses/demo/offline/nothing"):
        assert enrolled.get(f"{path}?copy").status_code == 404


def test_whoever_is_not_enrolled_is_led_to_the_course(learner: CheckingClient) -> None:
    assert learner.get(f"{WHOLE}?copy").location == "/courses/demo"


def test_whoever_is_not_signed_in_gets_no_copy(taught: Flask, client: CheckingClient) -> None:
    assert client.get(f"{WHOLE}?copy").location.startswith("/sign-in")


def test_a_module_read_without_a_network_counts_once_one_says_so(taught: Flask, enrolled: CheckingClient) -> None:
    enrolled.get(WHOLE)
    for _ in range(2):
        assert enrolled.send(f"{WHOLE}/read").status_code == 302

    with reading(taught) as session:
        found = learning_of(session, the_person(session, OFFICER).id, "demo")
        assert found is not None
        module = course_of(session, found).modules[0]
    assert read_by(taught) == {f"example/{section.id}" for section in module.sections}
    assert "I have read this module" not in words_of(enrolled.get(WHOLE) and enrolled.page)


def test_a_course_offers_each_module_to_keep(enrolled: CheckingClient) -> None:
    enrolled.get("/courses/demo")
    kept = [found.get("data-module") for found in enrolled.page.iter(f"{HTML}li") if found.get("data-module")]

    assert kept == [WHOLE]


def test_a_shared_computer_keeps_nothing(taught: Flask, client: CheckingClient) -> None:
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "demo"))
    sent = {"sign_in_name": OFFICER, "password": PASSWORD, "is_shared_device": "y", "csrf_token": client.token()}
    client.post("/sign-in", data=sent)
    client.get("/courses/demo")

    assert not [found for found in client.page.iter(f"{HTML}li") if found.get("data-module")]
    assert "nothing is saved on it" in words_of(client.page)


def test_the_worker_names_files_that_are_there(client: CheckingClient) -> None:
    with client.unchecked():
        response = client.get("/service-worker.js?lang=ru")
        script = response.get_data(as_text=True)
        needed = json.loads(script.partition("const NEEDED = ")[2].partition(";")[0])
        assert [client.get(address).status_code for address in needed] == [200] * len(needed)
    assert response.headers["Cache-Control"] == "no-cache"
    assert needed[0] == "/offline?lang=ru"


def test_the_manifest_names_the_site_and_icons_that_are_there(client: CheckingClient) -> None:
    with client.unchecked():
        response = client.get("/manifest.webmanifest?lang=ru")
        said = json.loads(response.get_data())
        icons = [client.get(icon["src"]) for icon in said["icons"]]
    assert said["lang"] == "ru" and said["name"]
    assert [icon.headers["Content-Type"] for icon in icons] == ["image/png"] * 2
    for icon, told in zip(icons, said["icons"], strict=True):
        size = int.from_bytes(icon.get_data()[16:20], "big")
        assert told["sizes"] == f"{size}x{size}"


def test_signing_out_tells_the_browser_to_forget_what_it_keeps(learner: CheckingClient) -> None:
    assert "storage" in learner.send("/sign-out").headers["Clear-Site-Data"]


def test_what_was_saved_is_forgotten_when_another_person_signs_in(taught: Flask, client: CheckingClient) -> None:
    def answers(name: str, **more: str) -> str | None:
        sent = {"sign_in_name": name, "password": PASSWORD, "csrf_token": client.token(), **more}
        told = client.post("/sign-in", data=sent).headers.get("Clear-Site-Data")
        client.delete_cookie("elearn")  # the session ends by itself, as at a post that has no network
        return told

    assert answers(OFFICER) is None
    assert answers(OFFICER) is None
    assert answers("trainer") == '"storage"'
    assert answers("trainer", is_shared_device="y") == '"storage"'


def test_a_copy_has_the_small_pictures_alone(taught: Flask, learner: CheckingClient) -> None:
    files = course_files("pictured")
    files["01-example/module.md"] += b"\n## A desk <!-- id: desk -->\n\n![A desk.](images/desk.jpg)\n"
    files["01-example/images/desk.jpg"] = a_photograph(2000, 1000)
    with writing(taught) as session:
        an_enrolment(session, the_person(session, OFFICER), a_course(session, "pictured", files=files))
    learner.get("/courses/pictured/offline/example")
    shown = next(node for node in learner.page.iter(f"{HTML}img") if node.get("alt") == "A desk.")
    small, wide = (candidate.split()[0] for candidate in shown.get("srcset").split(","))
    assert shown.get("src") == wide
    learner.get("/courses/pictured/offline/example?copy")
    kept = next(node for node in learner.page.iter(f"{HTML}img") if node.get("alt") == "A desk.")
    assert (kept.get("src"), kept.get("srcset"), kept.get("width")) == (small, None, "1184")
    assert len(learner.get(small).data) < len(learner.get(wide).data) / 2
