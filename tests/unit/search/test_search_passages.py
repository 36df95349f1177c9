"""What of a course can be found: all that one reads in it, and nothing of its questions."""

import pytest

from elearn.content.compiler import compile_course
from elearn.content.course import Course
from elearn.content.scaffold import new_course
from elearn.search.passages import Kind, Passage, passage_at, passages_of
from tests.secret_course import SecretCourse

LESSON = """---
title: Freezing
minutes: 10
---
The opening.

## Without delay <!-- id: delay -->

Before the parts. A [word](../glossary.md#hawala) of it.

### Which hours <!-- id: hours -->

Hours, not days.

### What would you do? <!-- q: ask -->

- ( ) Wronganswer
  > Wrongfeedback
- (x) Rightanswer
  > Rightfeedback

### And then <!-- id: then -->

After the question.
"""
LESSON_RU = """---
title: Замораживание
---
Вступление.

## Без промедления <!-- id: delay -->

До частей.

### Сколько часов <!-- id: hours -->

Часы, не дни.

### Что вы сделаете? <!-- q: ask -->

- ( ) Неверныйответ
  > Неверныйотзыв
- (x) Верныйответ
  > Верныйотзыв

### Потом <!-- id: then -->

После вопроса.
"""
GLOSSARY = """## Hawala <!-- id: hawala -->

*Also: hundi*

Sends value without moving money.
"""


def course_of(files: dict[str, str]) -> Course:
    made = new_course("demo", "A course of words", "en") | {path: text.encode() for path, text in files.items()}
    done = compile_course("demo", made)
    assert done.course is not None, [p for p in done.problems if p.severity == "error"]
    return done.course


@pytest.fixture(scope="module")
def course() -> Course:
    return course_of(
        {
            "01-example/module.md": LESSON,
            "01-example/module.ru.md": LESSON_RU,
            "glossary.md": GLOSSARY,
        }
    )


def the(course: Course, kind: Kind, place: str, language: str = "en") -> Passage:
    found = passage_at(course, kind, place, language)
    assert found is not None
    return found


def test_every_section_term_and_the_course_itself_can_be_found_in_each_language(course: Course) -> None:
    assert [(each.kind, each.place, each.language) for each in passages_of(course)] == [
        (Kind.COURSE, "", "en"),
        (Kind.SECTION, "example/opening", "en"),
        (Kind.SECTION, "example/opening", "ru"),
        (Kind.SECTION, "example/delay", "en"),
        (Kind.SECTION, "example/delay", "ru"),
        (Kind.TERM, "hawala", "en"),
    ]


def test_what_is_listed_is_what_is_looked_up(course: Course) -> None:
    for each in passages_of(course):
        assert passage_at(course, each.kind, each.place, each.language) == each


def test_what_is_not_there_is_not_made_up(course: Course) -> None:
    assert passage_at(course, Kind.SECTION, "example/delay", "kk") is None
    assert passage_at(course, Kind.SECTION, "nowhere/delay", "en") is None
    assert passage_at(course, Kind.TERM, "hawala", "ru") is None
    assert passage_at(course, Kind.COURSE, "", "ru") is None


def test_a_section_is_cut_at_its_parts(course: Course) -> None:
    passage = the(course, Kind.SECTION, "example/delay")

    assert (passage.number, passage.title, passage.context) == ("1.1", "Without delay", "Freezing")
    assert [(part.anchor, part.title, part.text) for part in passage.parts] == [
        (None, "", "Before the parts. A word of it."),
        ("hours", "Which hours", "Hours, not days."),
        ("then", "And then", "After the question."),
    ]
    assert passage.headings == "Freezing Which hours And then"


def test_the_opening_of_a_module_has_its_title_once(course: Course) -> None:
    opening = the(course, Kind.SECTION, "example/opening", "ru")
    assert (opening.number, opening.title, opening.context) == ("1", "Замораживание", "")


def test_a_term_is_found_by_its_other_names(course: Course) -> None:
    term = the(course, Kind.TERM, "hawala")
    assert (term.title, term.context, term.text) == ("Hawala", "hundi", "Sends value without moving money.")


def test_nothing_of_a_question_can_be_found(course: Course) -> None:
    everything = " ".join(f"{each.title} {each.headings} {each.text}" for each in passages_of(course))

    for word in ("Wrong", "Right", "What would you do", "Неверн", "Верн", "Что вы"):
        assert word not in everything


def test_no_key_note_or_feedback_of_any_kind_of_question_can_be_found() -> None:
    secret = SecretCourse()
    everything = " ".join(f"{each.title} {each.headings} {each.text}" for each in passages_of(secret.course))

    assert secret.owners_in(everything) == set()
    assert secret.owners_in("".join(data.decode(errors="ignore") for data in secret.files.values()))  # so it can fail


def test_the_words_of_a_drawing_are_left_to_its_caption() -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 328 40" role="img" aria-labelledby="t"><title id="t">'
        'Two boxes</title><text x="1" y="20">Insidethedrawing</text></svg>'
    )
    lesson = LESSON.replace("Hours, not days.", '![Two boxes.](images/a.svg "Boxes in a row")\n\nHours, not days.')
    made = course_of({"01-example/module.md": lesson, "01-example/images/a.svg": drawing, "glossary.md": GLOSSARY})
    passage = the(made, Kind.SECTION, "example/delay")

    assert "Insidethedrawing" not in passage.text
    assert "Boxes in a row" in passage.text
