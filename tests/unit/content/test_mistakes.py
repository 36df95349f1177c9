"""The mistakes that trainers make most: each gives one problem, at the line where it is to be mended."""

import pytest

from elearn.assessment.marking import mark, read_response
from tests.unit.content.making import QUIZ_HEAD, a_course, compiled

# What is written under the question (the heading is line 5, the answers begin in line 7), the code and the line.
MISTAKES = {
    "no right answer, of one": ("- ( ) Yes\n  > No.\n- ( ) No\n  > No.", "Q012", 7),
    "no right answer, of several": ("- [ ] Yes\n  > No.\n- [ ] No\n  > No.", "Q012", 7),
    "no right answer, typed": ("- != yes\n  > No.", "Q012", 7),
    "weights over all": ("- [x] One `60%`\n- [x] Two `60%`\n- [ ] Three\n  > No.", "Q014", 7),
    "weights under all": ("- [x] One `60%`\n- [x] Two `30%`\n- [ ] Three\n  > No.", "Q014", 7),
    "weights that leave nothing": ("- [x] One `100%`\n- [x] Two\n- [ ] Three\n  > No.", "Q014", 7),
    "a scene that nothing leads to": (
        "- [Go](#there) `+1`\n\n### There\n\nHere.\n\n### Lost\n\nNobody comes.",
        "Q083",
        13,
    ),
    "scenes in a circle without an exit": (
        "- [Go](#there) `+1`\n- [End](#end)\n\n### There\n\nHere.\n\n- [On](#beyond)\n\n### Beyond\n\nOn.\n\n"
        "- [Back](#there)\n\n### End\n\nOver.",
        "Q084",
        10,
    ),
    "no way out at all": ("- [Go](#there) `+1`\n\n### There\n\nHere.\n\n- [Again](#there)", "Q084", 9),
    "a matching pair twice": ("- A → one\n- B → two\n- A → one", "Q043", 9),
    "a left side twice": ("- A → one\n- B → two\n- A → three", "Q043", 9),
    "a distractor twice": ("- A → one\n- B → two\n- → three\n- → three", "Q044", 10),
    "a tolerance on a text": ("- = hawala ± 2", "Q016", 7),
    "a range on a text": ("- = about 12..15", "Q016", 7),
    "a pattern that looks back": (r"- = /(a+)\1/", "Q018", 7),
    "a pattern that is not closed": ("- = /(a+/", "Q018", 7),
    "a pattern as large as a book": ("- = /((a{99}){99}){99}/", "Q018", 7),
}
# What a back-tracking engine would take years for.
HOSTILE = ("(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*a){12}b", "([a-z]+)*1", r"^(\w+\s?)*!")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_problem_in_its_line(name: str) -> None:
    body, code, line = MISTAKES[name]
    made = compiled(quiz=f"{QUIZ_HEAD}## Which one? <!-- id: one -->\n\n{body}\n")
    assert [(each.code, each.line) for each in made.problems] == [(code, line)]
    assert made.course is None
    assert all(each.path == "01-first/quiz.md" for each in made.problems)


@pytest.mark.parametrize(
    ("pattern", "is_warned_of"),
    [
        ("(a+)+b", True),
        ("(.*a){12}b", True),
        ("([a-z]+)*1", True),
        (r"^(\w+\s?)*!", True),
        ("((a+)b?)+c", True),
        ("(a*){2,}b", True),
        ("(?:a+|b)+c", True),
        ("(a+)b+", False),
        ("a+(b)+", False),
        (r"(a\+)+b", False),
        ("([a+])+b", False),
        ("([]+])+b", False),
        ("(a+){3}b", False),
        ("(a+)?b", False),
        ("prioriti[sz](ation|ing)", False),
    ],
)
def test_a_pattern_that_repeats_a_repetition_is_warned_of_in_its_line(pattern: str, is_warned_of: bool) -> None:
    made = compiled(quiz=f"{QUIZ_HEAD}## Which one? <!-- id: one -->\n\n- = /{pattern}/\n")
    assert [(each.code, each.line) for each in made.problems] == ([("Q025", 7)] if is_warned_of else [])
    assert made.course is not None


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_back_tracks_elsewhere_does_not_here(pattern: str) -> None:
    # Such a pattern is a mistake only where patterns back-track: RE2 reads each letter once.
    course = a_course(quiz=f"{QUIZ_HEAD}## Which one? <!-- id: one -->\n\n- = /{pattern}/\n")
    quiz = course.modules[0].quiz
    assert quiz is not None
    mark(quiz.questions[0], read_response(quiz.questions[0], ["a" * 20_000]))  # comes back, and this year
