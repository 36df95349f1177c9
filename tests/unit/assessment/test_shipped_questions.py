"""The questions of the courses that come with the product: each can be answered in full, and blank earns nothing."""

from functools import cache

import pytest

from elearn.assessment.marking import choices_of, is_marked_by_hand, mark, right_response
from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.files import read_folder
from elearn.content.question import Question
from elearn.shipped import shipped

SLUGS = sorted(path.parent.name for path in shipped("courses").glob("*/course.md"))


@cache
def course_of(slug: str) -> Course:
    slug, files, _ = read_folder(shipped("courses") / slug)
    compiled = compile_course(slug, files)
    assert compiled.course is not None and compiled.problems == (), compiled.problems
    return compiled.course


def questions_of(course: Course) -> list[Question]:
    asked = [question for quiz in course.quizzes() for question in quiz.questions]
    asked += [question for pool in course.pools for question in pool.questions]
    return asked + [check for module in course.modules for check in module.checks]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_right_response_earns_everything_and_a_blank_one_nothing(slug: str) -> None:
    for question in questions_of(course_of(slug)):
        if is_marked_by_hand(question):
            assert right_response(question) is None, question.id
            continue
        assert mark(question, right_response(question)).points == question.points, question.id
        assert mark(question, None).points == 0, question.id


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if not slug.startswith("guide-")])
def test_every_question_of_a_subject_leads_in_each_language_to_the_paragraph_that_teaches_it(slug: str) -> None:
    course = course_of(slug)
    for question in questions_of(course):
        for language in course.languages:
            assert "<a " in (question.texts[language].explanation or ""), (question.id, language)


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if not slug.startswith("guide-")])
def test_every_wrong_answer_of_a_subject_is_told_in_each_language_why_it_is_wrong(slug: str) -> None:
    course = course_of(slug)
    for question in questions_of(course):
        wrong = [choice.id for choice in choices_of(question) if not choice.is_right]
        for language in course.languages:
            silent = [row for row in wrong if not question.texts[language].feedback.get(row)]
            assert not silent, (question.id, language, silent)
