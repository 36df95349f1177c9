"""The whole course «cft» as an officer meets it: every page, every link, every figure."""

import re
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from elearn.catalogue.queries import compiled_course, current_release
from elearn.content.course import Course
from elearn.learning.rules import places
from tests.checking import HTML, SVG, CheckingClient, links_of, text_in, text_of
from tests.factories import an_enrolment, reading, the_person, writing
from tests.web.conftest import OFFICER


@pytest.fixture
def course(cft: CheckingClient) -> Course:
    """The course, in which the officer is enrolled."""
    with writing(cft.application) as session:
        an_enrolment(session, the_person(session, OFFICER), current_release(session, "cft"))
    with reading(cft.application) as session:
        release = current_release(session, "cft")
        return compiled_course(session, release.release_id, release.digest)


def ids_of(client: CheckingClient) -> set[str]:
    """Every place of the last page."""
    return {node.get("id") for node in client.page.iter() if isinstance(node.tag, str) and node.get("id")}


def test_every_section_is_a_sound_page_and_every_link_of_it_leads_somewhere(
    cft: CheckingClient, course: Course
) -> None:
    pages: dict[str, set[str]] = {}
    wanted: dict[str, set[str]] = {}
    figures: dict[str, int] = {}
    for place in places(course):
        path = f"/courses/cft/{place.unit}"
        response = cft.get(path)
        assert response.status_code == 200, path
        heading = text_of(next(cft.page.iter(f"{HTML}h1")))
        assert heading.startswith(place.section.number), path
        pages[path] = ids_of(cft)
        for href in links_of(cft.page):
            target, fragment = urldefrag(urljoin(path, href))
            if not urlsplit(target).netloc and target:
                wanted.setdefault(urlsplit(target).path, set()).add(unquote(fragment))
        for figure in cft.page.iter(f"{HTML}figure"):
            figures[place.module.id] = figures.get(place.module.id, 0) + 1
            drawn = [node for node in figure.iter() if node.tag in (f"{SVG}svg", f"{HTML}img")]
            assert drawn, f"an empty figure on {path}"
            assert text_of(next(figure.iter(f"{HTML}figcaption"))).startswith("Figure "), path

    for path, fragments in wanted.items():
        if path not in pages:
            response = cft.get(path)
            assert response.status_code in (200, 302), f"{path}: {response.status}"
            pages[path] = ids_of(cft) if response.status_code == 200 else set()
        assert fragments - {""} <= pages[path], path
    assert {module.id for module in course.modules} == set(figures), "each module has a figure of its own"


def test_every_word_that_is_linked_stands_in_the_glossary(cft: CheckingClient, course: Course) -> None:
    cft.get("/courses/cft/glossary")
    terms = ids_of(cft)
    linked: set[str] = set()
    for place in places(course):
        with cft.unchecked():
            source = cft.get(f"/courses/cft/{place.unit}").get_data(as_text=True)
        linked.update(re.findall(r'<a class="term" href="/courses/cft/glossary#([^"]+)"', source))
        assert source.count('<a class="term"') == source.count('<a class="term" href="/courses/cft/glossary#')

    assert len(linked) > 20
    assert linked <= terms


def test_the_course_page_the_glossary_and_the_quizzes_are_sound(cft: CheckingClient, course: Course) -> None:
    for path in ("/courses", "/courses/cft", "/courses/cft/glossary"):
        assert cft.get(path).status_code == 200
    for quiz in course.quizzes():
        assert cft.get(f"/courses/cft/quizzes/{quiz.id}").status_code == 200


def test_no_lesson_weighs_more_than_60_kilobytes_on_the_wire(cft: CheckingClient, course: Course) -> None:
    weights = {}
    for place in places(course):
        with cft.unchecked():
            response = cft.get(f"/courses/cft/{place.unit}", headers={"Accept-Encoding": "gzip"})
        weights[place.unit] = len(response.get_data())
        assert text_in(response).rstrip().endswith("</html>")

    heaviest = max(weights, key=weights.__getitem__)
    assert weights[heaviest] <= 60 * 1024, heaviest


def test_trainers_notes_and_answer_keys_are_in_no_page_of_the_course(cft: CheckingClient, course: Course) -> None:
    secrets = [
        text.trainer_note
        for quiz in course.quizzes()
        for question in quiz.questions
        for text in question.texts.values()
        if text.trainer_note
    ]
    feedback = [
        words
        for module in course.modules
        for question in module.checks
        for words in question.texts["en"].feedback.values()
        if len(words) > 40
    ]
    assert feedback
    for place in places(course):
        with cft.unchecked():
            source = cft.get(f"/courses/cft/{place.unit}").get_data(as_text=True)
        assert not [words for words in (*secrets, *feedback) if words in source], place.unit
