"""Forms A and B: halves of a pool, alike in what they are about, whoever writes the file in whatever order."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.assessment.drawing import draw_paper, form_for
from elearn.content.compiler import Compilation, compile_course
from elearn.content.course import Course, Quiz
from elearn.content.forms import Form, forms_of
from tests.quiz_course import SLUG, compiled, course_files

QUESTION = compiled().pools[0].questions[0]
SPECS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=5),
    st.lists(st.sampled_from(["law", "cash", "hawala"]), max_size=2, unique=True).map(tuple),
    max_size=40,
)


def with_forms(before: int = 3, after: int = 3) -> Compilation:
    """The course with a test before it; both draw so many questions from forms of the same pool."""
    files = course_files(exam="attempts: 2\nforms: AB")
    exam = files["exam.md"].decode()
    files["pretest.md"] = (
        exam.replace("quiz: the-exam", "quiz: the-pretest").replace("count: 3", f"count: {before}").encode()
    )
    files["exam.md"] = exam.replace("count: 3", f"count: {after}").encode()
    return compile_course(SLUG, files)


def the_course() -> tuple[Course, Quiz, Quiz]:
    """The course, its test before and its exam."""
    course = with_forms().course
    assert course is not None
    assert course.pretest is not None and course.exam is not None
    return course, course.pretest, course.exam


@given(SPECS)
def test_the_forms_differ_by_one_question_at_most_overall_and_in_each_set_of_tags(
    specs: dict[str, tuple[str, ...]],
) -> None:
    questions = [replace(QUESTION, id=name, tags=tags) for name, tags in specs.items()]
    forms = forms_of(questions)
    for tags in {tuple(sorted(tags)) for tags in specs.values()} | {None}:
        count = Counter(forms[each.id] for each in questions if tags is None or tuple(sorted(each.tags)) == tags)
        assert abs(count[Form.A] - count[Form.B]) <= 1
    assert forms_of(questions[::-1]) == forms


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_nobody_meets_a_question_of_the_pretest_in_the_exam(enrolment: int, first: int, second: int) -> None:
    course, pretest, exam = the_course()
    before = draw_paper(course, pretest, first, form_for(course, pretest, enrolment))
    after = draw_paper(course, exam, second, form_for(course, exam, enrolment))
    assert len(before) == len(after) == 3
    assert not {item.question_id for item in before} & {item.question_id for item in after}


def test_half_of_the_people_meet_each_form_first_and_the_other_one_afterwards() -> None:
    course, pretest, exam = the_course()
    first = [form_for(course, pretest, enrolment) for enrolment in range(1, 1001)]
    assert 450 < first.count(Form.A) < 550
    assert all(form_for(course, exam, number) is form.other for number, form in enumerate(first, start=1) if form)


def test_a_quiz_without_forms_has_none() -> None:
    course = compiled()
    assert course.exam is not None
    assert form_for(course, course.exam, 1) is None


@pytest.mark.parametrize(
    ("compilation", "codes"),
    [
        (with_forms(), []),
        (with_forms(before=4), ["Z007"]),
        (with_forms(after=4), ["Z007"]),
    ],
)
def test_each_form_must_have_enough_for_the_draws(compilation: Compilation, codes: list[str]) -> None:
    assert [problem.code for problem in compilation.problems] == codes


def test_forms_without_a_draw_are_a_mistake() -> None:
    files = course_files(exam="forms: AB")
    own = b"## Own? <!-- id: own -->\n\n- (x) Yes, it is\n- ( ) No\n  > It is.\n"
    head = b"---\nquiz: the-pretest\ntitle: Before\nforms: AB\n---\n"
    made = compile_course(SLUG, {**files, "pretest.md": head + own})
    assert [(problem.path, problem.line, problem.code) for problem in made.problems] == [("pretest.md", 4, "Z008")]
