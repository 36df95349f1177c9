"""Cloze: gaps in a text."""

from decimal import Decimal

import pytest

from elearn.content.question import ChoiceGap, Cloze, Credit, Gap, NumberGap, TextGap
from tests.unit.content.making import QUIZ_HEAD, a_course, a_question, codes, question_codes

CEILING = "The ceiling is [[= 15000 ± 10]] [[(x) EUR | ( ) KZT]] under [[Recommendation 32]].\n"


def a_cloze(body: str, head: str = "## Which one? <!-- id: one -->") -> Cloze:
    question = a_question(body, head)
    assert isinstance(question, Cloze)
    return question


def said(gap: Gap) -> list[str]:
    return [answer.text for answer in gap.answers] if isinstance(gap, TextGap) else []


def test_the_marks_in_a_gap_say_what_is_filled_in() -> None:
    question = a_cloze(CEILING)
    number, choice, text = question.gaps
    assert isinstance(number, NumberGap)
    assert [(answer.low, answer.high) for answer in number.answers] == [(Decimal(14990), Decimal(15010))]
    assert isinstance(choice, ChoiceGap)
    assert [each.is_right for each in choice.choices] == [True, False]
    assert said(text) == ["Recommendation 32"]
    assert question.credit is Credit.PROPORTIONAL


def test_the_text_is_cut_at_its_gaps_and_holds_nothing_of_them() -> None:
    text = a_cloze(CEILING).texts["en"]
    assert text.passage == ("<p>The ceiling is ", " ", " under ", ".</p>")
    assert list(text.answers.values()) == ["EUR", "KZT"]
    assert text.stem == ""


def test_what_stands_before_the_first_gap_is_the_stem() -> None:
    text = a_cloze(f"Read this first.\n\n{CEILING}").texts["en"]
    assert text.stem == "<p>Read this first.</p>"
    assert text.passage[0] == "<p>The ceiling is "


def test_gaps_stand_in_paragraphs_lists_quotes_and_tables() -> None:
    question = a_cloze(
        "[[one]] begins.\n\n- an item [[two]]\n- [[a]]\n\n1. first [[three]]\n\n> quoted [[four]]\n\n"
        "| a | b |\n|---|---|\n| [[(x) five \\| ( ) six]] | [[/se\\|ven/]] |\n\nThe end, [[eight]].\n"
    )
    assert len(question.gaps) == 8
    assert said(question.gaps[6]) == ["se|ven"]
    html = "…".join(question.texts["en"].passage)
    for part in ("<p>… begins.</p>", "<li>an item …</li>", "<li>…</li>", "<li>first …</li>", "<td>…</td>"):
        assert part in html


def test_a_gap_has_several_answers_with_weights_patterns_and_mistakes() -> None:
    question = a_cloze("It is [[= hawala | hundi `50%` | = /haw[ae]la[[:alpha:]]{2}|x/ | != SWIFT]].")
    (gap,) = question.gaps
    assert isinstance(gap, TextGap)
    assert [(a.text, a.is_pattern, a.is_refused, a.weight) for a in gap.answers] == [
        ("hawala", False, False, 1),
        ("hundi", False, False, Decimal("0.5")),
        ("haw[ae]la[[:alpha:]]{2}|x", True, False, 1),
        ("SWIFT", False, True, 0),
    ]


def test_a_gap_in_code_a_link_in_brackets_and_an_escaped_one_are_text() -> None:
    question = a_cloze("Write `[[= x]]` as \\[[= y]] or [[1]](module.md), then [[word]].\n\n```\n[[z]]\n```\n")
    assert len(question.gaps) == 1
    assert "<code>[[= x]]</code>" in question.texts["en"].passage[0]
    assert "[[z]]" in question.texts["en"].passage[1]


def test_a_list_of_answers_wins_over_double_brackets_in_the_stem() -> None:
    assert a_question("In [[brackets]].\n\n- = word\n").kind == "text"


def test_the_same_words_in_two_gaps_are_two_choices() -> None:
    question = a_cloze("[[(x) more | ( ) less]] and [[( ) more | (x) less]]")
    assert len(question.texts["en"].answers) == 4


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("A [[= 1", "Q050"),
        ("A [[= 1\n]] b", "Q050"),
        ("A [[]]", "Q009"),
        ("A [[a | ]]", "Q009"),
        ("A [[(x) a | b]]", "Q051"),
        ("A [[(x)a | ( ) b]]", "Q008"),
        ("A [[(x) a]]", "Q011"),
        ("A [[( ) a | ( ) b]]", "Q012"),
        ("A [[(x) a | (x) b]]", "Q013"),
        ("A [[(x) a | ( ) a]]", "Q010"),
        ("A [[(x) a | ( ) b `100%`]]", "Q014"),
        ("A [[= a `50%`]]", "Q014"),
        ("A [[= a ± 1]]", "Q016"),
        ("A [[= /(a/]]", "Q018"),
        ("A [link with [[a]]](module.md)", "Q053"),
        ("| a |\n|---|\n| [[(x) b | ( ) c]] |", "Q052"),
    ],
)
def test_each_mistake_is_one_problem(body: str, code: str) -> None:
    assert question_codes(body) == [code]


def test_a_translation_has_the_same_gaps_and_its_own_words() -> None:
    source = f"{QUIZ_HEAD}## What? <!-- id: one -->\n\n[[= 15000]] [[(x) euro | ( ) tenge]] by [[courier | != wire]]\n"
    theirs = (
        "---\ntitle: Тест\n---\n## Что? <!-- id: one -->\n\n"
        "[[= 15000]] [[(x) евро | ( ) тенге]] у [[курьера | != банка]]\n"
    )
    course = a_course(quiz=source, **{"01-first/quiz.ru.md": theirs})
    quiz = course.modules[0].quiz
    assert quiz is not None
    (question,) = quiz.questions
    assert isinstance(question, Cloze)
    assert list(question.texts["ru"].answers.values()) == ["евро", "тенге"]
    assert question.texts["ru"].answers.keys() == question.texts["en"].answers.keys()
    assert question.texts["ru"].passage == ("<p>", " ", " у ", "</p>")
    assert said(question.gaps[2]) == ["courier", "wire", "курьера", "банка"]


@pytest.mark.parametrize(
    "theirs",
    [
        "[[= 15001]] [[(x) евро | ( ) тенге]] [[курьер]]",
        "[[= 15000]] [[( ) евро | (x) тенге]] [[курьер]]",
        "[[= 15000]] [[(x) евро | ( ) тенге]] [[курьер | носильщик]]",
        "[[= 15000]] [[(x) евро | ( ) тенге]]",
        "[[(x) евро | ( ) тенге]] [[= 15000]] [[курьер]]",
    ],
)
def test_a_translation_with_other_gaps_is_a_problem(theirs: str) -> None:
    source = f"{QUIZ_HEAD}## What? <!-- id: one -->\n\n[[= 15000]] [[(x) euro | ( ) tenge]] [[courier]]\n"
    translated = f"---\ntitle: Тест\n---\n## Что? <!-- id: one -->\n\n{theirs}\n"
    assert codes(quiz=source, **{"01-first/quiz.ru.md": translated}) == ["T003"]
