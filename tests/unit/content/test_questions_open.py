"""Open answers: the rubric, its settings, its mistakes; what translations may change."""

from decimal import Decimal

import pytest

from elearn.content.compiler import compile_course
from elearn.content.question import Cloze, Credit, OpenAnswer, Ordering, SingleChoice
from tests.unit.content.making import QUIZ_HEAD, a_course, a_question, compiled, files, question_codes

RUBRIC = (
    "| Criterion | 0 | 1 | 2 |\n|---|:-:|---|---|\n"
    "| Names the **red flags** | none | some | all, with the `rows` |\n"
    "| Says what to do next | nothing | one thing | in order \\| with reasons |\n"
)
HEAD = "## What do you do? <!-- id: one | points: 4 | words: 150 | upload: pdf, png -->"


def open_answer(body: str, head: str = HEAD) -> OpenAnswer:
    question = a_question(body, head)
    assert isinstance(question, OpenAnswer)
    return question


def test_a_table_with_points_in_its_head_is_a_rubric() -> None:
    question = open_answer(f"A stem.\n\n{RUBRIC}")
    words = question.texts["en"].answers
    assert [words[criterion.id] for criterion in question.criteria] == [
        "Names the <strong>red flags</strong>",
        "Says what to do next",
    ]
    flags, steps = question.criteria
    assert flags.levels == steps.levels == (Decimal(0), Decimal(1), Decimal(2))
    assert [words[flags.level_id(index)] for index in range(3)] == ["none", "some", "all, with the <code>rows</code>"]
    assert words[steps.level_id(2)] == "in order | with reasons"
    assert (question.points, question.words, question.uploads) == (Decimal(4), 150, ("pdf", "png"))
    assert question.texts["en"].stem == "<p>A stem.</p>"
    assert question.credit is Credit.PROPORTIONAL


def test_an_open_answer_needs_no_settings() -> None:
    question = open_answer(RUBRIC, "## What do you do? <!-- id: one -->")
    assert question.points == 1
    assert question.words is None
    assert question.uploads == ()


def test_the_lowest_level_may_earn_points_and_points_may_be_halves() -> None:
    question = open_answer("| Criterion | 1 | 1.5 | 2,5 |\n|-|-|-|-|\n| Flags | few | some | all |\n")
    assert question.criteria[0].levels == (Decimal(1), Decimal("1.5"), Decimal("2.5"))


def test_endings_are_read_with_a_point_in_capitals_and_twice() -> None:
    question = open_answer(RUBRIC, "## What? <!-- id: one | upload: .PNG, pdf, png -->")
    assert question.uploads == ("pdf", "png")


def test_the_model_answer_is_a_note_for_trainers() -> None:
    question = open_answer(f"{RUBRIC}\n> [!IMPORTANT]\n> Both flags.\n\n> [!NOTE]\n> See above.\n")
    text = question.texts["en"]
    assert text.trainer_note == "<p>Both flags.</p>"
    assert text.explanation == "<p>See above.</p>"


def test_the_words_of_a_criterion_make_its_id_and_not_its_levels() -> None:
    question = open_answer(RUBRIC)
    other = open_answer(RUBRIC.replace("some", "several"))
    assert [each.id for each in question.criteria] == [each.id for each in other.criteria]


def test_a_table_before_the_answers_is_the_stem_even_with_numbers_in_its_head() -> None:
    assert isinstance(a_question(f"{RUBRIC}\n- (x) This\n- ( ) That\n  > No.\n"), SingleChoice)
    assert isinstance(a_question(f"{RUBRIC}\n1. This\n2. That\n"), Ordering)


def test_gaps_in_a_table_with_numbers_in_its_head_make_a_cloze() -> None:
    assert isinstance(a_question("| Year | 10 | 11 |\n|-|-|-|\n| Reports | 4 | [[= 5]] |\n"), Cloze)


def test_an_open_answer_may_stand_in_a_lesson() -> None:
    head = "---\ntitle: M\nminutes: 5\n---\nA.\n\n## A section <!-- id: s -->\n\nText.\n\n"
    module = f"{head}### What? <!-- q: own -->\n\n{RUBRIC}"
    assert isinstance(a_course(module=module).modules[0].checks[0], OpenAnswer)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (RUBRIC.replace("| 1 | 2 |", "| 2 | 1 |"), "Q060"),
        (RUBRIC.replace("| 1 | 2 |", "| 1 | 1 |"), "Q060"),
        ("| Criterion | 0 | 1 |\n|---|---|---|\n", "Q061"),
        (RUBRIC.replace("Says what to do next", "names the red flags"), "Q062"),
        (RUBRIC.replace("some", ""), "Q063"),
        (RUBRIC.replace("Says what to do next", " "), "Q063"),
        (RUBRIC.replace("| one thing ", ""), "Q064"),
        (RUBRIC.replace("| one thing ", "| one thing | two "), "Q064"),
        (RUBRIC + "".join(f"| More {each} | a | b | c |\n" for each in range(19)), "Q064"),
        (f"{RUBRIC}\nThe model answer.\n", "Q006"),
        (RUBRIC.replace("| 0 |", "| none |"), "Q005"),
    ],
)
def test_each_mistake_is_one_problem(body: str, code: str) -> None:
    assert question_codes(body) == [code]


@pytest.mark.parametrize(
    "setting", ["words: many", "words: 0", "words: -5", "words: 2501", "words: ١٥٠", "words: 1e2", "upload: exe",
                "upload: jpeg", "upload:", "upload: pdf png", "words: 99999999999999999999"],
)  # fmt: skip
def test_a_setting_that_cannot_be_read_is_one_problem(setting: str) -> None:
    assert question_codes(RUBRIC, f"## What? <!-- id: one | {setting} -->") == ["Q004"]


@pytest.mark.parametrize("setting", ["words: 150", "upload: pdf"])
def test_only_an_open_answer_has_words_and_files(setting: str) -> None:
    assert question_codes("- = hawala\n", f"## What? <!-- id: one | {setting} -->") == ["Q003"]


def test_a_problem_names_what_can_be_attached() -> None:
    problem = compiled(quiz=f"{QUIZ_HEAD}## What? <!-- id: one | upload: docx -->\n\n{RUBRIC}").problems[0]
    assert problem.message == '"docx" is no kind of file that can be attached. Known: jpg, pdf, png.'
    assert (problem.line, problem.column) == (5, 33)


RUSSIAN = (
    "| Критерий | 0 | 1 | 2 |\n|---|---|---|---|\n| Признаки | нет | часть | все |\n"
    "| Дальнейшее | ничего | шаг | по порядку |\n"
)


def translated(theirs: str, head: str = "## Что? <!-- id: one -->") -> dict[str, bytes]:
    made = files(quiz=f"{QUIZ_HEAD}{HEAD}\n\n{RUBRIC}")
    made["course.ru.md"] = "---\ntitle: Курс\n---\nЧитайте.\n".encode()
    made["01-first/quiz.ru.md"] = f"---\ntitle: Тест\n---\n{head}\n\n{theirs}\n".encode()
    return made


def test_a_translation_gives_the_same_rubric_other_words() -> None:
    made = compile_course("small", translated(RUSSIAN))
    assert made.course is not None, made.problems
    quiz = made.course.modules[0].quiz
    assert quiz is not None
    question = quiz.questions[0]
    assert isinstance(question, OpenAnswer)
    assert question.words == 150
    words = question.texts["ru"].answers
    assert [words[criterion.id] for criterion in question.criteria] == ["Признаки", "Дальнейшее"]
    assert words[question.criteria[1].level_id(2)] == "по порядку"
    assert words.keys() == question.texts["en"].answers.keys()


@pytest.mark.parametrize(
    "theirs",
    [
        RUSSIAN.replace("| 2 |", "| 3 |"),
        RUSSIAN.replace("| Дальнейшее | ничего | шаг | по порядку |\n", ""),
        "| Критерий | 0 | 1 |\n|-|-|-|\n| Признаки | нет | часть |\n| Дальнейшее | ничего | шаг |\n",
        "- = слово\n",
    ],
)
def test_a_translation_with_another_rubric_is_a_problem(theirs: str) -> None:
    assert [problem.code for problem in compile_course("small", translated(theirs)).problems] == ["T003"]


@pytest.mark.parametrize("setting", ["words: 100", "upload: pdf"])
def test_the_source_alone_says_the_length_and_the_files(setting: str) -> None:
    made = translated(RUSSIAN, f"## Что? <!-- id: one | {setting} -->")
    assert [problem.code for problem in compile_course("small", made).problems] == ["T003"]
