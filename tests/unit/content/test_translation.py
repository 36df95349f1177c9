"""Translations bring words; everything else is the source's."""

from pathlib import Path

from elearn.content.compiler import compile_course
from elearn.content.course import Course, Html, SectionText, text_in
from elearn.content.files import read_folder
from elearn.content.question import ShortText, SingleChoice
from tests.unit.content.making import codes

FOLDER = Path(__file__).parents[2] / "courses" / "good" / "translated"


def compiled_course() -> Course:
    slug, files, _ = read_folder(FOLDER)
    course = compile_course(slug, files).course
    assert course is not None
    return course


def section_in_russian(section_id: str) -> SectionText:
    section = compiled_course().modules[0].section(section_id)
    assert section is not None
    return section.texts["ru"]


def test_words_come_by_id_and_what_is_missing_falls_back() -> None:
    course = compiled_course()
    assert course.languages == ("en", "ru")
    sections = {section.id: section.texts for section in course.modules[0].sections}
    assert text_in(sections["why"], "ru", "en")[0].title == "Зачем сортировать"
    assert text_in(sections["later"], "ru", "en")[1] == "en"
    assert course.modules[0].texts["ru"].objectives == ("Сортировать сообщения",)
    assert course.texts["ru"].lead == "Курс на двух языках."


def test_figures_labels_and_drawings_are_of_the_language() -> None:
    body = section_in_russian("why").body[0]
    assert isinstance(body, Html)
    assert "Рисунок 1.1" in body.html
    assert "Сорт</text>" in body.html


def test_a_term_falls_back_to_the_source_language() -> None:
    words = section_in_russian("why").words
    assert [(word.id, word.term) for word in words] == [("triage", "Сортировка"), ("report", "Report")]


def test_answers_keep_the_ids_of_the_source() -> None:
    check = compiled_course().modules[0].check("first")
    assert isinstance(check, SingleChoice)
    assert check.texts["ru"].answers.keys() == check.texts["en"].answers.keys()
    assert list(check.texts["ru"].answers.values()) == ["Срочное", "Длинное"]
    assert check.texts["ru"].feedback.keys() == check.texts["en"].feedback.keys()


def test_a_word_accepted_in_a_translation_is_accepted_as_well() -> None:
    quiz = compiled_course().modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, ShortText)
    assert [answer.text for answer in question.answers if not answer.is_refused] == ["triage", "сортировка"]


def test_a_source_that_changed_makes_its_translation_stale() -> None:
    slug, files, _ = read_folder(FOLDER)
    changed = files["01-triage/module.md"].replace(b"Some words.", b"Other words.")
    problems = compile_course(slug, {**files, "01-triage/module.md": changed}).problems
    assert [(problem.path, problem.code) for problem in problems] == [("01-triage/module.ru.md", "T006")]


def test_a_translation_may_be_a_title_alone() -> None:
    assert codes(**{"01-first/module.ru.md": "---\ntitle: Модуль\n---\n"}) == []
