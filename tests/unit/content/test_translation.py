"""Translations bring words; everything else is the source's."""

from pathlib import Path

import pytest

from elearn.assessment.marking import mark, read_response
from elearn.content.compiler import compile_course
from elearn.content.course import Course, Html, SectionText, glossary_in, text_in
from elearn.content.files import read_folder
from elearn.content.question import Number, Question, ShortText, SingleChoice
from tests.unit.content.making import QUIZ_HEAD, a_course, codes

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
    assert [course.texts[language].origin for language in ("en", "ru")] == ["Workshop I, Almaty", "Семинар I, Алматы"]


def test_figures_labels_and_drawings_are_of_the_language() -> None:
    body = section_in_russian("why").body[0]
    assert isinstance(body, Html)
    assert "Рисунок 1.1" in body.html
    assert "Сорт</text>" in body.html


def test_a_term_falls_back_to_the_source_language() -> None:
    words = section_in_russian("why").words
    assert [(word.id, word.term) for word in words] == [("triage", "Сортировка"), ("report", "Report")]


def test_a_glossary_has_every_term_in_the_best_language_by_its_alphabet() -> None:
    course = compiled_course()
    assert [(term.id, lang) for term, lang in glossary_in(course, "kk")] == [("triage", "ru"), ("report", "en")]
    assert [(term.id, lang) for term, lang in glossary_in(course, "en")] == [("report", "en"), ("triage", "en")]


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


def translated(ours: str, theirs: str) -> Question:
    """A question and its Russian words; both without the heading."""
    source = f"{QUIZ_HEAD}## What? <!-- id: one -->\n\n{ours}\n"
    words = f"---\ntitle: Тест\n---\n## Что? <!-- id: one -->\n\n{theirs}\n"
    quiz = a_course(quiz=source, **{"01-first/quiz.ru.md": words}).modules[0].quiz
    assert quiz is not None
    return quiz.questions[0]


@pytest.mark.parametrize("form", ["- {}", "It is [[{}]]."])
def test_a_unit_of_a_translation_is_accepted_as_well(form: str) -> None:
    question = translated(form.format("= 15000 ± 10 EUR"), form.format("= 15000 ± 10 евро"))
    for typed in ("15000", "15 005 EUR", "15 005 евро", "15000 Евро."):
        assert mark(question, read_response(question, [typed])).points == 1
    for typed in ("15000 USD", "16000 евро"):
        assert mark(question, read_response(question, [typed])).points == 0


def test_feedback_on_a_number_is_found_whichever_unit_was_typed() -> None:
    question = translated(
        "- = 15000 EUR\n- != 10000 EUR\n  > Too low.\n", "- = 15000 евро\n- != 10000 евро\n  > Мало.\n"
    )
    for typed in ("10000", "10000 EUR", "10000 евро"):
        met = mark(question, read_response(question, [typed])).answers
        assert [question.texts["ru"].feedback.get(name) for name in met] == ["<p>Мало.</p>"]


def test_a_unit_that_a_translation_repeats_is_there_once() -> None:
    question = translated("- = 15000 EUR\n- = 15 % `50%`", "- = 15000 eur\n- = 15 % `50%`")
    assert isinstance(question, Number)
    assert [answer.unit for answer in question.answers] == ["EUR", "%"]
