"""The courses that come with the product, as an officer meets them: every page, link and figure, in every language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from elearn.app import create_app
from elearn.catalogue.queries import compiled_course, current_release
from elearn.content.course import Course
from elearn.db.engine import Database
from elearn.learning.rules import places
from elearn.settings import Settings
from elearn.shipped import shipped
from tests.checking import HTML, SVG, CheckingClient, count_queries, links_of, text_in, text_of
from tests.factories import an_enrolment, reading, the_person, writing
from tests.web.conftest import OFFICER, a_site_with

SLUGS = sorted(path.parent.name for path in shipped("courses").glob("*/course.md"))
SUBJECTS = [slug for slug in SLUGS if not slug.startswith("guide-")]
FIGURES = {"en": "Figure ", "ru": "Рисунок "}
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>|\s+")


@dataclass(frozen=True)
class Reader:
    """An officer who is enrolled in a course and reads it in a language."""

    client: CheckingClient
    course: Course
    language: str
    sources: dict[tuple[str, str, str], str]  # of all courses, so that each page is got once

    @property
    def address(self) -> str:
        """The address of the course."""
        return f"/courses/{self.course.slug}"

    def source(self, path: str) -> str:
        """The HTML of a page, unchecked."""
        key = self.course.slug, self.language, path
        if key not in self.sources:
            with self.client.unchecked():
                self.sources[key] = self.client.get(f"{self.address}/{path}").get_data(as_text=True)
        return self.sources[key]

    def ids(self) -> set[str]:
        """Every place of the last page."""
        return {node.get("id") for node in self.client.page.iter() if isinstance(node.tag, str) and node.get("id")}


@pytest.fixture(scope="module")
def shelf(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckingClient]:
    """An officer signed in on a site with all the courses, enrolled in each."""
    folder = tmp_path_factory.mktemp("shelf")
    database = Database(f"sqlite:///{a_site_with(SLUGS, sqlite_template, folder)}")
    app = create_app(
        Settings(data_dir=folder, public_url="http://training.example", password_memory_mib=1, password_rounds=1),
        database,
    )
    app.test_client_class = CheckingClient
    count_queries(database.engine)
    with writing(app) as session:
        for slug in SLUGS:
            an_enrolment(session, the_person(session, OFFICER), current_release(session, slug))
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(OFFICER)
    yield client
    database.dispose()


@pytest.fixture(scope="module")
def sources() -> dict[tuple[str, str, str], str]:
    """The pages that were got, by course, language and path."""
    return {}


EVERYWHERE = [(slug, language) for slug in SLUGS for language in FIGURES]
# To check each page takes long: some are read in one language, some in the other, and by the drill all in both.
DEALT = [
    pytest.param(each, marks=[] if number % 5 == 0 else pytest.mark.drill, id="-".join(each))
    for number, each in enumerate(EVERYWHERE)
]


@pytest.fixture(params=EVERYWHERE, ids="-".join)
def reader(request: pytest.FixtureRequest, shelf: CheckingClient, sources: dict[tuple[str, str, str], str]) -> Reader:
    """The officer before one of the courses, in one of the languages."""
    slug, language = request.param
    with reading(shelf.application) as session:
        release = current_release(session, slug)
        course = compiled_course(session, release.release_id, release.digest)
    shelf.get(f"/courses/{slug}?lang={language}")
    return Reader(shelf, course, language, sources)


@pytest.mark.parametrize("reader", DEALT, indirect=True)
def test_every_section_is_a_sound_page_and_every_link_of_it_leads_somewhere(reader: Reader) -> None:
    client, course = reader.client, reader.course
    pages: dict[str, set[str]] = {}
    wanted: dict[str, set[str]] = {}
    figures: dict[str, int] = {}
    for place in places(course):
        path = f"{reader.address}/{place.unit}"
        response = client.get(path)
        assert response.status_code == 200, path
        heading = text_of(next(client.page.iter(f"{HTML}h1")))
        assert heading.startswith(place.section.number), path
        pages[path] = reader.ids()
        for href in links_of(client.page):
            target, fragment = urldefrag(urljoin(path, href))
            is_report = "/mistakes/new?" in target  # every section has one like it
            if not urlsplit(target).netloc and target and not (is_report and place.unit != places(course)[0].unit):
                wanted.setdefault(target, set()).add(unquote(fragment))
        for figure in client.page.iter(f"{HTML}figure"):
            if "hotspot" in (figure.get("class") or ""):
                continue  # a question, which needs no number
            figures[place.module.id] = figures.get(place.module.id, 0) + 1
            drawn = [node for node in figure.iter() if node.tag in (f"{SVG}svg", f"{HTML}img")]
            assert drawn, f"an empty figure on {path}"
            assert text_of(next(figure.iter(f"{HTML}figcaption"))).startswith(FIGURES[reader.language]), path

    for path, fragments in wanted.items():
        if path not in pages:
            response = client.get(path)
            assert response.status_code in (200, 302), f"{path}: {response.status}"
            pages[path] = reader.ids() if response.status_code == 200 and response.mimetype == "text/html" else set()
        assert fragments - {""} <= pages[path], path
    if course.slug in SUBJECTS:
        assert set(figures) == {module.id for module in course.modules}
        assert min(figures.values()) >= 2


def test_a_course_is_whole_in_each_language(reader: Reader) -> None:
    assert reader.language in reader.course.languages
    for place in places(reader.course):
        words = TAG.sub("", reader.source(place.unit).partition('<div class="prose"')[2])
        assert (len(CYRILLIC.findall(words)) > len(words) / 3) == (reader.language == "ru"), place.unit


def test_every_word_that_is_linked_stands_in_the_glossary(reader: Reader) -> None:
    reader.client.get(f"{reader.address}/glossary")
    terms = reader.ids()
    linked: set[str] = set()
    for place in places(reader.course):
        source = reader.source(place.unit)
        linked.update(re.findall(rf'<a class="term" href="{reader.address}/glossary#([^"]+)"', source))
        assert source.count('<a class="term"') == source.count(f'<a class="term" href="{reader.address}/glossary#')

    assert len(linked) > 20 or reader.course.slug not in SUBJECTS
    assert linked <= terms


def test_the_course_page_the_glossary_and_the_quizzes_are_sound(reader: Reader) -> None:
    for path in ("", "/glossary", *(f"/quizzes/{quiz.id}" for quiz in reader.course.quizzes())):
        assert reader.client.get(f"{reader.address}{path}").status_code == 200


def test_no_lesson_weighs_more_than_60_kilobytes_on_the_wire(reader: Reader) -> None:
    weights = {}
    for place in places(reader.course):
        with reader.client.unchecked():
            response = reader.client.get(f"{reader.address}/{place.unit}", headers={"Accept-Encoding": "gzip"})
        weights[place.unit] = len(response.get_data())
        assert text_in(response).rstrip().endswith("</html>")

    heaviest = max(weights, key=weights.__getitem__)
    assert weights[heaviest] <= 60 * 1024, heaviest


def test_trainers_notes_and_answer_keys_are_in_no_page_of_the_course(reader: Reader) -> None:
    secrets = [
        text.trainer_note
        for quiz in reader.course.quizzes()
        for question in quiz.questions
        for text in question.texts.values()
        if text.trainer_note
    ]
    feedback = [
        words
        for module in reader.course.modules
        for question in module.checks
        for words in question.texts[reader.language].feedback.values()
        if len(words) > 40
    ]
    assert feedback
    for place in places(reader.course):
        source = reader.source(place.unit)
        assert not [words for words in (*secrets, *feedback) if words in source], place.unit


@pytest.mark.parametrize("slug", SUBJECTS)
def test_a_subject_has_what_was_promised_of_every_course(shelf: CheckingClient, slug: str) -> None:
    with reading(shelf.application) as session:
        release = current_release(session, slug)
        course = compiled_course(session, release.release_id, release.digest)
    assert 5 <= len(course.modules) <= 7
    assert len({type(question) for quiz in course.quizzes() for question in quiz.questions}) >= 6
    for module in course.modules:
        assert module.quiz is not None and 8 <= len(module.quiz.questions) <= 12, module.id
        assert module.checks, module.id
    assert sum(len(pool.questions) for pool in course.pools) >= 40
    assert {quiz.id for quiz in course.quizzes() if quiz.has_forms} == {f"{slug}-pretest", f"{slug}-exam"}
